"""Naming the people of a stage in a running review: who may, who can be named, what follows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Progress, Verdict
from cowork.services import audit, checks, exports, naming, notifications, organisations, proposals, rerouting, reviews
from cowork.services.naming import NameCommand
from cowork.services.organisations import TermCommand
from cowork.services.proposals import ParticipantCommand
from cowork.store import meetings, unit
from cowork.store import reviews as review_store
from cowork.store.records import Organisation
from tests.services.test_chains import ADMIN, AUTHOR, DEAN, HEAD, QUALITY, state, submitted
from tests.services.test_delegations import give
from tests.world import World

NOBODY, BUSINESS, CHAIR = "nobody@northfield.example", "business@northfield.example", "chair@northfield.example"
MINUTE = timedelta(minutes=1)
STAGES = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "panel"
title = "Panel"
kind = "check"
apart = ["head"]
seat = [{ key = "panel", side = "university", title = "Examiners", rule = "all", named = { by = "dean", least = 2, most = 3 } }]
"""
FROM = STAGES.replace("most = 3", 'most = 3, from = "external-examiner"')


def person(world: World, email: str) -> PersonId:
    return world.actor(email).person


def name(world: World, proposal: ProposalId, *emails: str, by: str = DEAN, keep: Sequence[str] = ()) -> Progress:
    seats = naming.page(world.context, world.actor(by), proposal).seats
    place = seats[0].place if seats else ("panel", "panel", world.organisations["northfield"])
    seen = seats[0].known.named if seats else ()
    kept = tuple(person(world, email) for email in keep)
    world.pass_time()
    return naming.name(world.context, world.actor(by), proposal, NameCommand(place, kept, tuple(emails), seen))


def faults(error: pytest.ExceptionInfo[Invalid]) -> str:
    return " ".join(sentence for _, sentence in error.value.problems)


def test_the_dean_is_asked_and_names_and_those_named_read_and_decide(world: World) -> None:
    proposal = submitted(world, STAGES)
    with pytest.raises(NotFound):
        reviews.page(world.context, world.actor(NOBODY), proposal)
    world.decide(HEAD, proposal)
    assert "waiting for Dean Of Northfield (Dean) to name 2 to 3 people for Panel" in state(proposal).sentence
    assert state(proposal).court == "Northfield University"
    work = proposals.my_work(world.context, world.actor(DEAN))
    assert [(line.stage_title, line.kind) for line in work.decisions] == [("Panel", "name")]
    world.work()
    told = [row.words for row in notifications.page(world.context, world.actor(DEAN), read=False).rows]
    assert [(one.sentence, one.path) for one in told] == [
        ("You are asked to name the people who decide at “Panel”.", f"/proposals/{proposal}/naming")
    ]
    name(world, proposal, NOBODY, BUSINESS)
    assert reviews.page(world.context, world.actor(NOBODY), proposal).turns
    world.decide(NOBODY, proposal)
    assert world.decide(BUSINESS, proposal).outcome == "approved"
    assert checks.check(world.context)[1] == ()


def test_to_be_asked_for_names_is_not_to_be_asked_for_a_decision(world: World) -> None:
    proposal = submitted(world, STAGES)
    world.decide(HEAD, proposal)
    page = reviews.page(world.context, world.actor(DEAN), proposal)
    assert (page.turns, len(page.naming)) == ((), 1)
    case = page.draft.case.state
    command = DecideCommand("panel", "panel", Verdict.APPROVE, case.version, page.draft.version.digest)
    with pytest.raises(Conflict, match="Your decision is not needed here now"):
        reviews.decide(world.context, world.actor(DEAN), proposal, command)
    with unit.reading() as session:
        stored = review_store.turns(session, proposal)
    assert [turn.names for turn in stored] == [True]


def test_the_dean_may_name_before_the_stage_is_reached_and_it_opens_at_once(world: World) -> None:
    proposal = submitted(world, STAGES)
    name(world, proposal, NOBODY, BUSINESS)
    assert world.decide(HEAD, proposal).stage("panel").standing == "open"


@pytest.mark.parametrize("email", [HEAD, QUALITY, AUTHOR, ADMIN, NOBODY])
def test_nobody_else_names_people(world: World, email: str) -> None:
    proposal = submitted(world, STAGES)
    with pytest.raises((Refused, NotFound)):
        name(world, proposal, NOBODY, BUSINESS, by=email)


def test_a_dean_who_writes_the_proposal_names_nobody(world: World) -> None:
    proposal = submitted(world, STAGES)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(DEAN, Role.AUTHOR))
    with pytest.raises(Refused, match="Nobody names those who decide on a proposal they write"):
        name(world, proposal, NOBODY, BUSINESS)
    assert "holds the office of Dean at Northfield University" in state(proposal).sentence


def test_who_has_a_conflict_or_is_no_member_is_refused_with_the_reason(world: World) -> None:
    proposal = submitted(world, STAGES)
    world.decide(HEAD, proposal)
    for email, words in (
        (AUTHOR, "writes this proposal"), (HEAD, "decided at another stage, and may not decide at Panel"),
        (DEAN, "Nobody names themselves"), ("signer@harbour.example", "is no member of Northfield University"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as error:
            name(world, proposal, NOBODY, email)
        assert words in faults(error)
    with pytest.raises(Invalid) as error:
        name(world, proposal, NOBODY)
    assert "Name 2 to 3 people for Panel; you chose 1." in faults(error)


def test_only_holders_of_the_office_can_be_named_where_one_is_given(world: World) -> None:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    office = organisations.add_office(world.context, admin, northfield, "external-examiner", "External examiner")
    for email in (NOBODY, BUSINESS):
        organisations.start_term(world.context, admin, northfield, TermCommand(office, person(world, email), date(2026, 1, 1), None))
    proposal = submitted(world, FROM)
    give(world, NOBODY, NOBODY, CHAIR)
    seat = naming.page(world.context, world.actor(DEAN), proposal).seats[0]
    assert seat.candidates is not None  # whoever acts for an examiner is none
    assert {world.email_of(one) for one in seat.candidates} == {NOBODY, BUSINESS}
    with pytest.raises(Invalid) as error:
        name(world, proposal, NOBODY, CHAIR)
    assert "does not hold the office “External examiner” at Northfield University" in faults(error)
    name(world, proposal, keep=(NOBODY, BUSINESS))


def test_who_holds_that_office_goes_by_the_days_of_the_organisation(world: World) -> None:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    with unit.writing() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == northfield).values(zone="Pacific/Auckland"))
    office = organisations.add_office(world.context, admin, northfield, "external-examiner", "External examiner")
    day = world.moment.date() + timedelta(days=2)
    organisations.start_term(world.context, admin, northfield, TermCommand(office, person(world, NOBODY), day, day))
    proposal = submitted(world, FROM)

    def holders(moment: datetime) -> bool:
        world.pass_time(moment - world.moment)
        return bool(naming.page(world.context, world.actor(DEAN), proposal).seats[0].candidates)

    begins = datetime.combine(day, time(), ZoneInfo("Pacific/Auckland")).astimezone(UTC)
    ends = begins + timedelta(days=1)
    assert [holders(at) for at in (begins - MINUTE, begins, ends - MINUTE, ends)] == [False, True, True, False]


def test_the_choice_can_be_changed_until_somebody_has_decided(world: World) -> None:
    proposal = submitted(world, STAGES)
    world.decide(HEAD, proposal)
    name(world, proposal, NOBODY, BUSINESS)
    name(world, proposal, CHAIR, keep=(NOBODY,))
    assert not reviews.page(world.context, world.actor(BUSINESS), proposal).turns
    world.decide(NOBODY, proposal)
    with pytest.raises(Invalid) as error:
        name(world, proposal, BUSINESS, keep=(NOBODY,))
    assert "nobody is taken off any more: keep Chair Of Northfield" in faults(error)
    name(world, proposal, BUSINESS, keep=(NOBODY, CHAIR))
    world.decide(CHAIR, proposal)
    assert world.decide(BUSINESS, proposal).outcome == "approved"


def test_who_has_voted_in_another_seat_where_votes_count_once_is_not_taken_off_either(world: World) -> None:
    board = '{ key = "board", side = "university", office = "department-head", title = "Board", rule = "any" }'
    both = STAGES.replace('apart = ["head"]', 'votes = "once"').replace("seat = [{ key = \"panel\"", f'seat = [{board}, {{ key = "panel"')
    proposal = submitted(world, both)
    world.decide(HEAD, proposal)
    name(world, proposal, HEAD, BUSINESS)
    world.decide(HEAD, proposal)
    with pytest.raises(Invalid) as error:
        name(world, proposal, NOBODY, keep=(BUSINESS,))
    assert "nobody is taken off any more: keep Head Of Northfield" in faults(error)


def test_two_who_name_at_once_do_not_overwrite_each_other(world: World) -> None:
    proposal = submitted(world, STAGES)
    place = naming.page(world.context, world.actor(DEAN), proposal).seats[0].place
    name(world, proposal, NOBODY, BUSINESS)
    with pytest.raises(Conflict, match="Somebody has named people here since"):
        naming.name(world.context, world.actor(DEAN), proposal, NameCommand(place, (), (CHAIR, BUSINESS), ()))


def test_who_is_named_stays_so_in_the_next_round_and_another_added_by_hand_does_not(world: World) -> None:
    proposal = submitted(world, STAGES)
    northfield = world.organisations["northfield"]
    rerouting.change_reviewer(
        world.context, world.actor(ADMIN), proposal, ("head", "head", northfield), QUALITY, "Ill.", remove=False
    )
    world.decide(HEAD, proposal)
    name(world, proposal, NOBODY, BUSINESS)
    world.decide(NOBODY, proposal, Verdict.REQUEST_CHANGES, reason="Hours are missing.", sections=("workload",))
    world.save(AUTHOR, proposal, "need", problem="Another problem, told anew and at length.")
    world.pass_time()
    page = reviews.route(world.context, world.actor(AUTHOR), proposal)
    assert [len(page.progress.stage(key).seats[0].members) for key in ("head", "panel")] == [1, 2]
    world.submit(proposal)
    world.decide(HEAD, proposal)
    assert {turn.person for turn in reviews.route(world.context, world.actor(DEAN), proposal).progress.turns} == {
        person(world, NOBODY), person(world, BUSINESS),
    }  # fmt: skip


def test_it_is_on_record_and_on_no_agenda(world: World) -> None:
    proposal = submitted(world, STAGES)
    world.decide(HEAD, proposal)
    office = world.office("northfield", "dean")
    with unit.reading() as session:
        assert meetings.candidates(session, office) == ()
    name(world, proposal, NOBODY, BUSINESS)
    kinds = [entry.kind for entry in audit.activity(world.context, world.actor(ADMIN), proposal).entries]
    assert kinds.count("reviewer-added") == 2


def test_the_deans_deputy_is_asked_too_and_names_for_the_dean(world: World) -> None:
    proposal = submitted(world, STAGES)
    give(world, DEAN, DEAN, CHAIR)
    world.decide(HEAD, proposal)
    asked = reviews.page(world.context, world.actor(CHAIR), proposal).naming
    assert [(turn.person, turn.principal) for turn in asked] == [(person(world, CHAIR), person(world, DEAN))]
    name(world, proposal, NOBODY, BUSINESS, by=CHAIR)
    assert not reviews.page(world.context, world.actor(DEAN), proposal).naming


def test_the_approval_record_says_who_was_named_for_this_proposal(world: World) -> None:
    proposal = submitted(world, STAGES)
    name(world, proposal, NOBODY, BUSINESS)
    for email in (HEAD, NOBODY, BUSINESS):
        world.decide(email, proposal)
    now = state(proposal)
    with unit.reading() as session:
        made = exports.dossier(session, world.context, now, 1).approvals
    assert [one.office for one in made] == ["Head of department", "Named for this proposal", "Named for this proposal"]

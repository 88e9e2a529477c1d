"""Asking to take part and for more, through the use cases: who may ask, who answers, what it gives, and who learns nothing."""

import pytest
from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.ids import ProposalId
from cowork.domain.joining import RequestStanding
from cowork.domain.notifications import Kind
from cowork.domain.proposals import Right, Role
from cowork.services import audit, joining, notifications, posting, proposals, section_rights, specifications
from cowork.services.joining import AskCommand
from cowork.services.proposals import ParticipantCommand
from cowork.services.section_rights import RightsCommand
from cowork.store import joining as store
from cowork.store import notifications as notices
from cowork.store import proposals as proposal_store
from cowork.store import unit
from cowork.store.base import db
from cowork.store.proposals import ProposalState
from tests.services.test_races import at_once
from tests.world import World

AUTHOR, PARTNER, ADMIN = "author@northfield.example", "author@harbour.example", "admin@northfield.example"
COLLEAGUE, RIVAL = "nobody@northfield.example", "admin@rival.example"


def ask(
    world: World, who: str, proposal: ProposalId, role: Role | None = None, section: str = "", right: Right | None = None, house: str = ""
) -> None:
    organisation = world.organisations[house or who.partition("@")[2].removesuffix(".example")]
    joining.ask(world.context, world.actor(who), proposal, AskCommand(organisation, role, section, right, "I teach it."))


def opened(world: World, proposal: ProposalId, value: bool = True) -> None:
    joining.open_party(world.context, world.actor(AUTHOR), proposal, world.organisations["northfield"], value)


def waiting(world: World, who: str, proposal: ProposalId) -> joining.Asking:
    return joining.asking(world.context, proposals.case(world.context, world.actor(who), proposal))


def kinds(world: World, who: str) -> set[Kind]:
    world.work()
    return {row.kind for row in notifications.page(world.context, world.actor(who), False).rows}


def test_a_draft_is_found_by_its_own_organisation_alone_and_only_once_it_was_opened(world: World) -> None:
    proposal = world.draft()
    assert joining.found(world.context, world.actor(COLLEAGUE)).drafts == ()
    opened(world, proposal)
    (draft,) = joining.found(world.context, world.actor(COLLEAGUE)).drafts
    assert (draft.proposal, draft.organisation_name) == (proposal, "Northfield University")
    for who in (AUTHOR, RIVAL, "signer@harbour.example", "admin@southgate.example"):
        assert joining.found(world.context, world.actor(who)).drafts == ()
    opened(world, proposal, False)
    assert joining.found(world.context, world.actor(COLLEAGUE)).drafts == ()


def test_a_foreign_proposal_an_unopened_one_and_an_unknown_one_answer_alike(world: World) -> None:
    closed, shut = world.draft(), world.draft()
    opened(world, shut)
    answers = set()
    for who, proposal in ((COLLEAGUE, closed), (RIVAL, shut), ("signer@harbour.example", shut), (COLLEAGUE, ProposalId("n" * 16))):
        with pytest.raises(NotFound) as refused:
            ask(world, who, proposal, Role.READER)
        answers.add(str(refused.value))
    assert len(answers) == 1
    full = world.complete_draft()
    opened(world, full)
    world.submit(full)
    with pytest.raises(NotFound):
        ask(world, COLLEAGUE, full, Role.READER)


def test_a_colleague_asks_is_accepted_and_takes_part(world: World) -> None:
    proposal = world.draft()
    opened(world, proposal)
    ask(world, COLLEAGUE, proposal, Role.COMMENTER)
    assert Kind.ACCESS_ASKED in kinds(world, AUTHOR)
    assert Kind.ACCESS_ASKED in kinds(world, ADMIN)
    assert Kind.ACCESS_ASKED not in kinds(world, PARTNER)
    assert "access-asked" not in [e.kind for e in audit.activity(world.context, world.actor(PARTNER), proposal).entries]
    with pytest.raises(Invalid, match="still waits"):
        ask(world, COLLEAGUE, proposal, Role.AUTHOR)
    assert waiting(world, PARTNER, proposal).waiting == ()
    (request,) = waiting(world, AUTHOR, proposal).waiting
    for who in (PARTNER, "admin@harbour.example"):
        with pytest.raises(NotFound):
            joining.answer(world.context, world.actor(who), proposal, request.id, True, "")
    joining.answer(world.context, world.actor(AUTHOR), proposal, request.id, True, "Welcome.")
    facts = proposals.case(world.context, world.actor(COLLEAGUE), proposal).state.facts
    assert (world.actor(COLLEAGUE).person, Role.COMMENTER) in {(p.person, p.role) for p in facts.participants}
    assert Kind.ACCESS_ANSWERED in kinds(world, COLLEAGUE)
    with pytest.raises(Conflict, match="answered or taken back"):
        joining.answer(world.context, world.actor(AUTHOR), proposal, request.id, False, "")
    assert audit.verify(world.context).faults == ()


def test_who_is_declined_is_told_so_and_learns_nothing_else(world: World) -> None:
    proposal = world.draft()
    opened(world, proposal)
    ask(world, COLLEAGUE, proposal, Role.AUTHOR)
    (request,) = waiting(world, AUTHOR, proposal).waiting
    joining.answer(world.context, world.actor(AUTHOR), proposal, request.id, False, "Not this time.")
    world.work()
    (row,) = notifications.page(world.context, world.actor(COLLEAGUE), False).rows
    assert (row.kind, row.words.path) == (Kind.ACCESS_ANSWERED, "/proposals/open")
    colleague = world.actor(COLLEAGUE)
    with unit.reading() as session:
        state = proposal_store.state(session, proposal)
        (line,) = notices.page(session, colleague.person, False, None, 2)
        part = posting.part_of(session, world.context, colleague, line)
    assert state is not None
    assert part is not None
    assert (part.needed, part.url) == ("", world.context.base_url + "/proposals/open")
    assert state.sentence not in part.sentence


def test_a_declined_request_gives_nothing_and_says_why_where_it_was_asked(world: World) -> None:
    proposal = world.draft()
    opened(world, proposal)
    ask(world, COLLEAGUE, proposal, Role.AUTHOR)
    (request,) = waiting(world, ADMIN, proposal).waiting
    joining.answer(world.context, world.actor(ADMIN), proposal, request.id, False, "The team is complete.")
    (own,) = joining.found(world.context, world.actor(COLLEAGUE)).asked
    assert (own.standing, own.answer) == (RequestStanding.DECLINED, "The team is complete.")
    with pytest.raises(NotFound):
        proposals.case(world.context, world.actor(COLLEAGUE), proposal)
    ask(world, COLLEAGUE, proposal, Role.READER)
    joining.take_back(world.context, world.actor(COLLEAGUE), proposal)
    joining.take_back(world.context, world.actor(COLLEAGUE), proposal)
    assert waiting(world, ADMIN, proposal).waiting == ()


def test_a_commenter_asks_for_a_right_in_a_section_and_for_a_stronger_role(world: World) -> None:
    proposal = world.draft()
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(COLLEAGUE, Role.COMMENTER))
    for section in ("need", "delivery"):
        narrower = RightsCommand(section, {(world.organisations["northfield"], world.actor(COLLEAGUE).person): Right.COMMENT}, {})
        section_rights.set_rights(world.context, world.actor(AUTHOR), proposal, narrower)
    for role, section, right, sentence in (
        (Role.READER, "", None, "already, or a stronger"), (None, "need", Right.COMMENT, "already"),
        (None, "need", Right.EDIT, "stronger role"),
        (None, "", None, "Choose a role"), (Role.AUTHOR, "need", Right.SUGGEST, "Choose a role"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=sentence):
            ask(world, COLLEAGUE, proposal, role, section, right)
    ask(world, COLLEAGUE, proposal, None, "need", Right.SUGGEST)
    (request,) = waiting(world, AUTHOR, proposal).waiting
    joining.answer(world.context, world.actor(AUTHOR), proposal, request.id, True, "")
    case = proposals.case(world.context, world.actor(COLLEAGUE), proposal)
    assert specifications.may_suggest(case, case.form.section("need"))
    assert not specifications.may_suggest(case, case.form.section("delivery"))
    ask(world, COLLEAGUE, proposal, Role.AUTHOR)


def test_what_the_other_side_owns_is_asked_of_the_other_side(world: World) -> None:
    proposal = world.draft()
    ask(world, PARTNER, proposal, None, "assessments", Right.EDIT)
    assert waiting(world, "admin@harbour.example", proposal).waiting == ()
    (request,) = waiting(world, AUTHOR, proposal).waiting
    assert Kind.ACCESS_ASKED in kinds(world, AUTHOR)
    joining.answer(world.context, world.actor(AUTHOR), proposal, request.id, True, "Please do.")
    case = proposals.case(world.context, world.actor(PARTNER), proposal)
    assert "assessments" in specifications.writable_sections(case)


def test_nobody_asks_for_an_organisation_that_is_not_theirs(world: World) -> None:
    proposal = world.draft()
    with pytest.raises(Invalid, match="belong to"):
        ask(world, PARTNER, proposal, Role.AUTHOR, house="northfield")
    with pytest.raises(Invalid, match="for itself"):
        joining.open_party(world.context, world.actor(AUTHOR), proposal, world.organisations["harbour"], True)


def test_what_was_accepted_at_the_same_moment_is_not_taken_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    proposal = world.draft()
    opened(world, proposal)
    ask(world, COLLEAGUE, proposal, Role.AUTHOR)
    author, colleague = world.actor(AUTHOR), world.actor(COLLEAGUE)
    key = waiting(world, AUTHOR, proposal).waiting[0].id
    locked = proposal_store.state

    def accepted_first(session: Session, wanted: ProposalId, *, lock: bool = False) -> ProposalState | None:
        monkeypatch.setattr(proposal_store, "state", locked)
        assert at_once(world, [lambda: joining.answer(world.context, author, proposal, key, True, "Welcome.")]) == {"done": 1}
        return locked(session, wanted, lock=lock)

    monkeypatch.setattr(proposal_store, "state", accepted_first)
    joining.take_back(world.context, colleague, proposal)
    with unit.reading() as session:
        assert [one.standing for one in store.of_proposal(session, proposal)] == [RequestStanding.ACCEPTED]

"""A stage for one proposal, and people added or removed on a stage that is not over, without touching what others did."""

from dataclasses import replace

import pytest

from cowork.domain.acts import ExtraStageCommand
from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.workflows.definition import StageKind
from cowork.services import audit, checks, proposals, rerouting, reviews
from tests.steering import ADMIN, AUTHOR, DEAN, HEAD, PARTNER_ADMIN, QUALITY, progress, review, standings, steered
from tests.world import World

NOBODY, SIGNER = "nobody@northfield.example", "signer@harbour.example"


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def ethics(world: World, **changes: object) -> ExtraStageCommand:
    command = ExtraStageCommand(
        "Ethics", StageKind.CHECK, world.organisations["northfield"], (NOBODY,), "", ("department",), ("dean",), 5, "It uses health data."
    )
    return replace(command, **changes)  # type: ignore[arg-type]  # tests name real fields


@pytest.mark.parametrize("who", [ADMIN, PARTNER_ADMIN, HEAD])
def test_a_stage_for_this_proposal_is_previewed_then_added_and_waited_for(world: World, who: str) -> None:
    proposal = steered(world)
    actor, command = world.actor(who), ethics(world)
    found = rerouting.stage_page(world.context, actor, proposal, command).after
    assert found is not None
    assert [stage.stage.title for stage in found.progress.stages][-2:] == ["Ethics", "Dean’s decision"]
    assert "extra-1" not in standings(world, proposal), "a preview writes nothing"
    rerouting.add_stage(world.context, actor, proposal, command)
    world.decide(HEAD, proposal)
    assert standings(world, proposal)["extra-1"] == "open"
    assert [line.proposal.id for line in proposals.my_work(world.context, world.actor(NOBODY)).decisions] == [proposal]
    for email in (QUALITY, "business@northfield.example"):
        if reviews.page(world.context, world.actor(email), proposal).turns:
            world.decide(email, proposal)
    assert standings(world, proposal)["dean"] == "waiting"
    world.decide(NOBODY, proposal)
    assert standings(world, proposal)["dean"] == "open"
    sound(world)


def test_an_office_of_the_partner_is_asked_once(world: World) -> None:
    proposal = steered(world)
    command = ethics(world, emails=(), office="partner-sign-off", party=world.organisations["harbour"], after=())
    rerouting.add_stage(world.context, world.actor(ADMIN), proposal, command)
    assert {world.email_of(turn.person) for turn in progress(world, proposal).turns if turn.stage == "extra-1"} == {SIGNER}
    sound(world)


def test_a_second_stage_can_come_behind_the_first(world: World) -> None:
    proposal = steered(world)
    rerouting.add_stage(world.context, world.actor(ADMIN), proposal, ethics(world))
    rerouting.add_stage(world.context, world.actor(ADMIN), proposal, ethics(world, title="Law", after=("extra-1",)))
    assert review(world, proposal).workflow.before("dean") >= {"extra-1", "extra-2"}
    sound(world)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"emails": (AUTHOR,)}, "emails", "nobody decides on what they write"),
        ({"emails": ("who@nowhere.example",)}, "emails", "is no member of"),
        ({"emails": (SIGNER,)}, "emails", "is no member of"),
        ({"emails": (), "office": "registrar-general"}, "office", "no such office"),
        ({"party": OrganisationId("unknown")}, "party", "one of the organisations"),
        ({"reason": " "}, "reason", "Say why"),
        ({"before": ("department",)}, "before", "has begun already"),
    ],
)
def test_a_stage_that_does_not_fit_is_refused(world: World, changes: dict[str, object], field: str, words: str) -> None:
    proposal = steered(world)
    with pytest.raises(Invalid, match=words) as refused:
        rerouting.add_stage(world.context, world.actor(ADMIN), proposal, ethics(world, **changes))
    assert field in [where for where, _ in refused.value.problems]


@pytest.mark.parametrize("who", [AUTHOR, DEAN])
def test_whoever_is_asked_later_or_writes_it_adds_no_stage(world: World, who: str) -> None:
    proposal = steered(world)
    with pytest.raises(Refused):
        rerouting.add_stage(world.context, world.actor(who), proposal, ethics(world))


def place(world: World, stage: str = "quality", seat: str = "office") -> tuple[str, str, str]:
    return stage, seat, world.organisations["northfield"]


def change(world: World, proposal: ProposalId, email: str, *, remove: bool = False, who: str = ADMIN, **where: str) -> None:
    world.pass_time()
    actor = world.actor(who)
    rerouting.change_reviewer(world.context, actor, proposal, place(world, **where), email, "On leave.", remove=remove)


def test_somebody_is_added_and_another_removed_while_the_stage_is_open(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    change(world, proposal, NOBODY)
    change(world, proposal, QUALITY, remove=True)
    asked = {world.email_of(turn.person) for turn in progress(world, proposal).turns if turn.stage == "quality"}
    assert asked == {NOBODY}
    assert standings(world, proposal)["department"] == "met", "what others decided stays"
    world.decide(NOBODY, proposal)
    assert standings(world, proposal)["quality"] == "met"
    sound(world)


def test_somebody_who_is_added_on_a_later_stage_is_asked_when_it_opens(world: World) -> None:
    proposal = steered(world)
    change(world, proposal, NOBODY, stage="dean", seat="dean")
    assert proposals.my_work(world.context, world.actor(NOBODY)).decisions == ()
    assert reviews.page(world.context, world.actor(NOBODY), proposal).review is not None, "they may read it already"
    sound(world)


@pytest.mark.parametrize(
    ("email", "remove", "words"),
    [
        (AUTHOR, False, "Nobody decides on a proposal they write"),
        (QUALITY, False, "holds this office already"),
        (SIGNER, False, "is a member of"),
        (NOBODY, True, "nobody to remove"),
    ],
)
def test_a_person_who_cannot_be_chosen_is_refused(world: World, email: str, remove: bool, words: str) -> None:
    proposal = steered(world)
    with pytest.raises(Invalid, match=words):
        change(world, proposal, email, remove=remove)


def test_only_its_own_administrators_choose_for_a_party_and_only_before_the_stage_is_over(world: World) -> None:
    proposal = steered(world)
    with pytest.raises(Refused, match="chooses its own people"):
        change(world, proposal, NOBODY, who=PARTNER_ADMIN)
    with pytest.raises(Refused):
        change(world, proposal, NOBODY, who=HEAD)
    world.decide(HEAD, proposal)
    with pytest.raises(Conflict, match="is over"):
        change(world, proposal, NOBODY, stage="department", seat="head")

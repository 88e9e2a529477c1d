"""A review is held and resumed, a stage passed by an administrator, a rejected proposal revived: exact effects, alone and at once."""

from datetime import timedelta

import pytest

from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Standing
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, exports, proposals, reviews, steering
from cowork.store import unit
from tests.services.test_races import at_once
from tests.steering import ADMIN, AUTHOR, BUSINESS, DEAN, HEAD, PARTNER, PARTNER_ADMIN, QUALITY, progress, review, standings, steered
from tests.world import World

REASON = "The office is empty until the autumn, and the term begins before."


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def standing(world: World, proposal: ProposalId) -> Standing:
    return proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing


def approval(world: World, who: str, proposal: ProposalId) -> DecideCommand:
    turn, found = reviews.page(world.context, world.actor(who), proposal).turns[0], review(world, proposal)
    return DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, found.version.number, found.version.digest)


@pytest.mark.parametrize("who", [AUTHOR, ADMIN, PARTNER_ADMIN])
def test_while_it_is_held_nobody_decides_and_no_term_runs(world: World, who: str) -> None:
    proposal = steered(world)
    command, due = approval(world, HEAD, proposal), progress(world, proposal).stages[0].due_at
    assert due is not None
    steering.hold(world.context, world.actor(who), proposal, "The partner is being sold.")
    assert progress(world, proposal).turns == ()
    with pytest.raises(Conflict, match=r"on hold: The partner is being sold\. Nobody decides"):
        reviews.decide(world.context, world.actor(HEAD), proposal, command)
    with pytest.raises(Conflict, match="on hold already"):
        steering.hold(world.context, world.actor(who), proposal, "Again.")
    sound(world)
    world.pass_time(timedelta(days=14))
    steering.resume(world.context, world.actor(who), proposal, "It is sold.")
    later = progress(world, proposal).stages[0].due_at
    assert later is not None
    assert later - due == timedelta(days=14)
    reviews.decide(world.context, world.actor(HEAD), proposal, command)
    sound(world)


@pytest.mark.parametrize("who", [PARTNER, HEAD])
def test_others_do_not_hold_it(world: World, who: str) -> None:
    proposal = steered(world)
    with pytest.raises(Refused, match="hold a review"):
        steering.hold(world.context, world.actor(who), proposal, "Stop.")


def test_holding_and_deciding_at_the_same_moment_have_one_order(world: World) -> None:
    proposal = steered(world)
    command, head, admin = approval(world, HEAD, proposal), world.actor(HEAD), world.actor(ADMIN)
    answers = at_once(
        world,
        [
            lambda: steering.hold(world.context, admin, proposal, "Stop."),
            lambda: reviews.decide(world.context, head, proposal, command),
        ],
    )
    assert answers["done"] in (1, 2)
    assert answers["done"] + answers["Conflict"] == 2
    if answers["done"] == 1 and review(world, proposal).progress.held is not None:
        assert review(world, proposal).decisions == ()
    sound(world)


def test_a_stage_is_passed_by_an_administrator_and_the_record_says_so(world: World) -> None:
    proposal = steered(world)
    with pytest.raises(Invalid, match="at least 20 characters"):
        steering.override(world.context, world.actor(ADMIN), proposal, "department", "Too slow.")
    steering.override(world.context, world.actor(ADMIN), proposal, "department", REASON)
    assert (standings(world, proposal)["department"], standings(world, proposal)["quality"]) == ("overridden", "open")
    for who in (QUALITY, BUSINESS, DEAN):
        if reviews.page(world.context, world.actor(who), proposal).turns:
            world.decide(who, proposal)
    assert standing(world, proposal) is Standing.APPROVED
    state = proposals.case(world.context, world.actor(AUTHOR), proposal).state
    with unit.reading() as session:
        passed = exports.dossier(session, world.context, state, 1).passed
    assert [(one.stage, one.person, one.reason) for one in passed] == [("Department’s check", world.actor(ADMIN).name, REASON)]
    sound(world)


@pytest.mark.parametrize("who", [AUTHOR, PARTNER_ADMIN, HEAD])
def test_only_administrators_of_the_leading_party_pass_a_stage(world: World, who: str) -> None:
    proposal = steered(world)
    with pytest.raises(Refused):
        steering.override(world.context, world.actor(who), proposal, "department", REASON)


def test_two_who_pass_a_stage_at_once_pass_it_once(world: World) -> None:
    proposal = steered(world)
    admin = world.actor(ADMIN)
    answers = at_once(world, [lambda: steering.override(world.context, admin, proposal, "department", REASON)] * 2)
    assert answers == {"done": 1, "Conflict": 1}
    assert len(review(world, proposal).acts.interventions) == 1
    sound(world)


def test_what_was_rejected_is_revived_edited_and_submitted_with_its_history(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal, Verdict.REJECT, reason="No need.")
    assert standing(world, proposal) is Standing.REJECTED
    for who in (HEAD, ADMIN):
        with pytest.raises(Refused):
            steering.revive(world.context, world.actor(who), proposal, "Again.")
    with pytest.raises(Invalid, match="Say why"):
        steering.revive(world.context, world.actor(PARTNER), proposal, "")
    steering.revive(world.context, world.actor(PARTNER), proposal, "The need is proven now.")
    assert standing(world, proposal) is Standing.CHANGES_REQUESTED
    sound(world)
    with pytest.raises(Refused):
        steering.revive(world.context, world.actor(PARTNER), proposal, "Again.")
    world.save(AUTHOR, proposal, "need", sector="Shipping")
    world.submit(proposal)
    found = reviews.route(world.context, world.actor(AUTHOR), proposal)
    assert [one.outcome for one in found.rounds] == ["in-review", "rejected"]
    assert [one.verdict for one in (full.decision for full in found.decisions)] == [Verdict.REJECT]
    sound(world)

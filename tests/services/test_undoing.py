"""A decision is taken back by whoever gave it, while nothing has built on it."""

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.ids import DecisionId, ProposalId
from cowork.domain.proposals import Standing
from cowork.domain.reviews import ConditionCommand, DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, moving, proposals, reviews, undoing
from tests.services import test_meetings
from tests.services.test_moving import command, previewed
from tests.services.test_races import at_once
from tests.steering import AUTHOR, BUSINESS, DEAN, HEAD, QUALITY, progress, review, standings, steered
from tests.world import World


def last(world: World, proposal: ProposalId) -> DecisionId:
    return review(world, proposal).decisions[-1].id


def undo(world: World, who: str, proposal: ProposalId, decision: DecisionId, reason: str = "I clicked the wrong one.") -> None:
    world.pass_time()
    undoing.undo(world.context, world.actor(who), proposal, decision, reason)


def offered(world: World, who: str, proposal: ProposalId) -> list[DecisionId]:
    return [full.id for full in reviews.page(world.context, world.actor(who), proposal).undoable]


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def standing(world: World, proposal: ProposalId) -> Standing:
    return proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing


def test_an_approval_is_taken_back_and_can_be_given_anew(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    assert standings(world, proposal)["quality"] == "open"
    undo(world, HEAD, proposal, last(world, proposal))
    assert standings(world, proposal) == {"department": "open", "quality": "waiting", "business": "waiting", "dean": "waiting"}
    made = review(world, proposal).decisions[0]
    assert (made.undone_by, made.undone_because) == (world.actor(HEAD).name, "I clicked the wrong one.")
    sound(world)
    world.decide(HEAD, proposal)
    assert standings(world, proposal)["quality"] == "open"
    sound(world)


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.REQUEST_CHANGES])
def test_a_decision_that_ended_the_round_is_taken_back_and_the_round_runs_on(world: World, verdict: Verdict) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal, verdict, reason="No.", sections=("need",) if verdict is Verdict.REQUEST_CHANGES else ())
    assert standing(world, proposal) is not Standing.IN_REVIEW
    undo(world, HEAD, proposal, last(world, proposal))
    assert standing(world, proposal) is Standing.IN_REVIEW
    assert [turn.stage for turn in progress(world, proposal).turns] == ["department"]
    sound(world)


def test_a_decision_that_others_built_on_stays(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    first = last(world, proposal)
    world.decide(QUALITY, proposal)
    with pytest.raises(Conflict, match="has decided after you on the strength of this"):
        undo(world, HEAD, proposal, first)
    # What was decided side by side is nothing that was built upon.
    undo(world, QUALITY, proposal, last(world, proposal))
    undo(world, HEAD, proposal, first)
    sound(world)


def test_it_stays_once_the_authors_have_edited(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal, Verdict.REQUEST_CHANGES, reason="Say more.", sections=("need",))
    world.save(AUTHOR, proposal, "need", sector="Shipping")
    with pytest.raises(Conflict, match="gone on since"):
        undo(world, HEAD, proposal, last(world, proposal))


def test_nobody_takes_back_what_another_decided_nor_twice_nor_without_a_reason(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    decision = last(world, proposal)
    with pytest.raises(Conflict, match="a decision of your own"):
        undo(world, QUALITY, proposal, decision)
    with pytest.raises(Invalid, match="Say why"):
        undo(world, HEAD, proposal, decision, " ")
    with pytest.raises(NotFound):
        undo(world, HEAD, proposal, DecisionId("unknown"))
    undo(world, HEAD, proposal, decision)
    with pytest.raises(Conflict, match="already"):
        undo(world, HEAD, proposal, decision)


def test_the_conditions_of_an_approval_fall_with_it(world: World) -> None:
    proposal = steered(world)
    owner = world.actor(AUTHOR).person
    world.decide(HEAD, proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=(ConditionCommand("Name the data set.", owner),))
    assert len(review(world, proposal).submission.conditions) == 1
    undo(world, HEAD, proposal, last(world, proposal))
    assert review(world, proposal).submission.conditions == ()
    sound(world)


def test_taking_back_and_deciding_next_at_the_same_moment_have_one_outcome(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    decision = last(world, proposal)
    head, quality = world.actor(HEAD), world.actor(QUALITY)
    turn = reviews.page(world.context, quality, proposal).turns[0]
    found = review(world, proposal)
    world.pass_time()
    approval = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, found.version.number, found.version.digest)
    answers = at_once(
        world,
        [
            lambda: undoing.undo(world.context, head, proposal, decision, "A mistake."),
            lambda: reviews.decide(world.context, quality, proposal, approval),
        ],
    )
    assert answers == {"done": 1, "Conflict": 1}
    assert standings(world, proposal)["quality"] in ("met", "waiting")
    sound(world)


def test_after_approval_every_decision_stays(world: World) -> None:
    proposal = steered(world)
    for who in (HEAD, QUALITY, BUSINESS, DEAN):
        if reviews.page(world.context, world.actor(who), proposal).turns:
            world.decide(who, proposal)
    assert standing(world, proposal) is Standing.APPROVED
    assert reviews.route(world.context, world.actor(DEAN), proposal).undoable == ()


def test_what_a_meeting_minuted_is_not_one_persons_to_take_back(world: World) -> None:
    proposal = test_meetings.waiting(world)
    test_meetings.close(world, test_meetings.held(world, proposal))
    minuted = [full for full in review(world, proposal).decisions if full.via == "meeting"]
    assert len(minuted) == 3
    for who in (test_meetings.CHAIR, test_meetings.MEMBER):
        with pytest.raises(Conflict, match="minuted in a meeting"):
            undo(world, who, proposal, minuted[0].id)
    assert reviews.page(world.context, world.actor(test_meetings.CHAIR), proposal).undoable == ()


def test_only_what_still_counts_is_offered_to_be_taken_back(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    assert offered(world, HEAD, proposal) == [last(world, proposal)]
    world.decide(QUALITY, proposal, Verdict.REQUEST_CHANGES, reason="Look again.", sections=("need",), back_to="department")
    assert offered(world, HEAD, proposal) == []
    assert offered(world, QUALITY, proposal) == [last(world, proposal)]
    world.pass_time()
    world.decide(HEAD, proposal)
    assert offered(world, HEAD, proposal) == [last(world, proposal)]


def test_who_stands_aside_is_offered_to_come_back(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal, Verdict.RECUSE)
    assert offered(world, HEAD, proposal) == [last(world, proposal)]


def test_what_an_edit_voided_is_not_offered_to_be_taken_back(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    world.decide(BUSINESS, proposal)
    assert offered(world, BUSINESS, proposal) == [last(world, proposal)]
    save = command(world, proposal, "business", fee=7)
    moving.move(world.context, world.actor(AUTHOR), proposal, save, previewed(world, proposal, save).seen)
    assert offered(world, BUSINESS, proposal) == []

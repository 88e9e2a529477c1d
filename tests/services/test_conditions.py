"""Conditions of approvals: reported by whoever sees to them, closed by whoever set them, and until then nothing is final."""

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.ids import ConditionId, ProposalId
from cowork.domain.proposals import Standing
from cowork.domain.reviews import ConditionCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, conditions, proposals, reviews
from tests.services.test_races import at_once
from tests.steering import ADMIN, AUTHOR, BUSINESS, DEAN, HEAD, PARTNER, QUALITY, progress, review, steered
from tests.world import World


def conditioned(world: World) -> tuple[ProposalId, ConditionId]:
    """Everybody has approved, the dean under a condition that the university's author sees to."""
    proposal = steered(world)
    for who in (HEAD, QUALITY, BUSINESS):
        if reviews.page(world.context, world.actor(who), proposal).turns:
            world.decide(who, proposal)
    asked = (ConditionCommand("Name the data set.", world.actor(AUTHOR).person),)
    world.decide(DEAN, proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=asked)
    return proposal, review(world, proposal).acts.conditions[0].id


def standing(world: World, proposal: ProposalId) -> Standing:
    return proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing


def test_the_approval_is_final_when_the_last_condition_closes(world: World) -> None:
    proposal, condition = conditioned(world)
    assert "A condition is open" in progress(world, proposal).sentence
    conditions.report(world.context, world.actor(AUTHOR), proposal, condition, "It is in the need section.")
    assert standing(world, proposal) is Standing.IN_REVIEW
    conditions.close(world.context, world.actor(DEAN), proposal, condition, "I have read it.")
    assert standing(world, proposal) is Standing.APPROVED
    found = review(world, proposal).acts.conditions[0]
    assert (found.standing, found.report, found.closing_note) == ("closed", "It is in the need section.", "I have read it.")
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def test_an_administrator_of_that_party_waives_it(world: World) -> None:
    proposal, condition = conditioned(world)
    conditions.close(world.context, world.actor(ADMIN), proposal, condition, "No data set is needed.", waive=True)
    assert standing(world, proposal) is Standing.APPROVED
    assert review(world, proposal).acts.conditions[0].standing == "waived"


@pytest.mark.parametrize("who", [AUTHOR, PARTNER, QUALITY, "admin@harbour.example"])
def test_nobody_else_closes_it(world: World, who: str) -> None:
    proposal, condition = conditioned(world)
    with pytest.raises(Conflict, match="Only the person who set this condition"):
        conditions.close(world.context, world.actor(who), proposal, condition, "It is fine.")
    assert standing(world, proposal) is Standing.IN_REVIEW


def test_only_its_owner_reports_it_once_and_says_what_was_done(world: World) -> None:
    proposal, condition = conditioned(world)
    with pytest.raises(Conflict, match="Only the person who sees to a condition"):
        conditions.report(world.context, world.actor(PARTNER), proposal, condition, "Done.")
    with pytest.raises(Invalid, match="Say what was done"):
        conditions.report(world.context, world.actor(AUTHOR), proposal, condition, "  ")
    with pytest.raises(NotFound):
        conditions.report(world.context, world.actor(AUTHOR), proposal, ConditionId("unknown"), "Done.")
    author = world.actor(AUTHOR)
    answers = at_once(world, [lambda: conditions.report(world.context, author, proposal, condition, "Done.")] * 4)
    assert answers == {"done": 1, "Conflict": 3}


def test_my_work_lists_it_for_its_owner_then_for_whoever_set_it(world: World) -> None:
    proposal, condition = conditioned(world)
    owner, setter, other = world.actor(AUTHOR), world.actor(DEAN), world.actor(PARTNER)
    assert [one.id for one in proposals.my_work(world.context, owner).conditions] == [condition]
    assert proposals.my_work(world.context, setter).conditions == ()
    conditions.report(world.context, owner, proposal, condition, "Done.")
    assert proposals.my_work(world.context, owner).conditions == ()
    assert [(one.id, one.reported) for one in proposals.my_work(world.context, setter).conditions] == [(condition, True)]
    assert proposals.my_work(world.context, other).conditions == ()


def test_two_who_close_it_at_once_make_one_approval(world: World) -> None:
    proposal, condition = conditioned(world)
    dean, admin = world.actor(DEAN), world.actor(ADMIN)
    answers = at_once(
        world,
        [
            lambda: conditions.close(world.context, dean, proposal, condition, "Fine."),
            lambda: conditions.close(world.context, admin, proposal, condition, "Fine."),
        ],
    )
    assert answers["done"] == 1, answers
    assert standing(world, proposal) is Standing.APPROVED
    assert audit.verify(world.context).faults == ()

"""One vote in two seats of a meeting: what the vote does in the other seat is said before, and kept with the item."""

from cowork.domain.meetings import ItemOutcome, Vote
from cowork.domain.workflows.progress import Outcome, Verdict
from cowork.services import reviews
from cowork.services.meetings import ItemCommand
from tests.services.test_chains import submitted
from tests.services.test_meetings import CHAIR, MEMBER, THIRD, close, planned, present, ready, seen, vote
from tests.world import World

STAGES = """
[[stage]]
key = "committee"
title = "Committee"
kind = "vote"
votes = "once"
seat = [
    { key = "members", side = "university", office = "curriculum-committee", title = "Committee", rule = "majority" },
    { key = "wider", side = "university", office = ["curriculum-committee", "dean"], title = "Wider", rule = { at-least = 2 } },
]
"""


def test_a_no_that_ends_it_in_the_other_seat_is_foreseen_and_kept_with_the_item(world: World) -> None:
    proposal = submitted(world, STAGES)
    key = planned(world, proposal)
    present(world, key, CHAIR, MEMBER, THIRD)
    item = seen(world, key).points[0].point.item.id
    people = [world.actor(email).person for email in (CHAIR, MEMBER, THIRD)]
    verdicts = (Verdict.APPROVE, Verdict.APPROVE, Verdict.REQUEST_CHANGES)
    votes = tuple(Vote(person, verdict) for person, verdict in zip(people, verdicts, strict=True))
    vote(world, key, item, ItemCommand(votes, "", "The need is thin.", ("need",)))
    assert seen(world, key).points[0].foreseen == "would go back for changes: 2 of 3 present approve, 1 against"
    ready(world, key)
    close(world, key)
    assert seen(world, key).points[0].point.item.outcome is ItemOutcome.CHANGES_REQUESTED
    review = reviews.page(world.context, world.actor("author@northfield.example"), proposal).review
    assert review is not None
    assert review.progress.outcome is Outcome.CHANGES_REQUESTED

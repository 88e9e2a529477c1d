"""Submission windows, and what later stages need, are told before anything is submitted."""

from datetime import UTC, datetime, timedelta

import pytest

from cowork.domain.errors import Invalid
from cowork.services import reviews
from tests.steering import AUTHOR, STEERED, keep, standings
from tests.world import World

IN_SPRING = STEERED.replace('source = "Made for tests."', 'source = "Made for tests."\n\n[[window]]\nopens = "03-10"\ncloses = "04-30"')
NEEDS_EVIDENCE = STEERED.replace(
    'edits = ["need", "business"]',
    'edits = ["need", "business"]\nrequires = [{ title = "the sector is named", that = { fact = "need.sector", is = "Ports" } }]',
)


def test_outside_its_window_it_is_not_submitted_and_the_page_says_when_it_opens(world: World) -> None:
    keep(IN_SPRING)
    proposal = world.complete_draft("steered")
    sentence = "This way of approval takes proposals again from 10 March 2026."
    assert reviews.route(world.context, world.actor(AUTHOR), proposal).missing[0].startswith(sentence)
    with pytest.raises(Invalid, match=r"10 March 2026"):
        world.submit(proposal)
    world.pass_time(timedelta(days=8))
    world.submit(proposal)
    assert standings(world, proposal)["department"] == "open"


def test_the_dry_run_says_what_a_later_stage_needs_and_lets_it_be_submitted(world: World) -> None:
    keep(NEEDS_EVIDENCE)
    proposal = world.complete_draft("steered")
    found = reviews.route(world.context, world.actor(AUTHOR), proposal)
    assert found.requirements == ("“Quality check” begins only when the sector is named.",)
    assert found.missing == ()
    world.submit(proposal)
    assert reviews.route(world.context, world.actor(AUTHOR), proposal).requirements == ()


def test_a_condition_can_ask_for_the_month_of_the_submission_where_the_leading_party_is(world: World) -> None:
    keep(STEERED.replace('edits = ["need", "business"]', 'edits = ["need", "business"]\nwhen = { fact = "proposal.month", is = 4 }'))
    in_march, in_april = (world.complete_draft("steered") for _ in range(2))
    world.submit(in_march)
    world.pass_time(datetime(2026, 3, 31, 23, 30, tzinfo=UTC) - world.context.now())  # half past midnight in Dublin
    world.submit(in_april)
    assert [standings(world, one)["quality"] for one in (in_march, in_april)] == ["skipped", "waiting"]
    world.pass_time(timedelta(days=40))
    assert [standings(world, one)["quality"] for one in (in_march, in_april)] == ["skipped", "waiting"]

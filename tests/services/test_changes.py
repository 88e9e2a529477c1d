"""What changed since somebody's own review, since they last looked, since the text was submitted: on both databases."""

from datetime import timedelta

import pytest

from cowork.domain.errors import NotFound
from cowork.domain.ids import ProposalId
from cowork.domain.specifications.since import Since
from cowork.domain.workflows.progress import Verdict
from cowork.services import changes, moving, reviews
from cowork.services.specifications import SaveCommand, StaleSave
from tests.steering import AUTHOR, HEAD, PARTNER, QUALITY, steered
from tests.world import World


def look(world: World, email: str, proposal: ProposalId) -> None:
    """What the review page does when somebody opens it."""
    actor = world.actor(email)
    page = reviews.page(world.context, actor, proposal)
    changes.look(world.context, actor, proposal, page.draft.version.number, page.points.look)


def known(world: World, email: str, proposal: ProposalId) -> dict[Since, int]:
    return dict(changes.page(world.context, world.actor(email), proposal).points.known)


def test_each_person_is_shown_what_is_new_to_them(world: World) -> None:
    proposal = world.complete_draft()
    assert known(world, AUTHOR, proposal) == {}
    look(world, PARTNER, proposal)
    world.pass_time(timedelta(hours=1))
    world.save(AUTHOR, proposal, "identity", title="Another title")
    assert known(world, PARTNER, proposal) == {Since.LOOK: 1}
    assert known(world, AUTHOR, proposal) == {}
    page = reviews.page(world.context, world.actor(PARTNER), proposal)
    assert page.points.chosen is Since.LOOK
    assert page.seen is not None
    assert page.seen.number == 1
    look(world, PARTNER, proposal)
    assert reviews.page(world.context, world.actor(PARTNER), proposal).seen is not None, "a reload shows the same"
    world.pass_time(timedelta(hours=1))
    world.save(AUTHOR, proposal, "identity", title="A third title")
    look(world, PARTNER, proposal)
    assert known(world, PARTNER, proposal) == {Since.LOOK: 2}


def test_the_own_review_counts_from_the_version_that_was_decided_on_in_any_round(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    world.decide(QUALITY, proposal, Verdict.REQUEST_CHANGES, reason="Say whom it serves.", sections=("need",))
    world.save(AUTHOR, proposal, "need", problem="Another problem altogether.")
    world.pass_time()
    world.submit(proposal)
    page = reviews.page(world.context, world.actor(QUALITY), proposal)
    assert (page.points.chosen, page.points.version) == (Since.REVIEW, 1)
    found = changes.page(world.context, world.actor(QUALITY), proposal, since="review")
    assert (found.old.number, found.new.number) == (1, 2)
    assert found.comparison.keys() == ("need",)
    assert reviews.page(world.context, world.actor(QUALITY), proposal, "nothing").seen is None


def test_since_submission_is_the_version_that_was_submitted_though_the_round_went_on(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    world.pass_time()
    command = SaveCommand("business", 1, {"fee": 99})
    preview = moving.preview(world.context, world.actor(AUTHOR), proposal, command)
    assert not isinstance(preview, StaleSave)
    moving.move(world.context, world.actor(AUTHOR), proposal, command, preview.seen)
    assert known(world, QUALITY, proposal)[Since.SUBMISSION] == 1
    found = changes.page(world.context, world.actor(QUALITY), proposal, since="submission")
    assert (found.old.number, found.new.number) == (1, 2)


def test_two_versions_are_chosen_by_number_and_unknown_ones_are_not_there(world: World) -> None:
    proposal = world.complete_draft()
    world.save(AUTHOR, proposal, "identity", title="Another title")
    found = changes.page(world.context, world.actor(PARTNER), proposal, 2, 1)
    assert (found.old.number, found.new.number) == (2, 1)
    for old, new in ((1, 9), (9, 1)):
        with pytest.raises(NotFound):
            changes.page(world.context, world.actor(PARTNER), proposal, old, new)
    with pytest.raises(NotFound):
        changes.page(world.context, world.actor("admin@rival.example"), proposal)

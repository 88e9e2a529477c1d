"""What an open stage lets authors change is saved in review, after it was said what that does to the route."""

from typing import Any

import pytest

from cowork.domain.errors import Conflict, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, moving, reviews, specifications
from cowork.services.moving import MovePreview
from cowork.services.specifications import SaveCommand, StaleSave
from tests.services.test_races import at_once
from tests.steering import AUTHOR, BUSINESS, HEAD, PARTNER, QUALITY, STEERED, keep, progress, review, standings, steered
from tests.world import World


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def command(world: World, proposal: ProposalId, section: str, **answers: Any) -> SaveCommand:
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    return SaveCommand(section, draft.version.number, answers)


def previewed(world: World, proposal: ProposalId, save: SaveCommand, who: str = AUTHOR) -> MovePreview:
    found = moving.preview(world.context, world.actor(who), proposal, save)
    assert isinstance(found, MovePreview)
    return found


@pytest.fixture
def proposal(world: World) -> ProposalId:
    """The department has checked; quality and money are asked side by side."""
    found = steered(world)
    world.decide(HEAD, found)
    assert standings(world, found)["business"] == "open"
    return found


def test_a_fact_that_changes_closes_a_stage_and_says_so_before(world: World, proposal: ProposalId) -> None:
    world.decide(QUALITY, proposal)
    save = command(world, proposal, "business", fee=0)
    with pytest.raises(Conflict, match="No stage that is open now"):
        moving.preview(world.context, world.actor(AUTHOR), proposal, save)


def test_before_saving_it_says_what_opens_closes_stays_and_goes_stale(world: World, proposal: ProposalId) -> None:
    save = command(world, proposal, "business", fee=0)
    found = previewed(world, proposal, save)
    assert found.changes.closed == ("Business check",)
    assert found.changes.opened == ()
    assert found.changes.stale == ()
    assert found.sections == ("business",)
    assert review(world, proposal).version.number == 1, "a preview writes nothing"
    world.pass_time()
    moving.move(world.context, world.actor(AUTHOR), proposal, save, found.seen)
    now = review(world, proposal)
    assert (now.version.number, now.round.version) == (2, 2)
    assert standings(world, proposal) == {"department": "met", "quality": "open", "business": "skipped", "dean": "waiting"}
    sound(world)
    back = command(world, proposal, "business", fee=450)
    again = previewed(world, proposal, back)
    assert again.changes.opened == ("Business check",)
    assert [stage for _, stage in again.changes.asked] == ["Business check"]
    sound(world)


def test_an_approval_whose_section_changes_goes_stale_and_is_named_before(world: World, proposal: ProposalId) -> None:
    world.decide(BUSINESS, proposal)
    save = command(world, proposal, "business", fee=999)
    found = previewed(world, proposal, save)
    assert found.changes.stale == ((world.actor(BUSINESS).name, "Business check"),)
    assert found.changes.reopened == ("Business check",)
    moving.move(world.context, world.actor(AUTHOR), proposal, save, found.seen)
    assert standings(world, proposal)["business"] == "open"
    assert standings(world, proposal)["department"] == "met"
    sound(world)


def test_a_decision_on_the_older_version_is_refused(world: World, proposal: ProposalId) -> None:
    before, turn = review(world, proposal), reviews.page(world.context, world.actor(QUALITY), proposal).turns[0]
    late = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, before.version.number, before.version.digest)
    save = command(world, proposal, "need", sector="Shipping")
    moving.move(world.context, world.actor(AUTHOR), proposal, save, previewed(world, proposal, save).seen)
    with pytest.raises(Conflict, match="version 2 is in review now"):
        reviews.decide(world.context, world.actor(QUALITY), proposal, late)


def test_what_happened_since_the_preview_has_to_be_read_first(world: World, proposal: ProposalId) -> None:
    save = command(world, proposal, "need", sector="Shipping")
    seen = previewed(world, proposal, save).seen
    world.decide(BUSINESS, proposal)
    with pytest.raises(Conflict, match="Something has happened"):
        moving.move(world.context, world.actor(AUTHOR), proposal, save, seen)
    assert review(world, proposal).version.number == 1


@pytest.mark.parametrize("section", ["outcomes", "legal", "identity"])
def test_every_other_section_stays_locked(world: World, proposal: ProposalId, section: str) -> None:
    with pytest.raises(Conflict, match="No stage that is open now"):
        moving.preview(world.context, world.actor(AUTHOR), proposal, command(world, proposal, section))
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    assert draft.writable == {"need", "business"}


def test_nobody_but_authors_changes_it_and_the_ordinary_way_is_shut(world: World, proposal: ProposalId) -> None:
    save = command(world, proposal, "need", sector="Shipping")
    with pytest.raises(Refused):
        moving.preview(world.context, world.actor(QUALITY), proposal, save)
    with pytest.raises(Refused, match="locked while it is in review"):
        specifications.save_section(world.context, world.actor(AUTHOR), proposal, save)


def test_two_authors_who_change_the_same_answer_get_both_texts(world: World, proposal: ProposalId) -> None:
    mine, theirs = command(world, proposal, "need", sector="Mine"), command(world, proposal, "need", sector="Theirs")
    moving.move(world.context, world.actor(PARTNER), proposal, theirs, previewed(world, proposal, theirs, PARTNER).seen)
    assert isinstance(moving.preview(world.context, world.actor(AUTHOR), proposal, mine), StaleSave)


def test_saving_and_deciding_at_the_same_moment_have_one_order(world: World, proposal: ProposalId) -> None:
    save = command(world, proposal, "need", sector="Shipping")
    seen = previewed(world, proposal, save).seen
    found, turn = review(world, proposal), reviews.page(world.context, world.actor(QUALITY), proposal).turns[0]
    decide = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, found.version.number, found.version.digest)
    author, quality = world.actor(AUTHOR), world.actor(QUALITY)
    answers = at_once(
        world,
        [
            lambda: moving.move(world.context, author, proposal, save, seen),
            lambda: reviews.decide(world.context, quality, proposal, decide),
        ],
    )
    assert answers == {"done": 1, "Conflict": 1}
    assert len(progress(world, proposal).stages) == 4
    sound(world)


def test_authors_bring_what_a_stage_waits_for_in_the_sections_that_it_edits(world: World) -> None:
    wanted = 'requires = [{ title = "the sector is named", that = { fact = "need.sector", is = "Ports" } }]'
    keep(STEERED.replace('edits = ["need", "business"]', f'edits = ["need"]\n{wanted}'))
    proposal = world.complete_draft("steered")
    world.submit(proposal)
    save = command(world, proposal, "need", sector="Ports")
    with pytest.raises(Conflict, match="No stage that is open now"):
        moving.preview(world.context, world.actor(AUTHOR), proposal, save)
    world.decide(HEAD, proposal)
    assert standings(world, proposal)["quality"] == "waiting"
    begins = "Quality check begins when the sector is named; its authors can see to that now."
    assert begins in progress(world, proposal).needs
    assert specifications.draft(world.context, world.actor(AUTHOR), proposal).writable == {"need"}
    preview = previewed(world, proposal, save)
    assert (preview.changes.begins, preview.changes.asked[0][1]) == (("Quality check",), "Quality check")
    moving.move(world.context, world.actor(AUTHOR), proposal, save, preview.seen)
    assert standings(world, proposal)["quality"] == "open"
    sound(world)

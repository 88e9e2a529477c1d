"""Suggestions taken over while the text is in review: where an open stage allows it, and after it was said what follows."""

import pytest

from cowork.domain.comments import Anchor
from cowork.domain.errors import Invalid, Refused
from cowork.domain.ids import ProposalId, ThreadId
from cowork.domain.suggestions import SuggestionKind, SuggestionStanding
from cowork.services import accepting, audit, checks, comments, proposals, reviews, suggesting
from cowork.services.accepting import AcceptCommand, Accepted
from cowork.services.moving import MovePreview
from cowork.services.suggesting import SuggestCommand
from cowork.web.specifications.suggested import suggestions
from tests.steering import AUTHOR, BUSINESS, HEAD, PARTNER, QUALITY, progress, review, standings, steered
from tests.world import World

FEE, TITLE = Anchor("business", "fee"), Anchor("identity", "title")


@pytest.fixture
def proposal(world: World) -> ProposalId:
    """The department has checked; quality and money are asked side by side, and money lets its section be changed."""
    found = steered(world)
    world.decide(HEAD, found)
    return found


def suggest(world: World, proposal: ProposalId, anchor: Anchor, value: object, who: str = PARTNER, *, as_writer: bool = False) -> ThreadId:
    world.pass_time()
    command = SuggestCommand(SuggestionKind.FIELD, anchor, value, None, 1, as_writer=as_writer)
    return suggesting.suggest(world.context, world.actor(who), proposal, command)


def accept(world: World, proposal: ProposalId, command: AcceptCommand, who: str = AUTHOR) -> Accepted | MovePreview:
    world.pass_time()
    return accepting.accept(world.context, world.actor(who), proposal, command)


def confirmed(world: World, proposal: ProposalId, *threads: ThreadId) -> Accepted:
    found = accept(world, proposal, AcceptCommand(threads, confirmed=True))
    assert isinstance(found, MovePreview)
    made = accept(world, proposal, AcceptCommand(threads, confirmed=True, seen=found.seen))
    assert isinstance(made, Accepted)
    return made


def standing(world: World, proposal: ProposalId, thread: ThreadId) -> SuggestionStanding | None:
    found = next(one for one in comments.threads(world.context, world.actor(AUTHOR), proposal) if one.id == thread)
    return found.suggestion.standing if found.suggestion else None


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def test_what_follows_is_said_before_a_suggestion_is_taken_over(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, FEE, 0)
    found = accept(world, proposal, AcceptCommand((made,)))
    assert isinstance(found, MovePreview)
    assert (found.changes.closed, found.sections) == (("Business check",), ("business",))
    assert standing(world, proposal, made) is SuggestionStanding.OPEN, "a preview writes nothing"
    assert review(world, proposal).version.number == 1
    done = confirmed(world, proposal, made)
    assert (done.version, done.taken) == (2, (made,))
    assert done.sentence == progress(world, proposal).sentence
    assert standing(world, proposal, made) is SuggestionStanding.ACCEPTED
    assert review(world, proposal).version.number == 2
    assert standings(world, proposal)["business"] == "skipped"
    sound(world)


def test_what_no_stage_leaves_open_stays_locked(world: World, proposal: ProposalId) -> None:
    title = suggest(world, proposal, TITLE, "Data for Nurses")
    with pytest.raises(Refused):
        accept(world, proposal, AcceptCommand((title,)))
    world.decide(QUALITY, proposal)
    fee = suggest(world, proposal, FEE, 0)
    with pytest.raises(Refused, match="locked while it is in review"):
        accept(world, proposal, AcceptCommand((fee,)))
    with pytest.raises(Refused):
        accept(world, proposal, AcceptCommand((fee,)), who=HEAD)
    assert standing(world, proposal, fee) is SuggestionStanding.OPEN


def test_a_confirmation_of_what_stands_no_more_is_asked_again(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, FEE, 0)
    found = accept(world, proposal, AcceptCommand((made,)))
    assert isinstance(found, MovePreview)
    assert not found.overtaken
    suggest(world, proposal, TITLE, "Data for Nurses")
    again = accept(world, proposal, AcceptCommand((made,), seen=found.seen))
    assert isinstance(again, MovePreview)
    assert again.overtaken
    assert standing(world, proposal, made) is SuggestionStanding.OPEN


def test_the_page_offers_it_to_those_who_may(world: World, proposal: ProposalId) -> None:
    fee, title = suggest(world, proposal, FEE, 0), suggest(world, proposal, TITLE, "Data for Nurses")
    for who, offered in ((AUTHOR, True), (HEAD, False)):
        page = reviews.page(world.context, world.actor(who), proposal)
        views = suggestions(page.draft, page.threads, page.deciders, world.context.differ)
        assert (bool(views[fee].accept_url), bool(views[title].accept_url)) == (offered, False)


def test_whoever_decides_here_and_words_more_than_a_correction_loses_the_seat_knowingly(world: World, proposal: ProposalId) -> None:
    with pytest.raises(Invalid):
        suggest(world, proposal, FEE, 0, BUSINESS)
    made = suggest(world, proposal, FEE, 900, BUSINESS, as_writer=True)
    with pytest.raises(Invalid, match="no longer decide"):
        accept(world, proposal, AcceptCommand((made,)))
    found = accept(world, proposal, AcceptCommand((made,), confirmed=True))
    assert isinstance(found, MovePreview)
    assert "to name somebody else" in found.after.sentence, "it says before that nobody else sits there"
    confirmed(world, proposal, made)
    facts = proposals.case(world.context, world.actor(AUTHOR), proposal).state.facts
    assert world.actor(BUSINESS).person in facts.writers
    assert world.actor(BUSINESS).person not in {turn.person for turn in progress(world, proposal).turns}
    sound(world)

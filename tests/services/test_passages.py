"""Comments on words through the use cases: anchors that hold through edits, are asked about or orphaned; taking comments back."""

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.ids import CommentId, OrganisationId, ProposalId, ThreadId
from cowork.domain.passages import Moved, Orphaned, Placed
from cowork.services import audit, checks, comments, mentions, passages, specifications
from cowork.services.passages import Standing
from tests.world import World

UNIVERSITY, EMPLOYER, DEAN = "author@northfield.example", "author@harbour.example", "dean@northfield.example"
AUDIENCE = "Analysts with two years of practice in reporting, who know a spreadsheet and some SQL."


@pytest.fixture
def proposal(world: World) -> ProposalId:
    return world.complete_draft()


def comment(
    world: World, proposal: ProposalId, anchor: Anchor, who: str = EMPLOYER, lane: OrganisationId | None = None, version: int = 1
) -> ThreadId:
    return comments.open_thread(world.context, world.actor(who), proposal, OpenThreadCommand("Why so?", anchor, lane, False, version))


def where(world: World, proposal: ProposalId, thread: ThreadId, who: str = EMPLOYER) -> Standing:
    draft = specifications.draft(world.context, world.actor(who), proposal)
    found = next(one for one in comments.threads(world.context, world.actor(who), proposal) if one.id == thread)
    standing = passages.standing(draft.case.form, draft.content, found)
    assert standing is not None
    return standing


def test_words_are_quoted_as_they_are_seen_and_found_after_edits(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("identity", "purpose", quote="explain its result to those who act on it"))
    found = comments.threads(world.context, world.actor(EMPLOYER), proposal)[0]
    assert found.quote is not None
    assert found.quote.exact == "explain its result to those who act on it", "the marks of Markdown are no words"
    text = "New first words.\n\nHolders build that model and explain its result to those who act on it."
    world.save(UNIVERSITY, proposal, "identity", purpose=text)
    place = where(world, proposal, thread)
    assert isinstance(place.place, Placed)
    assert place.text[place.place.start : place.place.end] == found.quote.exact


def test_a_cell_of_a_row_is_quoted_and_follows_its_row(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("outcomes", "items", "lo3", "text", "open-source library"))
    assert where(world, proposal, thread).path == "outcomes.items.lo3.text"
    rows = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content["outcomes"]["items"]
    assert isinstance(rows, list)
    world.save(UNIVERSITY, proposal, "outcomes", items=[rows[2], rows[0], rows[1], *rows[3:]])
    assert isinstance(where(world, proposal, thread).place, Placed)


def test_without_a_script_the_words_are_looked_for_in_the_whole_section(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("outcomes", quote="the risks of bias, privacy   and drift"))
    assert where(world, proposal, thread).path == "outcomes.items.lo5.text"


@pytest.mark.parametrize(
    ("anchor", "sentence"),
    [
        (Anchor("need", "audience", quote="words that nobody wrote"), "do not stand in the text"),
        (Anchor("outcomes", quote="model"), "stand at 3 places"),
        (Anchor("need", "audience", quote="x" * 3000), "at most 2,000"),
        (Anchor("outcomes", "items", "unknown", "text", "model"), "Choose what the comment is about"),
        (Anchor("outcomes", "items", None, "text", "model"), "Choose which entry"),
    ],
)
def test_words_that_are_not_there_or_not_clear_are_refused(world: World, proposal: ProposalId, anchor: Anchor, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        comment(world, proposal, anchor)


def test_an_offset_says_which_of_several_is_meant_and_a_wrong_one_is_not_believed(world: World, proposal: ProposalId) -> None:
    start = AUDIENCE.rindex("a")
    thread = comment(world, proposal, Anchor("need", "audience", quote="a", start=start))
    assert where(world, proposal, thread).place == Placed(start, start + 1, True)
    with pytest.raises(Invalid, match="places"):
        comment(world, proposal, Anchor("need", "audience", quote="a", start=500))


def test_words_that_are_gone_leave_the_comment_with_what_it_quoted(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("need", "audience", quote="a spreadsheet and some SQL"))
    world.save(UNIVERSITY, proposal, "need", audience="People of whom nothing is asked beforehand at all.")
    assert isinstance(where(world, proposal, thread).place, Orphaned)
    assert comments.threads(world.context, world.actor(EMPLOYER), proposal)[0].quote is not None


def test_where_two_places_could_be_meant_somebody_says_which(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("need", "audience", quote="some SQL"))
    world.save(UNIVERSITY, proposal, "need", audience="First: some SQL for all. " * 2 + "Last.")
    place = where(world, proposal, thread).place
    assert isinstance(place, Moved)
    chosen = Anchor(quote="some SQL", start=place.candidates[0][0])
    comments.place(world.context, world.actor(UNIVERSITY), proposal, thread, chosen, 2)
    assert isinstance(where(world, proposal, thread).place, Placed)
    events = [entry.kind for entry in audit.activity(world.context, world.actor(UNIVERSITY), proposal).entries]
    assert "thread-placed" in events


def test_a_private_answer_is_quoted_by_its_own_side_alone(world: World, proposal: ProposalId) -> None:
    world.save(EMPLOYER, proposal, "legal", employer_note="A canary that only we hear.")
    own = world.organisations["harbour"]
    thread = comment(world, proposal, Anchor("legal", "employer_note", quote="only we hear"), lane=own, version=2)
    assert isinstance(where(world, proposal, thread).place, Placed)
    for anchor in (Anchor("legal", "employer_note", quote="only we hear"), Anchor("legal", quote="only we hear")):
        with pytest.raises(Invalid):
            comment(world, proposal, anchor, UNIVERSITY, version=2)
        with pytest.raises(Invalid, match="one side only"):
            comment(world, proposal, anchor, EMPLOYER, version=2)
    assert comments.threads(world.context, world.actor(UNIVERSITY), proposal) == []


def test_a_comment_is_taken_back_while_nobody_has_answered(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("need", "audience", quote="some SQL"))
    found = comments.threads(world.context, world.actor(EMPLOYER), proposal)[0]
    first = found.comments[0].id
    with pytest.raises(Conflict):
        comments.withdraw(world.context, world.actor(UNIVERSITY), proposal, thread, first)
    comments.withdraw(world.context, world.actor(EMPLOYER), proposal, thread, first)
    found = comments.threads(world.context, world.actor(UNIVERSITY), proposal)[0]
    assert found.resolved, "a thread of nothing is done with"
    assert [(line.body, line.withdrawn) for line in found.comments] == [("", True)]
    assert checks.check(world.context)[1] == ()


def test_an_answered_comment_stays(world: World, proposal: ProposalId) -> None:
    thread = comment(world, proposal, Anchor("need", "audience"))
    world.pass_time()
    comments.reply(world.context, world.actor(UNIVERSITY), proposal, thread, "Because.")
    first, second = comments.threads(world.context, world.actor(EMPLOYER), proposal)[0].comments
    with pytest.raises(Conflict, match="answered"):
        comments.withdraw(world.context, world.actor(EMPLOYER), proposal, thread, first.id)
    comments.withdraw(world.context, world.actor(UNIVERSITY), proposal, thread, second.id)
    comments.withdraw(world.context, world.actor(EMPLOYER), proposal, thread, first.id)
    with pytest.raises(Conflict):
        comments.withdraw(world.context, world.actor(EMPLOYER), proposal, thread, CommentId("unknown"))


def test_whom_one_can_mention_are_those_who_may_read_the_lane(world: World, proposal: ProposalId) -> None:
    own = world.organisations["harbour"]

    def names(who: str, lane: OrganisationId | None) -> set[str]:
        return {one.say for one in mentions.people(world.context, world.actor(who), proposal, lane)[1]}

    shared = names(EMPLOYER, None)
    assert {"Author Of Northfield", "Admin Of Northfield", "Admin Of Harbour"} <= shared
    assert not any("Rival" in name or "Nobody" in name or "Dean" in name for name in shared), "they may not read it yet"
    assert names(EMPLOYER, own) == {"Admin Of Harbour"}
    with pytest.raises(NotFound):
        names(UNIVERSITY, own)
    with pytest.raises(NotFound):
        names("admin@rival.example", None)
    world.submit(proposal)
    world.decide("signer@harbour.example", proposal)
    assert "Signer Of Harbour" in names(UNIVERSITY, None)


def test_words_that_were_written_since_the_page_was_opened_can_be_quoted(world: World, proposal: ProposalId) -> None:
    world.save(UNIVERSITY, proposal, "need", audience=AUDIENCE + " They read reports.")
    thread = comment(world, proposal, Anchor("need", "audience", quote="They read reports."), version=1)
    found = next(one for one in comments.threads(world.context, world.actor(EMPLOYER), proposal) if one.id == thread)
    assert found.version == 2, "it stands on the version that holds the words"
    old = comment(world, proposal, Anchor("need", "audience", quote="two years of practice"), version=1)
    assert next(one for one in comments.threads(world.context, world.actor(EMPLOYER), proposal) if one.id == old).version == 1
    with pytest.raises(Invalid):
        comment(world, proposal, Anchor("need", "audience", quote="Nobody ever wrote this."), version=1)

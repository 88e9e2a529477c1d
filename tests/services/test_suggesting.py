"""Suggestions through the use cases: made by either side, taken over as one version with credit, turned down, overtaken, and votes."""

import pytest

from cowork.domain.comments import Anchor
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import OrganisationId, ProposalId, ThreadId
from cowork.domain.proposals import Role
from cowork.domain.suggestions import SuggestionKind, SuggestionStanding
from cowork.domain.workflows.progress import Verdict
from cowork.services import accepting, audit, checks, comments, notifications, proposals, questions, reviews, specifications, suggesting
from cowork.services.accepting import AcceptCommand, Accepted
from cowork.services.proposals import ParticipantCommand
from cowork.services.suggesting import SuggestCommand
from cowork.web.specifications.suggested import suggestions
from tests.services.test_questions import add, publish
from tests.world import World

UNIVERSITY, EMPLOYER, SIGNER = "author@northfield.example", "author@harbour.example", "signer@harbour.example"
SUMMARY = "A part-time course in which analysts learn to build, check and explain models on the data of their own employer."
PASSAGE, FIELD, ROW, ADD, REMOVE = SuggestionKind


@pytest.fixture
def proposal(world: World) -> ProposalId:
    return world.complete_draft()


def suggest(
    world: World, proposal: ProposalId, kind: SuggestionKind, anchor: Anchor, value: object, who: str = EMPLOYER,
    lane: OrganisationId | None = None, version: int = 1, as_writer: bool = False,
) -> ThreadId:  # fmt: skip
    world.pass_time()
    command = SuggestCommand(kind, anchor, value, lane, version, as_writer=as_writer)
    return suggesting.suggest(world.context, world.actor(who), proposal, command)


def accept(world: World, proposal: ProposalId, *threads: ThreadId, who: str = UNIVERSITY, confirmed: bool = False) -> Accepted:
    world.pass_time()
    made = accepting.accept(world.context, world.actor(who), proposal, AcceptCommand(threads, confirmed=confirmed))
    assert isinstance(made, Accepted)
    return made


def content(world: World, proposal: ProposalId) -> dict[str, dict[str, object]]:
    found = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content
    return {key: dict(value) for key, value in found.items()}


def standing(world: World, proposal: ProposalId, thread: ThreadId) -> SuggestionStanding | None:
    found = next(one for one in comments.threads(world.context, world.actor(UNIVERSITY), proposal) if one.id == thread)
    return found.suggestion.standing if found.suggestion else None


SQL = Anchor("need", "audience", quote="some SQL")


def test_a_partner_words_a_passage_of_a_section_that_the_university_owns(world: World, proposal: ProposalId) -> None:
    with pytest.raises(Refused):
        world.save(EMPLOYER, proposal, "assessments", strategy="Not mine to write.")
    text = str(content(world, proposal)["assessments"]["strategy"])
    word = text.split()[2].strip("*_.,")
    start = text.index(word)
    made = suggest(world, proposal, PASSAGE, Anchor("assessments", "strategy", quote=word, start=start), "OTHER")
    done = accept(world, proposal, made)
    assert done.version == 2
    assert "OTHER" in str(content(world, proposal)["assessments"]["strategy"])
    assert standing(world, proposal, made) is SuggestionStanding.ACCEPTED
    line = specifications.history(world.context, world.actor(UNIVERSITY), proposal)[1][0]
    assert "Author Of Northfield" in line.author_name
    assert "Author Of Harbour" in line.author_name, "both are named as writers"
    assert checks.check(world.context)[1] == ()
    assert audit.verify(world.context).faults == ()


def test_several_are_taken_over_as_one_version_and_what_does_not_fit_stays_open(world: World, proposal: ProposalId) -> None:
    first = suggest(world, proposal, PASSAGE, SQL, "basic SQL")
    second = suggest(world, proposal, FIELD, Anchor("identity", "summary"), "A shorter summary.")
    clash = suggest(world, proposal, PASSAGE, Anchor("need", "audience", quote="and some SQL"), "and no SQL")
    outcome = {"text": "Explain what a model learns", "bloom": "understand"}
    entry = suggest(world, proposal, ROW, Anchor("outcomes", "items", "lo1"), outcome)
    done = accept(world, proposal, first, second, clash, entry)
    assert (done.version, done.taken, done.left) == (2, (first, second, entry), (clash,))
    now = content(world, proposal)
    assert "basic SQL" in str(now["need"]["audience"])
    assert now["identity"]["summary"] == "A shorter summary."
    assert now["outcomes"]["items"][0] == {"id": "lo1", "text": "Explain what a model learns", "bloom": "understand"}  # type: ignore[index]
    assert standing(world, proposal, clash) is SuggestionStanding.OPEN
    with pytest.raises(Conflict, match="text has changed"):
        accept(world, proposal, clash)
    with pytest.raises(Conflict, match="settled"):
        accept(world, proposal, first)


def test_entries_are_added_and_removed_with_the_links_to_them(world: World, proposal: ProposalId) -> None:
    new = suggest(world, proposal, ADD, Anchor("outcomes", "items"), {"text": "Present a model to a board", "bloom": "apply"})
    gone = suggest(world, proposal, REMOVE, Anchor("outcomes", "items", "lo5"), None)
    accept(world, proposal, new, gone)
    rows = content(world, proposal)["outcomes"]["items"]
    assert [row["text"] for row in rows][-1] == "Present a model to a board"  # type: ignore[attr-defined]
    assert "lo5" not in str(content(world, proposal)), "nothing points to it any more"


def test_an_edit_makes_a_suggestion_stale_and_undoing_the_edit_makes_it_fit_again(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, PASSAGE, SQL, "basic SQL")
    before = content(world, proposal)["need"]["audience"]
    world.save(UNIVERSITY, proposal, "need", audience="Analysts with two years of practice in reporting, who know SQL.")
    with pytest.raises(Conflict):
        accept(world, proposal, made)
    world.save(UNIVERSITY, proposal, "need", audience=before)
    assert accept(world, proposal, made).version == 4


@pytest.mark.parametrize(
    ("kind", "anchor", "value", "sentence"),
    [
        (PASSAGE, SQL, "some SQL", "same words"),
        (PASSAGE, SQL, "some SQL\u202e", "same words"),
        (PASSAGE, SQL, "bell\x07", "control characters"),
        (PASSAGE, Anchor("need", "audience"), "new", "Quote the words"),
        (PASSAGE, Anchor("identity", "credit_bearing", quote="Credit"), "No credit", "no text"),
        (FIELD, Anchor("identity", "summary"), SUMMARY, "what stands there"),
        (FIELD, Anchor("identity", "level_framework"), "nonsense", "not one of the answers"),
        (ROW, Anchor("outcomes", "items", "lo1"), {}, "at least one answer"),
        (FIELD, Anchor("identity", "nothing"), "x", "Choose what"),
        (FIELD, Anchor(), "x", "Choose which"),
    ],
)  # fmt: skip
def test_what_is_no_suggestion_is_refused(
    world: World, proposal: ProposalId, kind: SuggestionKind, anchor: Anchor, value: object, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        suggest(world, proposal, kind, anchor, value)


def test_only_who_writes_the_answer_takes_it_over(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, FIELD, Anchor("assessments", "strategy"), "Better.")
    with pytest.raises(Refused, match="Those who write this answer"):
        accept(world, proposal, made, who=EMPLOYER)
    with pytest.raises(Refused):
        suggesting.reject(world.context, world.actor(EMPLOYER), proposal, made, "No.")
    with pytest.raises(NotFound):
        accept(world, proposal, made, who="admin@rival.example")


def test_it_is_said_beforehand_who_may_turn_it_down(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, FIELD, Anchor("assessments", "strategy"), "Better.")

    def offered() -> list[bool]:
        """To the university, which writes the answer, and to the employer."""
        found = []
        for who in (UNIVERSITY, EMPLOYER):
            page = reviews.page(world.context, world.actor(who), proposal)
            view = suggestions(page.draft, page.threads, page.deciders, world.context.differ)[made]
            found.append(bool(view.reject_url))
        return found

    assert offered() == [True, False]
    world.submit(proposal)
    assert offered() == [True, False]


def test_what_is_suggested_for_a_question_of_the_past_is_turned_down_by_any_author(world: World) -> None:
    key = add(world, label="Cost centre")
    publish(world)
    proposal = world.complete_draft()
    world.save(UNIVERSITY, proposal, "need", **{key: "4711"})
    made = suggest(world, proposal, FIELD, Anchor("need", key), "4712", version=2)
    admin, house = world.actor("admin@northfield.example"), world.organisations["northfield"]
    questions.remove(world.context, admin, house, questions.page(world.context, admin, house).seen, key)
    publish(world)
    newer = questions.newer(world.context, world.actor(UNIVERSITY), proposal)
    assert newer is not None
    questions.take_over(world.context, world.actor(UNIVERSITY), proposal, newer.form.digest)
    page = reviews.page(world.context, world.actor(EMPLOYER), proposal)
    view = suggestions(page.draft, page.threads, page.deciders, world.context.differ)[made]
    assert (bool(view.accept_url), bool(view.reject_url), view.again_url) == (False, True, "")
    suggesting.reject(world.context, world.actor(EMPLOYER), proposal, made, "Nobody asks that any more.")
    assert standing(world, proposal, made) is SuggestionStanding.REJECTED


def test_a_suggestion_is_turned_down_with_an_answer_and_told(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, PASSAGE, SQL, "basic SQL")
    with pytest.raises(Invalid, match="Say why"):
        suggesting.reject(world.context, world.actor(UNIVERSITY), proposal, made, " ")
    world.pass_time()
    suggesting.reject(world.context, world.actor(UNIVERSITY), proposal, made, "Some is what we mean.")
    world.work()
    told = notifications.page(world.context, world.actor(EMPLOYER), read=False)
    assert any(line.kind.value == "answered" for line in told.rows)
    assert standing(world, proposal, made) is SuggestionStanding.REJECTED
    with pytest.raises(Conflict):
        accept(world, proposal, made)
    comments.reopen(world.context, world.actor(EMPLOYER), proposal, made)
    assert accept(world, proposal, made).version == 2


def test_it_is_taken_back_by_whoever_made_it_and_resolved_by_nobody(world: World, proposal: ProposalId) -> None:
    made = suggest(world, proposal, PASSAGE, SQL, "basic SQL")
    with pytest.raises(Invalid, match="accepted or turned down"):
        comments.resolve(world.context, world.actor(UNIVERSITY), proposal, made)
    first = comments.threads(world.context, world.actor(EMPLOYER), proposal)[0].comments[0].id
    comments.withdraw(world.context, world.actor(EMPLOYER), proposal, made, first)
    assert standing(world, proposal, made) is SuggestionStanding.WITHDRAWN
    with pytest.raises(Conflict):
        accept(world, proposal, made)


def test_a_private_answer_is_worded_by_its_own_side_alone(world: World, proposal: ProposalId) -> None:
    world.save(EMPLOYER, proposal, "legal", employer_note="A canary for us.")
    own, note = world.organisations["harbour"], Anchor("legal", "employer_note", quote="canary")
    with pytest.raises(Invalid, match="one side only"):
        suggest(world, proposal, PASSAGE, note, "parrot", version=2)
    with pytest.raises(Invalid):
        suggest(world, proposal, PASSAGE, note, "parrot", UNIVERSITY, version=2)
    made = suggest(world, proposal, PASSAGE, note, "parrot", lane=own, version=2)
    assert comments.threads(world.context, world.actor(UNIVERSITY), proposal) == []
    with pytest.raises(NotFound):
        accept(world, proposal, made)
    accept(world, proposal, made, who=EMPLOYER)
    kinds = {entry.kind for entry in audit.activity(world.context, world.actor(UNIVERSITY), proposal).entries}
    assert not {kind for kind in kinds if kind.startswith(("suggestion", "thread", "comment"))}


def test_the_note_of_the_version_tells_of_shared_suggestions_alone(world: World, proposal: ProposalId) -> None:
    own = suggest(world, proposal, PASSAGE, SQL, "basic SQL", UNIVERSITY, lane=world.organisations["northfield"])
    shared = suggest(world, proposal, FIELD, Anchor("identity", "summary"), "A shorter summary.")
    accept(world, proposal, own)
    accept(world, proposal, shared)
    notes = [line.note for line in specifications.history(world.context, world.actor(EMPLOYER), proposal)[1]]
    assert notes[:2] == ["Took over a suggestion of Author Of Harbour", ""]


def test_a_correction_by_somebody_who_decides_costs_them_nothing(world: World, proposal: ProposalId) -> None:
    proposals.add_participant(world.context, world.actor(EMPLOYER), proposal, ParticipantCommand(SIGNER, Role.COMMENTER))
    made = suggest(world, proposal, PASSAGE, SQL, "basic SQL", SIGNER)
    accept(world, proposal, made)
    facts = proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.facts
    assert world.actor(SIGNER).person not in facts.writers, "an author took it over and answers for it"
    world.submit(proposal)
    world.decide(SIGNER, proposal)


def test_more_than_a_correction_costs_a_vote_only_knowingly_on_both_sides(world: World, proposal: ProposalId) -> None:
    proposals.add_participant(world.context, world.actor(EMPLOYER), proposal, ParticipantCommand(SIGNER, Role.COMMENTER))
    whole = Anchor("identity", "summary")
    with pytest.raises(Invalid, match="You are asked to decide at"):
        suggest(world, proposal, FIELD, whole, "All anew.", SIGNER)
    made = suggest(world, proposal, FIELD, whole, "All anew.", SIGNER, as_writer=True)
    with pytest.raises(Invalid, match="Signer Of Harbour could then no longer decide"):
        accept(world, proposal, made)
    accept(world, proposal, made, confirmed=True)
    facts = proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.facts
    assert world.actor(SIGNER).person in facts.writers


def test_in_review_suggestions_wait_and_fit_when_the_text_can_be_edited_again(world: World, proposal: ProposalId) -> None:
    world.submit(proposal)
    made = suggest(world, proposal, PASSAGE, SQL, "basic SQL", SIGNER)
    with pytest.raises(Refused, match="locked while it is in review"):
        accept(world, proposal, made)
    world.decide(SIGNER, proposal, Verdict.REQUEST_CHANGES, reason="See my suggestion.", sections=("need",))
    accept(world, proposal, made)
    world.submit(proposal)
    world.decide(SIGNER, proposal)

"""An organisation's questions: drafted, published, pinned to proposals, and taken over by drafts."""

from datetime import timedelta
from typing import Any

import pytest

from cowork.domain.comments import Anchor
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.suggestions import SuggestionKind
from cowork.services import audit, authorship, changes, checks, marked, questions, reviews, specifications, suggesting
from cowork.services.exports import dossier
from cowork.services.suggesting import SuggestCommand
from cowork.store import unit
from cowork.web.audit.sentences import event_rows
from tests import earlier
from tests.world import FakeRenderer, World

ADMIN, AUTHOR, PARTNER = "admin@northfield.example", "author@northfield.example", "author@harbour.example"


def add(world: World, house: str = "northfield", key: str = "", **table: Any) -> str:
    side = "university" if house == "northfield" else "employer"
    admin, organisation = world.actor(f"admin@{house}.example"), world.organisations[house]
    seen = questions.page(world.context, admin, organisation).seen
    made = {"section": "need", "label": "Cost centre", "type": "text", "owner": side, **table}
    return questions.put(world.context, admin, organisation, seen, key, made)


def publish(world: World, house: str = "northfield") -> int:
    admin, organisation = world.actor(f"admin@{house}.example"), world.organisations[house]
    return questions.publish(world.context, admin, organisation, questions.page(world.context, admin, organisation).seen)


def test_a_question_is_asked_of_proposals_that_begin_after_it_was_published(world: World) -> None:
    before = world.draft("Before")
    key = add(world)
    drafted = world.draft("Drafted only")
    assert publish(world) == 1
    after = world.draft("After")
    asked = [key in {f.key for f in specifications.draft(world.context, world.actor(AUTHOR), p).case.form.section("need").fields}
             for p in (before, drafted, after)]  # fmt: skip
    assert asked == [False, False, True]
    world.save(AUTHOR, after, "need", **{key: "4711"})
    draft = specifications.draft(world.context, world.actor(PARTNER), after)
    assert draft.content["need"][key] == "4711"
    assert checks.check(world.context)[1] == ()


def test_the_questions_of_every_party_are_asked_once(world: World) -> None:
    mine, theirs = add(world), add(world, "harbour", label="Works council")
    publish(world)
    publish(world, "harbour")
    fields = specifications.draft(world.context, world.actor(AUTHOR), world.draft()).case.form.section("need").fields
    asked_by = {field.key: field.asked_by for field in fields if field.asked_by}
    assert asked_by == {mine: "Northfield University", theirs: "Harbour Analytics"}


def test_a_private_question_is_read_by_its_own_side_alone(world: World) -> None:
    key = add(world, label="Internal price", lane="university")
    publish(world)
    proposal = world.draft()
    world.save(AUTHOR, proposal, "need", **{key: "secret-canary"})
    assert key not in specifications.draft(world.context, world.actor(PARTNER), proposal).content.get("need", {})
    case = specifications.draft(world.context, world.actor(AUTHOR), proposal).case
    with unit.reading() as session:
        assert "secret-canary" not in repr(dossier(session, world.context, case.state, case.state.version).content)


def test_only_administrators_change_questions_and_strangers_see_none(world: World) -> None:
    organisation = world.organisations["northfield"]
    with pytest.raises(Refused):
        questions.put(world.context, world.actor(AUTHOR), organisation, 0, "", {"section": "need", "label": "X", "type": "text"})
    add(world)
    member = questions.page(world.context, world.actor(AUTHOR), organisation)
    assert (member.draft, member.tables, member.manages) == (None, (), False)
    with pytest.raises(NotFound):
        questions.page(world.context, world.actor("admin@rival.example"), organisation)


def test_two_administrators_never_overwrite_each_other(world: World) -> None:
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    key = add(world)
    with pytest.raises(Conflict):
        questions.put(world.context, admin, organisation, 0, "", {"section": "need", "label": "Late", "type": "text"})
    for act in (questions.publish, questions.discard):
        with pytest.raises(Conflict):
            act(world.context, admin, organisation, 7)
    assert [table["key"] for table in questions.page(world.context, admin, organisation).tables] == [key]


def test_a_question_that_others_depend_on_cannot_be_removed_first(world: World) -> None:
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    first = add(world)
    second = add(world, label="Depends", when={"fact": f"need.{first}", "present": True})
    with pytest.raises(Invalid, match="not a field of this form"):
        questions.remove(world.context, admin, organisation, 2, first)
    questions.remove(world.context, admin, organisation, 2, second)
    questions.remove(world.context, admin, organisation, 3, first)
    assert questions.page(world.context, admin, organisation).tables == ()


def test_a_question_whose_words_turn_the_direction_of_writing_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="direction of writing"):
        add(world, label="Cost \u202eertnec")
    add(world, label="Cost centre")


def test_questions_are_moved_among_those_of_their_section(world: World) -> None:
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    first, other, last = add(world), add(world, label="Elsewhere", section="legal"), add(world, label="Last")
    questions.move(world.context, admin, organisation, 3, last, -1)
    assert [table["key"] for table in questions.page(world.context, admin, organisation).tables] == [last, other, first]
    questions.move(world.context, admin, organisation, 4, last, -1)
    with pytest.raises(NotFound):
        questions.move(world.context, admin, organisation, 5, "nothing", 1)


def test_a_draft_takes_over_the_newest_questions_and_says_which_answers_go(world: World) -> None:
    gone, kept = add(world, label="Gone"), add(world)
    publish(world)
    proposal = world.draft()
    world.save(AUTHOR, proposal, "need", **{gone: "goes", kept: "stays"})
    assert questions.newer(world.context, world.actor(AUTHOR), proposal) is None
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    questions.remove(world.context, admin, organisation, questions.page(world.context, admin, organisation).seen, gone)
    new = add(world, label="New")
    publish(world)
    found = questions.newer(world.context, world.actor(AUTHOR), proposal)
    assert found is not None
    assert [(loss.label, loss.text) for loss in found.lost] == [("Gone", "goes")]
    version = questions.take_over(world.context, world.actor(AUTHOR), proposal, found.form.digest)
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    assert draft.version.number == version
    assert draft.content["need"] == {kept: "stays"}
    assert {kept, new} <= {field.key for field in draft.case.form.section("need").fields}
    newest = max(specifications.history(world.context, world.actor(AUTHOR), proposal)[1], key=lambda one: one.number)
    assert newest.note == "Newest questions taken over (new: “New”; no longer asked: “Gone”)"
    assert "took over the newest questions" in event_rows(audit.activity(world.context, world.actor(AUTHOR), proposal))[0].text
    with pytest.raises(Conflict):
        questions.take_over(world.context, world.actor(AUTHOR), proposal, found.form.digest)
    older = specifications.draft(world.context, world.actor(AUTHOR), proposal, version - 1)
    assert older.content["need"] == {kept: "stays", gone: "goes"}
    assert checks.check(world.context)[1] == ()


def test_nobody_drops_answers_of_others_with_the_questions(world: World) -> None:
    shared, own = add(world, label="Gone"), add(world, label="Price", lane="university")
    publish(world)
    proposal = world.draft()
    world.save(AUTHOR, proposal, "need", **{shared: "goes", own: "secret"})
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    for key in (shared, own):
        questions.remove(world.context, admin, organisation, questions.page(world.context, admin, organisation).seen, key)
    publish(world)
    found = questions.newer(world.context, world.actor(PARTNER), proposal)
    assert found is not None
    assert "“Gone”; 1 answer that you do not read." in found.why_not
    with pytest.raises(Refused, match="not yours to write would go"):
        take_over(world, proposal, PARTNER)
    assert take_over(world, proposal) == 3


def test_the_other_side_is_not_told_of_private_questions(world: World) -> None:
    proposal = world.draft()
    key = add(world, label="Own price", lane="university")
    publish(world)
    assert questions.newer(world.context, world.actor(PARTNER), proposal) is None
    own = questions.newer(world.context, world.actor(AUTHOR), proposal)
    assert own is not None
    assert [one.label for one in own.changes.added] == ["Own price"]
    add(world, label="Shared")
    publish(world)
    found = questions.newer(world.context, world.actor(PARTNER), proposal)
    assert found is not None
    assert [one.label for one in found.changes.added] == ["Shared"]
    take_over(world, proposal, PARTNER)
    republish(world, key, label="Price for all")
    found = questions.newer(world.context, world.actor(PARTNER), proposal)
    assert found is not None
    assert (found.changes.changed, [one.label for one in found.changes.added]) == ((), ["Price for all"])


def test_an_answer_that_went_with_its_question_is_shown_as_removed(world: World) -> None:
    column = [{"key": key, "label": key.title(), "type": "text"} for key in ("name", "fee")]
    gone, listed = add(world, label="Gone"), add(world, label="Sponsors", type="rows", column=column)
    publish(world)
    proposal = world.draft()
    world.save(AUTHOR, proposal, "need", **{gone: "words of old", listed: [{"id": "a", "name": "Ada", "fee": "ten euros"}]})
    world.pass_time()
    changes.look(world.context, world.actor(PARTNER), proposal, 2, None)
    admin, organisation = world.actor(ADMIN), world.organisations["northfield"]
    questions.remove(world.context, admin, organisation, questions.page(world.context, admin, organisation).seen, gone)
    republish(world, listed, label="Sponsors", type="rows", column=column[:1])
    take_over(world, proposal)
    world.pass_time(timedelta(hours=1))
    found = reviews.page(world.context, world.actor(PARTNER), proposal).comparison
    assert found is not None
    assert found == changes.page(world.context, world.actor(PARTNER), proposal, 2, 3).comparison
    (section,) = found.sections
    gone_ones = [(change.field.label, change.old, change.new) for change in section.fields if not change.rows]
    assert gone_ones == [("Gone", "words of old", None)]
    assert [column.old for change in section.fields for row in change.rows for column in row.columns] == ["ten euros"]
    renderer = world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    marked.request(world.context, world.actor(PARTNER), proposal, 2, 3)
    world.work()
    assert "words of old" in renderer.pages[-1]


def test_a_proposal_in_review_keeps_its_questions(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    add(world)
    publish(world)
    assert questions.newer(world.context, world.actor(AUTHOR), proposal) is None
    with pytest.raises(Refused):
        questions.take_over(world.context, world.actor(AUTHOR), proposal, world.workflow())
    world.approve_all(proposal)


def republish(world: World, key: str, **table: Any) -> None:
    add(world, key=key, **table)
    publish(world)


def take_over(world: World, proposal: ProposalId, who: str = AUTHOR) -> int:
    found = questions.newer(world.context, world.actor(who), proposal)
    assert found is not None
    return questions.take_over(world.context, world.actor(who), proposal, found.form.digest)


def test_an_answer_that_was_private_never_opens_with_its_question(world: World) -> None:
    key = add(world, lane="university")
    publish(world)
    proposal = world.draft()
    world.save(AUTHOR, proposal, "need", **{key: "secret-canary"})
    republish(world, key)
    assert take_over(world, proposal) == 3
    context, partner, renderer = world.context, world.actor(PARTNER), world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    marked.request(context, partner, proposal, 2, 3)
    world.work()
    command = SuggestCommand(SuggestionKind.FIELD, Anchor("need", key), "other", None, 2)
    suggesting.suggest(context, partner, proposal, command)
    page = reviews.page(context, partner, proposal)
    assert page.threads[0].suggestion is not None
    read = (
        specifications.draft(context, partner, proposal).content, specifications.draft(context, partner, proposal, 2).content,
        changes.page(context, partner, proposal, 2, 3).comparison, authorship.page(context, partner, proposal, 2).provenance.texts,
        renderer.pages, page.comparison, page.threads[0].suggestion.base,
    )  # fmt: skip
    assert "canary" not in repr(read)
    assert specifications.draft(context, world.actor(AUTHOR), proposal, 2).content["need"][key] == "secret-canary"


def test_a_draft_keeps_the_shipped_form_it_began_with_and_can_take_the_newer_one_over(world: World) -> None:
    with earlier.in_use():
        proposal = world.complete_draft()
    actor = world.actor(AUTHOR)
    tasks: Any = specifications.draft(world.context, actor, proposal).content["alignment"]["tasks"]
    world.save(PARTNER, proposal, "alignment", tasks=[{**row, "confirmed": True} for row in tasks])
    older: Any = specifications.draft(world.context, actor, proposal)
    assert older.case.form.version == 2
    assert all(row["confirmed"] for row in older.content["alignment"]["tasks"])
    newer = questions.newer(world.context, actor, proposal)
    assert newer is not None
    assert [asked.label for asked in newer.changes.changed] == ["Job tasks"]
    assert [loss.label for loss in newer.lost] == ["Job tasks: The employer confirms this row"]
    made = questions.take_over(world.context, actor, proposal, newer.form.digest)
    now: Any = specifications.draft(world.context, actor, proposal)
    assert (now.version.number, now.case.form.version) == (made, 3)
    assert not any("confirmed" in row for row in now.content["alignment"]["tasks"])
    before: Any = specifications.draft(world.context, actor, proposal, made - 1)
    assert all(row["confirmed"] for row in before.content["alignment"]["tasks"]), "the version before keeps form and answers"

"""Suggestions as pages show them: what would change, what stands there now, and what the reader can do about it."""

from collections.abc import Iterable, Mapping

from cowork.domain.conditions import Content
from cowork.domain.ids import PersonId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.specifications.compare import Opcodes, compare_answers, segments
from cowork.domain.specifications.form import Form
from cowork.domain.suggestions import Suggestion, SuggestionKind, SuggestionStanding
from cowork.exports.answers import seen
from cowork.services.cases import Case
from cowork.services.passages import question_at
from cowork.services.specifications import Draft
from cowork.services.suggesting import Weighed, weighed
from cowork.store.comments import ThreadFull
from cowork.web.specifications.changes import ShownChange, marks, shown
from cowork.web.threads import SuggestionView

KIND_WORDS = {
    SuggestionKind.PASSAGE: "Suggests other words", SuggestionKind.FIELD: "Suggests another answer",
    SuggestionKind.ROW: "Suggests to change this entry", SuggestionKind.ADD: "Suggests a new entry",
    SuggestionKind.REMOVE: "Suggests to remove this entry",
}  # fmt: skip
STANDING_WORDS = {
    SuggestionStanding.ACCEPTED: "Accepted", SuggestionStanding.REJECTED: "Turned down", SuggestionStanding.WITHDRAWN: "Taken back",
}  # fmt: skip


def suggestions(
    draft: Draft, threads: Iterable[ThreadFull], asked: Mapping[PersonId, tuple[str, ...]], opcodes: Opcodes
) -> dict[ThreadId, SuggestionView]:
    """The suggestions among these threads, by thread."""
    case, content = draft.case, draft.content
    wanted = [thread for thread in threads if thread.suggestion is not None]
    open_ones = weighed(case, content, wanted, asked, draft.writable)
    return {
        thread.id: _view(case, content, thread, thread.suggestion, open_ones.get(thread.id), opcodes)
        for thread in wanted
        if thread.suggestion is not None
    }


def _view(
    case: Case, content: Content, thread: ThreadFull, made: Suggestion, found: Weighed | None, opcodes: Opcodes
) -> SuggestionView:
    base = f"/proposals/{thread.proposal}/suggestions"
    passage = made.kind is SuggestionKind.PASSAGE
    again = _is_stale(found) and case.may(Action.COMMENT) and question_at(case.form, thread.section or "", thread.field or "", None)
    return SuggestionView(
        words=KIND_WORDS[made.kind],
        marks=marks(segments(str(made.base), str(made.value), opcodes)) if passage else (),
        changes=() if passage else _changes(case.form, content, thread, made, opcodes),
        standing=STANDING_WORDS.get(made.standing, ""),
        settled_by=made.settled_by_name,
        settled_at=made.settled_at,
        version=made.taken_into,
        stale=_is_stale(found),
        now=_now(case.form, content, thread, found) if found is not None and not found.fits else "",
        accept_url=f"{base}/accept" if found is not None and found.fits and not found.why_not else "",
        reject_url=f"{base}/{thread.id}/reject" if found is not None and found.may_reject else "",
        again_url=f"/proposals/{thread.proposal}/suggest?again={thread.id}" if again else "",
        why_not=found.why_not if found is not None else "",
        author=thread.comments[0].author_name,
        loses=found.loses if found is not None else (),
    )


def _is_stale(found: Weighed | None) -> bool:
    return found is not None and not found.fits


def _changes(form: Form, content: Content, thread: ThreadFull, made: Suggestion, opcodes: Opcodes) -> tuple[ShownChange, ...]:
    """What an answer or an entry would become."""
    whole = made.kind is SuggestionKind.FIELD
    old, new = (value if whole else [value] if value is not None else [] for value in (made.base, made.value))
    return tuple(shown(change) for change in compare_answers(form, content, f"{thread.section}.{thread.field}", old, new, opcodes))


def _now(form: Form, content: Content, thread: ThreadFull, found: Weighed) -> str:
    """What stands there now, in words; an empty text where nothing does, or where it is a list."""
    question = question_at(form, thread.section or "", thread.field or "", thread.column)
    if question is None or found.now is None:
        return ""
    if isinstance(found.now, Mapping):
        columns = form.section(thread.section or "").field(thread.field or "").columns
        answers = ((column.label, seen(column, found.now.get(column.key), content)) for column in columns)
        return "; ".join(f"{label}: {text}" for label, text in answers if text)
    return seen(question, found.now, content) if not question.columns else ""

"""Suggesting other wording, and what becomes of it: taken over as a version, turned down, or overtaken by an edit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.comments import Anchor, OpenThreadCommand, clean_body, column_of
from cowork.domain.conditions import Content, Value
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event, SuggestionRejected
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId, ThreadId
from cowork.domain.passages import Placed
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Field, FieldType, Form, Section
from cowork.domain.specifications.texts import BadText, many_lines
from cowork.domain.specifications.values import changed_columns, clean, rows
from cowork.domain.suggestions import (
    MAX_REPLACEMENT,
    Stale,
    Suggestion,
    SuggestionKind,
    SuggestionStanding,
    check_consent,
    counts_as_writer,
    taken_over,
    with_cell,
)
from cowork.domain.workflows.definition import DECIDING, StageKind
from cowork.domain.workflows.progress import StageStanding
from cowork.exports.answers import replaced
from cowork.services import reviewing
from cowork.services.cases import Case, in_form, open_case, record
from cowork.services.comments import answered, checked, opened, thread_of
from cowork.services.context import Context
from cowork.services.passages import question_at, standing, value_at
from cowork.services.reviewing import count_threads
from cowork.services.specifications import (
    Draft,
    draft_of,
    may_comment_on,
    may_suggest,
    writable_columns,
    writable_fields,
)
from cowork.store import comments, specifications, unit
from cowork.store.comments import ThreadFull
from cowork.store.specifications import VersionFull


@dataclass(frozen=True, slots=True)
class SuggestCommand:
    """`value` is the replacement: a text for a passage, a raw answer for a field, raw answers by column for an entry. `body` says why.

    `as_writer` agrees to give up one's vote, where this would take it.
    """

    kind: SuggestionKind
    anchor: Anchor
    value: object
    lane: OrganisationId | None
    version: int
    body: str = ""
    as_writer: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """A suggestion as its readers see it. `now` is the answer that stands, `fits` whether it can still be taken over; `why_not` says why
    this reader cannot take it over (empty: they can), `may_reject` whether they can turn it down; `loses` are the stages at which whoever
    made it would no longer decide.
    """

    now: Value
    fits: bool
    why_not: str
    may_reject: bool
    loses: tuple[str, ...]


def suggest(context: Context, actor: Actor, proposal: ProposalId, command: SuggestCommand) -> ThreadId:
    """Propose other wording. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        made, anchor = _made(session, context, case, command)
        stages = deciders(session, context, case).get(actor.person, ())
        check_consent(made, bool(stages), ", ".join(stages))
        opening = OpenThreadCommand(command.body.strip() or "I suggest other wording.", anchor, command.lane, False, command.version)
        thread, events = opened(session, context, case, opening, made)
        record(session, context, case.state, actor.person, events, **count_threads(session, proposal))
        return thread


def _made(session: Session, context: Context, case: Case, command: SuggestCommand) -> tuple[Suggestion, Anchor]:
    """The suggestion with what it would replace, and its verified anchor. Raises Invalid."""
    section = next((s for s in case.form.sections if s.key == command.anchor.section), None)
    if section is None or command.anchor.field is None:
        raise Invalid([("anchor", "Choose which answer you would word differently.")])
    if not may_suggest(case, section):
        raise Refused(f"You may not suggest other wording in “{section.label}”. Comment on it, or ask on the People page for more.")
    asked = OpenThreadCommand("", command.anchor, command.lane, False, command.version)
    anchor, quote = checked(session, case, asked)
    version = _version(session, case, command.version)
    content = in_form(session, case, version.form).readable(version.content)
    field = section.field(str(anchor.field))
    if command.kind is SuggestionKind.PASSAGE:
        if quote is None:
            raise Invalid([("quote", "Quote the words that you would replace.")])
        text = _words(str(command.value))
        _check_passage(case.form, content, section, anchor, text)
        return Suggestion(command.kind, quote.exact, text, command.as_writer), anchor
    base = value_at(content, section.key, field.key, anchor.row, None)
    if command.kind is SuggestionKind.ADD:
        base, anchor = None, Anchor(section.key, field.key)
    if command.kind is SuggestionKind.REMOVE:
        return Suggestion(command.kind, base, None, command.as_writer), anchor
    value = _cleaned(context, case.form, section, field, content, anchor.row, command)
    if value == base:
        raise Invalid([("value", "This is what stands there. Write what you would say instead.")])
    return Suggestion(command.kind, base, value, command.as_writer), anchor


def _words(given: str) -> str:
    """The words to put in the place of others, cleaned as the answer will be: what could not be kept is not proposed either."""
    try:
        return many_lines(given)
    except BadText as error:
        raise Invalid([("value", str(error))]) from None


def _check_passage(form: Form, content: Content, section: Section, anchor: Anchor, text: str) -> None:
    question = question_at(form, section.key, str(anchor.field), anchor.column)
    if question is None or question.type not in (FieldType.TEXT, FieldType.LONGTEXT):
        raise Invalid([("quote", "This answer is no text. Suggest another answer instead.")])
    if len(text) > MAX_REPLACEMENT:
        raise Invalid([("value", f"Shorten the replacement to {MAX_REPLACEMENT:,} characters.")])
    if text == anchor.quote:
        raise Invalid([("value", "These are the same words. Write what you would say instead.")])
    source = value_at(content, section.key, str(anchor.field), anchor.row, anchor.column)
    start = anchor.start or 0
    if replaced(question, str(source), start, start + len(anchor.quote), text) is None:
        raise Invalid([("quote", "These words hold a link, a list or half of a bold passage. Word the whole answer anew instead.")])


def _cleaned(
    context: Context, form: Form, section: Section, field: Field, content: Content, row: str | None, command: SuggestCommand
) -> Value:
    """The value that is proposed, cleaned by the rules of the form. Raises Invalid."""
    if command.kind is SuggestionKind.FIELD:
        given, key = command.value, None
    else:
        before = [dict(entry) for entry in rows(content, f"{section.key}.{field.key}")]
        key = row or _fresh(context, {str(entry["id"]) for entry in before})
        new = {**command.value, "id": key} if isinstance(command.value, Mapping) else {"id": key}
        given = [new if entry["id"] == key else entry for entry in before] + ([new] if row is None else [])
    found = clean(form, section.key, {field.key: given}, content)
    if found.problems:
        raise Invalid([(problem.path, problem.message) for problem in found.problems])
    value = found.values.get(field.key)
    if key is None:
        return value
    entries = value if isinstance(value, list) else []
    made = next((dict(entry) for entry in entries if isinstance(entry, Mapping) and entry.get("id") == key), None)
    if made is None:
        raise Invalid([("value", "Fill in at least one answer of the entry, or suggest to remove it.")])
    return made


def _fresh(context: Context, taken: Collection[str]) -> str:
    """A short key that no entry has yet."""
    while True:
        found = context.new_id()[-6:]
        if found not in taken:
            return found


def _version(session: Session, case: Case, number: int) -> VersionFull:
    found = specifications.version(session, case.state.id, number)
    if found is None:
        raise NotFound("version")
    return found


def deciders(session: Session, context: Context, case: Case) -> dict[PersonId, tuple[str, ...]]:
    """Who is asked to decide in the review, or would be if the proposal were submitted now: by person, the titles of the stages."""
    facts = case.state.facts
    review = reviewing.load(session, context, case.state)
    if review is None or review.progress.outcome.value not in ("in-review", "approved"):
        review = reviewing.preview(session, context, case.state, case.workflow, _version(session, case, case.state.version))
    found: dict[PersonId, list[str]] = {}
    for stage in review.progress.stages:
        if stage.standing is StageStanding.SKIPPED or stage.stage.kind not in {*DECIDING, StageKind.NOTICE}:
            continue
        for holder in (h for seat in stage.seats for h in seat.bench.holders if not h.instead or h.sits_at(context.now())):
            for person in (holder.person, *(deputy.person for deputy in holder.deputies)):
                if person not in facts.authors() | facts.writers and stage.stage.title not in found.setdefault(person, []):
                    found[person].append(stage.stage.title)
    return {person: tuple(titles) for person, titles in found.items() if titles}


def asked_to_decide(context: Context, actor: Actor, proposal: ProposalId, threads: Sequence[ThreadFull]) -> dict[PersonId, tuple[str, ...]]:
    """The same for a page that shows these threads: empty where none of them is an open suggestion. Raises NotFound."""
    if not any(thread.suggestion is not None and thread.suggestion.open for thread in threads):
        return {}
    with unit.reading() as session:
        return deciders(session, context, open_case(session, actor, proposal, Action.READ_PROPOSAL))


def applied(form: Form, content: Content, thread: ThreadFull) -> Value:
    """The answer to the thread's field after its suggestion is taken over. Raises Stale where it was made for another text."""
    suggestion, section, field = thread.suggestion, thread.section or "", thread.field or ""
    answers = content.get(section, {})
    if suggestion is None or question_at(form, section, field, thread.column) is None:
        raise Stale
    if suggestion.kind is not SuggestionKind.PASSAGE:
        added = suggestion.value if suggestion.kind is SuggestionKind.ADD and isinstance(suggestion.value, Mapping) else {}
        return taken_over(answers, field, str(added["id"]) if added else thread.row, suggestion)
    found = standing(form, content, thread)
    question = question_at(form, section, field, thread.column)
    if found is None or question is None or not isinstance(found.place, Placed) or not found.place.exact:
        raise Stale
    source = str(value_at(content, section, field, thread.row, thread.column))
    text = replaced(question, source, found.place.start, found.place.end, str(suggestion.value))
    if text is None:
        raise Stale
    return with_cell(answers, field, thread.row, thread.column, text)


def why_not_accept(case: Case, thread: ThreadFull, opened: frozenset[str] = frozenset()) -> str:
    """Why the actor cannot take a suggestion over; an empty text where they can. `opened`: what they may change in review."""
    refused = case.why_not(Action.EDIT_PROPOSAL)
    if refused and thread.section not in opened:
        return refused
    section = next((s for s in case.form.sections if s.key == thread.section), None)
    if section is None or thread.field not in writable_fields(case, section):
        return "Those who write this answer accept or turn down what is suggested for it."
    foreign = _changed_columns(thread) - writable_columns(case, section.field(thread.field))
    if foreign:
        labels = ", ".join(column_of(section.field(thread.field), key).label for key in sorted(foreign))
        return f"It also changes {labels}, which the other side writes. One of its authors accepts it."
    return ""


def may_reject(case: Case, thread: ThreadFull) -> bool:
    """Whether the actor turns a suggestion down: those who write the answer do, and every author where it is no longer asked."""
    if not case.may(Action.ANSWER_SUGGESTION):
        return False
    section = next((s for s in case.form.sections if s.key == thread.section), None)
    if section is None or all(field.key != thread.field for field in section.fields):
        return may_comment_on(case, section)
    return thread.field in writable_fields(case, section)


def _changed_columns(thread: ThreadFull) -> set[str]:
    """The columns of a list that a suggestion changes."""
    made = thread.suggestion
    if thread.column is not None:
        return {thread.column}
    if made is None or made.kind is SuggestionKind.FIELD:
        return set()
    return changed_columns(made.base, made.value)


def weighed(
    case: Case, content: Content, threads: Sequence[ThreadFull], asked: Mapping[PersonId, tuple[str, ...]],
    opened: frozenset[str] = frozenset(),
) -> dict[ThreadId, Weighed]:  # fmt: skip
    """The open suggestions among these threads, each with what it means for this reader. `asked` is what `deciders` says, `opened` are
    the sections that the reader may change in review.
    """
    found = {}
    for thread in threads:
        made = thread.suggestion
        if made is None or not made.open:
            continue
        try:
            applied(case.form, content, thread)
            fits = True
        except Stale:
            fits = False
        now = value_at(content, thread.section or "", thread.field or "", thread.row, thread.column)
        stages = asked.get(thread.opened_by, ())
        loses = stages if counts_as_writer(made, bool(stages)) else ()
        found[thread.id] = Weighed(now, fits, why_not_accept(case, thread, opened), may_reject(case, thread), loses)
    return found


def reject(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, body: str) -> None:
    """Turn a suggestion down, with an answer, also while the text is locked; it can be reopened. See `may_reject`."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.ANSWER_SUGGESTION, lock=True)
        found = thread_of(session, case, thread)
        made = found.suggestion
        if made is None:
            raise Conflict("This thread suggests nothing, so there is nothing to turn down.")
        if not made.open:
            raise Conflict("Somebody has settled this already. Load the page again to see how.")
        if not may_reject(case, found):
            raise Refused("Those who write this answer accept or turn down what is suggested for it.")
        text = clean_body(body) if body.strip() else ""
        if not text:
            raise Invalid([("body", "Say why, so that whoever suggested it can answer or suggest something better.")])
        comments.settle_suggestion(session, thread, SuggestionStanding.REJECTED, actor.person, context.now())
        comments.set_resolved(session, thread, actor.person, context.now())
        rejected = SuggestionRejected(thread, found.opened_by, found.lane)
        events: list[Event] = [rejected, answered(session, context, case, thread, text)]
        record(session, context, case.state, actor.person, events, **count_threads(session, proposal))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What somebody needs to suggest something: the newest version as they read it, the stages at which they are asked to decide, and
    the suggestion of theirs or others that they start from.
    """

    draft: Draft
    stages: tuple[str, ...]
    again: ThreadFull | None


def prepare(context: Context, actor: Actor, proposal: ProposalId, again: ThreadId | None = None) -> Prepared:
    """The newest version, to suggest other wording for it. Raises NotFound, Refused."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.COMMENT)
        found = thread_of(session, case, again) if again is not None else None
        return Prepared(draft_of(session, case), deciders(session, context, case).get(actor.person, ()), found)

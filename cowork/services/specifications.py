"""Writing a specification section by section, its versions, and comparing them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.acts import sections_open
from cowork.domain.conditions import Content, Value
from cowork.domain.errors import Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.compare import Comparison, compare
from cowork.domain.specifications.completeness import Completeness, completeness
from cowork.domain.specifications.form import Field, Form, Section, may_read, may_write
from cowork.domain.specifications.merge import FieldConflict, merge
from cowork.domain.specifications.values import clean, clean_content, drop_dangling, rows
from cowork.services import reviewing, saving
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.proposals import StartCommand, start_in
from cowork.store import specifications, unit
from cowork.store.specifications import VersionFull, VersionLine

MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as one actor reads it: `content` holds only their lanes. `writable` are the keys of sections they may write; in review
    those that a stage which is open leaves open.
    """

    case: Case
    version: VersionFull
    content: Content
    completeness: Completeness
    writable: frozenset[str]


@dataclass(frozen=True, slots=True)
class SaveCommand:
    """`answers` are the section's answers as JSON values; `base` is the number of the version they were written on."""

    section: str
    base: int
    answers: Mapping[str, object]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """`changed` is False where the answers were the same as before, so that no version was cut."""

    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class StaleSave:
    """Somebody else changed the same fields since `base`. Nothing was saved; all three texts are here.

    `draft` is the newest version; `merged` are the fields that were sent, with what could be merged; a conflict holds the saved answer.
    """

    draft: Draft
    base: int
    conflicts: tuple[FieldConflict, ...]
    mine: Mapping[str, Value]
    merged: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions compared, as far as the actor may read them."""

    case: Case
    old: VersionFull
    new: VersionFull
    comparison: Comparison
    versions: tuple[VersionLine, ...]


def draft(context: Context, actor: Actor, proposal: ProposalId, number: int | None = None) -> Draft:
    """A version of a proposal to read, the newest when no number is given. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return draft_of(session, case, number, open_sections(session, context, case))


def open_sections(session: Session, context: Context, case: Case) -> frozenset[str]:
    """The sections that this author may change although the proposal is in review."""
    if not case.may(Action.EDIT_IN_REVIEW) or not any(stage.edits for stage in case.workflow.stages):
        return frozenset()
    review = reviewing.load(session, context, case.state)
    return sections_open(review.progress) & writable_sections(case) if review is not None else frozenset()


def draft_of(session: Session, case: Case, number: int | None = None, opened: frozenset[str] = frozenset()) -> Draft:
    """The same inside a running transaction."""
    found = specifications.version(session, case.state.id, case.state.version if number is None else number)
    if found is None:
        raise NotFound("version")
    return draft_from(case, found, opened)


def draft_from(case: Case, version: VersionFull, opened: frozenset[str] = frozenset()) -> Draft:
    """A version as the case's actor reads it; `opened` are sections that they may change while it is in review."""
    writable = writable_sections(case) if case.may(Action.EDIT_PROPOSAL) else opened
    return Draft(case, version, case.readable(version.content), completeness(case.form, version.content), writable)


def writable_sections(case: Case) -> frozenset[str]:
    """The sections in which the actor may write at least one field."""
    return frozenset(section.key for section in case.form.sections if writable_fields(case, section))


def writable_fields(case: Case, section: Section) -> frozenset[str]:
    """The fields of a section that the actor's side owns and reads."""
    return frozenset(
        field.key
        for field in section.fields
        if may_read(case.sides, field.lane) and any(may_write(side, field.owner) for side in case.writes_for)
    )


def writable_columns(case: Case, field: Field) -> frozenset[str]:
    """The columns of a repeating group that the actor's side owns."""
    return frozenset(column.key for column in field.columns if any(may_write(side, column.owner) for side in case.writes_for))


def save_section(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand) -> Saved | StaleSave:
    """Save a section as a new version.

    Fields that others changed meanwhile are merged; where both changed the same field, nothing is saved and StaleSave carries the
    three texts. Raises NotFound, Refused (not the actor's to write), Invalid (answers that cannot be kept).
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_PROPOSAL, lock=True)
        found = merged(session, case, command)
        if isinstance(found, StaleSave):
            return found
        current, content = found
        return _cut(session, context, case, current, content, command.note)


def merged(session: Session, case: Case, command: SaveCommand) -> tuple[VersionFull, Content] | StaleSave:
    """The newest version, and its answers with those that were sent. Raises NotFound, Refused, Invalid."""
    section = _section(case.form, command.section)
    writable = writable_fields(case, section)
    if not writable:
        raise Refused(f"“{section.label}” is written by the {section.owner.value}. Comment on it to suggest a change.")
    numbers = tuple(sorted({command.base, case.state.version}))
    found = {version.number: version for version in specifications.versions(session, case.state.id, numbers)}
    if command.base not in found:
        raise NotFound("version")
    base, current = found[command.base], found[case.state.version]
    mine = _cleaned(case, section.key, current.content, command.answers, writable)
    mine = _with_columns_of_others(case, section, mine, base.content)
    # What the page did not send stays as it was in the base: fields of others, and those that were not asked.
    wanted = {**base.content.get(section.key, {}), **mine}
    result = merge(case.form, section.key, base.content.get(section.key, {}), current.content.get(section.key, {}), wanted)
    if result.conflicts:
        sent = {key: result.values.get(key) for key in mine}
        return StaleSave(draft_of(session, case), command.base, result.conflicts, mine, sent)
    return current, kept_content(case.form, {**current.content, section.key: result.values})


def kept_content(form: Form, content: Content) -> dict[str, dict[str, Value]]:
    """The answers as they are kept: links to rows that were removed go with them, in every section, and nothing is kept empty."""
    linked = drop_dangling(form, _without_blanks(content))
    return {key: dict(answers) for key, answers in linked.items() if answers}


def _section(form: Form, key: str) -> Section:
    try:
        return form.section(key)
    except KeyError:
        raise NotFound("section") from None


def _cleaned(
    case: Case, section: str, content: Content, answers: Mapping[str, object], writable: frozenset[str]
) -> dict[str, Value]:
    cleaned = clean(case.form, section, {key: value for key, value in answers.items() if key in writable}, content)
    if cleaned.problems:
        raise Invalid([(problem.path, problem.message) for problem in cleaned.problems])
    return {key: cleaned.values.get(key) for key in answers if key in writable}


def _with_columns_of_others(case: Case, section: Section, mine: dict[str, Value], base: Content) -> dict[str, Value]:
    """The answers with the columns that the other side owns as they were in the base, whatever was sent for them."""
    result = dict(mine)
    for field in section.fields:
        foreign = {column.key for column in field.columns} - writable_columns(case, field)
        found = result.get(field.key)
        if not foreign or not isinstance(found, list):
            continue
        before = {row["id"]: row for row in rows(base, f"{section.key}.{field.key}")}
        result[field.key] = [
            {key: value for key, value in row.items() if key not in foreign}
            | {key: value for key, value in before.get(row["id"], {}).items() if key in foreign}
            for row in found
        ]
    return result


def _cut(session: Session, context: Context, case: Case, current: VersionFull, kept: Content, note: str) -> Saved:
    if kept == _without_blanks(current.content):
        return Saved(current.number, False)
    note = " ".join(note.split())[:MAX_NOTE]
    cut = saving.cut(session, context, case.state, case.form, case.actor, kept, dict(current.section_digests), note)
    record(session, context, case.state, case.actor.person, [cut.event], **cut.columns)
    return Saved(cut.number, True)


def _without_blanks(content: Content) -> dict[str, dict[str, Value]]:
    return {
        section: {key: value for key, value in answers.items() if value is not None and value not in ("", [])}
        for section, answers in content.items()
        if answers
    }


def history(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Case, list[VersionLine]]:
    """The versions of a proposal, newest first."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return case, specifications.history(session, proposal)


def changes(context: Context, actor: Actor, proposal: ProposalId, old: int | None, new: int | None) -> Changes:
    """Two versions compared: by default the newest with the one before. Raises NotFound for a number that does not exist."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        newer = case.state.version if new is None else new
        older = max(newer - 1, 1) if old is None else old
        found = {v.number: v for v in specifications.versions(session, proposal, tuple(sorted({older, newer})))}
        if older not in found or newer not in found:
            raise NotFound("version")
        lines = specifications.history(session, proposal)
    before, after = case.readable(found[older].content), case.readable(found[newer].content)
    comparison = compare(case.form, before, after, context.differ)
    return Changes(case, found[older], found[newer], comparison, tuple(lines))


def import_draft(context: Context, actor: Actor, command: StartCommand, raw: object) -> ProposalId:
    """Start a proposal from an exported document or from plain answers. Raises Invalid with every problem."""
    with unit.writing() as session:
        form = saving.newest_form(session)
        answers = raw.get("content", raw) if isinstance(raw, dict) else raw
        content, problems = clean_content(form, answers)
        if problems:
            raise Invalid([(problem.path, problem.message) for problem in problems])
        kept = {section: dict(answers) for section, answers in _without_blanks(content).items()}
        kept.setdefault("identity", {}).setdefault("title", command.title)
        return start_in(session, context, actor, command, kept)

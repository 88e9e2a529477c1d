"""Writing a specification section by section, its versions, and comparing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.acts import sections_open
from cowork.domain.conditions import Content, Value
from cowork.domain.errors import Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE, Phase, Right, Standing
from cowork.domain.section_rights import includes, section_with, writes_some
from cowork.domain.specifications import importing
from cowork.domain.specifications.completeness import Completeness, completeness
from cowork.domain.specifications.form import Field, Owner, Section, may_read, may_write, section_of
from cowork.domain.specifications.importing import LeftOut
from cowork.domain.specifications.merge import FieldConflict, merge
from cowork.domain.specifications.values import clean, rows
from cowork.services import reviewing, saving
from cowork.services.cases import Case, in_form, open_case, record
from cowork.services.context import Context
from cowork.services.cutting import MAX_NOTE, kept_content, open_to_save, without_blanks
from cowork.services.proposals import StartCommand, start_in
from cowork.store import definitions, specifications, unit
from cowork.store.specifications import VersionFull, VersionLine


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
class Brought:
    """A proposal that began with answers from a file, and those of them that found no place in the form."""

    proposal: ProposalId
    left: tuple[LeftOut, ...]


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
    return draft_from(in_form(session, case, found.form), found, opened)


def draft_from(case: Case, version: VersionFull, opened: frozenset[str] = frozenset()) -> Draft:
    """A version as the case's actor reads it; `opened` are sections that they may change while it is in review."""
    writable = writable_sections(case) if case.may(Action.EDIT_PROPOSAL) else opened
    return Draft(case, version, case.readable(version.content), completeness(case.questions, version.content), writable)


def writable_sections(case: Case) -> frozenset[str]:
    """The sections in which the actor may write at least one field."""
    return frozenset(section.key for section in case.questions.sections if writable_fields(case, section))


def writable_fields(case: Case, section: Section) -> frozenset[str]:
    """The fields of a section that the actor reads, and writes by the form and the section rights; of an outline, those that it asks."""
    outline = case.state.phase is Phase.OUTLINE
    return own_fields(case, section) - {field.key for field in section.fields if outline and not field.outline}


def own_fields(case: Case, section: Section) -> frozenset[str]:
    """The same whether they are asked now or not."""
    sides = case.writes_in(section)
    return frozenset(
        field.key for field in section.fields if may_read(case.sides, field.lane) and any(may_write(side, field.owner) for side in sides)
    )


def writable_columns(case: Case, field: Field) -> frozenset[str]:
    """The columns of a repeating group that the actor writes by the form and the section rights."""
    section = section_with(case.form.sections, field)
    if section is None:
        raise LookupError(f"no section of the form holds the field {field.key}")
    sides = case.writes_in(section)
    return frozenset(column.key for column in field.columns if any(may_write(side, column.owner) for side in sides))


def may_suggest(case: Case, section: Section) -> bool:
    """Whether the actor may propose other wording in a section, now. What they suggest is in fields that they read."""
    takes_suggestions = case.state.standing in (*EDITABLE, Standing.IN_REVIEW) and case.may(Action.COMMENT)
    reads = any(may_read(case.sides, field.lane) for field in section.fields)
    return takes_suggestions and reads and includes(case.right_in(section), Right.SUGGEST)


def may_comment_on(case: Case, section: Section | None) -> bool:
    """Whether the actor may comment on a section, or on the whole proposal (None)."""
    if not case.may(Action.COMMENT):
        return False
    if section is None:
        return case.comments_on_whole
    return includes(case.right_in(section), Right.COMMENT)


def why_not_write(case: Case, section: Section, part: Field | None = None) -> str:
    """Why an author writes nothing in a section, or not this field or column of it, as a sentence, and what they can do instead."""
    sides = {party.side for party in case.state.facts.parties if party.organisation in case.actor.memberships}
    if any(writes_some(side, section) if part is None else may_write(side, part.owner) for side in sides):
        return f"Your organisation has not given you the right to edit “{section.label}”. {INSTEAD[case.right_in(section)]}"
    what = section if part is None else part
    owner = "the other side" if what.owner is Owner.BOTH else f"the {what.owner.value}"
    return f"“{what.label}” is written by {owner}. {INSTEAD[case.right_in(section)]}"


INSTEAD: dict[Right, str] = {
    Right.READ: "You can read it. Ask on the People page for more.",
    Right.COMMENT: "Comment on it, or ask on the People page for more.",
    Right.SUGGEST: "Suggest a change instead.",
    Right.EDIT: "Suggest a change instead.",
}
"""What somebody can do who may not write."""


def save_section(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand) -> Saved | StaleSave:
    """Save a section as a new version.

    Fields that others changed meanwhile are merged; where both changed the same field, nothing is saved and StaleSave carries the
    three texts. Raises NotFound, Refused (not the actor's to write), Invalid (answers that cannot be kept).
    """
    return save_sections(context, actor, proposal, [command])


def save_sections(context: Context, actor: Actor, proposal: ProposalId, commands: Sequence[SaveCommand]) -> Saved | StaleSave:
    """Save several sections as one new version: all of them or, where one is stale, nothing. The note is that of the first."""
    with unit.writing() as session:
        case = open_to_save(session, context, actor, proposal, Action.EDIT_PROPOSAL)
        together: dict[str, Mapping[str, Value]] = {}
        current: VersionFull | None = None
        for command in commands:
            found = merged(session, case, command)
            if isinstance(found, StaleSave):
                return found
            current, content = found
            together = {**(together or content), command.section: content.get(command.section, {})}
        if current is None:
            raise ValueError("nothing to save")
        return _cut(session, context, case, current, kept_content(case.form, together), commands[0].note)


def merged(session: Session, case: Case, command: SaveCommand) -> tuple[VersionFull, Content] | StaleSave:
    """The newest version, and its answers with those that were sent. Raises NotFound, Refused, Invalid."""
    section = section_of(case.form, command.section)
    writable = writable_fields(case, section)
    if not writable:
        raise Refused(why_not_write(case, section))
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


def _cleaned(case: Case, section: str, content: Content, answers: Mapping[str, object], writable: frozenset[str]) -> dict[str, Value]:
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
    if kept == without_blanks(current.content):
        return Saved(current.number, False)
    note = " ".join(note.split())[:MAX_NOTE]
    cut = saving.cut(session, context, case.state, case.form, case.actor, kept, dict(current.section_digests), note)
    record(session, context, case.state, case.actor.person, [cut.event], **cut.columns)
    return Saved(cut.number, True)


def history(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Case, list[VersionLine]]:
    """The versions of a proposal, newest first."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return case, specifications.history(session, proposal, case.sides)


def import_draft(context: Context, actor: Actor, command: StartCommand, raw: object) -> Brought:
    """Start a proposal from an exported document or from plain answers. Raises Invalid with every problem."""
    with unit.writing() as session:
        form = saving.newest_form(session, {command.organisation, *command.partners})
        found = importing.imported(form, raw, definitions.known_form(session, importing.form_digest(raw)))
        if found.problems:
            raise Invalid([(problem.path, problem.message) for problem in found.problems])
        kept = {section: dict(answers) for section, answers in without_blanks(found.content).items()}
        kept.setdefault("identity", {}).setdefault("title", command.title)
        return Brought(start_in(session, context, actor, command, kept), found.left)

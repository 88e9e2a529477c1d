"""The page on which somebody suggests other wording: for words of an answer, for an answer, or for an entry of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from cowork.domain.errors import NotFound
from cowork.domain.specifications.display import row_names
from cowork.domain.specifications.form import Field, FieldType, Section, may_read
from cowork.domain.specifications.values import rows
from cowork.domain.suggestions import MOST_CORRECTED, SuggestionKind
from cowork.services.suggesting import Prepared
from cowork.web import threads as thread_pages
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications import forms, reading
from cowork.web.specifications.answers import PLACE, raw, typed, typed_row

TEXTS = frozenset({FieldType.TEXT, FieldType.LONGTEXT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a suggestion is about and says, from the address or from a form that was refused. `quote` and `value` are for a passage."""

    section: str
    field: str
    row: str = ""
    column: str = ""
    kind: SuggestionKind | None = None
    quote: str = ""
    start: str = ""
    value: str = ""
    body: str = ""
    lane: str = ""
    as_writer: bool = False
    posted: MultiDict[str, str] | None = None
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """`kinds` are the ways to suggest something here, with their addresses; `entries` the rows of a list to choose from (name, address).

    `controls` pair a question with its control; `shown` is the answer as it stands. `stages` ask the reader to decide.
    """

    frame: ProposalFrame
    section: Section
    field: Field
    asked: Asked
    kind: SuggestionKind | None
    kinds: tuple[tuple[str, str, bool], ...]
    entries: tuple[tuple[str, str, str], ...]
    controls: tuple[tuple[Field, Any], ...]
    shown: reading.ReadField | None
    lanes: tuple[thread_pages.Lane, ...]
    stages: tuple[str, ...]
    limit: int
    errors: tuple[tuple[str, str], ...]


def suggest_page(found: Prepared, asked: Asked) -> SuggestPage:
    """The page. Raises NotFound for a question that there is not, or that the reader may not see."""
    draft, case = found.draft, found.draft.case
    section, field = question_of(found, asked)
    kind = _kind(field, asked)
    form = _form(found, section, field, kind, asked)
    blamed = forms.blame(form, section.key, asked.errors) if form is not None else list(asked.errors)
    errors = [(control or _control(path), sentence) for (path, _), (control, sentence) in zip(asked.errors, blamed, strict=True)]
    read = (f for s in reading.read(case.form, draft.content, case.sides) if s.key == section.key for f in s.fields)
    lanes = thread_pages.lanes(case, field)
    return SuggestPage(
        frame=proposal_frame(case, "review", version=draft.version.number, saved_at=draft.version.at),
        section=section,
        field=field,
        asked=asked,
        kind=kind,
        kinds=_kinds(found, field, asked, kind),
        entries=_entries(found, section, field) if kind is None else (),
        controls=_controls(form, field, kind) if form is not None else (),
        shown=next((one for one in read if one.key == field.key), None),
        lanes=tuple(sorted(lanes, key=lambda lane: lane[0] != asked.lane)) if asked.lane else lanes,
        stages=found.stages,
        limit=MOST_CORRECTED,
        errors=tuple(errors),
    )


def _control(path: str) -> str:
    return {"quote": "quote", "value": "value", "as_writer": "as_writer", "body": "body"}.get(path, "")


def question_of(found: Prepared, asked: Asked) -> tuple[Section, Field]:
    """The question that a suggestion is about."""
    case = found.draft.case
    try:
        section = case.form.section(asked.section)
        field = section.field(asked.field)
    except KeyError:
        raise NotFound("question") from None
    if not may_read(case.sides, field.lane) or (asked.row and asked.row not in _rows(found, section, field)):
        raise NotFound("question")
    return section, field


def _rows(found: Prepared, section: Section, field: Field) -> dict[str, Mapping[str, Any]]:
    return {str(row["id"]): row for row in rows(found.draft.content, f"{section.key}.{field.key}")}


def _kind(field: Field, asked: Asked) -> SuggestionKind | None:
    """What is suggested: as asked where that fits, else what is usual here. None: choose an entry of the list first."""
    if asked.kind is SuggestionKind.PASSAGE and (field.type in TEXTS or (asked.row and asked.column)):
        return asked.kind
    if field.type is not FieldType.ROWS:
        return SuggestionKind.FIELD
    if asked.row:
        return asked.kind if asked.kind is SuggestionKind.REMOVE else SuggestionKind.ROW
    return SuggestionKind.ADD if asked.kind is SuggestionKind.ADD else None


def _kinds(found: Prepared, field: Field, asked: Asked, kind: SuggestionKind | None) -> tuple[tuple[str, str, bool], ...]:
    at = ".".join(part for part in (asked.section, asked.field, asked.row) if part)
    address = f"/proposals/{found.draft.case.state.id}/suggest?at={at}&kind="
    offered: list[tuple[str, SuggestionKind]] = []
    if field.type in TEXTS:
        offered = [("Replace some words", SuggestionKind.PASSAGE), ("Another answer", SuggestionKind.FIELD)]
    elif asked.row:
        offered = [("Change this entry", SuggestionKind.ROW), ("Remove this entry", SuggestionKind.REMOVE)]
    return tuple((words, address + one.value, one is kind) for words, one in offered)


def _entries(found: Prepared, section: Section, field: Field) -> tuple[tuple[str, str, str], ...]:
    """The entries of a list: name, and the addresses at which to change and to remove it."""
    root = f"/proposals/{found.draft.case.state.id}/suggest?at={section.key}.{field.key}"
    names = row_names(found.draft.content, f"{section.key}.{field.key}", field.columns)
    return tuple((name, f"{root}.{key}", f"{root}.{key}&kind=remove") for key, name in names.items())


def _form(found: Prepared, section: Section, field: Field, kind: SuggestionKind | None, asked: Asked) -> forms.HeldForm | None:
    """The form of the answer or of the entry, filled with what stands, or what was suggested or typed."""
    if kind not in (SuggestionKind.FIELD, SuggestionKind.ROW, SuggestionKind.ADD):
        return None
    columns = {field.key: frozenset(column.key for column in field.columns)}
    if asked.posted is not None:
        return forms.section_form((field,), found.draft.content, columns, posted=asked.posted)
    before = found.again.suggestion.value if found.again is not None and found.again.suggestion is not None else None
    if kind is SuggestionKind.FIELD:
        value = before if before is not None else found.draft.content.get(section.key, {}).get(field.key)
        return forms.section_form((field,), found.draft.content, columns, held={field.key: typed(field, value)})
    row = before if isinstance(before, Mapping) else _rows(found, section, field).get(asked.row, {})
    return forms.section_form((field,), found.draft.content, columns, held={field.key: [typed_row(field, row, 0)]})


def _controls(form: forms.HeldForm, field: Field, kind: SuggestionKind | None) -> tuple[tuple[Field, Any], ...]:
    control: Any = form[field.key]
    if kind is SuggestionKind.FIELD:
        return ((field, control),)
    entry = next(iter(control.entries), None)
    return tuple((column, entry.form[column.key]) for column in field.columns) if entry is not None else ()


def posted_value(found: Prepared, asked: Asked, posted: MultiDict[str, str]) -> object:
    """The value that was posted: a text for a passage, a raw answer, or the raw answers of an entry by column."""
    _, field = question_of(found, asked)
    if asked.kind is SuggestionKind.PASSAGE:
        return asked.value
    columns = {field.key: frozenset(column.key for column in field.columns)}
    held = forms.held_answers(forms.section_form((field,), found.draft.content, columns, posted=posted))
    value = raw(field, held.get(field.key))
    if asked.kind is SuggestionKind.FIELD:
        return value
    entries: Sequence[Mapping[str, object]] = value if isinstance(value, list) else []
    return {key: part for key, part in entries[0].items() if key not in ("id", PLACE)} if entries else {}

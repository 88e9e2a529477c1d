"""A specification to read: sections, fields and their answers as safe markup, made by walking the form's field table.

It knows no field by name. Used by the review page, the programme page and wherever else somebody reads a specification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cowork.domain.conditions import Content, Value
from cowork.domain.ids import Side
from cowork.domain.specifications import display
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section, may_read
from cowork.domain.specifications.values import rows
from cowork.exports.answers import shown as shown_answer

WIDEST_TABLE = 5
"""Rows with more columns than this are shown one below the other, each as a list of its answers."""
LANE_WORDS = {FieldLane.UNIVERSITY: "Universities only", FieldLane.EMPLOYER: "Employers only"}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a list.

    `cells` has an entry for each column, None where there is no answer; `answers` are those there are, with their labels and paths.
    `path` is ``section.field.row``, and those of its cells end in the column.
    """

    id: str
    name: str
    cells: tuple[Markup | None, ...]
    answers: tuple[tuple[str, Markup, str], ...]
    path: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadField:
    """One question with its answer.

    `kind` is "short" (`value` is inline markup), "long" (`value` is blocks), "table" or "records" (`columns` and `rows`). `value` is
    None where there is no answer. `lane` says in words who alone reads it; it is empty for what every party reads. `asked_by` names
    the organisation whose own question it is.
    """

    id: str
    key: str
    label: str
    kind: str
    lane: str
    answered: bool
    value: Markup | None
    columns: tuple[str, ...] = ()
    rows: tuple[ReadRow, ...] = ()
    path: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section that the answers call for. `id` is its place in the page, ``section-KEY``."""

    id: str
    key: str
    label: str
    fields: tuple[ReadField, ...]
    answered: bool


def read(form: Form, content: Content, sides: frozenset[Side] = frozenset()) -> tuple[ReadSection, ...]:
    """Every section and field that is asked, in the order of the form, as members of these sides read it (none: the public)."""
    sections = []
    for section, fields in form.asked(content):
        shown = tuple(_field(section, field, content) for field in fields if may_read(sides, field.lane))
        if shown:
            answered = any(field.answered for field in shown)
            sections.append(ReadSection(f"section-{section.key}", section.key, section.label, shown, answered))
    return tuple(sections)


def _field(section: Section, field: Field, content: Content) -> ReadField:
    answers: Mapping[str, Value] = content.get(section.key, {})
    value = answers.get(field.key)
    place, lane = f"field-{section.key}-{field.key}", LANE_WORDS.get(field.lane, "")
    if field.type is FieldType.ROWS:
        found = rows(content, f"{section.key}.{field.key}")
        kind = "table" if _fits_a_table(field.columns) else "records"
        return ReadField(
            place, field.key, field.label, kind, lane, bool(found), None, tuple(_heading(column) for column in field.columns),
            _rows(section, field, found, content), f"{section.key}.{field.key}", field.asked_by,
        )  # fmt: skip
    kind = "long" if field.type is FieldType.LONGTEXT else "short"
    shown = shown_answer(field, value, content)
    path = f"{section.key}.{field.key}"
    return ReadField(place, field.key, field.label, kind, lane, shown is not None, shown, path=path, asked_by=field.asked_by)


def _fits_a_table(columns: Sequence[Field]) -> bool:
    return len(columns) <= WIDEST_TABLE and sum(column.type is FieldType.LONGTEXT for column in columns) <= 1


def _heading(column: Field) -> str:
    return f"{column.label} ({column.unit})" if column.unit and column.unit != column.label.lower() else column.label


def _rows(section: Section, field: Field, found: Sequence[Mapping[str, Value]], content: Content) -> tuple[ReadRow, ...]:
    root = f"{section.key}.{field.key}"
    names = display.row_names(content, root, field.columns)
    result = []
    for place, row in enumerate(found, 1):
        cells = tuple(shown_answer(column, row.get(column.key), content) for column in field.columns)
        path = f"{root}.{row.get('id')}"
        paths = tuple(f"{path}.{column.key}" for column in field.columns)
        headed = zip((column.label for column in field.columns), cells, paths, strict=True)
        answers = tuple((label, cell, at) for label, cell, at in headed if cell is not None)
        name = names.get(str(row.get("id")), str(place))
        result.append(ReadRow(f"row-{section.key}-{field.key}-{place}", name, cells, answers, path, paths))
    return tuple(result)

"""The specification as blocks to set: facts, prose, tables, records and matrices, made by walking the form's field table.

It knows no field by name. Only fields of the shared lane are walked: an export is read by every party and often by the public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import codelists, display
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section
from cowork.domain.specifications.values import rows
from cowork.exports import prose

WIDTHS = {
    FieldType.TEXT: 3.0, FieldType.LONGTEXT: 4.5, FieldType.INTEGER: 1.4, FieldType.DECIMAL: 1.4, FieldType.YESNO: 1.5,
    FieldType.CHOICE: 2.0, FieldType.CHOICES: 3.0, FieldType.DATE: 1.8, FieldType.URL: 3.0, FieldType.EMAIL: 2.6,
    FieldType.TAGS: 3.0, FieldType.LINKS: 1.6, FieldType.ROWS: 3.0,
}  # fmt: skip
"""How wide a column is, relative to the others of its table."""
NUMBER_WIDTH = 0.9
LETTER_WIDTH, PADDING_WIDTH = 0.145, 0.35
"""A column is never narrower than the longest word of its heading."""
TABLE_WIDTH = 13.8
"""Rows whose columns are wider than this together are set one below the other, as records."""
MATRIX_COLUMNS = 12
"""Wider matrices are cut into several."""

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class _Source:
    form: Form
    content: Content

    def list(self, path: str) -> tuple[Field, tuple[Row, ...]]:
        """The field at ``section.field`` with its rows."""
        section, _, key = path.partition(".")
        return self.form.section(section).field(key), rows(self.content, path)


@dataclass(frozen=True, slots=True)
class Facts:
    """Short answers, side by side with their labels. None: not answered."""

    kind: ClassVar[str] = "facts"
    items: tuple[tuple[str, Markup | None], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A long answer under its label."""

    kind: ClassVar[str] = "prose"
    label: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a list. `widths` are percentages, the first is that of the row's number."""

    kind: ClassVar[str] = "table"
    label: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Markup | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Record:
    number: int
    title: Markup
    items: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True, slots=True)
class Records:
    kind: ClassVar[str] = "records"
    label: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which rows of one list (down) are linked to which rows of another (across). Numbers are those of the rows in their tables."""

    down_label: str
    across_label: str
    down: tuple[tuple[int, Markup], ...]
    across: tuple[tuple[int, Markup], ...]
    links: frozenset[tuple[int, int]]


Block = Facts | Prose | Table | Records


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section that these answers call for. `answered` is False when nothing in it has an answer."""

    number: int
    key: str
    label: str
    blocks: tuple[Block, ...]
    answered: bool


def chapters(form: Form, content: Content) -> tuple[Chapter, ...]:
    """Every section that is asked, with every shared field that is asked, in the order of the form."""
    found: list[Chapter] = []
    for section, fields in form.asked(content):
        shared = tuple(field for field in fields if field.lane is FieldLane.SHARED)
        if shared:
            answers = content.get(section.key, {})
            answered = any(_has(answers.get(field.key)) for field in shared)
            blocks = _blocks(section, shared, answers, _Source(form, content)) if answered else ()
            found.append(Chapter(len(found) + 1, section.key, section.label, blocks, answered))
    return tuple(found)


def matrices(form: Form, content: Content) -> tuple[Matrix, ...]:
    """A matrix for each list whose rows link to exactly one other list, cut to what fits a page."""
    found: list[Matrix] = []
    for section, fields in form.asked(content):
        for field in fields:
            links = [column for column in field.columns if column.type is FieldType.LINKS and column.refers]
            if field.lane is FieldLane.SHARED and len(links) == 1:
                found += _matrix(section, field, links[0], _Source(form, content))
    return tuple(found)


def _has(value: Value) -> bool:
    return value is not None and value not in ("", [])


def _blocks(section: Section, fields: Sequence[Field], answers: Mapping[str, Value], source: _Source) -> tuple[Block, ...]:
    blocks: list[Block] = []
    facts: list[tuple[str, Markup | None]] = []
    for field in fields:
        value = answers.get(field.key)
        if not _has(value) or field.type not in (FieldType.LONGTEXT, FieldType.ROWS):
            facts.append((_label(field), _shown(field, value, source)))
            continue
        if facts:
            blocks.append(Facts(tuple(facts)))
            facts = []
        if field.type is FieldType.LONGTEXT:
            blocks.append(Prose(_label(field), prose.markdown(str(value))))
        else:
            blocks.append(_list(section, field, source))
    if facts:
        blocks.append(Facts(tuple(facts)))
    return tuple(blocks)


def _list(section: Section, field: Field, source: _Source) -> Block:
    columns = tuple(column for column in field.columns if column.lane is FieldLane.SHARED)
    _, answers = source.list(f"{section.key}.{field.key}")
    widths = (NUMBER_WIDTH, *(_width(column) for column in columns))
    if sum(widths) > TABLE_WIDTH:
        return Records(_label(field), tuple(_record(number, columns, row, source) for number, row in enumerate(answers, 1)))
    return Table(
        _label(field),
        tuple(_heading(column) for column in columns),
        tuple(round(100 * width / sum(widths), 2) for width in widths),
        tuple(tuple(_shown(column, row.get(column.key), source, bare=True) for column in columns) for row in answers),
    )


def _record(number: int, columns: Sequence[Field], row: Row, source: _Source) -> Record:
    naming = display.naming(row, columns)
    shown = ((column.label, _shown(column, row.get(column.key), source)) for column in columns if column.key != naming)
    return Record(number, prose.line(display.row_name(row, columns)), tuple((label, value) for label, value in shown if value is not None))


def _label(field: Field) -> str:
    """What a question is called, with the organisation whose own it is."""
    return f"{field.label} (asked by {field.asked_by})" if field.asked_by else field.label


def _width(column: Field) -> float:
    width = WIDTHS[column.type]
    if column.type is FieldType.TEXT and column.max_length:
        width = 1.4 if column.max_length <= 20 else 1.8 if column.max_length <= 60 else 3.0 if column.max_length <= 200 else 4.5
    return max(width, PADDING_WIDTH + LETTER_WIDTH * max(map(len, _heading(column).split()), default=0))


def _heading(column: Field) -> str:
    return f"{column.label} ({column.unit})" if column.unit and column.unit != column.label.lower() else column.label


def _shown(field: Field, value: Value, source: _Source, bare: bool = False) -> Markup | None:
    """The answer as HTML, or None when there is none. `bare`: its unit is said elsewhere."""
    if not _has(value):
        return None
    match field.type:
        case FieldType.LONGTEXT:
            return prose.markdown(str(value))
        case FieldType.INTEGER | FieldType.DECIMAL:
            return prose.line(display.number(value)) + _unit(field, bare)
        case FieldType.YESNO:
            return Markup("Yes") if value is True else Markup("No")
        case FieldType.CHOICE:
            return prose.line(codelists.label(field, str(value)))
        case FieldType.CHOICES | FieldType.TAGS:
            words = (codelists.label(field, str(item)) if field.type is FieldType.CHOICES else item for item in _items(value))
            return Markup(", ").join(prose.line(word) for word in words)
        case FieldType.DATE:
            return prose.line(display.day(str(value)))
        case FieldType.URL:
            return address(str(value))
        case FieldType.LINKS:
            return _links(field, _items(value), source, bare)
        case FieldType.ROWS:
            return None  # lists do not nest
        case FieldType.TEXT | FieldType.EMAIL:
            return prose.line(value)


def _unit(field: Field, bare: bool) -> Markup:
    return Markup("") if bare or not field.unit else Markup("&#160;{}").format(field.unit)


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def address(value: str) -> Markup:
    """A link where the visible text is the target, so that nothing can be disguised."""
    shown = prose.line(value)
    if not value.lower().startswith(("https://", "http://")) or any(character.isspace() for character in value):
        return shown
    return Markup('<a class="address" href="{0}" title="{0}">{0}</a>').format(shown)


def _links(field: Field, ids: Sequence[Value], source: _Source, bare: bool) -> Markup | None:
    """The numbers of the linked rows; with their texts where there is room."""
    target, found = source.list(field.refers or "")
    linked = [(at, row) for at, row in enumerate(found, 1) if row.get("id") in ids]
    if not linked:
        return None
    if bare:
        return Markup(", ").join(str(at) for at, _ in linked)
    return Markup("<br>").join(Markup("{}. {}").format(at, _title(target, row)) for at, row in linked)


def _title(field: Field, row: Row) -> Markup:
    return prose.line(display.row_name(row, field.columns))


def _matrix(section: Section, field: Field, link: Field, source: _Source) -> list[Matrix]:
    target, down = source.list(link.refers or "")
    across = list(enumerate(source.list(f"{section.key}.{field.key}")[1], 1))
    if not down or not across:
        return []
    places = {row.get("id"): at for at, row in enumerate(down, 1)}
    return [
        Matrix(
            target.label,
            field.label,
            tuple((at, _title(target, row)) for at, row in enumerate(down, 1)),
            tuple((at, _title(field, row)) for at, row in part),
            frozenset((places[key], at) for at, row in part for key in _items(row.get(link.key)) if key in places),
        )
        for part in (across[start : start + MATRIX_COLUMNS] for start in range(0, len(across), MATRIX_COLUMNS))
    ]

"""Comments: threads one level deep, on a field, a section or the whole proposal, each in a lane."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from cowork.domain.conditions import Content
from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.specifications.form import Field, FieldType, Form
from cowork.domain.specifications.values import rows

MAX_BODY = 10_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a thread is about: nothing named is the whole proposal; a field implies its section, a row its field.

    `quote` are words of the answer as a reader sees it, `start` their offset in code points where it is known.
    """

    section: str | None = None
    field: str | None = None
    row: str | None = None
    column: str | None = None
    quote: str = ""
    start: int | None = None


@dataclass(frozen=True, slots=True)
class OpenThreadCommand:
    """`lane` is None for a shared thread, or the organisation whose members alone read it. An objection holds approval."""

    body: str
    anchor: Anchor
    lane: OrganisationId | None
    objection: bool
    version: int


def clean_body(body: str) -> str:
    """The comment's Markdown, or Invalid."""
    text = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid([("body", "Write the comment before you send it.")])
    if len(text) > MAX_BODY:
        raise Invalid([("body", f"Shorten the comment to {MAX_BODY:,} characters.")])
    return text


def check_anchor(form: Form, anchor: Anchor, content: Content = MappingProxyType({})) -> None:
    """Refuse an anchor that the form does not have, or a row that these answers do not have."""
    if anchor.section is None and anchor.field is None and anchor.row is None and anchor.column is None:
        return
    try:
        section = form.section(anchor.section or "")
        field = section.field(anchor.field) if anchor.field is not None else None
        if anchor.row is not None and not _has_row(field, f"{section.key}.{anchor.field}", anchor.row, content):
            raise KeyError(anchor.row)
        if anchor.column is not None:
            column_of(field, anchor.column)
    except KeyError:
        raise Invalid([("anchor", "Choose what the comment is about: a section or field of this form.")]) from None
    if anchor.column is not None and anchor.row is None:
        raise Invalid([("anchor", "Choose which entry of the list the comment is about.")])


def _has_row(field: Field | None, path: str, row: str, content: Content) -> bool:
    return field is not None and field.type is FieldType.ROWS and any(found["id"] == row for found in rows(content, path))


def column_of(field: Field | None, key: str) -> Field:
    """A column of a list; KeyError where there is none."""
    for column in field.columns if field is not None else ():
        if column.key == key:
            return column
    raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer that can be quoted: of a field, or of a column in a row. `question` says how it is answered."""

    field: str
    row: str | None
    column: str | None
    question: Field


def cells(form: Form, content: Content, anchor: Anchor) -> Iterator[Cell]:
    """The answers that an anchor can mean, as far as they are among these: one, or all of a row, a list or a section."""
    section = next((s for s in form.sections if s.key == anchor.section), None)
    for field in section.fields if section is not None else ():
        if anchor.field not in (None, field.key):
            continue
        if field.type is not FieldType.ROWS:
            yield Cell(field.key, None, None, field)
            continue
        for row in rows(content, f"{anchor.section}.{field.key}"):
            if anchor.row in (None, row["id"]):
                yield from (Cell(field.key, str(row["id"]), c.key, c) for c in field.columns if anchor.column in (None, c.key))


def check_lane(command: OpenThreadCommand, own: frozenset[OrganisationId]) -> None:
    """Refuse a lane of a party the person does not belong to, and a hidden objection: what holds approval must be seen by all."""
    if command.lane is not None and command.lane not in own:
        raise Invalid([("lane", "Choose who sees this: everybody here, or your own organisation.")])
    if command.lane is not None and command.objection:
        raise Invalid([("objection", "An objection holds approval, so every party must see it. Share it, or comment without objecting.")])

"""A list with its changes in place: every row where it stands now, those that went where they stood, words marked in their columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import display
from cowork.domain.specifications.compare import FieldChange, RowChange
from cowork.domain.specifications.form import Field
from cowork.domain.specifications.values import rows
from cowork.web.specifications.changes import WORDS, Mark, marks, moved_words

Answers = tuple[tuple[str, tuple[Mark, ...]], ...]


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of a list. Without a `tag` it is as it was; `moved` says from where to where it went."""

    title: str
    tag: tuple[str, str, str] | None
    moved: str
    answers: Answers


def in_place(change: FieldChange, new: Content) -> tuple[MarkedRow, ...]:
    """The whole list as it is now, with what changed in it."""
    return tuple(_rows(change, new))


def _rows(change: FieldChange, new: Content) -> Iterator[MarkedRow]:
    """Rows in their order now. One that was removed stands where the comparison put it: after the row that it followed."""
    gone = [row for row in change.rows if row.new_place is None]
    here = {row.new_place: row for row in change.rows if row.new_place is not None}
    yield from (_changed(row, change.field, {}, new) for row in gone if row.after == 0)
    for place, row in enumerate(rows(new, change.path), 1):
        if place in here:
            yield _changed(here[place], change.field, row, new)
        else:
            yield MarkedRow(f"{place}. {display.row_name(row) or '(not named yet)'}", None, "", _answers(change.field, row, new, {}))
        yield from (_changed(row, change.field, {}, new) for row in gone if row.after == place)


def _changed(row: RowChange, field: Field, now: Mapping[str, Value], new: Content) -> MarkedRow:
    place = row.new_place if row.new_place is not None else row.old_place
    found = {column.field.key: marks(column.segments) for column in row.columns}
    return MarkedRow(f"{place}. {row.name or '(not named yet)'}", WORDS[row.kind], moved_words(row), _answers(field, now, new, found))


def _answers(field: Field, row: Mapping[str, Value], content: Content, found: Mapping[str, tuple[Mark, ...]]) -> Answers:
    plain: dict[str, tuple[Mark, ...]] = {}
    for column in field.columns:
        text = display.shown(column, row.get(column.key), content)
        if text:
            plain[column.key] = (("equal", text),)
    shown = {**plain, **found}
    return tuple((column.label, shown[column.key]) for column in field.columns if column.key in shown)

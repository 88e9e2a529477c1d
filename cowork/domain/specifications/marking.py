"""A list with its changes in place: every row where it stands now, those that went where they stood, words marked in their columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import display
from cowork.domain.specifications.compare import ChangeKind, FieldChange, RowChange, Segment, SegmentKind
from cowork.domain.specifications.form import Field
from cowork.domain.specifications.values import rows

Answers = tuple[tuple[str, tuple[Segment, ...]], ...]


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of a list at its place (a removed one at the place that it had). Without a `change` it is as it was."""

    place: int
    name: str
    change: RowChange | None
    answers: Answers

    @property
    def title(self) -> str:
        return f"{self.place}. {self.name or '(not named yet)'}"


def moved_words(row: RowChange) -> str:
    """From where to where a row went, in words; empty where it stayed among the others."""
    return f"moved from {row.old_place} to {row.new_place}" if row.moved and row.old_place != row.new_place else ""


def in_place(change: FieldChange, new: Content) -> tuple[MarkedRow, ...]:
    """The whole list as it is now, with what changed in it. A row that went stands after the one that it followed."""
    return tuple(_rows(change, new))


def _rows(change: FieldChange, new: Content) -> Iterator[MarkedRow]:
    gone = [row for row in change.rows if row.kind is ChangeKind.REMOVED]
    here = {row.new_place: row for row in change.rows if row.new_place is not None}
    yield from (_marked(row.old_place or 0, row, change.field, {}, new) for row in gone if row.after == 0)
    for place, row in enumerate(rows(new, change.path), 1):
        if place in here:
            yield _marked(place, here[place], change.field, row, new)
        else:
            yield MarkedRow(place, display.called(row, change.field.columns), None, _answers(change.field, row, new, {}))
        yield from (_marked(row.old_place or 0, row, change.field, {}, new) for row in gone if row.after == place)


def _marked(place: int, row: RowChange, field: Field, now: Mapping[str, Value], new: Content) -> MarkedRow:
    found = {column.field.key: column.segments for column in row.columns}
    return MarkedRow(place, row.name, row, _answers(field, now, new, found))


def _answers(field: Field, row: Mapping[str, Value], content: Content, found: Mapping[str, tuple[Segment, ...]]) -> Answers:
    shown: dict[str, tuple[Segment, ...]] = {}
    for column in field.columns:
        if text := display.shown(column, row.get(column.key), content):
            shown[column.key] = (Segment(SegmentKind.SAME, text),)
    shown |= found
    return tuple((column.label, shown[column.key]) for column in field.columns if shown.get(column.key))

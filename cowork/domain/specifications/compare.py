"""What changed between two versions: by section and field, rows matched by their id, texts marked word by word.

The word differ is a port: given two sequences of word numbers it yields (tag, i1, i2, j1, j2) with the tags "equal", "delete", "insert"
and "replace", as `cowork.gateways.worddiff.opcodes` does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import display
from cowork.domain.specifications.form import Field, FieldType, Form, Section

Opcodes = Callable[[Sequence[int], Sequence[int]], Iterable[tuple[str, int, int, int, int]]]

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class SegmentKind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, to be escaped like any text. Same and removed together are the old text, same and added the new."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The change of one field or column. `segments` show it as text; `rows` are the changed rows of a list."""

    field: Field
    path: str
    kind: ChangeKind
    old: Value
    new: Value
    segments: tuple[Segment, ...] = ()
    rows: tuple["RowChange", ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed, moved or changed. Places count from 1; a row can be moved and changed at once.

    `name` is what it is called now, or was called before it was removed; empty for one without a name. `after` is, for a removed row,
    the place now of the one that it followed, 0 for none.
    """

    id: str
    kind: ChangeKind
    moved: bool
    old_place: int | None
    new_place: int | None
    columns: tuple[FieldChange, ...]
    name: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class SectionChange:
    section: Section
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sections that changed, in the order of the form."""

    sections: tuple[SectionChange, ...]

    @property
    def empty(self) -> bool:
        return not self.sections

    def keys(self) -> tuple[str, ...]:
        """The keys of the sections that changed."""
        return tuple(change.section.key for change in self.sections)


def compare(form: Form, old: Content, new: Content, opcodes: Opcodes) -> Comparison:
    """Compare two contents under one form. Pass only what the reader may read of either."""
    differ = _Differ(old, new, opcodes)
    found = [SectionChange(section, tuple(differ.section(section))) for section in form.sections]
    return Comparison(tuple(change for change in found if change.fields))


def compare_answers(form: Form, content: Content, path: str, old: Value, new: Value, opcodes: Opcodes) -> tuple[FieldChange, ...]:
    """What differs between two answers to the question at ``section.field``; all others are those of `content`."""
    section, _, field = path.partition(".")
    before, after = ({**content, section: {**content.get(section, {}), field: answer}} for answer in (old, new))
    found = compare(form, before, after, opcodes)
    return tuple(change for one in found.sections for change in one.fields if change.path == path)


def tokens(text: str) -> list[str]:
    """A text in words, stretches of white space and single signs; together they are the text."""
    return _TOKEN.findall(text)


def segments(old: str, new: str, opcodes: Opcodes) -> tuple[Segment, ...]:
    """The word-level difference of two texts. White space between two changed words counts as changed."""
    before, after = tokens(old), tokens(new)
    ids: dict[str, int] = {}
    numbers = [[ids.setdefault(token, len(ids)) for token in found] for found in (before, after)]
    steps = [(tag, "".join(before[i1:i2]), "".join(after[j1:j2])) for tag, i1, i2, j1, j2 in opcodes(numbers[0], numbers[1])]
    result: list[Segment] = []
    removed = added = ""
    for place, (tag, gone, come) in enumerate(steps):
        between = tag == "equal" and (removed or added) and gone.isspace() and place + 1 < len(steps)
        if tag == "equal" and not between:
            result.extend(_changed(removed, added))
            result.append(Segment(SegmentKind.SAME, gone))
            removed = added = ""
        else:
            removed += gone if tag != "insert" else ""
            added += come if tag != "delete" else ""
    result.extend(_changed(removed, added))
    return tuple(result)


def entry_segments(old: Sequence[str], new: Sequence[str], opcodes: Opcodes) -> tuple[Segment, ...]:
    """The difference of two lists of short texts, each marked as a whole. Without their semicolons the segments are the entries."""
    ids: dict[str, int] = {}
    before, after = ([ids.setdefault(entry, len(ids)) for entry in entries] for entries in (old, new))
    found: list[tuple[SegmentKind, str]] = []
    for tag, i1, i2, j1, j2 in opcodes(before, after):
        if tag == "equal":
            found += [(SegmentKind.SAME, entry) for entry in old[i1:i2]]
        else:
            found += [(SegmentKind.REMOVED, entry) for entry in old[i1:i2]] if tag != "insert" else []
            found += [(SegmentKind.ADDED, entry) for entry in new[j1:j2]] if tag != "delete" else []
    result: list[Segment] = []
    for place, (kind, entry) in enumerate(found):
        if place:
            result.append(Segment(SegmentKind.SAME, "; "))
        result.append(Segment(kind, entry))
    return tuple(segment for segment in result if segment.text)


def _changed(removed: str, added: str) -> Iterator[Segment]:
    if removed:
        yield Segment(SegmentKind.REMOVED, removed)
    if added:
        yield Segment(SegmentKind.ADDED, added)


@dataclass(frozen=True, slots=True)
class _Differ:
    old: Content
    new: Content
    opcodes: Opcodes

    def section(self, section: Section) -> Iterator[FieldChange]:
        before, after = self.old.get(section.key, {}), self.new.get(section.key, {})
        yield from self.fields(section.fields, section.key, before, after)

    def fields(self, fields: Iterable[Field], place: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[FieldChange]:
        for field in fields:
            old, new = _answer(before.get(field.key)), _answer(after.get(field.key))
            if old != new:
                kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED if new is None else ChangeKind.CHANGED
                path = f"{place}.{field.key}"
                if field.type is FieldType.ROWS:
                    yield FieldChange(field, path, kind, old, new, rows=self.rows(field, path, _rows(old), _rows(new)))
                else:
                    yield FieldChange(field, path, kind, old, new, segments=self.shown(field, old, new))

    def shown(self, field: Field, old: Value, new: Value) -> tuple[Segment, ...]:
        before, after = display.shown(field, old, self.old), display.shown(field, new, self.new)
        if field.type in (FieldType.TEXT, FieldType.LONGTEXT):
            return segments(before, after, self.opcodes)
        if field.type in (FieldType.CHOICES, FieldType.TAGS, FieldType.LINKS):
            return entry_segments(display.entries(field, old, self.old), display.entries(field, new, self.new), self.opcodes)
        return tuple(_changed(before, after))

    def rows(self, field: Field, path: str, old: dict[str, "_Row"], new: dict[str, "_Row"]) -> tuple[RowChange, ...]:
        moved = self.moved(list(old), list(new))
        changes: list[tuple[float, RowChange]] = []
        after = 0
        for row_id, row in old.items():
            if row_id in new:
                after = new[row_id].place
            else:
                columns = tuple(self.fields(field.columns, f"{path}.{row_id}", row.answers, {}))
                name = display.called(row.answers, field.columns)
                gone = RowChange(row_id, ChangeKind.REMOVED, False, row.place, None, columns, name, after)
                changes.append((after + 0.5, gone))
        for row_id, row in new.items():
            before = old.get(row_id)
            columns = tuple(self.fields(field.columns, f"{path}.{row_id}", before.answers if before else {}, row.answers))
            name = display.called(row.answers, field.columns) or (display.called(before.answers, field.columns) if before else "")
            if before is None:
                changes.append((row.place, RowChange(row_id, ChangeKind.ADDED, False, None, row.place, columns, name)))
            elif columns or row_id in moved:
                kind = ChangeKind.CHANGED if columns else ChangeKind.MOVED
                changes.append((row.place, RowChange(row_id, kind, row_id in moved, before.place, row.place, columns, name)))
        return tuple(change for _, change in sorted(changes, key=lambda pair: pair[0]))

    def moved(self, old: list[str], new: list[str]) -> frozenset[str]:
        """The fewest rows that must have moved to turn the old order into the new."""
        before = [row_id for row_id in old if row_id in set(new)]
        after = [row_id for row_id in new if row_id in set(old)]
        place = {row_id: number for number, row_id in enumerate(before)}
        steps = self.opcodes([place[i] for i in before], [place[i] for i in after])
        stayed = {row_id for tag, i1, i2, _, _ in steps if tag == "equal" for row_id in before[i1:i2]}
        return frozenset(before) - stayed


@dataclass(frozen=True, slots=True)
class _Row:
    place: int
    answers: Mapping[str, Value]


def _rows(value: Value) -> dict[str, _Row]:
    found = value if isinstance(value, list) else []
    return {str(row["id"]): _Row(place, row) for place, row in enumerate(found, 1) if isinstance(row, Mapping) and "id" in row}


def _answer(value: Value) -> Value:
    return None if value in ("", []) else value

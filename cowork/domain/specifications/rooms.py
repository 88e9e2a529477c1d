"""Rooms: how a section is split for writing together, so that a right is a right to a whole room.

A room holds what one lane reads and one side owns: single answers, repeating groups (which rows there are, in which order) and columns of
repeating groups. A column that another side owns lives in that side's room and names its row by the row's id. Inside a room answers are
held as they are typed, texts or lists of texts, under keys: ``field`` or ``field.row.column``. The rules judge them when a version is cut.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Owner, Section
from cowork.domain.specifications.values import Problem, clean

Held = str | list[str]
"""An answer as it is typed."""

TEXTS = frozenset({FieldType.TEXT, FieldType.LONGTEXT})
"""What several people write at once, letter by letter; of every other answer the last one holds."""
_LISTS = frozenset({FieldType.CHOICES, FieldType.LINKS})
_ROW_ID = re.compile(r"[a-z0-9]{1,16}")
_WORDS = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Room:
    """`columns` are pairs of a repeating group and one of its columns; `lists` the groups whose rows are added and moved here."""

    section: str
    lane: FieldLane
    owner: Owner
    singles: tuple[Field, ...]
    lists: tuple[Field, ...]
    columns: tuple[tuple[Field, Field], ...]

    @property
    def name(self) -> str:
        """Unique in its section."""
        return f"{self.lane.value}.{self.owner.value}"

    def field_at(self, key: str) -> Field | None:
        """The field or column that a key belongs to, or None when this room has none."""
        parts = key.split(".")
        if len(parts) == 1:
            return next((field for field in self.singles if field.key == key), None)
        if len(parts) != 3 or not _ROW_ID.fullmatch(parts[1]):
            return None
        return next((column for group, column in self.columns if (group.key, column.key) == (parts[0], parts[2])), None)


@dataclass(frozen=True, slots=True)
class RoomAnswers:
    """What a room holds: answers by key, without empty ones, and for each repeating group the ids of its rows in order."""

    answers: Mapping[str, Held]
    rows: Mapping[str, tuple[str, ...]]


NOTHING = RoomAnswers({}, {})


def rooms_of(section: Section) -> tuple[Room, ...]:
    """The rooms of a section, in the order in which their first fields come."""
    singles: dict[tuple[FieldLane, Owner], list[Field]] = {}
    lists: dict[tuple[FieldLane, Owner], list[Field]] = {}
    columns: dict[tuple[FieldLane, Owner], list[tuple[Field, Field]]] = {}
    order: dict[tuple[FieldLane, Owner], None] = {}
    for field in section.fields:
        order.setdefault((field.lane, field.owner))
        if field.type is not FieldType.ROWS:
            singles.setdefault((field.lane, field.owner), []).append(field)
            continue
        lists.setdefault((field.lane, field.owner), []).append(field)
        for column in field.columns:
            order.setdefault((field.lane, column.owner))
            columns.setdefault((field.lane, column.owner), []).append((field, column))
    return tuple(
        Room(section.key, *key, tuple(singles.get(key, ())), tuple(lists.get(key, ())), tuple(columns.get(key, ()))) for key in order
    )


def held(field: Field, value: Value) -> Held:
    """One answer that is no repeating group, as it is typed."""
    if field.type in _LISTS:
        return [str(entry) for entry in value] if isinstance(value, list) else []
    if value is None:
        return ""
    if isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int | float):
        return f"{Decimal(str(value)):f}"
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)


def room_answers(room: Room, answers: Mapping[str, Value]) -> RoomAnswers:
    """The part of a section's kept answers that lives in this room."""
    found: dict[str, Held] = {field.key: held(field, answers.get(field.key)) for field in room.singles}
    for group, column in room.columns:
        for row in _rows(answers.get(group.key)):
            found[f"{group.key}.{row['id']}.{column.key}"] = held(column, row.get(column.key))
    rows = {group.key: tuple(str(row["id"]) for row in _rows(answers.get(group.key))) for group in room.lists}
    return RoomAnswers({key: value for key, value in found.items() if value}, rows)


def overlaid(section: Section, answers: Mapping[str, Value], live: Mapping[str, RoomAnswers]) -> dict[str, object]:
    """A section's answers for cleaning: those of the rooms in `live` (by name), and the kept ones where a room was never opened."""
    raw: dict[str, object] = {}
    rooms = rooms_of(section)
    for field in section.fields:
        home = live.get(f"{field.lane.value}.{field.owner.value}")
        if field.type is FieldType.ROWS:
            kept = {str(row["id"]): row for row in _rows(answers.get(field.key))}
            ids = home.rows.get(field.key, ()) if home is not None else tuple(kept)
            raw[field.key] = [_raw_row(field, row, kept.get(row, {}), rooms, live) for row in ids]
        else:
            raw[field.key] = answers.get(field.key) if home is None else home.answers.get(field.key, "")
    return raw


def _raw_row(
    group: Field, row: str, kept: Mapping[str, Value], rooms: Iterable[Room], live: Mapping[str, RoomAnswers]
) -> dict[str, object]:
    found: dict[str, object] = {"id": row}
    for column in group.columns:
        home = live.get(f"{group.lane.value}.{column.owner.value}")
        found[column.key] = kept.get(column.key) if home is None else home.answers.get(f"{group.key}.{row}.{column.key}", "")
    return found


def settled(
    form: Form, section: Section, content: Content, live: Mapping[str, RoomAnswers]
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """The section's answers to keep from its rooms, and what is wrong with those that cannot be kept: their last good answer stays."""
    before = content.get(section.key, {})
    cleaned = clean(form, section.key, overlaid(section, before, live), content)
    values: dict[str, Value] = dict(cleaned.values)
    for problem in cleaned.problems:
        _, _, rest = problem.path.partition(".")
        key, _, place = rest.partition(".")
        row, _, column = place.partition(".")
        if not row:
            _keep(values, key, before.get(key))
        elif column:
            last = next((kept for kept in _rows(before.get(key)) if kept["id"] == row), {})
            if column in last:
                values[key] = [{**found, column: last[column]} if found["id"] == row else found for found in _rows(values.get(key))]
    return values, cleaned.problems


def _keep(values: dict[str, Value], key: str, value: Value) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _rows(value: Value) -> list[Mapping[str, Value]]:
    return [row for row in value if isinstance(row, Mapping) and "id" in row] if isinstance(value, list) else []

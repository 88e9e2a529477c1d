"""Between answers as they are kept (JSON values) and answers as a form holds them (texts and lists of texts).

A form never judges: what cannot be read is handed on as it was typed, and the rules of the domain say what is wrong with it.
A row of a repeating group is held as a dictionary with its `id`, its `PLACE` (a number as text) and one member for each column.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cowork.domain.conditions import Value
from cowork.domain.specifications.form import Field, FieldType
from cowork.domain.specifications.rooms import held

PLACE = "Place"
"""The position of a row as posted. No column can be called so: keys of columns are in lower case."""

Typed = Mapping[str, object]
Row = dict[str, object]


def typed(field: Field, value: Value) -> object:
    """One answer as its form field holds it: a text, a list of texts, or a list of rows."""
    if field.type is FieldType.ROWS:
        found = value if isinstance(value, list) else []
        return [typed_row(field, row, place) for place, row in enumerate(found) if isinstance(row, Mapping)]
    return held(field, value)


def typed_row(field: Field, row: Mapping[str, Value], place: int) -> Row:
    """One row of a repeating group as its form holds it."""
    columns = {column.key: typed(column, row.get(column.key)) for column in field.columns}
    return {"id": str(row.get("id", "")), PLACE: str(place), **columns}


def typed_answers(fields: Iterable[Field], answers: Mapping[str, Value]) -> Row:
    """The answers of a section as its form holds them."""
    return {field.key: typed(field, answers.get(field.key)) for field in fields}


def raw(field: Field, held: object) -> object:
    """What a form holds, as the value that the domain cleans: rows in the order of their places, without the places."""
    if field.type is not FieldType.ROWS:
        return held
    rows = in_order(held if isinstance(held, list) else [])
    own = {column.key for column in field.columns}
    return [{"id": row.get("id") or None, **{key: value for key, value in row.items() if key in own}} for row in rows]


def raw_answers(fields: Iterable[Field], held: Typed) -> dict[str, object]:
    """The same for the fields that the form holds."""
    return {field.key: raw(field, held[field.key]) for field in fields if field.key in held}


def in_order(rows: Sequence[Mapping[str, object]]) -> list[Row]:
    """The rows by their posted places; one without a readable place stays where it is."""
    numbered = [(_place(row.get(PLACE), index), index, dict(row)) for index, row in enumerate(rows)]
    return [row for _, _, row in sorted(numbered, key=lambda entry: entry[:2])]


def _place(text: object, otherwise: int) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 6 else otherwise


@dataclass(frozen=True, slots=True)
class RowAction:
    """What a button of a repeating group asks for: add, remove, up or down; `index` counts from 0 in the order shown."""

    verb: str
    field: str
    index: int = 0


def row_action(text: str, known: Collection[str]) -> RowAction | None:
    """Read a button's value, such as ``add:items`` or ``up:items:2``; None for anything else."""
    verb, _, rest = text.partition(":")
    key, _, number = rest.partition(":")
    if key not in known or verb not in ("add", "remove", "up", "down"):
        return None
    if verb == "add":
        return RowAction(verb, key) if not number else None
    good = number.isascii() and number.isdigit() and len(number) <= 4
    return RowAction(verb, key, int(number)) if good else None


def acted(field: Field, held: object, action: RowAction, new_id: Callable[[], str]) -> tuple[list[Row], int]:
    """The rows after a button was pressed, with their places counted anew, and the index of the row to look at next."""
    rows = in_order(held if isinstance(held, list) else [])
    index = action.index
    if action.verb == "add":
        rows.append(typed_row(field, {"id": fresh_id({str(row.get("id")) for row in rows}, new_id)}, len(rows)))
        index = len(rows) - 1
    elif 0 <= index < len(rows):
        target = index + {"up": -1, "down": 1}.get(action.verb, 0)
        if action.verb == "remove":
            del rows[index]
        elif 0 <= target < len(rows):
            rows[index], rows[target] = rows[target], rows[index]
            index = target
    return [{**row, PLACE: str(place)} for place, row in enumerate(rows)], max(0, min(index, len(rows) - 1))


def fresh_id(taken: Collection[str], new_id: Callable[[], str]) -> str:
    """A short id that no row has yet: lower-case letters and digits."""
    while True:
        found = new_id()[-6:]
        if found not in taken:
            return found


def put(answers: Mapping[str, Value], path: Sequence[str], value: Value) -> dict[str, Value]:
    """The answers of a section with one of them replaced. `path` is (field), (field, row) or (field, row, column); None removes.

    A row that is put where there is none goes to the end.
    """
    key, rest = path[0], path[1:]
    if not rest:
        return {**answers, key: value}
    found = answers.get(key)
    rows = [dict(row) for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    known = [row.get("id") for row in rows]
    if len(rest) == 2:
        rows = [{**row, rest[1]: value} if row.get("id") == rest[0] else row for row in rows]
    elif value is None:
        rows = [row for row in rows if row.get("id") != rest[0]]
    elif isinstance(value, Mapping):
        new = dict(value)
        rows = [new if row.get("id") == rest[0] else row for row in rows] + ([] if rest[0] in known else [new])
    return {**answers, key: rows}


def posted(held: Typed, prefix: str) -> list[tuple[str, str]]:
    """What a browser posts for a form that holds these answers: pairs of name and value, to carry them in hidden fields."""
    return [pair for key, value in held.items() for pair in _posted(f"{prefix}{key}", value)]


def _posted(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(name, value)]
    found: list[tuple[str, str]] = []
    for index, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, Mapping):
            found += [pair for key, part in entry.items() for pair in _posted(f"{name}-{index}-{key}", part)]
        else:
            found.append((name, str(entry)))
    return found

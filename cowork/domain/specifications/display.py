"""Answers as a person reads them, in one line or as Markdown: labels instead of codes, numbers with their unit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import codelists
from cowork.domain.specifications.form import Field, FieldType
from cowork.domain.specifications.values import rows

NAMELESS = "(not named yet)"
NAMING = ("title", "text", "label", "task", "name")
"""The columns that a row can be called by, the first that has an answer."""
OWN = re.compile(r"\.q[0-9a-f]{7}_")
"""The path of a question that an organisation added: see `questions.mark`."""
MOST_OF_A_NAME = 120
SHORT = {
    "outcomes.items": "LO", "assessments.items": "A", "skills.items": "S", "modules.items": "M", "need.evidence": "E",
    "alignment.tasks": "T",
}  # fmt: skip
"""How rows of lists that everybody knows are called in short; those of others by their number."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row named for a table: its id, its short name ("LO 1", "A 2") and what it is called."""

    id: str
    short: str
    text: str


def shown(field: Field, value: Value, content: Content) -> str:
    """The text of one answer; "" where there is none. `content` names the rows that links lead to. Rows themselves have no one-line
    text: walk their columns."""
    if value is None or value in ("", []):
        return ""
    match field.type:
        case FieldType.YESNO:
            return "Yes" if value is True else "No"
        case FieldType.CHOICE:
            return codelists.label(field, str(value))
        case FieldType.DATE:
            return day(str(value))
        case FieldType.INTEGER | FieldType.DECIMAL:
            return f"{number(value)} {field.unit}".rstrip()
        case _:
            return "; ".join(entries(field, value, content)) if isinstance(value, list) else str(value)


def entries(field: Field, value: Value, content: Content) -> tuple[str, ...]:
    """The texts of a list answer: choices, tags or links, one by one."""
    found = [str(entry) for entry in value] if isinstance(value, list) else []
    if field.type is FieldType.CHOICES:
        return tuple(codelists.label(field, entry) for entry in found)
    if field.type is FieldType.LINKS:
        names = row_names(content, field.refers or "")
        return tuple(names[entry] for entry in found if entry in names)
    return tuple(found)


def row_names(content: Content, path: str, columns: Sequence[Field] = ()) -> dict[str, str]:
    """For each row at ``section.field`` its number and what it is called: its title, name, label or other first text.

    A list that an organisation asks for has columns of any name. Where they are not given, a row of it is called by its first words.
    """
    result = {}
    for place, row in enumerate(rows(content, path), 1):
        name = called(row, columns) or (_first_words(row) if OWN.search(path) else "")
        result[str(row["id"])] = f"{place}. {name or NAMELESS}"
    return result


def called(row: Mapping[str, Value], columns: Sequence[Field]) -> str:
    """What a row is called by a column that is known for it, else by the first one-line text of its columns; or an empty text."""
    return row_name(row) or row_name(row, columns)


def _first_words(row: Mapping[str, Value]) -> str:
    words = (value for key, value in row.items() if key != "id" and isinstance(value, str) and value and day(value) == value)
    return " ".join(next(words, "").split())[:MOST_OF_A_NAME]


def items(content: Content, path: str) -> tuple[Item, ...]:
    """The rows of the list at ``section.field`` named for a table, in their order."""
    short = SHORT.get(path, "No.")
    return tuple(
        Item(str(row["id"]), f"{short} {place}", row_name(row) or NAMELESS) for place, row in enumerate(rows(content, path), 1)
    )


def row_name(row: Mapping[str, Value], columns: Sequence[Field] = ()) -> str:
    """What a row is called, or an empty text; of a list whose columns are given, else by its first one-line text."""
    key = naming(row, columns)
    return str(row[key]) if key else ""


def naming(row: Mapping[str, Value], columns: Sequence[Field] = ()) -> str:
    """The key of the answer that a row is called by, or an empty text. With columns it is always a one-line text."""
    lines = [column.key for column in columns if column.type is FieldType.TEXT]
    known = [key for key in NAMING if not columns or key in lines]
    return next((key for key in (*known, *lines) if row.get(key)), "")


def number(value: Value) -> str:
    """A number with thousands set apart and no needless decimals: 1,250 or 7.5."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"


def day(text: str) -> str:
    """An ISO day as "31 March 2027"; the text itself when it is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    months = "January February March April May June July August September October November December".split()
    return f"{found.day} {months[found.month - 1]} {found.year}"

"""TOML written so that it is pleasant to read: what Python's `tomllib` reads, the other way round.

`dumps` writes any parsed TOML, so that a definition with faults can be kept too; reading what it wrote gives the same values again.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from math import isinf, isnan

from cowork.domain.conditions import Value

WIDTH = 120
"""Longer lists are written an item a line, longer texts are wrapped."""
ORDER = (
    "key", "version", "title", "kind", "description", "source", "outline", "guidance", "after", "when", "reads", "requires", "edits",
    "statement", "needed", "quorum", "refusal", "due_days", "least_days", "lapse", "apart", "votes", "side", "office", "otherwise",
    "person", "participants", "parties", "bench", "keys", "weight", "rule", "reject", "request-changes", "back-to", "times", "then",
    "idle_days", "escalate_to", "outcome", "valid_days", "fact", "that", "window", "stage", "seat",
)  # fmt: skip
"""The keys of every table in the order in which they are written; unknown ones follow."""
TABLES = ("window", "stage", "seat")
"""Lists that are written as tables of their own."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}

Table = Mapping[str, Value]


def dumps(table: Table) -> str:
    """Any parsed TOML as text. Reading it gives the same values."""
    return "\n".join(_lines(table, "")).strip("\n") + "\n"


def _lines(table: Table, path: str) -> list[str]:
    own = [name for name in table if name in TABLES and _is_tables(table[name])]
    lines = [f"{_key(name)} = {_block(table[name], _key(name))}" for name in in_order(table) if name not in own]
    for name in sorted(own, key=TABLES.index):
        inner = f"{path}.{name}" if path else name
        for entry in table[name]:  # type: ignore[attr-defined]  # `_is_tables` saw that it is a list
            lines += ["", f"[[{inner}]]", *_lines(entry, inner)]
    return lines


def _is_tables(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def in_order(table: Table) -> list[str]:
    """The keys of a table in the order in which they are written."""
    places = {key: place for place, key in enumerate(ORDER)}
    return sorted(table, key=lambda key: places.get(key, len(ORDER)))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _block(value: Value, name: str) -> str:
    """A value that stands behind its key on a line of its own."""
    if isinstance(value, str) and "\n" in value:
        return _lines_of_text(value)
    return _value(value, len(name) + 3, "")


def inline(value: Value) -> str:
    """A value as it is written behind an equals sign."""
    return _value(value, 0, "")


def _value(value: Value, used: int, indent: str) -> str:
    """A value, in lines of its own where it would run over the width from the column `used`."""
    flat = _flat(value)
    if used + len(flat) <= WIDTH or not isinstance(value, list | Mapping) or not value:
        return flat
    if isinstance(value, Mapping):
        # An inline table cannot be broken, but lists in it can.
        parts = [f"{_key(name)} = {_value(value[name], len(indent) + len(name) + 5, indent)}" for name in in_order(value)]
        return "{ " + ", ".join(parts) + " }"
    deeper = indent + "    "
    return "[\n" + "".join(f"{deeper}{_value(entry, len(deeper) + 1, deeper)},\n" for entry in value) + indent + "]"


def _flat(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(name)} = {_flat(value[name])}" for name in in_order(value)) + " }" if value else "{}"
        case list():
            return "[" + ", ".join(_flat(entry) for entry in value) + "]"
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


def _number(value: float) -> str:
    if isnan(value):
        return "nan"
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


def _string(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _lines_of_text(text: str) -> str:
    """A text of several lines. Quotes are escaped where three of them could end it."""
    kept = "\n" if '""' in text or text.endswith('"') else '\n"'
    return '"""\n' + "".join(letter if letter in kept else _escaped(letter) for letter in text) + '"""'


def _escaped(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    return f"\\u{ord(letter):04X}" if ord(letter) < 32 or ord(letter) == 127 else letter


def listed(value: Value) -> list[Value]:
    """A value that may be one or a list, as a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return [] if value is None else [value]

"""The links of a specification as grids: which rows of one list are tied to which rows of another, to look at and to change.

A grid is made for every column of links that the form has. What is ticked becomes that column's answer and nothing else, so that all
rules of saving hold: who owns the column, merging, versions.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section
from cowork.domain.specifications.values import rows

SHORT = {
    "outcomes.items": "LO", "assessments.items": "A", "skills.items": "S", "modules.items": "M", "need.evidence": "E",
    "alignment.tasks": "T",
}  # fmt: skip
"""How rows of lists that everybody knows are called in short; those of others by their number."""
MOST_LINKS = 12_000


@dataclass(frozen=True, slots=True)
class Relation:
    """A column of links: of which list of rows, and to which it leads. `key` is ``section.field.column``."""

    section: Section
    field: Field
    column: Field

    @property
    def key(self) -> str:
        return f"{self.section.key}.{self.field.key}.{self.column.key}"

    @property
    def path(self) -> str:
        return f"{self.section.key}.{self.field.key}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row in a grid. `short` names it in a few letters, `text` is what it is called."""

    id: str
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """`down` are the rows that hold the links, `across` those they lead to; `links` are pairs of their ids."""

    relation: Relation
    down: tuple[Entry, ...]
    across: tuple[Entry, ...]
    links: frozenset[tuple[str, str]]


def relations(form: Form) -> Iterator[Relation]:
    """Every column of links that all parties read, in the order of the form."""
    for section in form.sections:
        for field in section.fields:
            for column in field.columns:
                if column.type is FieldType.LINKS and column.refers and field.lane is FieldLane.SHARED:
                    yield Relation(section, field, column)


def relation(form: Form, key: str) -> Relation | None:
    """The relation of that key."""
    return next((found for found in relations(form) if found.key == key), None)


def grid(found: Relation, content: Content) -> Grid:
    """The grid of a relation with these answers."""
    down, across = entries(content, found.path), entries(content, found.column.refers or "")
    known = {entry.id for entry in across}
    links = frozenset(
        (str(row["id"]), target) for row in rows(content, found.path) for target in _ids(row.get(found.column.key)) if target in known
    )
    return Grid(found, down, across, links)


def entries(content: Content, path: str) -> tuple[Entry, ...]:
    """The rows of a list as a grid names them."""
    short = SHORT.get(path, "No.")
    return tuple(Entry(str(row["id"]), f"{short} {place}", _name(row)) for place, row in enumerate(rows(content, path), 1))


def _name(row: Mapping[str, Value]) -> str:
    found = next((row[key] for key in ("title", "text", "label", "task", "name") if row.get(key)), None)
    return str(found) if found else "(not named yet)"


def _ids(value: Value) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []


def linked(found: Relation, content: Content, ticked: Collection[tuple[str, str]]) -> list[Mapping[str, Value]]:
    """The rows of a relation's list with exactly the ticked links: what to save. Links that stay keep their order."""
    across = [entry.id for entry in entries(content, found.column.refers or "")]
    result: list[Mapping[str, Value]] = []
    for row in rows(content, found.path):
        key = str(row["id"])
        wanted = {target for source, target in ticked if source == key}
        kept = [target for target in _ids(row.get(found.column.key)) if target in wanted]
        links = kept + [target for target in across if target in wanted and target not in kept]
        rest = {name: value for name, value in row.items() if name != found.column.key}
        result.append({**rest, found.column.key: links} if links else rest)
    return result

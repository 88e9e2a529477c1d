"""The links of a specification as grids: which rows of one list are tied to which rows of another, to look at and to change.

A grid is made for every column of links that the form has. What is ticked becomes that column's answer and nothing else, so that all
rules of saving hold: who owns the column, merging, versions.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.display import Item, items
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section
from cowork.domain.specifications.values import rows

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
class Grid:
    """`down` are the rows that hold the links, `across` those they lead to; `links` are pairs of their ids."""

    relation: Relation
    down: tuple[Item, ...]
    across: tuple[Item, ...]
    links: frozenset[tuple[str, str]]


def relations(form: Form) -> Iterator[Relation]:
    """Every column of links that all parties read, in the order of the form."""
    for section in form.sections:
        for field in section.fields:
            for column in field.columns:
                if column.type is FieldType.LINKS and column.refers and field.lane is FieldLane.SHARED:
                    yield Relation(section, field, column)


def grid(found: Relation, content: Content) -> Grid:
    """The grid of a relation with these answers."""
    down, across = items(content, found.path), items(content, found.column.refers or "")
    known = {entry.id for entry in across}
    links = frozenset(
        (str(row["id"]), target) for row in rows(content, found.path) for target in _ids(row.get(found.column.key)) if target in known
    )
    return Grid(found, down, across, links)


def differs(found: Relation, content: Content, ticked: Collection[tuple[str, str]]) -> bool:
    """Whether other rows are ticked than these answers tie. Ticks of rows that they do not have count for nothing."""
    shown = grid(found, content)
    down, across = {row.id for row in shown.down}, {row.id for row in shown.across}
    return {pair for pair in ticked if pair[0] in down and pair[1] in across} != shown.links


def _ids(value: Value) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []


def linked(found: Relation, content: Content, ticked: Collection[tuple[str, str]]) -> list[Mapping[str, Value]]:
    """The rows of a relation's list with exactly the ticked links: what to save. Links that stay keep their order."""
    across = [entry.id for entry in items(content, found.column.refers or "")]
    result: list[Mapping[str, Value]] = []
    for row in rows(content, found.path):
        key = str(row["id"])
        wanted = {target for source, target in ticked if source == key}
        kept = [target for target in _ids(row.get(found.column.key)) if target in wanted]
        links = kept + [target for target in across if target in wanted and target not in kept]
        rest = {name: value for name, value in row.items() if name != found.column.key}
        result.append({**rest, found.column.key: links} if links else rest)
    return result

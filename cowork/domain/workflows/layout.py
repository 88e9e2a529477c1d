"""Where the stages of a workflow stand when its route is drawn: a grid of columns and rows, and the lines between them.

A stage stands one column after the latest stage that it waits for, so every line runs to the right. A line that passes a column
on its way gets a place of its own there, so that it never runs through a stage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from cowork.domain.workflows.definition import Stage, Workflow


@dataclass(frozen=True, slots=True)
class RouteNode:
    """A stage at its place; columns and rows count from 0, to the right and downwards."""

    stage: str
    title: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class RouteEdge:
    """A line from a stage to one that waits for it. `points` are the (column, row) places it passes, both ends included."""

    source: str
    target: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RouteDrawing:
    """`columns` and `rows` are the size of the grid."""

    nodes: tuple[RouteNode, ...]
    edges: tuple[RouteEdge, ...]
    columns: int
    rows: int


_Place = tuple[str, str, int]
"""What takes a place, and its column: a stage as ("", key, column), or a line that passes as (source, target, column)."""


def layout(workflow: Workflow) -> RouteDrawing:
    """The drawing of a route; the same workflow is always drawn the same way. Raises graphlib.CycleError for a circle of stages."""
    columns = _columns(workflow.stages)
    rows = _rows(workflow.stages, columns)
    nodes = tuple(
        RouteNode(stage.key, stage.title, columns[stage.key], rows["", stage.key, columns[stage.key]]) for stage in workflow.stages
    )
    edges = tuple(_edge(earlier, stage.key, columns, rows) for stage in workflow.stages for earlier in stage.after)
    return RouteDrawing(
        nodes=nodes,
        edges=edges,
        columns=max(columns.values(), default=-1) + 1,
        rows=max(rows.values(), default=-1) + 1,
    )


def _columns(stages: Sequence[Stage]) -> dict[str, int]:
    """The column of each stage: the length of the longest way to it."""
    after = {stage.key: stage.after for stage in stages}
    columns: dict[str, int] = {}
    for key in TopologicalSorter(after).static_order():
        columns[key] = max((columns[earlier] + 1 for earlier in after[key]), default=0)
    return columns


def _rows(stages: Sequence[Stage], columns: Mapping[str, int]) -> dict[_Place, int]:
    """The row of every place, column by column: near what it comes from, otherwise in the order of the file."""
    after = {stage.key: stage.after for stage in stages}
    rows: dict[_Place, int] = {}
    for column in range(max(columns.values(), default=-1) + 1):
        places = [("", key, column) for key in after if columns[key] == column]
        places += [(earlier, key, column) for key in after for earlier in after[key] if columns[earlier] < column < columns[key]]
        heights = {place: _height(place, after, columns, rows) for place in places}
        rows |= {place: row for row, place in enumerate(sorted(places, key=heights.__getitem__))}
    return rows


def _height(place: _Place, after: Mapping[str, Sequence[str]], columns: Mapping[str, int], rows: Mapping[_Place, int]) -> float:
    """The mean row of what this comes from in the column before."""
    source, target, column = place
    sources = [source] if source else after[target]
    before = [rows[_point(earlier, target, column - 1, columns)] for earlier in sources]
    return sum(before) / len(before) if before else 0.0


def _point(source: str, target: str, column: int, columns: Mapping[str, int]) -> _Place:
    """Where the line from `source` to `target` is in a column: at one of its ends or on its way."""
    if column == columns[source]:
        return ("", source, column)
    return ("", target, column) if column == columns[target] else (source, target, column)


def _edge(source: str, target: str, columns: Mapping[str, int], rows: Mapping[_Place, int]) -> RouteEdge:
    passed = range(columns[source], columns[target] + 1)
    return RouteEdge(source, target, tuple((column, rows[_point(source, target, column, columns)]) for column in passed))

"""Where the stages stand when the route is drawn."""

from hypothesis import given

from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.layout import layout
from tests.domain.workflows.builders import stage, workflow
from tests.domain.workflows.strategies import workflows


def places(flow: Workflow) -> dict[str, tuple[int, int]]:
    return {node.stage: (node.column, node.row) for node in layout(flow).nodes}


def test_stages_in_order_stand_in_one_row() -> None:
    flow = workflow(stage("a"), stage("b", after=("a",)), stage("c", after=("b",)))
    assert places(flow) == {"a": (0, 0), "b": (1, 0), "c": (2, 0)}


def test_parallel_stages_stand_below_each_other_and_join_behind() -> None:
    flow = workflow(stage("a"), stage("b", after=("a",)), stage("c", after=("a",)), stage("d", after=("b", "c")))
    assert places(flow) == {"a": (0, 0), "b": (1, 0), "c": (1, 1), "d": (2, 0)}
    assert (layout(flow).columns, layout(flow).rows) == (3, 2)


def test_a_line_past_a_column_goes_round_its_stages() -> None:
    flow = workflow(stage("a"), stage("b", after=("a",)), stage("c", after=("a", "b")))
    lines = {(edge.source, edge.target): edge.points for edge in layout(flow).edges}
    assert lines["a", "c"] == ((0, 0), (1, 1), (2, 0))


def test_branches_that_do_not_meet_keep_their_sides() -> None:
    flow = workflow(stage("a"), stage("b"), stage("under-b", after=("b",)), stage("under-a", after=("a",)))
    assert places(flow) == {"a": (0, 0), "b": (0, 1), "under-a": (1, 0), "under-b": (1, 1)}


def test_nothing_is_drawn_of_a_workflow_without_stages() -> None:
    assert (layout(workflow()).columns, layout(workflow()).rows) == (0, 0)


@given(workflows(most=8))
def test_every_line_runs_to_the_right_and_nothing_stands_on_anything_else(flow: Workflow) -> None:
    drawing = layout(flow)
    taken = [(node.column, node.row) for node in drawing.nodes] + [point for edge in drawing.edges for point in edge.points[1:-1]]
    assert len(set(taken)) == len(taken)
    assert all(column < drawing.columns and row < drawing.rows for column, row in taken)
    where = places(flow)
    assert {(edge.source, edge.target) for edge in drawing.edges} == {(k, s.key) for s in flow.stages for k in s.after}
    for edge in drawing.edges:
        assert [column for column, _ in edge.points] == list(range(where[edge.source][0], where[edge.target][0] + 1))
        assert len(edge.points) >= 2
        assert (edge.points[0], edge.points[-1]) == (where[edge.source], where[edge.target])

"""The links of a form as grids: what is ticked becomes one column's answer and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications import forms
from cowork.domain.specifications.grids import Relation, differs, grid, linked, relations
from cowork.domain.specifications.values import rows
from tests.domain.specifications.builders import SMALL, cloud

FORM = forms.shipped()
KEYS = [
    "skills.items.outcomes", "modules.items.outcomes", "assessments.items.outcomes", "alignment.tasks.skills", "alignment.tasks.outcomes",
    "alignment.tasks.assessments", "alignment.tasks.evidence",
]  # fmt: skip


def of(key: str) -> Relation:
    return next(found for found in relations(FORM) if found.key == key)


def test_every_column_of_links_has_a_grid() -> None:
    assert [found.key for found in relations(FORM)] == KEYS
    assert [found.key for found in relations(SMALL)] == ["plan.steps.goals"]


def test_a_grid_names_its_rows_and_links() -> None:
    found = grid(of("assessments.items.outcomes"), cloud())
    assert [(entry.short, entry.text) for entry in found.down] == [("A 1", "Task a1"), ("A 2", "Task a2")]
    assert [entry.short for entry in found.across] == ["LO 1", "LO 2", "LO 3"]
    assert found.links == {("a1", "o1"), ("a1", "o2"), ("a2", "o3")}


def test_links_to_rows_that_are_gone_are_no_links() -> None:
    content = cloud()
    del content["outcomes"]
    assert grid(of("assessments.items.outcomes"), content).links == frozenset()
    assert grid(of("alignment.tasks.skills"), {}).down == ()


def test_saving_a_grid_as_it_is_changes_nothing() -> None:
    content = cloud()
    for found in relations(FORM):
        assert linked(found, content, grid(found, content).links) == list(rows(content, found.path))


def test_ticks_differ_where_a_link_came_or_went_and_not_for_rows_that_are_not_there() -> None:
    found = of("assessments.items.outcomes")
    links = grid(found, cloud()).links
    assert not differs(found, cloud(), links)
    assert not differs(found, cloud(), links | {("a1", "zz"), ("zz", "o1")})
    assert differs(found, cloud(), links - {("a1", "o1")})
    assert differs(found, cloud(), links | {("a1", "o3")})


PAIRS = st.frozensets(st.tuples(st.sampled_from(["a1", "a2", "zz"]), st.sampled_from(["o1", "o2", "o3", "zz"])))


@given(PAIRS)
def test_exactly_the_ticked_links_are_kept_and_nothing_else_changes(ticked: frozenset[tuple[str, str]]) -> None:
    content, found = cloud(), of("assessments.items.outcomes")
    content["assessments"]["items"] = list(linked(found, cloud(), ticked))
    assert grid(found, content).links == {pair for pair in ticked if "zz" not in pair}
    before = [{**row, "outcomes": None} for row in rows(cloud(), found.path)]
    assert [{**row, "outcomes": None} for row in rows(content, found.path)] == before


def test_links_that_stay_keep_their_order() -> None:
    content = cloud()
    content["assessments"]["items"][0]["outcomes"] = ["o3", "o1"]  # type: ignore[index]  # a list of rows
    found = of("assessments.items.outcomes")
    assert linked(found, content, {("a1", "o1"), ("a1", "o2"), ("a1", "o3")})[0]["outcomes"] == ["o3", "o1", "o2"]

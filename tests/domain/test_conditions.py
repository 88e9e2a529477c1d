"""Conditions on answers: what they read, what they hold of, and what they refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.conditions import All, Any, BadCondition, Condition, Content, Not, fact_of, facts_in, holds, parse
from cowork.domain.conditions import Test as Fact

CONTENT: Content = {"a": {"word": "x", "number": 3, "list": ["x", "y"], "no": False, "empty": "", "none": []}}

facts = st.sampled_from(["a.word", "a.number", "a.list", "a.no", "a.empty", "a.none", "a.absent", "b.absent"])
operands = st.sampled_from(["x", "y", 3, False, True, "z"])
leaves = st.builds(Fact, facts, st.sampled_from(["is", "is-not", "contains"]), operands) | st.builds(
    Fact, facts, st.sampled_from(["at-least", "at-most"]), st.integers(0, 4)
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts)))
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"fact": "a.word", "is": "x"}, True),
        ({"fact": "a.word", "is": "y"}, False),
        ({"fact": "a.word", "is-not": "y"}, True),
        ({"fact": "a.absent", "is-not": "y"}, True),
        ({"fact": "a.word", "in": ["x", "y"]}, True),
        ({"fact": "a.absent", "in": ["x"]}, False),
        ({"fact": "a.list", "contains": "y"}, True),
        ({"fact": "a.word", "contains": "x"}, False),
        ({"fact": "a.no", "present": True}, True),
        ({"fact": "a.empty", "present": True}, False),
        ({"fact": "a.none", "present": False}, True),
        ({"fact": "b.absent", "present": False}, True),
        ({"fact": "a.number", "at-least": 3}, True),
        ({"fact": "a.number", "at-most": 2.5}, False),
        ({"fact": "a.list", "at-least": 2}, True),
        ({"fact": "a.no", "at-least": 0}, False),
        ({"fact": "a.word", "at-least": 0}, False),
        ({"not": {"fact": "a.word", "is": "x"}}, False),
        ({"all": [{"fact": "a.word", "is": "x"}, {"fact": "a.number", "is": 4}]}, False),
        ({"any": [{"fact": "a.word", "is": "y"}, {"fact": "a.number", "is": 3}]}, True),
    ],
)
def test_a_condition_holds_of_the_answers_it_describes(raw: object, expected: bool) -> None:
    assert holds(parse(raw), CONTENT) is expected


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "a.word",
        {},
        {"fact": "word", "is": "x"},
        {"fact": "a.b.c", "is": "x"},
        {"fact": "a.word"},
        {"fact": "a.word", "is": "x", "in": []},
        {"fact": "a.word", "equals": "x"},
        {"fact": "a.word", "at-least": "3"},
        {"fact": "a.word", "at-least": True},
        {"fact": "a.word", "present": "yes"},
        {"fact": "a.word", "in": "x"},
        {"all": []},
        {"any": "x"},
        {"all": [{"fact": "a.word", "is": "x"}], "fact": "a.word"},
        {"not": {"fact": "a.word", "is": "x"}, "fact": "a.word"},
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_with_a_reason(raw: object) -> None:
    with pytest.raises(BadCondition, match=r"\w+ \w+"):
        parse(raw)


@given(conditions)
def test_not_turns_every_condition_round(condition: Condition) -> None:
    assert holds(Not(condition), CONTENT) is not holds(condition, CONTENT)


@given(st.lists(conditions, min_size=1, max_size=4))
def test_all_and_any_follow_de_morgan(parts: list[Condition]) -> None:
    negated = All(tuple(Not(part) for part in parts))
    assert holds(Not(Any(tuple(parts))), CONTENT) is holds(negated, CONTENT)


@given(conditions)
def test_a_condition_depends_only_on_the_facts_it_names(condition: Condition) -> None:
    kept: dict[str, dict[str, object]] = {}
    for path in facts_in(condition):
        section, _, field = path.partition(".")
        value = fact_of(CONTENT, path)
        if value is not None:
            kept.setdefault(section, {})[field] = value
    assert holds(condition, kept) is holds(condition, CONTENT)

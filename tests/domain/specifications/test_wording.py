"""Hints on the wording of outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.wording import LEVELS, hints, observable


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Configure a virtual network", "apply"),
        ("The learner will be able to design a backup plan", "create"),
        ("On completion of the course, learners can critically evaluate vendors", "evaluate"),
        ("Analyze access logs", "analyse"),
        ("Carry out a risk assessment", "apply"),
        ("Describe and list", None),
        ("", "apply"),
    ],
)
def test_a_good_outcome_draws_no_hint_about_its_verb(text: str, level: str | None) -> None:
    assert [hint for hint in hints(text, level) if "verbs" not in hint] == []


@pytest.mark.parametrize(
    ("text", "level", "said"),
    [
        ("Understand cloud costs", "understand", "“Understand” cannot be observed"),
        ("Be familiar with networks", None, "“Be familiar with” cannot be observed"),
        ("Knowledge of networks", None, "No observable verb"),
        ("This module introduces networks", None, "what the teaching does"),
        ("Design and build a service", "create", "2 verbs: design and build"),
        ("Plan, design and evaluate a service", "create", "3 verbs: plan, design and evaluate"),
        ("List the steps", "create", "usually belongs to “remember”, not to “create”"),
    ],
)
def test_a_weak_outcome_draws_a_hint_that_says_what_to_do(text: str, level: str | None, said: str) -> None:
    assert any(said in hint for hint in hints(text, level))


def test_a_word_that_only_begins_like_a_verb_is_none() -> None:
    assert not observable("Listening to learners")
    assert not observable("Understand networks")
    assert observable("List the steps")


@given(st.text(max_size=60), st.sampled_from([None, *LEVELS, "other"]))
def test_any_text_gets_at_most_two_hints(text: str, level: str | None) -> None:
    assert len(hints(text, level)) <= 2

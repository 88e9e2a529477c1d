"""Titles and outcomes that say the same in other words are found; different ones are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.similarity import likeness, of_outcomes, stems, words_of


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Machine Learning for Business Analysts", "Machine Learning for Business Analysis"),
        ("Telehealth for Nurses", "Telehealth Nursing"),
        ("Cyber Security Operations", "Cybersecurity operations"),
        ("Machine lerning", "Machine Learning"),
        ("Éducation inclusive", "Education inclusive"),
    ],
)
def test_other_endings_and_slips_make_little_difference(left: str, right: str) -> None:
    assert likeness(left, right) > 0.6


@pytest.mark.parametrize(("left", "right"), [("Telehealth for Nurses", "Cloud Operations"), ("", "Anything"), ("of the", "of the")])
def test_different_titles_are_not_alike(left: str, right: str) -> None:
    assert likeness(left, right) < 0.3


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_a_share_and_the_same_both_ways(left: str, right: str) -> None:
    assert 0 <= likeness(left, right) <= 1.0000001
    assert likeness(left, right) == pytest.approx(likeness(right, left))
    assert likeness(left, left) in (0.0, pytest.approx(1.0))


@given(st.text(max_size=80))
def test_what_is_looked_for_is_letters_and_digits_only(text: str) -> None:
    assert all(stem.isalnum() for stem in stems(text)), words_of(text)


def test_outcomes_are_matched_each_with_its_best() -> None:
    known = ["Deploy a service from a written description.", "Monitor a service and set alarms."]
    assert of_outcomes(["Monitor services and set an alarm"], known) > 0.7
    assert of_outcomes(["Bake bread"], known) < 0.3
    assert of_outcomes([], known) == of_outcomes(["x"], []) == 0

"""A change made to an older text is carried over to the newer one, and neither change is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.carrying import carried, edits
from cowork.gateways.worddiff import opcodes

TEXT = st.text("ab Ā😀\n", max_size=30)
WORDS = st.lists(st.text("abĀ", min_size=1, max_size=3), max_size=8)


@given(TEXT, TEXT)
def test_edits_turn_one_text_into_the_other(old: str, new: str) -> None:
    text = old
    for edit in edits(old, new, opcodes):
        text = text[: edit.start] + edit.inserted + text[edit.start + edit.removed :]
    assert text == new


@given(TEXT, TEXT)
def test_a_change_alone_holds(base: str, new: str) -> None:
    assert carried(base, new, base, opcodes) == new
    assert carried(base, base, new, opcodes) == new
    assert carried(base, new, new, opcodes) == new


@given(WORDS, st.data())
def test_what_both_insert_is_there(base: list[str], data: st.DataObject) -> None:
    here, there = data.draw(st.integers(0, len(base))), data.draw(st.integers(0, len(base)))
    mine, theirs = (" ".join([*base[:place], word, *base[place:]]) for place, word in ((here, "x"), (there, "y")))
    both = carried(" ".join(base), mine, theirs, opcodes).split()
    assert (both.count("x"), both.count("y")) == (1, 1)
    assert [word for word in both if word not in ("x", "y")] == base


def test_a_word_changed_in_a_form_and_a_sentence_typed_meanwhile() -> None:
    base = "Learners train models."
    assert carried(base, "Learners build models.", base + " They explain them.", opcodes) == "Learners build models. They explain them."


def test_a_text_cut_from_the_live_one_does_not_double() -> None:
    assert carried("typed", "typed well", "typed ", opcodes) in ("typed  well", "typed well ", "typed well")


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("Safe prescribing in practice", "Forecast models for hospitals", "Forecast models for hospitals Safe prescribing in practice"),
        ("Clinical models for wards", "Clinical dates for nursing", "Clinical dates for nursing models for wards"),
        ("Data", "Clinical notes for nurses", "Clinical notes for nurses Data"),
        ("Clinical data", "Clinical data for midwives", "Clinical data for midwives"),
        ("Open clinical data for nurses", "Clinical data for nurses and midwives", "Open clinical data for nurses and midwives"),
    ],
)
def test_words_that_both_rewrote_stay_whole(mine: str, theirs: str, both: str) -> None:
    assert carried("Clinical data for nurses", mine, theirs, opcodes) == both


@given(WORDS, WORDS, WORDS)
def test_no_word_is_made_that_nobody_wrote(base: list[str], mine: list[str], theirs: list[str]) -> None:
    both = carried(" ".join(base), " ".join(mine), " ".join(theirs), opcodes)
    assert set(both.split()) <= {*base, *mine, *theirs}

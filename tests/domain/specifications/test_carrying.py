"""A change made to an older text is carried over to the newer one, and neither change is lost."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.carrying import carried, edits
from cowork.gateways.worddiff import opcodes

TEXT = st.text("ab Ā😀\n", max_size=30)


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


@given(TEXT, st.text("x", max_size=5), st.text("y", max_size=5), st.data())
def test_what_both_insert_is_there(base: str, mine: str, theirs: str, data: st.DataObject) -> None:
    here, there = data.draw(st.integers(0, len(base))), data.draw(st.integers(0, len(base)))
    both = carried(base, base[:here] + mine + base[here:], base[:there] + theirs + base[there:], opcodes)
    assert (both.count("x"), both.count("y")) == (len(mine), len(theirs))
    assert both.replace("x", "").replace("y", "") == base


def test_a_word_changed_in_a_form_and_a_sentence_typed_meanwhile() -> None:
    base = "Learners train models."
    assert carried(base, "Learners build models.", base + " They explain them.", opcodes) == "Learners build models. They explain them."


def test_a_text_cut_from_the_live_one_does_not_double() -> None:
    assert carried("typed", "typed well", "typed ", opcodes) in ("typed  well", "typed well ", "typed well")

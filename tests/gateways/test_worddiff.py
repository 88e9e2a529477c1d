"""The word differ on top of rapidfuzz."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.compare import SegmentKind, segments
from cowork.gateways.worddiff import opcodes

numbers = st.lists(st.integers(0, 5), max_size=20)


@given(numbers, numbers)
def test_steps_cover_both_sides_in_order_and_equal_steps_are_equal(old: list[int], new: list[int]) -> None:
    left = right = 0
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        assert (i1, j1) == (left, right)
        assert tag in {"equal", "delete", "insert"}
        assert (old[i1:i2] == new[j1:j2]) is (tag == "equal")
        left, right = i2, j2
    assert (left, right) == (len(old), len(new))


def test_a_changed_word_is_marked_and_nothing_else() -> None:
    parts = segments("Run a small cloud.", "Run a big cloud.", opcodes)
    assert [(part.kind, part.text) for part in parts] == [
        (SegmentKind.SAME, "Run a "),
        (SegmentKind.REMOVED, "small"),
        (SegmentKind.ADDED, "big"),
        (SegmentKind.SAME, " cloud."),
    ]

"""Lists with their changes in place."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.compare import ChangeKind, SegmentKind, compare
from cowork.domain.specifications.marking import MarkedRow, in_place, moved_words
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.test_compare import opcodes

rows = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["one", "two words", ""])), max_size=6, unique_by=lambda row: row[0])


def goals(found: list[tuple[str, str]]) -> Contents:
    return {"plan": {"goals": [{"id": key, "text": text} for key, text in found]}} if found else {}


def marked(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> tuple[MarkedRow, ...]:
    changes = [change for section in compare(SMALL, goals(old), goals(new), opcodes).sections for change in section.fields]
    return in_place(changes[0], goals(new)) if changes else ()


@given(rows, rows)
def test_every_row_stands_once_where_it_is_or_where_it_was(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    found = marked(old, new)
    if not found:
        assert old == new
        return
    here = [row for row in found if row.change is None or row.change.kind is not ChangeKind.REMOVED]
    assert [row.place for row in here] == list(range(1, len(new) + 1))
    gone = [row.change.id for row in found if row.change is not None and row.change.kind is ChangeKind.REMOVED]
    assert sorted(gone) == sorted({key for key, _ in old} - {key for key, _ in new})
    for row, (_, text) in zip(here, new, strict=True):
        shown = "".join(part.text for _, parts in row.answers for part in parts if part.kind is not SegmentKind.REMOVED)
        assert shown == text


def test_a_row_that_went_stands_after_the_one_that_it_followed() -> None:
    found = marked([("a", "one"), ("b", "two"), ("c", "three")], [("c", "three"), ("a", "one")])
    assert [(row.title, row.change.kind if row.change else None) for row in found] == [
        ("1. three", ChangeKind.MOVED), ("2. one", None), ("2. two", ChangeKind.REMOVED),
    ]  # fmt: skip
    first = found[0].change
    assert first is not None
    assert moved_words(first) == "moved from 3 to 1"

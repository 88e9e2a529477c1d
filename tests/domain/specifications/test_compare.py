"""Comparing versions: by section, row and word."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.compare import ChangeKind, Segment, SegmentKind, compare, entry_segments, segments
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.strategies import contents

phrases = st.lists(st.sampled_from(["red", "blue", " ", "  ", "\n", ",", ".", "naïve", "x1"]), max_size=12).map("".join)


def opcodes(old: Sequence[int], new: Sequence[int]) -> Iterator[tuple[str, int, int, int, int]]:
    """A differ from the standard library that also says "replace"."""
    yield from SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def text_of(parts: tuple[Segment, ...], *kinds: SegmentKind) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


@given(phrases, phrases)
def test_segments_rebuild_both_texts(old: str, new: str) -> None:
    parts = segments(old, new, opcodes)
    assert text_of(parts, SegmentKind.SAME, SegmentKind.REMOVED) == old
    assert text_of(parts, SegmentKind.SAME, SegmentKind.ADDED) == new
    assert all(part.text for part in parts)


@given(phrases)
def test_a_text_compared_with_itself_is_all_the_same(text: str) -> None:
    assert segments(text, text, opcodes) == ((Segment(SegmentKind.SAME, text),) if text else ())


def test_neighbouring_changed_words_are_one_change() -> None:
    assert segments("run two small clouds", "run three big clouds", opcodes) == (
        Segment(SegmentKind.SAME, "run "),
        Segment(SegmentKind.REMOVED, "two small"),
        Segment(SegmentKind.ADDED, "three big"),
        Segment(SegmentKind.SAME, " clouds"),
    )


@given(contents)
def test_a_content_compared_with_itself_has_no_changes(content: Contents) -> None:
    assert compare(SMALL, content, content, opcodes).empty


@given(contents, contents)
def test_a_comparison_names_exactly_the_sections_and_fields_that_differ(old: Contents, new: Contents) -> None:
    found = {change.path for section in compare(SMALL, old, new, opcodes).sections for change in section.fields}
    paths = [(section.key, field.key) for section in SMALL.sections for field in section.fields]
    assert found == {f"{s}.{f}" for s, f in paths if old.get(s, {}).get(f) != new.get(s, {}).get(f)}


@given(contents, contents)
def test_turning_a_comparison_round_swaps_added_and_removed(old: Contents, new: Contents) -> None:
    there = [change for section in compare(SMALL, old, new, opcodes).sections for change in section.fields]
    back = [change for section in compare(SMALL, new, old, opcodes).sections for change in section.fields]
    swap = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED, ChangeKind.CHANGED: ChangeKind.CHANGED}
    assert [(change.path, swap[change.kind]) for change in there] == [(change.path, change.kind) for change in back]


def goals(*rows: tuple[str, str]) -> Contents:
    return {"plan": {"goals": [{"id": row_id, "text": text} for row_id, text in rows]}}


def test_rows_are_matched_by_their_id() -> None:
    old, new = goals(("a", "one"), ("b", "two"), ("c", "three")), goals(("c", "three"), ("a", "one!"), ("d", "four"))
    (change,) = compare(SMALL, old, new, opcodes).sections[0].fields
    assert [(row.id, row.kind, row.moved, row.old_place, row.new_place) for row in change.rows] == [
        ("c", ChangeKind.MOVED, True, 3, 1),
        ("a", ChangeKind.CHANGED, False, 1, 2),
        ("b", ChangeKind.REMOVED, False, 2, None),
        ("d", ChangeKind.ADDED, False, None, 3),
    ]
    assert change.rows[1].columns[0].path == "plan.goals.a.text"
    assert [part.kind for part in change.rows[1].columns[0].segments] == [SegmentKind.SAME, SegmentKind.ADDED]


def test_moving_one_row_is_one_move() -> None:
    old, new = goals(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")), goals(("b", "2"), ("c", "3"), ("d", "4"), ("a", "1"))
    (change,) = compare(SMALL, old, new, opcodes).sections[0].fields
    assert [(row.id, row.kind) for row in change.rows] == [("a", ChangeKind.MOVED)]


def test_other_answers_are_shown_in_words() -> None:
    (change,) = compare(SMALL, {"about": {"kind": "a"}}, {"about": {"kind": "b"}}, opcodes).sections[0].fields
    assert change.segments == (Segment(SegmentKind.REMOVED, "Kind A"), Segment(SegmentKind.ADDED, "Kind B"))


entries = st.lists(st.sampled_from(["Do", "Re", "Mi", "So"]), max_size=5)


@given(entries, entries)
def test_entries_of_a_list_are_marked_one_by_one(old: list[str], new: list[str]) -> None:
    parts = [part for part in entry_segments(old, new, opcodes) if part.text != "; "]
    assert [part.text for part in parts if part.kind is not SegmentKind.ADDED] == old
    assert [part.text for part in parts if part.kind is not SegmentKind.REMOVED] == new


def test_a_tag_that_was_added_leaves_the_others_alone() -> None:
    (change,) = compare(SMALL, {"about": {"tags": ["a", "b"]}}, {"about": {"tags": ["a", "c", "b"]}}, opcodes).sections[0].fields
    assert [part.text for part in change.segments if part.kind is SegmentKind.ADDED] == ["c"]
    assert not [part for part in change.segments if part.kind is SegmentKind.REMOVED]


orders = st.permutations(["a", "b", "c", "d", "e"])


@given(orders, st.lists(st.sampled_from(["a", "b", "c", "d", "e", "x", "y"]), unique=True))
def test_rows_that_stay_are_never_deleted_and_added(old: list[str], new: list[str]) -> None:
    """Every row is told of by its identity: only what is on one side alone is added or removed, and it is called by its name."""
    before, after = goals(*((key, f"name {key}") for key in old)), goals(*((key, f"name {key}") for key in new))
    found = [row for section in compare(SMALL, before, after, opcodes).sections for change in section.fields for row in change.rows]
    assert {row.id for row in found if row.kind is ChangeKind.ADDED} == set(new) - set(old)
    assert {row.id for row in found if row.kind is ChangeKind.REMOVED} == set(old) - set(new)
    for row in found:
        assert row.name == f"name {row.id}"
        if row.kind is ChangeKind.MOVED:
            assert (row.old_place, row.new_place) == (old.index(row.id) + 1, new.index(row.id) + 1)
    stayed = [key for key in old if key in new and key not in {row.id for row in found if row.moved}]
    assert [key for key in new if key in stayed] == stayed, "what did not move kept its order"

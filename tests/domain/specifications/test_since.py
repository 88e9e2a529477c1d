"""Since when changes are shown."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.since import VISIT, Look, Since, choose, looked, points, seen_before

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
versions = st.integers(1, 9)


def test_looks_within_one_visit_keep_what_was_seen_before() -> None:
    first = looked(None, 3, NOON)
    assert first == Look(3, None, NOON)
    assert looked(first, 3, NOON) is None
    later = NOON + VISIT
    second = looked(first, 5, later)
    assert second == Look(5, 3, later)
    assert looked(second, 6, later + timedelta(minutes=5)) == Look(6, 3, later + timedelta(minutes=5))
    assert seen_before(second, 6, later + timedelta(minutes=5)) == 3
    assert seen_before(second, 6, later + VISIT) == 5
    assert seen_before(second, 5, later + 3 * VISIT) == 3, "nothing new came, so it stays what it was"
    assert seen_before(None, 5, NOON) is None


@given(st.lists(st.tuples(versions, st.integers(0, 100)), max_size=12))
def test_a_look_never_goes_back_and_what_was_seen_before_is_older(steps: list[tuple[int, int]]) -> None:
    last, now = None, NOON
    for version, minutes in steps:
        now += timedelta(minutes=minutes)
        found = looked(last, version, now)
        if found is not None:
            assert last is None or found.version > last.version
            assert found.before is None or found.before < found.version
            last = found


@given(versions, st.none() | versions, st.none() | versions, st.none() | versions)
def test_only_versions_that_there_are_can_be_chosen(newest: int, review: int | None, look: int | None, submission: int | None) -> None:
    known = points(newest, review, look, submission)
    assert all(1 <= version <= newest for version in known.values())
    for wanted in ("", "review", "look", "submission", "nothing", "yesterday"):
        chosen = choose(wanted, known, newest)
        assert chosen is Since.NOTHING or chosen in known
    assert choose("nothing", known, newest) is Since.NOTHING


def test_the_own_review_comes_before_a_look() -> None:
    assert choose("", {Since.REVIEW: 2, Since.LOOK: 3}, 4) is Since.REVIEW
    assert choose("", {Since.LOOK: 3, Since.SUBMISSION: 1}, 4) is Since.LOOK
    assert choose("", {Since.SUBMISSION: 1}, 4) is Since.NOTHING
    assert choose("", {Since.REVIEW: 4, Since.LOOK: 3}, 4) is Since.NOTHING, "nothing changed since the review"
    assert choose("look", {Since.REVIEW: 4, Since.LOOK: 3}, 4) is Since.LOOK

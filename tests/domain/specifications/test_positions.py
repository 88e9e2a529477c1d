"""Positions sort as the rows stand, and there is always room for another."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.positions import between, moved, spread, tail_of

ROW = st.text("abc0189", min_size=1, max_size=6)


@given(st.lists(st.tuples(st.integers(0, 400), ROW), max_size=60), st.integers(0, 200))
def test_a_row_put_between_two_others_stays_between_them(steps: list[tuple[int, str]], count: int) -> None:
    rows = spread(count)
    assert rows == sorted(set(rows))
    for number, row in steps:
        at = number % (len(rows) + 1)
        low, high = rows[at - 1] if at else "", rows[at] if at < len(rows) else None
        new = between(low, high, tail_of(row))
        assert low < new
        assert high is None or new < high
        assert not new.endswith("0")
        rows.insert(at, new)
    assert rows == sorted(rows)


def test_many_rows_at_one_place_stay_short() -> None:
    low, high = spread(2)
    for number in range(200):
        low = between(low, high, "r")
        assert len(low) < 40 + number


@given(st.lists(ROW, unique=True, max_size=12).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_rows_that_need_not_move_stand_in_the_same_order(orders: tuple[list[str], list[str]]) -> None:
    before, after = orders
    went = moved(before, after)
    assert [row for row in before if row not in went] == [row for row in after if row not in went]


def test_one_row_that_was_moved_is_the_one_that_moved() -> None:
    assert moved(["a", "b", "c", "d"], ["b", "c", "d", "a"]) == {"a"}
    assert moved(["a", "b"], ["b", "new", "a"]) in ({"a"}, {"b"})
    assert moved([], ["a"]) == frozenset()


def test_where_there_is_no_gap_the_position_comes_after() -> None:
    assert between("k1", "k1", "x") > "k1"
    assert between("k2", "k1", "x") > "k2"

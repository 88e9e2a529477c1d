"""What the votes of one moment decide."""

from dataclasses import replace

import pytest

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Base, Dissent, Rule, Threshold, ThresholdKind
from cowork.domain.workflows.results import Count, amount, needed, result

NONE = Count(frozenset(), 0, 0, 0, 0, 0, 0, 0, 0, None, False, False, False, None)
MAJORITY = Rule(Threshold(ThresholdKind.MAJORITY), Base.VOTES, dissent=Dissent.COUNTS)


def votes(yes: int, no: int = 0, left: int = 0, closed: bool = False) -> Count:
    voters = frozenset(PersonId(f"p{number}") for number in range(yes + no + left))
    return replace(NONE, voters=voters, present=yes + no, took_part=yes + no, yes=yes, no=no, left=left, closed=closed)


@pytest.mark.parametrize(
    ("kind", "number", "base", "wanted"),
    [
        (ThresholdKind.COUNT, 3, 9, 3), (ThresholdKind.MAJORITY, 0, 4, 3), (ThresholdKind.MAJORITY, 0, 5, 3),
        (ThresholdKind.TWO_THIRDS, 0, 9, 6), (ThresholdKind.TWO_THIRDS, 0, 10, 7), (ThresholdKind.PERCENT, 60, 5, 3),
        (ThresholdKind.PERCENT, 50, 5, 3), (ThresholdKind.ONE_THIRD, 0, 9, 3), (ThresholdKind.ONE_THIRD, 0, 10, 4),
        (ThresholdKind.MORE_THAN, 75, 4, 4), (ThresholdKind.MORE_THAN, 75, 5, 4), (ThresholdKind.MORE_THAN, 50, 9, 5),
        (ThresholdKind.MORE_THAN, 99, 3, 3), (ThresholdKind.MORE_THAN, 1, 0, 1), (ThresholdKind.ALL, 0, 4, 4), (ThresholdKind.ALL, 0, 0, 1),
    ],
)  # fmt: skip
def test_a_threshold_asks_for_so_many(kind: ThresholdKind, number: int, base: int, wanted: int) -> None:
    assert amount(Threshold(kind, number), base) == wanted


def members(percent: int) -> Threshold:
    return Threshold(ThresholdKind.PERCENT, percent)


def so_many(number: int) -> Threshold:
    return Threshold(ThresholdKind.COUNT, number)


@pytest.mark.parametrize(
    ("least", "counted", "decided"),
    [
        (None, votes(2), True),
        (so_many(3), votes(2), None),
        (so_many(3), votes(3, 2), True),
        (so_many(3), votes(2, 1), False),
        (so_many(3), votes(2, left=1), None),
        (so_many(3), votes(2, left=1, closed=True), False),
        (so_many(3), votes(0), None),
        (members(40), votes(4, 3, left=3), None),
        (members(40), votes(4, 3, left=3, closed=True), True),
        (members(41), votes(4, 3, left=3, closed=True), False),
        (members(25), votes(2, 1, left=5, closed=True), True),
        (members(25), votes(2, 1, left=6, closed=True), False),
        (members(50), votes(3, 4, left=0), False),
    ],
)
def test_a_share_with_a_least_number_or_share_of_all_members_asks_for_both(
    least: Threshold | None, counted: Count, decided: bool | None
) -> None:
    own = replace(MAJORITY, at_least=least)
    assert result(own, counted) == (decided, False)
    assert needed(own, counted) >= (amount(least, len(counted.voters)) if least else 1)

"""Where a row stands among others, as a text that sorts: between any two positions there is room for another, so that two people can add
and move rows at once without numbering each other's.

A position is written in the digits 0–9 a–z and never ends in 0. The script of the pages counts the same way (static/src/live/positions.js).
"""

from collections.abc import Sequence

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
_WIDTH = 4
_END = "h"


def spread(count: int) -> list[str]:
    """Positions for so many rows, evenly spread, in order."""
    step = BASE**_WIDTH // (count + 1)
    return [_written((place + 1) * step) + _END for place in range(count)]


def between(low: str, high: str | None, tail: str) -> str:
    """A position after `low` ("" is the beginning) and before `high` (None is the end).

    `tail` comes behind it, so that two people who choose the same gap choose different positions; it is of digits other than 0.
    Where there is no gap (`high` is not after `low`), the position comes after `low`.
    """
    prefix, place, bounded = "", 0, high is not None and high > low
    while True:
        below = DIGITS.index(low[place]) if place < len(low) else 0
        above = DIGITS.index(high[place]) if bounded and high is not None and place < len(high) else BASE
        if above - below > 1:
            return prefix + DIGITS[(below + above) // 2] + tail
        # Nothing fits between neighbouring digits: go on behind the lower one, where the upper one binds no more.
        prefix += DIGITS[below]
        bounded = bounded and above == below
        place += 1


def tail_of(row: str) -> str:
    """The tail for a row: made of its id."""
    return row.replace("0", "1") or _END


def moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest rows that have to be moved to bring those that both orders hold from one into the other."""
    place = {row: number for number, row in enumerate(before)}
    common = [row for row in after if row in place]
    best: list[tuple[int, int]] = []  # length and predecessor of the longest rising run that ends here
    for at, row in enumerate(common):
        runs = [(best[left][0], left) for left in range(at) if place[common[left]] < place[row]]
        length, left = max(runs, default=(0, -1))
        best.append((length + 1, left))
    at = max(range(len(best)), key=lambda end: best[end][0], default=-1)
    stay = set()
    while at >= 0:
        stay.add(common[at])
        at = best[at][1]
    return frozenset(common) - stay


def _written(number: int) -> str:
    text = ""
    for _ in range(_WIDTH):
        number, digit = divmod(number, BASE)
        text = DIGITS[digit] + text
    return text

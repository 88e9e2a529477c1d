"""How many object to what a notice announces, and whether that is enough to stop it."""

from collections.abc import Iterable

from cowork.domain.workflows import results
from cowork.domain.workflows.definition import Base, Seat
from cowork.domain.workflows.progress import SeatProgress


def stop(seat: Seat, benches: Iterable[SeatProgress]) -> bool:
    """Whether enough people of a party object, or enough parties where the rule counts those: one, unless it asks for more of them."""
    own = [bench for bench in benches if bench.seat.key == seat.key]
    if seat.rule.of is Base.PARTIES:
        return bool(own) and sum(bool(bench.blocking) for bench in own) >= parties_needed(seat, len(own))
    return any(len(bench.blocking) >= (bench.fails_at or 1) for bench in own)


def parties_needed(seat: Seat, benches: int) -> int:
    """How many of so many parties have to object."""
    return results.amount(seat.rule.fails_at, benches) if seat.rule.fails_at else 1

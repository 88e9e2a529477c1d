"""Stages whose benches vote by weight: how much is for it and against, how much it takes, and when that was reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.workflows import voting
from cowork.domain.workflows.definition import MAY_BE_EMPTY, Seat, Stage, Weighing
from cowork.domain.workflows.progress import SeatProgress


@dataclass(frozen=True, slots=True)
class Weights:
    """The votes of a stage by weight. `total` is all that could vote; `quorum` is 0 where none is asked. `abstained` is the weight of
    benches at which everybody has answered and that are neither for nor against.
    """

    total: int
    approved: int
    refused: int
    needed: int
    quorum: int
    abstained: int = 0


def weight_of(seat: Seat) -> int:
    return seat.weight or 1


def weighed(stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress], at: datetime | None = None) -> Weights:
    """The votes given up to a moment (None: all). A seat that no party can fill counts once, but for one that may be empty."""
    filled = {seat.seat.key for seat in seats}
    absent = [seat for seat in stage.seats if seat.key not in filled and seat.parties not in MAY_BE_EMPTY]
    total = sum(weight_of(bench.seat) for bench in seats) + sum(map(weight_of, absent))
    return Weights(
        total=total,
        approved=sum(weight_of(bench.seat) for bench in seats if _by(bench.met_at, at)),
        refused=sum(weight_of(bench.seat) for bench in seats if _by(bench.refused_at, at)),
        needed=voting.amount(weighing.needed, total),
        quorum=voting.amount(weighing.quorum, total) if weighing.quorum else 0,
        abstained=sum(weight_of(bench.seat) for bench in seats if _abstains(bench, at)),
    )


def _abstains(bench: SeatProgress, at: datetime | None) -> bool:
    return _by(bench.answered_at, at) and not _by(bench.met_at, at) and not _by(bench.refused_at, at)


def _by(moment: datetime | None, at: datetime | None) -> bool:
    return moment is not None and (at is None or moment <= at)


def decided_at(stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress]) -> tuple[datetime | None, datetime | None]:
    """When enough weight was for it with the quorum reached, and when votes against made it certain that there never will be enough.

    Too few parties are no refusal.
    """
    met_at = refused_at = None
    for at in sorted({at for bench in seats for at in (bench.met_at, bench.refused_at, bench.answered_at) if at is not None}):
        votes = weighed(stage, weighing, seats, at)
        if met_at is None and votes.approved >= votes.needed and votes.approved + votes.refused + votes.abstained >= votes.quorum:
            met_at = at
        if refused_at is None and votes.refused and votes.total - votes.refused < votes.needed:
            refused_at = at
    return met_at, refused_at

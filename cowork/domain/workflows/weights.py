"""Stages whose benches vote by weight: how much is for it and against, how much it takes, and when that was reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cowork.domain.workflows import results
from cowork.domain.workflows.definition import MAY_BE_EMPTY, Base, Lapse, Parties, Seat, Stage, Threshold, ThresholdKind, Weighing, Workflow
from cowork.domain.workflows.progress import SeatProgress


@dataclass(frozen=True, slots=True)
class Weights:
    """The votes of a stage by weight. `total` is all that could vote; `quorum` is 0 where none is asked. `abstained` is the weight of
    benches at which everybody has answered and that are neither for nor against; `left` are the weights that can still be voted.
    """

    total: int
    approved: int
    refused: int
    needed: int
    quorum: int
    abstained: int = 0
    left: tuple[int, ...] = ()

    @property
    def voted(self) -> int:
        return self.approved + self.refused + self.abstained


def weight_of(seat: Seat) -> int:
    return seat.weight or 1


def weighed(stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress], at: datetime | None = None) -> Weights:
    """The votes given up to a moment (None: all). A seat that no party can fill counts once, but for one that may be empty."""
    found = _counted(stage, weighing, seats, at, weight_of)
    closes_at = closing(weighing, seats)
    if closes_at is not None and at is not None and at >= closes_at and found.voted >= max(found.quorum, 1):
        found = replace(found, left=())
    return _of_votes(weighing, found)


def heads(stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress], at: datetime | None = None) -> Weights | None:
    """The same votes where every party counts once, and `needed` is how many of them; None where that is not asked."""
    if weighing.parties is None:
        return None
    alike = replace(weighing, needed=weighing.parties, quorum=None)
    found = _counted(stage, alike, seats, at, lambda _: 1)
    open_ = weighed(stage, weighing, seats, at).left
    return _of_votes(alike, found if open_ else replace(found, left=()))


def _of_votes(weighing: Weighing, found: Weights) -> Weights:
    """What is needed of the votes given and those that can still be, where it is a share of these."""
    if weighing.of is not Base.VOTES:
        return found
    return replace(found, needed=results.amount(weighing.needed, found.approved + found.refused + sum(found.left)))


def _counted(
    stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress], at: datetime | None, weight: Callable[[Seat], int]
) -> Weights:
    filled = {seat.seat.key for seat in seats}
    absent = [seat for seat in stage.seats if seat.key not in filled and seat.parties not in MAY_BE_EMPTY]
    total = sum(weight(bench.seat) for bench in seats) + sum(map(weight, absent))
    return Weights(
        total=total,
        approved=sum(weight(bench.seat) for bench in seats if _by(bench.met_at, at)),
        refused=sum(weight(bench.seat) for bench in seats if _by(bench.refused_at, at)),
        needed=results.amount(weighing.needed, total),
        quorum=results.amount(weighing.quorum, total) if weighing.quorum else 0,
        abstained=sum(weight(bench.seat) for bench in seats if _abstains(bench, at)),
        left=tuple(weight(seat) for seat in (*(bench.seat for bench in seats if not _voted(bench, at)), *absent)),
    )


def closing(weighing: Weighing, seats: Sequence[SeatProgress]) -> datetime | None:
    """When what has not voted falls out: with the last of the terms; None where it never does."""
    return max((bench.due_at for bench in seats if bench.due_at), default=None) if weighing.closes_at_term else None


def _abstains(bench: SeatProgress, at: datetime | None) -> bool:
    return _by(bench.answered_at, at) and not _by(bench.met_at, at) and not _by(bench.refused_at, at)


def _voted(bench: SeatProgress, at: datetime | None) -> bool:
    return any(_by(moment, at) for moment in (bench.met_at, bench.refused_at, bench.answered_at))


def _by(moment: datetime | None, at: datetime | None) -> bool:
    return moment is not None and (at is None or moment <= at)


def decided_at(
    stage: Stage, weighing: Weighing, seats: Sequence[SeatProgress], now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When enough weight was for it with the quorum reached, or when it became certain that there never will be enough.

    The first of these counts. Too few parties are no refusal.
    """
    closes_at = closing(weighing, seats)
    given = {at for bench in seats for at in (bench.met_at, bench.refused_at, bench.answered_at) if at is not None}
    for at in sorted(given | ({closes_at} if closes_at is not None and closes_at <= now else set())):
        votes, each = weighed(stage, weighing, seats, at), heads(stage, weighing, seats, at)
        enough = votes.approved >= votes.needed and (each is None or each.approved >= each.needed)
        if enough and votes.voted >= votes.quorum:
            return at, None
        if _is_lost(stage, weighing.of, weighing.needed, votes) or (each and _is_lost(stage, weighing.of, weighing.parties, each)):
            return None, at
    return None, None


def _is_lost(stage: Stage, of: Base, wanted: Threshold | None, votes: Weights) -> bool:
    """Whether even the best of what is missing cannot be enough."""
    if of is not Base.VOTES:
        return bool(votes.refused) and votes.total - votes.refused < votes.needed
    certain = votes.approved + sum(votes.left) < votes.needed and bool(votes.voted) and bool(votes.refused or not votes.left)
    by_half = wanted is not None and wanted.kind is ThresholdKind.MAJORITY
    return certain and not (stage.lapse is not Lapse.OPEN and by_half and _may_tie(votes))


def faults(flow: Workflow) -> tuple[str, ...]:
    """A sentence, beginning with its place, for each weight that the seats of a stage can never have together, and for each seat whose
    `keys` nobody would count.

    Only the seats of the leading party can be summed up: the others stand for as many parties as take part.
    """
    return (*_out_of_reach(flow), *_keys_beside_weights(flow))


def _keys_beside_weights(flow: Workflow) -> tuple[str, ...]:
    return tuple(
        f'Stage "{stage.key}", seat "{seat.key}": another seat has a `weight`, so every party votes by weight (1 here), and '
        "`keys` does nothing: leave it out, or write `needed_parties` into the stage."
        for stage in flow.stages
        if stage.weighing is not None
        for seat in stage.seats
        if seat.weight is None and seat.keys.kind is not ThresholdKind.ALL
    )


def _out_of_reach(flow: Workflow) -> tuple[str, ...]:
    return tuple(
        f'Stage "{stage.key}": `{name}` asks for a weight of {wanted.number}, but all its seats have {total} together: lower it.'
        for stage in flow.stages
        if stage.weighing is not None and all(seat.parties is Parties.LEAD for seat in stage.seats)
        for total in [sum(map(weight_of, stage.seats))]
        for name, wanted in (("needed", stage.weighing.needed), ("quorum", stage.weighing.quorum))
        if wanted is not None and wanted.kind is ThresholdKind.COUNT and wanted.number > total
    )


def _may_tie(votes: Weights) -> bool:
    """Whether as much may come to be for it as against, which the end of the term then settles."""
    leads = {votes.approved - votes.refused}
    for weight in votes.left:
        leads = {lead + own for lead in leads for own in (-weight, 0, weight)}
    return votes.refused > 0 and 0 in leads

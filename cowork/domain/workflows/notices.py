"""Notices: silence is consent. When one is over, and how many objections stop it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cowork.domain.workflows import objections
from cowork.domain.workflows.benches import bench_of, least_until
from cowork.domain.workflows.case import Case
from cowork.domain.workflows.definition import Refusal, Stage
from cowork.domain.workflows.progress import Decision, SeatProgress, StageStanding, Verdict


def standing_of(
    case: Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime, due_at: datetime | None
) -> tuple[StageStanding, datetime | None]:
    """Silence is consent: over at the end of the term, or as soon as everybody has said that they do not object.

    An objection that stands when the term ends refuses it, or holds it until it is taken back or whoever made it has left.
    """
    earliest = least_until(case, stage, seats, opened_at)
    for at in _moments(case, seats, (opened_at, earliest, due_at)):
        then = replace(case, now=at)
        found = [bench_of(then, stage, seat.seat, seat.bench, opened_at) for seat in seats]
        objected = any(objections.stop(seat, found) for seat in stage.seats)
        answered = any(d.verdict is not Verdict.RECUSE for seat in found for d in seat.positions)
        if at >= earliest and answered and not objected and not any(seat.missing for seat in found):
            return StageStanding.MET, at
        if due_at is not None and at >= due_at and not (objected and stage.refusal is Refusal.HOLDS):
            return (StageStanding.REFUSED if objected else StageStanding.MET), at
    return StageStanding.OPEN, None


def _moments(case: Case, seats: Sequence[SeatProgress], ends: tuple[datetime, datetime, datetime | None]) -> list[datetime]:
    """Every moment since a notice was opened at which it may have been over."""
    given = [d.at for seat in seats for d in case.decisions if _is_of(seat, d)]
    terms = [at for seat in seats for holder in seat.bench.holders for at in (holder.since, holder.until)]
    return sorted({at for at in (*ends, *given, *terms) if at is not None and ends[0] <= at <= case.now})


def _is_of(seat: SeatProgress, decision: Decision) -> bool:
    return (decision.stage, decision.seat) == (seat.bench.stage, seat.seat.key) and decision.party in seat.bench.parties

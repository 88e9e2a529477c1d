"""How long stages take: what a review's stages took so far, figures over many of them, and when one that runs may be over.

A run is the time in which a stage stood open and a party of it still had something to do: a party that has fulfilled its seats no longer
holds the stage, whoever else still does. Notices and stages that only inform ask nobody to act, so they have no runs. The clock stands
still while a round is on hold. Moments are UTC; working days are those of the party's own calendar.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from cowork.domain.ids import OrganisationId
from cowork.domain.workflows import terms
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.progress import OVER, Calendars, Hold, Progress, SeatProgress, StageProgress, StageStanding
from cowork.domain.workflows.terms import Term

FEWEST = 3
"""From so many past rounds on they say how long a stage takes."""
UNTIMED = frozenset({StageKind.INFORM, StageKind.NOTICE})
"""The kinds of stage that wait for nobody."""


@dataclass(frozen=True, slots=True)
class Run:
    """A party's part of an open stage. `over_at` is None while it runs; `held_seconds` were spent on holds that have ended since."""

    stage: str
    title: str
    party: OrganisationId
    opened_at: datetime
    over_at: datetime | None
    held_seconds: int = 0


def runs(progress: Progress, holds: Sequence[Hold], ended_at: datetime | None) -> tuple[Run, ...]:
    """Every run of a round so far, in the order of its stages. `ended_at` is when the round ended; None while it runs."""
    found = []
    for stage in progress.stages:
        if stage.opened_at is None or stage.stage.kind in UNTIMED or stage.standing in (StageStanding.SKIPPED, StageStanding.WAITING):
            continue
        for party in dict.fromkeys(party for seat in stage.seats for party in seat.bench.parties):
            over_at = _over_at(stage, [seat for seat in stage.seats if party in seat.bench.parties])
            if ended_at is not None:
                over_at = min(over_at or ended_at, ended_at)
            if over_at is not None and over_at < stage.opened_at:
                continue  # its approvals were carried over: it never held the stage
            held = _held(holds, stage.opened_at, over_at)
            found.append(Run(stage.stage.key, stage.stage.title, party, stage.opened_at, over_at, held))
    return tuple(found)


def _over_at(stage: StageProgress, seats: Sequence[SeatProgress]) -> datetime | None:
    """When a party had nothing more to do here: its own seats are fulfilled, or the whole stage is over."""
    own = [seat.met_at for seat in seats if seat.met and seat.met_at is not None]
    ends = [max(own)] if len(own) == len(seats) else []
    if stage.standing in OVER and stage.met_at is not None:
        ends.append(stage.met_at)
    return min(ends, default=None)


def _held(holds: Iterable[Hold], start: datetime, end: datetime | None) -> int:
    return int(sum(_overlap(hold.since, hold.until, start, end) for hold in holds if hold.until is not None))


def _overlap(since: datetime, until: datetime, start: datetime, end: datetime | None) -> float:
    """The seconds that two times have in common; `end` None is for ever."""
    return max(0.0, ((until if end is None else min(until, end)) - max(since, start)).total_seconds())


class WorkingDays:
    """Counts the working days of a calendar between any two moments of a stretch of time, each count in constant time."""

    def __init__(self, calendar: Calendar, first: datetime, last: datetime) -> None:
        """Raises ValueError for moments without a zone."""
        self._calendar, self._first = calendar, calendar.local_day(first)
        days = (self._first + timedelta(days=number) for number in range((calendar.local_day(last) - self._first).days + 1))
        self._worked = list(accumulate(int(calendar.is_working_day(day)) for day in days))

    def between(self, start: datetime, end: datetime) -> int:
        """The same as `Calendar.working_days_between` for a start before the end; 0 for another."""
        return max(0, self._until(end) - self._until(start))

    def _until(self, at: datetime) -> int:
        place = (self._calendar.local_day(at) - self._first).days
        return self._worked[min(place, len(self._worked) - 1)] if place >= 0 else 0


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a run took, or has taken so far: plain days and working days, holds left out."""

    days: float
    working_days: int
    running: bool


def measure(run: Run, holds: Sequence[Hold], days: WorkingDays, now: datetime) -> Measure:
    """A run measured; `holds` are those of its round."""
    end = run.over_at or max(now, run.opened_at)
    standing = sum(_overlap(hold.since, end, run.opened_at, end) for hold in holds if hold.until is None)
    seconds = (end - run.opened_at).total_seconds() - run.held_seconds - standing
    paused = sum(days.between(max(hold.since, run.opened_at), min(hold.until or end, end)) for hold in holds)
    working = max(0, days.between(run.opened_at, end) - paused)
    return Measure(max(0.0, seconds) / 86_400, working, run.over_at is None)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over runs. Those of days are over the runs that are over, and None where none is; `running` are not over yet."""

    key: str
    title: str
    done: int
    running: int
    median_working: float | None
    slow_working: int | None
    longest_working: int | None
    median_days: float | None
    slow_days: float | None


def summary(key: str, title: str, measures: Sequence[Measure]) -> Summary:
    """The figures of a group. "Slow" is the 90th percentile by nearest rank: nine of ten took no longer."""
    done = [one for one in measures if not one.running]
    working, days = sorted(one.working_days for one in done), sorted(one.days for one in done)
    if not done:
        return Summary(key, title, 0, len(measures), None, None, None, None, None)
    slow = math.ceil(0.9 * len(done)) - 1
    return Summary(
        key, title, len(done), len(measures) - len(done), statistics.median(working), working[slow], working[-1],
        statistics.median(days), days[slow],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a route may be over. How many of the stages to come were reckoned by past rounds, by their term, and not at all."""

    at: datetime
    by_experience: int
    by_term: int
    unknown: int


def forecast(stages: Sequence[StageProgress], past: Mapping[str, Sequence[int]], calendars: Calendars, now: datetime) -> Forecast | None:
    """When the last of these stages may be over, along the longest way through them.

    `past` holds, by the stage's key, how many working days it took in past rounds. A stage takes the median of at least FEWEST of them,
    else its term, else nothing. A stage that is late is reckoned to be over today. None where nothing is known of any stage to come.
    """
    ways: dict[str, datetime] = {}
    counts = {"experience": 0, "term": 0, "unknown": 0}
    for stage in _in_order(stages):
        start = max((ways[key] for key in stage.stage.after if key in ways), default=now)
        if stage.standing in OVER:
            ways[stage.stage.key] = now
            continue
        term, basis = _duration(stage, past)
        if stage.stage.kind not in (StageKind.INFORM, StageKind.END, StageKind.APPEAL):
            counts[basis] += 1
        ways[stage.stage.key] = max(start, _after(stage, stage.opened_at or start, term, calendars))
    if not counts["experience"] and not counts["term"]:
        return None
    return Forecast(max(ways.values()), counts["experience"], counts["term"], counts["unknown"])


def _duration(stage: StageProgress, past: Mapping[str, Sequence[int]]) -> tuple[Term | None, str]:
    known = past.get(stage.stage.key, ())
    if stage.stage.kind is StageKind.APPEAL and stage.standing is not StageStanding.OPEN:
        return None, "unknown"  # most rounds come without one
    if len(known) >= FEWEST and stage.stage.kind not in UNTIMED:
        return math.ceil(statistics.median(known)), "experience"
    return (stage.stage.due_days, "term") if stage.stage.due_days is not None else (None, "unknown")


def _after(stage: StageProgress, start: datetime, term: Term | None, calendars: Calendars) -> datetime:
    """When a stage is over that starts then: the last of its parties, each by its own calendar."""
    if term is None:
        return start
    parties = {seat.bench.party for seat in stage.seats}
    clocks = [calendars.of(party) for party in parties] or [calendars.lead]
    return max(terms.end_of(clock, start, term) for clock in clocks)


def _in_order(stages: Sequence[StageProgress]) -> list[StageProgress]:
    """The stages, each behind those it waits for. What waits in a circle comes last, in the order given."""
    left, done, found = list(stages), set[str](), list[StageProgress]()
    keys = {stage.stage.key for stage in stages}
    while left:
        ready = [stage for stage in left if not (set(stage.stage.after) & keys) - done] or left
        found += ready
        done |= {stage.stage.key for stage in ready}
        left = [stage for stage in left if stage.stage.key not in done]
    return found


def stage_days(past: Iterable[tuple[object, Run]], calendar_of: Callable[[OrganisationId], Calendar]) -> dict[str, list[int]]:
    """How many working days each stage took in past rounds, by the stage's key: in each round as long as its slowest party.

    `past` pairs a round with a run that is over. Time on hold is taken off the beginning.
    """
    longest: dict[tuple[object, str], int] = {}
    for round_, run in past:
        if run.over_at is not None:
            start = min(run.opened_at + timedelta(seconds=run.held_seconds), run.over_at)
            days = calendar_of(run.party).working_days_between(start, run.over_at)
            longest[round_, run.stage] = max(days, longest.get((round_, run.stage), 0))
    found: dict[str, list[int]] = {}
    for (_, stage), days in longest.items():
        found.setdefault(stage, []).append(days)
    return found

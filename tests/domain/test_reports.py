"""How long stages take: runs of a round, figures over them, and the forecast, over holds, weekends, clock changes and leap days."""

import statistics
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.ids import OrganisationId
from cowork.domain.reports import Forecast, Measure, Run, WorkingDays, forecast, measure, runs, stage_days, summary
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Seat, Stage, StageKind
from cowork.domain.workflows.progress import Bench, Calendars, Hold, Outcome, Progress, SeatProgress, StageProgress, StageStanding
from cowork.domain.workflows.terms import Span, Term, Unit

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NORTHFIELD, HARBOUR = OrganisationId("northfield"), OrganisationId("harbour")
WEEK = Calendar()
OPEN, MET, WAITING = StageStanding.OPEN, StageStanding.MET, StageStanding.WAITING


def seat(party: OrganisationId, met_at: datetime | None = None) -> SeatProgress:
    bench = Bench("s", "s", party, str(party), None, "Dean", ())
    return SeatProgress(Seat("s", None, ("dean",), "Dean"), bench, 1, (), (), (), met_at is not None, met_at)


def stage(
    key: str,
    standing: StageStanding = OPEN,
    opened_at: datetime | None = MONDAY,
    met_at: datetime | None = None,
    seats: Sequence[SeatProgress] = (),
    *,
    kind: StageKind = StageKind.DECIDE,
    after: tuple[str, ...] = (),
    due_days: Term | None = None,
) -> StageProgress:
    definition = Stage(key, key.title(), kind, (), after, due_days=due_days)
    return StageProgress(definition, standing, tuple(seats) or (seat(NORTHFIELD, met_at),), opened_at, None, met_at)


def progress(*stages: StageProgress) -> Progress:
    return Progress(Outcome.IN_REVIEW, stages, (), (), "", ())


def test_each_party_is_charged_until_its_own_seats_are_fulfilled() -> None:
    seats = (seat(NORTHFIELD, MONDAY + 2 * DAY), seat(NORTHFIELD, MONDAY + 3 * DAY), seat(HARBOUR))
    found = runs(progress(stage("both", seats=seats)), (), None)
    assert [(run.party, run.over_at) for run in found] == [(NORTHFIELD, MONDAY + 3 * DAY), (HARBOUR, None)]
    assert {run.title for run in found} == {"Both"}


def test_a_stage_that_is_over_frees_those_who_never_decided() -> None:
    seats = (seat(NORTHFIELD, MONDAY + DAY), seat(HARBOUR))
    found = runs(progress(stage("one", MET, met_at=MONDAY + DAY, seats=seats)), (), None)
    assert [run.over_at for run in found] == [MONDAY + DAY, MONDAY + DAY]


def test_what_waits_was_skipped_only_informs_or_runs_out_in_silence_has_no_run() -> None:
    stages = (
        stage("waits", WAITING, None), stage("skipped", StageStanding.SKIPPED, None), stage("notice", kind=StageKind.NOTICE),
        stage("told", MET, met_at=MONDAY, kind=StageKind.INFORM),
        stage("carried", MET, met_at=MONDAY, seats=(seat(NORTHFIELD, MONDAY - DAY),)),
    )  # fmt: skip
    assert runs(progress(*stages), (), None) == ()


def test_a_decision_in_the_moment_in_which_it_was_asked_is_a_run_without_length() -> None:
    found = runs(progress(stage("a", MET, met_at=MONDAY)), (), None)
    assert [(run.opened_at, run.over_at) for run in found] == [(MONDAY, MONDAY)]


def test_the_end_of_a_round_ends_what_still_ran() -> None:
    found = runs(progress(stage("a")), (), MONDAY + DAY)
    assert [run.over_at for run in found] == [MONDAY + DAY]


def test_only_the_part_of_a_hold_that_lies_in_the_run_is_taken_off_and_a_hold_that_runs_on_writes_nothing() -> None:
    holds = (
        Hold(MONDAY - 2 * DAY, MONDAY + DAY, "", ""), Hold(MONDAY + 3 * DAY, MONDAY + 5 * DAY, "", ""),
        Hold(MONDAY + 6 * DAY, None, "", ""),
    )  # fmt: skip
    over = stage("a", MET, met_at=MONDAY + 4 * DAY)
    assert [run.held_seconds for run in runs(progress(over, stage("b")), holds, None)] == [2 * 86_400, 3 * 86_400]


def run_of(opened_at: datetime, over_at: datetime | None = None, held: int = 0) -> Run:
    return Run("s", "Stage", NORTHFIELD, opened_at, over_at, held)


def counter(calendar: Calendar = WEEK) -> WorkingDays:
    return WorkingDays(calendar, MONDAY - 400 * DAY, MONDAY + 800 * DAY)


def test_a_week_has_five_working_days_and_the_clock_stands_still_on_hold() -> None:
    assert measure(run_of(MONDAY, MONDAY + 7 * DAY), (), counter(), MONDAY) == Measure(7.0, 5, False)
    hold = Hold(MONDAY + DAY, MONDAY + 3 * DAY, "", "")
    assert measure(run_of(MONDAY, MONDAY + 7 * DAY, 2 * 86_400), (hold,), counter(), MONDAY) == Measure(5.0, 3, False)
    standing = Hold(MONDAY + 2 * DAY, None, "", "")
    assert measure(run_of(MONDAY), (standing,), counter(), MONDAY + 30 * DAY) == Measure(2.0, 2, True)


@pytest.mark.parametrize(
    ("zone", "start", "end", "days"),
    [
        ("Europe/Berlin", datetime(2026, 3, 27, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 23, 0, tzinfo=UTC), 1),  # Sat 00:30 to Mon 01:00
        ("America/New_York", datetime(2026, 11, 1, 3, 0, tzinfo=UTC), datetime(2026, 11, 2, 4, 30, tzinfo=UTC), 0),  # Sat to Sun
        ("Pacific/Kiritimati", datetime(2028, 2, 28, 9, 0, tzinfo=UTC), datetime(2028, 2, 29, 11, 0, tzinfo=UTC), 2),  # a leap day
        ("UTC", datetime(2028, 2, 28, 9, 0, tzinfo=UTC), datetime(2028, 3, 1, 9, 0, tzinfo=UTC), 2),
        ("Pacific/Apia", datetime(2011, 12, 29, 12, 0, tzinfo=UTC), datetime(2011, 12, 31, 12, 0, tzinfo=UTC), 0),  # it had no 30th
    ],
)
def test_working_days_are_those_of_the_partys_own_zone(zone: str, start: datetime, end: datetime, days: int) -> None:
    calendar = Calendar(zone=zone)
    count = WorkingDays(calendar, start, end)
    assert calendar.working_days_between(start, end) == days
    assert measure(run_of(start, end), (), count, end).working_days == days


ZONES = st.sampled_from(["UTC", "Europe/Dublin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"])
CALENDARS = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), max_size=6),
    st.frozensets(st.dates(date(2025, 6, 1), date(2028, 3, 1)), max_size=10),
    ZONES,
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 3, 1), timezones=st.just(UTC))


@given(CALENDARS, MOMENTS, MOMENTS)
def test_counting_fast_counts_the_same(calendar: Calendar, one: datetime, other: datetime) -> None:
    start, end = min(one, other), max(one, other)
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)
    assert WorkingDays(calendar, first, last).between(start, end) == calendar.working_days_between(start, end)


@given(CALENDARS, st.lists(MOMENTS, min_size=4, max_size=4))
def test_a_hold_never_makes_a_run_longer_and_nothing_is_negative(calendar: Calendar, moments: list[datetime]) -> None:
    start, end = sorted(moments[:2])
    since, until = sorted(moments[2:])
    count = WorkingDays(calendar, datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC))
    hold = Hold(since, until, "", "")
    found = runs(progress(stage("s", MET, start, end)), (hold,), None)
    held = measure(found[0], (hold,), count, end)
    free = measure(run_of(start, end), (), count, end)
    assert 0 <= held.days <= free.days + 1e-9
    assert 0 <= held.working_days <= free.working_days
    if until <= start or since >= end:
        assert held == free


def test_figures_are_the_median_and_nine_of_ten() -> None:
    found = summary("s", "Stage", [*(Measure(float(n), n, False) for n in range(1, 11)), Measure(99.0, 99, True)])
    assert (found.done, found.running) == (10, 1)
    assert (found.median_working, found.slow_working, found.longest_working) == (5.5, 9, 10)
    assert (found.median_days, found.slow_days) == (5.5, 9.0)
    nothing = summary("s", "Stage", [Measure(1.0, 1, True)])
    assert (nothing.done, nothing.running, nothing.median_working, nothing.slow_working) == (0, 1, None, None)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_figures_lie_among_what_they_are_of(days: list[int]) -> None:
    found = summary("s", "Stage", [Measure(float(n), n, False) for n in days])
    assert found.median_working == statistics.median(days)
    assert found.slow_working in days
    assert found.slow_working is not None
    assert sum(n <= found.slow_working for n in days) >= 0.9 * len(days)
    assert found.longest_working == max(days)


CLOCKS = Calendars(WEEK)


def end_of(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, tzinfo=UTC)


def test_a_forecast_follows_the_longest_way_by_experience_then_term_then_nothing() -> None:
    stages = (
        stage("a"), stage("b", WAITING, None, after=("a",), due_days=1), stage("c", WAITING, None, after=("a",), due_days=9),
        stage("d", WAITING, None, after=("b", "c")), stage("told", WAITING, None, after=("d",), kind=StageKind.INFORM),
    )  # fmt: skip
    past = {"a": [1, 2, 40], "b": [30, 30]}
    # Two working days for a (Wednesday), nine for c (two Tuesdays on); two rounds say too little of b, and nothing is known of d.
    assert forecast(stages, past, CLOCKS, MONDAY) == Forecast(end_of(17), 1, 2, 1)


def test_a_forecast_counts_a_term_by_the_calendar_as_its_stage_does() -> None:
    thirty, months = Span(Unit.CALENDAR, 30), Span(Unit.MONTHS, 1)
    assert forecast((stage("a", due_days=thirty),), {}, CLOCKS, MONDAY) == Forecast(end_of(1, 4), 0, 1, 0)
    assert forecast((stage("a", due_days=months),), {}, CLOCKS, MONDAY) == Forecast(end_of(2, 4), 0, 1, 0)


def test_a_stage_that_is_late_is_over_today_and_one_that_began_earlier_counts_from_there() -> None:
    now = MONDAY + 7 * DAY
    assert forecast((stage("a", due_days=2), stage("b", WAITING, None, after=("a",), due_days=1)), {}, CLOCKS, now) == Forecast(
        end_of(10), 0, 2, 0
    )
    found = forecast((stage("a", due_days=6),), {}, CLOCKS, now)
    assert found is not None
    assert found.at == end_of(10)


def test_nothing_is_foretold_where_nothing_is_known_or_left() -> None:
    assert forecast((stage("a"),), {}, CLOCKS, MONDAY) is None
    assert forecast((stage("a", MET, met_at=MONDAY, due_days=3),), {}, CLOCKS, MONDAY) is None
    assert forecast((), {}, CLOCKS, MONDAY) is None


def test_a_notice_takes_its_term_whatever_was_before() -> None:
    found = forecast((stage("n", due_days=5, kind=StageKind.NOTICE),), {"n": [1, 1, 1]}, CLOCKS, MONDAY)
    assert found == Forecast(end_of(9), 0, 1, 0)


def test_the_slowest_party_says_when_a_stage_is_over() -> None:
    closed = Calendar(closed_days=frozenset({date(2026, 3, 3), date(2026, 3, 4)}))
    both = stage("a", seats=(seat(NORTHFIELD), seat(HARBOUR)), due_days=1)
    found = forecast((both,), {}, Calendars(WEEK, {HARBOUR: closed}), MONDAY)
    assert found is not None
    assert found.at == end_of(5)


@given(CALENDARS, MOMENTS, st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=6), st.data())
def test_a_forecast_is_never_before_now_and_never_earlier_when_a_stage_takes_longer(
    calendar: Calendar, now: datetime, shape: list[tuple[int, bool]], data: st.DataObject
) -> None:
    def route(more: int, at: int) -> tuple[StageProgress, ...]:
        stages = []
        for place, (days, follows) in enumerate(shape):
            after = (f"s{place - 1}",) if follows and place else ()
            due = days + (more if place == at else 0)
            stages.append(stage(f"s{place}", WAITING if after else OPEN, None if after else now, after=after, due_days=due))
        return tuple(data.draw(st.permutations(stages)))

    clocks = Calendars(calendar)
    at = data.draw(st.integers(0, len(shape) - 1))
    short, long = forecast(route(0, at), {}, clocks, now), forecast(route(3, at), {}, clocks, now)
    assert short is not None
    assert long is not None
    assert now <= short.at <= long.at
    longest = total = 0
    for days, follows in shape:
        total = total + days if follows else days
        longest = max(longest, total)
    assert short.at >= calendar.add_working_days(now, longest) or longest == 0


def test_past_rounds_count_by_their_slowest_party_with_holds_taken_off() -> None:
    past = [
        (1, run_of(MONDAY, MONDAY + 2 * DAY)), (1, Run("s", "Stage", HARBOUR, MONDAY, MONDAY + 7 * DAY)),
        (2, run_of(MONDAY, MONDAY + 7 * DAY, held=2 * 86_400)), (3, run_of(MONDAY)), (4, Run("t", "Other", HARBOUR, MONDAY, MONDAY + DAY)),
    ]  # fmt: skip
    assert stage_days(past, lambda party: WEEK) == {"s": [5, 3], "t": [1]}

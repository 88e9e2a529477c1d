"""Terms in working days, in calendar days and in months."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import StageKind, Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Calendars, Hold, StageStanding
from cowork.domain.workflows.terms import Span, Term, Unit, are_alike, days_between, end_of, in_words, is_within
from tests.domain.workflows.builders import MONDAY, at, bench, progress_of, stage, submission, workflow

WEEK = Calendar(closed_days=frozenset({date(2026, 12, 23)}))
DAY = timedelta(days=1)


def days(number: int) -> Span:
    return Span(Unit.CALENDAR, number)


def months(number: int) -> Span:
    return Span(Unit.MONTHS, number)


def last_day(start: str, term: Term, held: int = 0) -> str:
    return WEEK.local_day(end_of(WEEK, datetime.fromisoformat(start), term, held)).isoformat()


@pytest.mark.parametrize(
    ("start", "term", "expected"),
    [
        ("2026-11-23T09:00+00:00", 5, "2026-11-30"),
        ("2026-11-23T09:00+00:00", days(4), "2026-11-27"),
        ("2026-11-23T09:00+00:00", days(5), "2026-11-30"),  # a Saturday: the next working day
        ("2026-11-23T09:00+00:00", days(30), "2026-12-24"),  # a closing day: the next one that is none
        ("2026-11-28T09:00+00:00", days(2), "2026-11-30"),
        ("2026-11-30T09:00+00:00", months(1), "2026-12-30"),
        ("2026-11-30T09:00+00:00", months(3), "2027-03-01"),  # 28 February is a Sunday
        ("2028-01-31T09:00+00:00", months(1), "2028-02-29"),
        ("2026-11-24T09:00+00:00", months(14), "2028-01-24"),
    ],
)
def test_a_term_ends_with_its_last_day_or_the_next_working_day(start: str, term: Term, expected: str) -> None:
    assert last_day(start, term) == expected


def test_held_days_are_added_before_it_moves_to_a_working_day() -> None:
    assert last_day("2026-11-23T09:00+00:00", days(4), held=2) == "2026-11-30"
    assert last_day("2026-11-23T09:00+00:00", months(1), held=2) == "2026-12-25"
    assert last_day("2026-11-23T09:00+00:00", 4, held=2) == "2026-12-01"


@given(st.datetimes(datetime(2001, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)), st.integers(1, 730), st.integers(0, 9))
def test_a_span_ends_on_a_working_day_and_never_early(start: datetime, number: int, held: int) -> None:
    ends = end_of(WEEK, start, days(number), held)
    assert WEEK.is_working_day(WEEK.local_day(ends))
    assert timedelta(0) <= WEEK.local_day(ends) - WEEK.local_day(start) - (number + held) * DAY <= 3 * DAY
    assert end_of(WEEK, start, days(number + 1), held) >= ends


def test_days_between_are_of_the_kind_that_the_term_counts() -> None:
    sunday = MONDAY + 6 * DAY
    assert days_between(WEEK, MONDAY, sunday, 5) == 4
    assert days_between(WEEK, MONDAY, sunday, days(5)) == days_between(WEEK, MONDAY, sunday, months(1)) == 6


@pytest.mark.parametrize(
    ("term", "words"),
    [(1, "1 working day"), (5, "5 working days"), (days(1), "1 calendar day"), (days(30), "30 calendar days"), (months(1), "1 month"),
     (months(3), "3 months")],
)  # fmt: skip
def test_a_term_is_said_in_words(term: Term, words: str) -> None:
    assert in_words(term) == words


@pytest.mark.parametrize(
    ("least", "term", "alike", "within"),
    [
        (5, 5, True, True), (6, 5, True, False), (days(30), days(30), True, True), (days(31), days(30), True, False),
        (days(28), months(1), True, True), (days(29), months(1), True, False), (months(1), days(31), True, True),
        (months(1), days(30), True, False), (months(2), months(3), True, True), (5, days(30), False, False), (days(5), 30, False, False),
    ],
)  # fmt: skip
def test_what_is_open_for_less_than_a_term_can_be_told_of_terms_that_are_alike(least: Term, term: Term, alike: bool, within: bool) -> None:
    assert are_alike(least, term) is alike
    if alike:
        assert is_within(least, term) is within


BOARD = [bench("board", "Ada", "Ben")]


class TestOfAStage:
    @staticmethod
    def flow(due: Term, least: Term | None = None) -> Workflow:
        return workflow(replace(stage("board", kind=StageKind.NOTICE), due_days=due, least_days=least))

    def due(self, term: Term, *holds: Hold, now: datetime = MONDAY) -> str | None:
        found = progress_of(self.flow(term), BOARD, given=replace(submission(), holds=holds), now=now)
        ends = at(found, "board").due_at
        return ends.date().isoformat() if ends else None

    def test_it_is_due_when_the_term_ends_and_is_over_then(self) -> None:
        assert self.due(days(30)) == "2026-12-23"
        assert self.due(months(3)) == "2027-02-23"
        ends = datetime(2026, 12, 23, 23, 59, 59, tzinfo=UTC)
        before = progress_of(self.flow(days(30)), BOARD, now=ends - timedelta(seconds=1))
        assert (at(before, "board").standing, before.look_at) == (StageStanding.OPEN, ends)
        assert at(progress_of(self.flow(days(30)), BOARD, now=ends), "board").standing is StageStanding.MET

    def test_it_ends_on_a_working_day_of_the_party(self) -> None:
        closed = Calendars(WEEK)
        found = evaluate(self.flow(days(30)), submission(), [], BOARD, closed, MONDAY)
        assert at(found, "board").due_at == datetime(2026, 12, 24, 23, 59, 59, tzinfo=UTC)

    def test_days_on_hold_do_not_count(self) -> None:
        hold = Hold(MONDAY + 2 * DAY, MONDAY + 9 * DAY, "Ada", "Waiting")
        assert self.due(days(30), hold, now=MONDAY + 10 * DAY) == "2026-12-30"
        assert self.due(months(1), hold, now=MONDAY + 10 * DAY) == "2026-12-30"
        late = Hold(MONDAY + 40 * DAY, MONDAY + 50 * DAY, "Ada", "Too late")
        assert self.due(days(30), late, now=MONDAY + 60 * DAY) == "2026-12-23"

    def test_it_stays_open_for_its_least_time(self) -> None:
        open_until = at(progress_of(self.flow(days(30), days(5)), BOARD, now=MONDAY), "board").seats[0].open_until
        assert open_until == datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)

"""Days of terms, found by walking from day to day: how the independent model counts them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.terms import Span, Term


def term(calendar: Calendar, start: datetime, days: Term, more: int = 0) -> datetime:
    """The last second of a term after a moment, and of so many days more, found by walking from day to day: working days, or all of
    them, or until the same number of so many later months, or their last day; and then on to a day that is worked.
    """
    zone, day = ZoneInfo(calendar.zone), start.astimezone(ZoneInfo(calendar.zone)).date()
    if isinstance(days, Span) and days.unit == "months":
        for _ in range(days.number):
            day = day.replace(day=1) + timedelta(days=31)
        last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        day = min(last, day.replace(day=1) + timedelta(days=start.astimezone(zone).day - 1))
    left = more + (days if isinstance(days, int) else days.number if days.unit == "calendar" else 0)
    while left > 0 or not calendar.is_working_day(day):
        day += timedelta(days=1)
        left -= 1 if isinstance(days, Span) else calendar.is_working_day(day)
    return datetime.combine(day, time(23, 59, 59, fold=1), zone).astimezone(UTC)


def passed_days(calendar: Calendar, start: datetime, end: datetime, days: Term) -> int:
    """The days between two moments that a term of this kind counts."""
    zone = ZoneInfo(calendar.zone)
    day, last, found = start.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day < last:
        day += timedelta(days=1)
        found += isinstance(days, Span) or calendar.is_working_day(day)
    return found

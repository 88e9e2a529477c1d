"""Working days, found by walking from day to day: how the independent model counts them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cowork.domain.workflows.calendar import Calendar


def term(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The last second of the last of so many working days after a moment, found by walking from day to day."""
    zone, day = ZoneInfo(calendar.zone), start.astimezone(ZoneInfo(calendar.zone)).date()
    left = days
    while left > 0 or not calendar.is_working_day(day):
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return datetime.combine(day, time(23, 59, 59, fold=1), zone).astimezone(UTC)


def working_days(calendar: Calendar, start: datetime, end: datetime) -> int:
    zone = ZoneInfo(calendar.zone)
    day, last, found = start.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day < last:
        day += timedelta(days=1)
        found += calendar.is_working_day(day)
    return found

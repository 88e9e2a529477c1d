"""Times as people read them: in their own zone, with the day of the week, and how far away they are.

Dates are in the reader's zone; distances in days count calendar days there, and the days ahead count working days (Monday to Friday).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Moment:
    """One time for a page. `iso` is for machines; `relative` is empty where it would not help."""

    iso: str
    text: str
    day: str
    short: str
    relative: str


def moment_of(at: datetime, zone: tzinfo, now: datetime) -> Moment:
    """The words for a time. Both times are aware; raises ValueError for a naive one."""
    if at.tzinfo is None or now.tzinfo is None:
        raise ValueError("A time without a zone cannot be shown: give an aware datetime.")
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    short = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    day = f"{short} {local.year}"
    return Moment(local.isoformat(timespec="seconds"), f"{day}, {local:%H:%M}", day, short, _distance(at, now, local.date(), today))


def _distance(at: datetime, now: datetime, day: date, today: date) -> str:
    if day == today:
        return _same_day(at, now)
    if day < today:
        return "yesterday" if (days := (today - day).days) == 1 else f"{days} days ago" if days <= 31 else ""
    if (day - today).days > 35:
        return ""
    ahead = working_days_between(today, day)
    return "at the weekend" if ahead == 0 else f"in {ahead} working {'day' if ahead == 1 else 'days'}"


def _same_day(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 0:
        return "today"
    if seconds < 60:
        return "just now"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'} ago"
    hours = minutes // 60
    return f"{hours} {'hour' if hours == 1 else 'hours'} ago"


def working_days_between(start: date, end: date) -> int:
    """How many days from Monday to Friday lie after `start`, up to and including `end`; 0 when `end` is not later."""
    return sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, (end - start).days + 1))

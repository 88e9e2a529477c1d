"""Times as people read them: in their own zone, with the day of the week, and how far away they are.

Dates are in the reader's zone; distances back count calendar days there, and those ahead count working days (Monday to Friday).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cowork.domain.workflows.calendar import Calendar

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_MINUTE = ", 23:59"
FARTHEST = 35
"""Days beyond which a date says more than a distance."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One time for a page. `iso` is for machines; `relative` is empty where it would not help.

    `end` and `short_end` say a day until whose end something can be done: with the hour where it ends within a day of the reader's, as
    the days of an organisation in another zone do.
    """

    iso: str
    text: str
    day: str
    short: str
    relative: str
    end: str
    short_end: str


def moment_of(at: datetime, zone: ZoneInfo, now: datetime) -> Moment:
    """The words for a time in the reader's zone. Both times are aware; raises ValueError for a naive one."""
    if at.tzinfo is None or now.tzinfo is None:
        raise ValueError("A time without a zone cannot be shown: give an aware datetime.")
    local = at.astimezone(zone)
    short = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    day = f"{short} {local.year}"
    hour = f", {local:%H:%M}"
    rest = "" if hour == LAST_MINUTE else hour
    return Moment(
        local.isoformat(timespec="seconds"), day + hour, day, short, _distance(at, now, zone), day + rest, short + rest
    )  # fmt: skip


def _distance(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return _same_day(at, now)
    if abs(days) > FARTHEST:
        return ""
    if days < 0:
        return "yesterday" if days == -1 else f"{-days} days ago"
    ahead = Calendar(zone=zone.key).working_days_between(now, at)
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

"""The working-day clock of an organisation: when a term ends, and how many working days lie between two moments.

A term of N working days counts the N working days that follow the local day on which it starts, and ends with the last second of
the last of them. Moments go in and come out in UTC; days are those of the organisation's own zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LAST_SECOND = time(23, 59, 59, fold=1)
"""`fold=1` is the later of the two, where clocks are put back at the end of a day."""
EARLIEST, LATEST = date(1, 1, 3), date(9999, 12, 29)
"""The first and last days of which every zone has a moment that can be reckoned with. Who names 31 December 9999 means for ever."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. `closed_weekdays` are 0 (Monday) to 6 (Sunday); `zone` is an IANA name such as "Europe/Berlin".

    Raises ValueError where no weekday is left to work on or a weekday does not exist, and ZoneInfoNotFoundError (a KeyError)
    for an unknown zone.
    """

    closed_weekdays: frozenset[int] = frozenset({5, 6})
    closed_days: frozenset[date] = frozenset()
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if not self.closed_weekdays <= frozenset(range(7)):
            raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")
        if len(self.closed_weekdays) == 7:
            raise ValueError("A calendar needs at least one weekday that is worked.")
        ZoneInfo(self.zone)

    def local_day(self, at: datetime) -> date:
        """The day that this moment falls on in the organisation's zone. Raises ValueError for a moment without a zone."""
        return day_of(at, self.zone)

    def is_working_day(self, day: date) -> bool:
        """Whether the organisation works on that day."""
        return day.weekday() not in self.closed_weekdays and day not in self.closed_days and self._exists(day)

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """The end (UTC) of the last of `days` working days after the local day of `at`.

        With 0 days: the end of the first working day on or after the local day of `at`. Raises ValueError for fewer than 0.
        """
        if days < 0:
            raise ValueError("A term has 0 or more working days.")
        first = self.local_day(at) + timedelta(days=1 if days else 0)
        working = (day for day in _from(first) if self.is_working_day(day))
        for _ in range(days - 1):
            next(working)
        return self.end_of(next(working))

    def end_of_working_day(self, day: date) -> datetime:
        """The end (UTC) of a day or, where it is none, of the first working day after it."""
        return self.end_of(next(later for later in _from(day) if self.is_working_day(later)))

    def end_of(self, day: date) -> datetime:
        """The last second (UTC) of a day."""
        return moment(day, _LAST_SECOND, self.zone)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """The working days after the local day of `start`, up to and including that of `end`; negative where `end` lies before."""
        first, last = self.local_day(start), self.local_day(end)
        if last < first:
            return -self._working_days(last, first)
        return self._working_days(first, last)

    def _working_days(self, after: date, until: date) -> int:
        days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
        return sum(1 for day in days if self.is_working_day(day))

    def _exists(self, day: date) -> bool:
        """Whether the zone had that day: places that moved across the date line left one out."""
        noon = datetime.combine(day, time(12), ZoneInfo(self.zone))
        return self.local_day(noon.astimezone(UTC)) == day


def day_of(at: datetime, zone: str) -> date:
    """The day that this moment falls on in a zone. Raises ValueError for a moment without a zone of its own."""
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone: give it in UTC.")
    return at.astimezone(ZoneInfo(zone)).date()


def moment(day: date, at: time, zone: str) -> datetime:
    """A local time as a moment (UTC). Days beyond the first and last that can be reckoned with count as those."""
    return datetime.combine(min(max(day, EARLIEST), LATEST), at, ZoneInfo(zone)).astimezone(UTC)


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)

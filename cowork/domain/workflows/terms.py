"""How long a stage is open: a term in working days, in calendar days or in months, and when it ends.

Whatever a term is counted in, it begins with the day after the one on which the stage opened and ends with the last second of its
last day. Where the last of its calendar days, or of its months, is no working day, it ends with the next one that is.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cowork.domain.workflows.calendar import Calendar


class Unit(StrEnum):
    """What a span is counted in."""

    CALENDAR = "calendar"  # days, worked or not
    MONTHS = "months"  # to the day with the same number, or the last of a shorter month


@dataclass(frozen=True, slots=True)
class Span:
    """So many days or months by the calendar, at least 1."""

    unit: Unit
    number: int


Term = int | Span
"""A number of working days, or a span by the calendar."""

_DAYS_OF_A_MONTH = (28, 31)


def end_of(calendar: Calendar, at: datetime, term: Term, held: int = 0) -> datetime:
    """When (UTC) a term ends that begins at a moment, by the calendar of an organisation. `held` are days to add: of the kind that
    `days_between` counts.
    """
    if isinstance(term, int):
        return calendar.add_working_days(at, term + held)
    first = calendar.local_day(at)
    last = _months_after(first, term.number) if term.unit is Unit.MONTHS else first + timedelta(days=term.number)
    return calendar.end_of_working_day(last + timedelta(days=held))


def days_between(calendar: Calendar, start: datetime, end: datetime, term: Term) -> int:
    """The days after the local day of `start`, up to and including that of `end`: working days, or all where the term is a span."""
    if isinstance(term, int):
        return calendar.working_days_between(start, end)
    return (calendar.local_day(end) - calendar.local_day(start)).days


def in_words(term: Term) -> str:
    """A term as people say it, such as "5 working days", "30 calendar days" or "3 months"."""
    number = term if isinstance(term, int) else term.number
    what = "working day" if isinstance(term, int) else "month" if term.unit is Unit.MONTHS else "calendar day"
    return f"{number} {what}{'' if number == 1 else 's'}"


def are_alike(one: Term, other: Term) -> bool:
    """Whether both are working days, or both by the calendar, so that it can be told which ends first."""
    return isinstance(one, int) is isinstance(other, int)


def is_within(least: Term, term: Term) -> bool:
    """Whether a term ends no later than another one that is like it, whatever the day on which both begin."""
    if isinstance(least, int) or isinstance(term, int):
        return least == term or (isinstance(least, int) and isinstance(term, int) and least < term)
    if least.unit is term.unit:
        return least.number <= term.number
    shortest, longest = _DAYS_OF_A_MONTH
    return least.number <= term.number * shortest if term.unit is Unit.MONTHS else least.number * longest <= term.number


def _months_after(day: date, months: int) -> date:
    """The day with the same number so many months later, or the last day of that month where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))

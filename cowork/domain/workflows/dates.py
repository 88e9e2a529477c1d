"""Days as people write them, in an organisation's zone."""

from datetime import datetime

from cowork.domain.workflows.calendar import Calendar

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in_words(at: datetime, calendar: Calendar) -> str:
    """The day as people write it, such as "Fri 27 Nov", in the organisation's zone."""
    day = calendar.local_day(at)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def date_in_words(at: datetime, calendar: Calendar) -> str:
    """The date as people write it, such as "27 Nov 2026", in the organisation's zone."""
    day = calendar.local_day(at)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

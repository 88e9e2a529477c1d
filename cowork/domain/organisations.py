"""What members say of their organisation: its working days, what somebody is in an office, and who acts for whom."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from cowork.domain.ids import OfficeId, PersonId
from cowork.domain.workflows.progress import OfficeRole

MAX_CLOSING_DAYS = 400
MAX_TITLE = 120
IDLE_DAYS = range(1, 61)
"""After how many working days without a decision somebody can be told."""
ROLES = tuple(role.value for role in OfficeRole)
"""What somebody can be in an office. A chair can break ties; a secretary runs the meetings and has no vote."""
LONGEST_CLOSURE = timedelta(days=366)

LONGEST_DELEGATION = timedelta(days=366)
MAX_REASON = 500

_LINE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:[\s,;]+(?P<title>.*))?")


@dataclass(frozen=True, slots=True, order=True)
class Closing:
    """A day on which an organisation does not work, beside its closed weekdays, and why."""

    day: date
    title: str = ""


def week_problems(closed_weekdays: frozenset[int], idle_days: int | None) -> list[tuple[str, str]]:
    """What is wrong with a working week (0 is Monday) and with the term after which somebody is told."""
    problems = []
    if not closed_weekdays <= frozenset(range(7)):
        problems.append(("worked", "Choose weekdays from the list."))
    elif len(closed_weekdays) == 7:
        problems.append(("worked", "Leave at least one weekday on which you work: terms could never end otherwise."))
    if idle_days is None or idle_days not in IDLE_DAYS:
        problems.append(("idle_days", f"Give a number of working days from {IDLE_DAYS.start} to {IDLE_DAYS.stop - 1}."))
    return problems


def closings(text: str) -> tuple[tuple[Closing, ...], tuple[str, ...]]:
    """The closing days of a text, and a sentence for every line that is none.

    The text is either lines such as "2026-12-24 Christmas Eve" or an iCalendar file (RFC 5545), whose whole-day entries are taken;
    entries at a time of day and repetitions are not. A day that is named twice is taken once.
    """
    found, problems = _calendar_file(text) if text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR") else _lines(text)
    days: dict[date, Closing] = {}
    for one in found:
        days.setdefault(one.day, one)
    return tuple(sorted(days.values())), tuple(problems)


def _lines(text: str) -> tuple[list[Closing], list[str]]:
    found, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        day = _day(parts["day"].replace("-", "")) if parts else None
        if parts is None or day is None:
            problems.append(f"Line {number} does not begin with a day such as 2026-12-24: “{line.strip()[:60]}”.")
        elif len(title := _title(parts["title"] or "")) > MAX_TITLE:
            problems.append(f"Line {number}: shorten the title to {MAX_TITLE} characters.")
        else:
            found.append(Closing(day, title))
    return found, problems


def _calendar_file(text: str) -> tuple[list[Closing], list[str]]:
    found: list[Closing] = []
    problems: list[str] = []
    entry: dict[str, str] = {}
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name, _, value = line.partition(":")
        key = name.partition(";")[0].strip().upper()
        if key == "BEGIN" and value.strip().upper() == "VEVENT":
            entry = {}
        elif key == "END" and value.strip().upper() == "VEVENT":
            found += _entry(entry, problems)
        else:
            entry.setdefault(key, value.strip())
    if not found and not problems:
        problems.append("The file names no whole day. Take a calendar of holidays, or give the days as lines.")
    return found, problems


def _entry(entry: dict[str, str], problems: list[str]) -> list[Closing]:
    """The days of an entry: from DTSTART until the day before DTEND."""
    first = _day(entry.get("DTSTART", ""))
    if first is None:
        return []
    last = _day(entry.get("DTEND", ""))
    end = last if last is not None and last > first else first + timedelta(days=1)
    title = _title(re.sub(r"\\([,;\\])", r"\1", entry.get("SUMMARY", "").replace("\\n", " ")))[:MAX_TITLE]
    if end - first > LONGEST_CLOSURE:
        problems.append(f"The entry “{title}” is longer than a year. Give its days as lines.")
        return []
    return [Closing(first + timedelta(days=number), title) for number in range((end - first).days)]


def _day(text: str) -> date | None:
    """A day written as 20261224, or None."""
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _title(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody is to act for `delegator` from `starts` to `ends`, both included, in one office or (None) in all they hold here."""

    delegator: PersonId
    delegate: PersonId
    office: OfficeId | None
    starts: date | None
    ends: date | None
    reason: str


def delegation_problems(wanted: Delegation, today: date) -> list[tuple[str, str]]:
    """What is wrong with a delegation in itself. Whether both are members and the office is held is known only to the use case."""
    problems = []
    if wanted.delegate == wanted.delegator:
        problems.append(("delegate", "Choose somebody else: nobody acts for themselves."))
    if wanted.starts is None or wanted.starts < today:
        problems.append(("starts", "Give a first day: today or later."))
    if wanted.ends is None or (wanted.starts is not None and wanted.ends < wanted.starts):
        problems.append(("ends", "Give a last day that is not before the first."))
    elif wanted.starts is not None and wanted.ends - wanted.starts >= LONGEST_DELEGATION:
        problems.append(("ends", f"Give a last day within {LONGEST_DELEGATION.days} days: for longer, name another holder of the office."))
    if not wanted.reason.strip() or len(wanted.reason.strip()) > MAX_REASON:
        problems.append(("reason", f"Say why, in at most {MAX_REASON} characters: it is kept with the delegation."))
    return problems

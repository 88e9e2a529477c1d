"""Working days as administrators give them: pasted lines, calendar files and the week."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.organisations import MAX_TITLE, Closing, closings, week_problems

FILE = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261224\r
DTEND;VALUE=DATE:20261227\r
SUMMARY:Christmas\\, and the days
  after it\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20261231T120000Z\r
SUMMARY:A party\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20280229\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_lines_are_read_in_order_and_a_day_once() -> None:
    found, problems = closings("2026-12-25 Christmas  Day\n\n 2026-12-24, Christmas Eve\n2026-12-25 again\n2028-02-29")
    assert problems == ()
    assert found == (
        Closing(date(2026, 12, 24), "Christmas Eve"), Closing(date(2026, 12, 25), "Christmas Day"), Closing(date(2028, 2, 29)),
    )  # fmt: skip


@pytest.mark.parametrize("line", ["24.12.2026 Christmas", "2026-02-29 no leap day", "2026-13-01", "20261224", "2026-12-24x", "Christmas"])
def test_a_line_that_names_no_day_is_explained_with_its_number(line: str) -> None:
    found, problems = closings(f"2026-12-26 Boxing Day\n{line}")
    assert [one.day for one in found] == [date(2026, 12, 26)]
    assert len(problems) == 1
    assert problems[0].startswith("Line 2 does not begin with a day such as")


def test_a_title_that_is_too_long_is_explained() -> None:
    assert closings("2026-12-24 " + "x" * (MAX_TITLE + 1))[1] == ("Line 1: shorten the title to 120 characters.",)


def test_whole_days_of_a_calendar_file_are_taken() -> None:
    found, problems = closings(FILE)
    assert problems == ()
    assert [one.day for one in found] == [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2028, 2, 29)]
    assert found[0].title == "Christmas, and the days after it"


def test_a_calendar_file_without_whole_days_is_explained() -> None:
    found, problems = closings("BEGIN:VCALENDAR\nEND:VCALENDAR")
    assert found == ()
    assert "names no whole day" in problems[0]


def test_an_entry_of_years_is_not_taken() -> None:
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20200101\nDTEND:20990101\nSUMMARY:Ever\nEND:VEVENT\nEND:VCALENDAR"
    found, problems = closings(text)
    assert found == ()
    assert "longer than a year" in problems[0]


@given(st.text())
def test_any_text_is_read_or_explained(text: str) -> None:
    found, problems = closings(text)
    assert len({one.day for one in found}) == len(found)
    assert all(one.title.isprintable() and len(one.title) <= MAX_TITLE for one in found)
    assert found or problems or not text.strip() or not text.splitlines()


@given(st.sets(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=30))
def test_days_that_are_written_are_read_again(days: set[date]) -> None:
    found, problems = closings("\n".join(f"{day.isoformat()} Closed" for day in days))
    assert problems == ()
    assert [one.day for one in found] == sorted(days)
    events = "".join(f"BEGIN:VEVENT\nDTSTART:{day:%Y%m%d}\nDTEND:{day + timedelta(1):%Y%m%d}\nEND:VEVENT\n" for day in days)
    assert [one.day for one in closings(f"BEGIN:VCALENDAR\n{events}END:VCALENDAR")[0]] == sorted(days)


def test_a_week_needs_a_day_of_work_and_a_sensible_pause() -> None:
    assert week_problems(frozenset({5, 6}), 10) == []
    assert week_problems(frozenset(), 1) == []
    assert [field for field, _ in week_problems(frozenset(range(7)), 0)] == ["worked", "idle_days"]
    assert [field for field, _ in week_problems(frozenset({9}), 61)] == ["worked", "idle_days"]
    assert [field for field, _ in week_problems(frozenset({5}), None)] == ["idle_days"]

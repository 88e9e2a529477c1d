"""A calendar as RFC 5545 wants it: lines, folding, escaping, times."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.icalendar import MOST_OCTETS, Entry, calendar, escaped, folded, moment

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(**more: str) -> Entry:
    texts = {"uid": "u@host", "summary": "Dean: Data", "description": "Text", "url": "https://cowork.example/x", **more}
    return Entry(texts["uid"], AT, AT, texts["summary"], texts["description"], texts["url"])


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    return data.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def test_a_due_date_is_an_event_with_a_stable_identifier_in_utc() -> None:
    lines = unfolded(calendar("Due", [entry()]))
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    for line in ("VERSION:2.0", "UID:u@host", "DTSTAMP:20260302T090000Z", "DTSTART:20260302T090000Z", "SUMMARY:Dean: Data"):
        assert line in lines


def test_an_empty_calendar_is_one_too() -> None:
    assert "BEGIN:VEVENT" not in unfolded(calendar("Due", []))


def test_text_is_escaped_and_cannot_begin_a_line_of_its_own() -> None:
    assert escaped("a,b;c\\d\r\ne\rf\x07") == "a\\,b\\;c\\\\d\\ne\\nf"
    lines = unfolded(calendar("Due", [entry(summary="x\r\nEND:VCALENDAR")]))
    assert lines.count("END:VCALENDAR") == 1


@given(st.text(max_size=400))
def test_any_line_is_folded_into_short_ones_and_comes_back_whole(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    data = folded(line)
    assert all(len(part) <= MOST_OCTETS for part in data.split(b"\r\n"))
    for part in data.split(b"\r\n"):
        part.decode()
    assert data.replace(b"\r\n ", b"").decode() == line + "\r\n"


def test_times_are_told_in_utc_and_need_a_zone() -> None:
    assert moment(datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=14)))) == "20260301T190000Z"
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2026, 3, 2, 9))

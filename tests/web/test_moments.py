"""Times are said in the reader's zone, with the day of the week and a distance that helps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.web.moments import moment_of

LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=-2), "2 hours ago"),
        (timedelta(hours=2), "today"),
        (timedelta(days=-1), "yesterday"),
        (timedelta(days=-12), "12 days ago"),
        (timedelta(days=-40), ""),
        (timedelta(days=1), "in 1 working day"),
        (timedelta(days=4), "in 4 working days"),
        (timedelta(days=7), "in 5 working days"),
        (timedelta(days=36), ""),
    ],
)
def test_the_distance_is_said_as_people_say_it(away: timedelta, words: str) -> None:
    assert moment_of(MONDAY + away, LONDON, MONDAY).relative == words


def test_a_saturday_seen_from_friday_is_at_the_weekend() -> None:
    friday = MONDAY + timedelta(days=4)
    assert moment_of(friday + timedelta(days=1), LONDON, friday).relative == "at the weekend"


def test_the_day_is_the_readers_day() -> None:
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert moment_of(evening, LONDON, MONDAY).text == "Mon 23 Nov 2026, 20:00"
    assert moment_of(evening, AUCKLAND, MONDAY).text == "Tue 24 Nov 2026, 09:00"


def test_the_end_of_a_term_says_the_hour_where_it_ends_within_a_day_of_the_reader() -> None:
    last = datetime(2026, 12, 28, 23, 59, 59, tzinfo=UTC)
    here, away = moment_of(last, LONDON, MONDAY), moment_of(last, AUCKLAND, MONDAY)
    assert (here.end, here.short_end) == ("Mon 28 Dec 2026", "Mon 28 Dec")
    assert (away.end, away.short_end) == ("Tue 29 Dec 2026, 12:59", "Tue 29 Dec, 12:59")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        moment_of(datetime(2026, 11, 23), LONDON, MONDAY)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),
)
def test_the_machine_readable_time_is_the_same_instant(at: datetime, now: datetime) -> None:
    assert datetime.fromisoformat(moment_of(at, AUCKLAND, now).iso) == at.replace(microsecond=0)

"""The working-day clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.ids import OfficeId, OrganisationId, Side
from cowork.domain.workflows.calendar import Calendar, moment
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Bench, Calendars
from tests.domain.workflows.builders import people, stage, submission, workflow

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu", "America/Havana", "Africa/Cairo",
         "Etc/GMT+12", "Etc/GMT-14", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/St_Johns"]  # fmt: skip
moments = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
calendars = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), max_size=4),
    st.frozensets(st.dates(date(2000, 1, 1), date(2060, 1, 1)), max_size=5),
    st.sampled_from(ZONES),
)


def end_of(day: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def due(start: str, days: int, zone: str = "UTC", closed: tuple[str, ...] = (), weekend: frozenset[int] = frozenset({5, 6})) -> str:
    """The local day on which a term of so many days ends that starts at a moment (UTC)."""
    calendar = Calendar(weekend, frozenset(map(date.fromisoformat, closed)), zone)
    return calendar.local_day(calendar.add_working_days(datetime.fromisoformat(start), days)).isoformat()


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23T09:00+00:00", 1, "2026-11-24"),
        ("2026-11-23T09:00+00:00", 5, "2026-11-30"),
        ("2026-11-27T23:00+00:00", 1, "2026-11-30"),
        ("2026-11-28T12:00+00:00", 1, "2026-11-30"),
        ("2026-11-23T09:00+00:00", 0, "2026-11-23"),
        ("2026-11-28T12:00+00:00", 0, "2026-11-30"),
        ("2028-02-28T12:00+00:00", 1, "2028-02-29"),
        ("2026-02-27T12:00+00:00", 1, "2026-03-02"),
    ],
)
def test_a_term_counts_the_working_days_after_the_day_on_which_it_starts(start: str, days: int, expected: str) -> None:
    assert due(start, days) == expected


def test_closed_days_and_other_weekends_are_left_out() -> None:
    assert due("2026-12-23T09:00+00:00", 2, closed=("2026-12-24", "2026-12-25")) == "2026-12-29"
    assert due("2026-11-26T09:00+00:00", 1, weekend=frozenset({4, 5})) == "2026-11-29"


@pytest.mark.parametrize(("zone", "expected"), [("Etc/GMT-14", "2026-11-25"), ("UTC", "2026-11-24"), ("Etc/GMT+12", "2026-11-24")])
def test_the_day_is_the_one_at_the_organisations_own_place(zone: str, expected: str) -> None:
    assert due("2026-11-23T13:00+00:00", 1, zone) == expected


def test_a_term_ends_with_the_last_second_of_its_day_in_utc() -> None:
    ends = Calendar(zone="America/New_York").add_working_days(datetime(2026, 11, 23, 20, tzinfo=UTC), 1)
    assert ends.isoformat() == "2026-11-25T04:59:59+00:00"


def test_clocks_that_skip_or_repeat_the_end_of_a_day_do_not_move_it() -> None:
    # Cairo skips midnight on 24 April 2026; Havana repeats the hour after it on 1 November 2026; Sao Paulo repeated the last one.
    assert Calendar(zone="Africa/Cairo").add_working_days(datetime(2026, 4, 22, 9, tzinfo=UTC), 1) == end_of("2026-04-23", "Africa/Cairo")
    daily = Calendar(frozenset(), frozenset(), "America/Havana")
    assert daily.add_working_days(datetime(2026, 10, 30, 9, tzinfo=UTC), 1) == end_of("2026-10-31", "America/Havana")
    repeated = Calendar(frozenset(), frozenset(), "America/Sao_Paulo")
    assert repeated.add_working_days(datetime(2018, 2, 16, 12, tzinfo=UTC), 1) == datetime(2018, 2, 18, 2, 59, 59, tzinfo=UTC)


def test_a_day_that_a_place_left_out_is_no_working_day() -> None:
    # Samoa went from Thursday 29 to Saturday 31 December 2011.
    samoa = Calendar(frozenset(), frozenset(), "Pacific/Apia")
    assert not samoa.is_working_day(date(2011, 12, 30))
    assert samoa.local_day(samoa.add_working_days(datetime(2011, 12, 29, 20, tzinfo=UTC), 1)) == date(2011, 12, 31)


@pytest.mark.parametrize(("weekdays", "word"), [(frozenset(range(7)), "at least one weekday"), (frozenset({7}), "0 .Monday. to 6")])
def test_a_week_without_work_and_weekdays_that_do_not_exist_are_refused(weekdays: frozenset[int], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Calendar(weekdays)


def test_an_unknown_zone_a_moment_without_zone_and_a_negative_term_are_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar(zone="Mars/Olympus")
    with pytest.raises(ValueError, match="needs its zone"):
        Calendar().add_working_days(datetime(2026, 1, 1), 1)
    with pytest.raises(ValueError, match="0 or more"):
        Calendar().add_working_days(datetime(2026, 1, 1, tzinfo=UTC), -1)


@given(calendars, moments, st.integers(1, 60))
def test_the_working_days_until_a_term_ends_are_as_many_as_the_term_has(calendar: Calendar, start: datetime, days: int) -> None:
    ends = calendar.add_working_days(start, days)
    assert calendar.working_days_between(start, ends) == days
    assert calendar.working_days_between(ends, start) in (-days, 1 - days)


@given(calendars, moments, st.integers(0, 60))
def test_a_term_ends_on_a_working_day_whose_next_second_is_another_day(calendar: Calendar, start: datetime, days: int) -> None:
    ends = calendar.add_working_days(start, days)
    assert ends >= start
    assert calendar.is_working_day(calendar.local_day(ends))
    assert calendar.local_day(ends + timedelta(seconds=1)) > calendar.local_day(ends)


@given(st.dates(), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12"]))
def test_every_day_has_an_end_that_any_reader_can_be_told(day: date, zone: str) -> None:
    end = Calendar(zone=zone).end_of(day)
    for reader in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert abs(end.astimezone(ZoneInfo(reader)).date() - day) <= timedelta(days=3)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_moments_too(day: date) -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert abs(moment(day, time(12), zone).date() - day) <= timedelta(days=3)


@given(calendars, moments, st.integers(0, 30), st.integers(0, 30))
def test_a_longer_term_never_ends_earlier_and_a_later_start_neither(calendar: Calendar, start: datetime, days: int, more: int) -> None:
    assert calendar.add_working_days(start, days) <= calendar.add_working_days(start, days + more)
    assert calendar.add_working_days(start, days) <= calendar.add_working_days(start + timedelta(hours=more), days)


@given(calendars, moments, moments, moments)
def test_working_days_add_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted([one, two, three])
    parts = calendar.working_days_between(first, second) + calendar.working_days_between(second, third)
    assert parts == calendar.working_days_between(first, third)


@pytest.mark.parametrize(
    ("opened", "days", "ends"),
    [
        # Kiritimati is 14 hours ahead, the farthest west 12 behind: one moment, two local days, terms that end 26 hours apart.
        ("2026-11-23T09:59+00:00", 1, {"ahead": "2026-11-24T09:59:59+00:00", "behind": "2026-11-24T11:59:59+00:00"}),
        ("2026-11-23T10:00+00:00", 1, {"ahead": "2026-11-25T09:59:59+00:00", "behind": "2026-11-24T11:59:59+00:00"}),
        # Berlin loses an hour on Sunday 29 March 2026 and is given one on 25 October; the term ends with the day, whatever its length.
        ("2026-03-27T12:00+00:00", 1, {"berlin": "2026-03-30T21:59:59+00:00", "utc": "2026-03-30T23:59:59+00:00"}),
        ("2026-10-23T12:00+00:00", 1, {"berlin": "2026-10-26T22:59:59+00:00", "utc": "2026-10-26T23:59:59+00:00"}),
        # Cairo skips midnight on Friday 24 April 2026; its week ends on Thursday.
        ("2026-04-22T09:00+00:00", 1, {"cairo": "2026-04-23T21:59:59+00:00"}),
        # A leap day is a day like any other.
        ("2028-02-28T12:00+00:00", 1, {"utc": "2028-02-29T23:59:59+00:00", "ahead": "2028-03-01T09:59:59+00:00"}),
        ("2028-02-28T12:00+00:00", 2, {"utc": "2028-03-01T23:59:59+00:00"}),
        ("2027-02-26T12:00+00:00", 1, {"utc": "2027-03-01T23:59:59+00:00"}),
    ],
)
def test_each_party_has_until_the_end_of_the_day_at_its_own_place(opened: str, days: int, ends: dict[str, str]) -> None:
    zones = {"ahead": "Pacific/Kiritimati", "behind": "Etc/GMT+12", "berlin": "Europe/Berlin", "utc": "UTC", "cairo": "Africa/Cairo"}
    weekends = {"cairo": frozenset({4, 5})}
    parties = {OrganisationId(name): Calendar(weekends.get(name, frozenset({5, 6})), zone=zones[name]) for name in ends}
    seats = [Bench("dean", "dean", party, party, OfficeId("dean"), "Dean", people("Ada"), (), Side.UNIVERSITY) for party in parties]
    start = datetime.fromisoformat(opened)
    flow, given = workflow(stage("dean", due_days=days)), submission(at=start)
    progress = evaluate(flow, given, [], seats, Calendars(Calendar(), parties), start)
    assert {str(turn.party): turn.due_at for turn in progress.turns} == {name: datetime.fromisoformat(at) for name, at in ends.items()}
    assert progress.stages[0].due_at == max(map(datetime.fromisoformat, ends.values()))

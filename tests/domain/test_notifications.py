"""Whom an act concerns, who is named in a comment, and when the calendar is a reason to tell somebody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.ids import PersonId
from cowork.domain.notification_words import HEADLINES, LABELS, MOST_SUBJECT, SENTENCES, shortened, wording
from cowork.domain.notifications import (
    DEFAULTS,
    Asked,
    Audience,
    Channel,
    Happening,
    Kind,
    Named,
    Telling,
    TurnChange,
    channel_of,
    concerned,
    digest_slot,
    escalation_is_due,
    mentioned,
    reminder_is_due,
    turn_change,
)
from cowork.domain.workflows.calendar import Calendar

ANNA, BEN, CARLA, DAN = (PersonId(name) for name in ("anna", "ben", "carla", "dan"))
EVERYBODY = frozenset({ANNA, BEN, CARLA, DAN})
PEOPLE = (
    Named(ANNA, "Anna Berg", "anna@north.example"), Named(BEN, "Ben Berg", "ben@north.example"),
    Named(CARLA, "Carla Sosa", "carla@south.example"), Named(DAN, "Ben Sosa", "dan@south.example"),
)  # fmt: skip


def asked(person: PersonId, stage: str = "dean") -> Asked:
    return Asked(person, stage, "seat", "party", person)


def kinds(told: tuple[Telling, ...]) -> dict[PersonId, Kind]:
    return {one.person: one.kind for one in told}


def test_a_turn_is_told_once_a_person_with_all_its_stages() -> None:
    turns = TurnChange((asked(ANNA), asked(ANNA, "quality"), asked(BEN)))
    standing = frozenset({(ANNA, "dean"), (ANNA, "quality")})
    (told,) = concerned((), turns, (), Audience(still_asked=standing))
    assert (told.person, told.kind, told.facts) == (ANNA, Kind.YOUR_TURN, {"stages": ["dean", "quality"]})


def test_whoever_signed_what_a_version_changed_is_told_once_with_how_much_and_not_of_their_own_change() -> None:
    saved = [Happening("version-saved", {"version": 3, "sections": ["outcomes"]}, ANNA)]
    audience = Audience(overtaken={3: {ANNA: 1, BEN: 4}}, following=frozenset({BEN}))
    (told,) = concerned(saved, TurnChange(), (), audience)
    assert (told.person, told.kind, told.facts) == (BEN, Kind.SIGNATURE_STALE, {"by": ANNA, "version": 3, "signatures": 4})
    said = wording(told.kind, "T", told.facts, "/proposals/p", by="Anna Berg")
    assert said.sentence.startswith("Version 3 by Anna Berg changed what 4 of your signatures rest on.")
    assert said.path == "/proposals/p/alignment"
    assert "one of your signatures rests on." in wording(told.kind, "T", {**told.facts, "signatures": 1}, "/proposals/p").sentence


def test_whoever_is_to_see_to_a_condition_is_told_when_it_is_set() -> None:
    made = [Happening("condition-set", {"condition": "c1", "stage": "dean", "person": person}, ANNA) for person in (ANNA, BEN)]
    (told,) = concerned(made, TurnChange(), (), Audience())
    assert (told.person, told.kind, told.facts) == (BEN, Kind.CONDITION_SET, {"condition": "c1", "stage": "dean"})


def test_whoever_decided_is_not_told_that_they_are_no_longer_needed() -> None:
    turns = TurnChange((), (asked(ANNA), asked(BEN), asked(CARLA)))
    made = Happening("decision-made", {}, ANNA)
    told = concerned((made,), turns, (), Audience(told_turn=frozenset({ANNA, BEN})))
    assert kinds(told) == {BEN: Kind.NO_LONGER_NEEDED}


def test_an_author_is_told_the_outcome_and_not_that_something_changed() -> None:
    happened = (Happening("decision-made", {}, ANNA), Happening("changes-requested", {"stage": "dean"}, ANNA))
    told = concerned(happened, TurnChange(), (), Audience(authors=frozenset({BEN}), following=frozenset({BEN, CARLA, ANNA})))
    assert kinds(told) == {BEN: Kind.CHANGES_REQUESTED, CARLA: Kind.CHANGED}


def test_a_comment_in_a_lane_concerns_its_readers_alone() -> None:
    comment = Happening("comment-added", {"thread": "t", "comment": "c", "lane": "north"}, ANNA)
    audience = Audience(
        following=EVERYBODY,
        talked={"t": frozenset({ANNA, CARLA})},
        named={"c": frozenset({BEN, DAN})},
        readers={"north": frozenset({ANNA, BEN})},
    )
    told = concerned((comment,), TurnChange(), (), audience)
    assert kinds(told) == {BEN: Kind.MENTIONED}
    assert told[0].facts["lane"] == "north"


@given(
    st.lists(st.sampled_from(["comment-added", "version-saved", "decision-made", "proposal-approved", "changes-requested", "exported"])),
    st.sets(st.sampled_from(sorted(EVERYBODY))), st.sets(st.sampled_from(sorted(EVERYBODY))), st.sets(st.sampled_from(sorted(EVERYBODY))),
)  # fmt: skip
def test_nobody_is_told_twice_of_one_act_nor_of_their_own_doing(
    events: list[str], authors: set[PersonId], following: set[PersonId], added: set[PersonId]
) -> None:
    happened = tuple(Happening(kind, {"thread": "t", "comment": "c"}, ANNA) for kind in events)
    audience = Audience(
        authors=frozenset(authors), participants=frozenset(authors), following=frozenset(following), talked={"t": EVERYBODY},
        still_asked=frozenset((person, "dean") for person in added),
    )  # fmt: skip
    told = concerned(happened, TurnChange(tuple(asked(person) for person in sorted(added))), (), audience)
    assert len({one.person for one in told}) == len(told)
    assert all(one.person != ANNA or one.kind is Kind.YOUR_TURN for one in told)
    assert {one.person for one in told if one.kind is Kind.YOUR_TURN} == added


@given(st.sets(st.sampled_from(sorted(EVERYBODY))), st.sets(st.sampled_from(sorted(EVERYBODY))))
def test_a_change_of_turns_leads_from_one_to_the_other(before: set[PersonId], after: set[PersonId]) -> None:
    change = turn_change(map(asked, before), map(asked, after))
    assert {one.person for one in change.added} == after - before
    assert {one.person for one in change.removed} == before - after


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ("@Anna Berg, please look", {ANNA}),
        ("ask @anna, or @carla sosa.", {ANNA, CARLA}),
        ("@ben is two people", set()),
        ("@Ben Sosa and @ben@north.example", {DAN, BEN}),
        ("write to anna@north.example", set()),
        ("@Annabel and @", set()),
        ("(@Carla)", {CARLA}),
    ],
)
def test_people_are_named_by_whole_name_address_or_a_first_name_of_their_own(body: str, who: set[PersonId]) -> None:
    assert mentioned(body, PEOPLE) == who


IRISH = Calendar(zone="Europe/Dublin")


def test_a_reminder_comes_two_working_days_before_and_not_on_the_first_day() -> None:
    friday = datetime(2026, 3, 6, 9, tzinfo=UTC)
    due = IRISH.add_working_days(friday, 2)
    assert due.date() == date(2026, 3, 10)
    assert not reminder_is_due(friday, due, friday, IRISH)
    assert reminder_is_due(friday, due, friday + timedelta(days=1), IRISH)
    assert not reminder_is_due(friday, due, due, IRISH)


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Dublin", datetime(2026, 3, 30, 22, 59, 59, tzinfo=UTC)),  # the clocks went forward the day before
        ("America/New_York", datetime(2026, 11, 3, 4, 59, 59, tzinfo=UTC)),  # and back
        ("Europe/Dublin", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),  # a leap day
        ("Pacific/Kiritimati", datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC)),
        ("Etc/GMT+12", datetime(2026, 4, 1, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_day_of_the_reminder_is_that_of_the_organisation(zone: str, due: datetime) -> None:
    calendar = Calendar(zone=zone)
    opened = due - timedelta(days=20)
    first = next(at for hour in range(480) if reminder_is_due(opened, due, at := opened + timedelta(hours=hour), calendar))
    assert calendar.working_days_between(first, due) == 2
    assert calendar.working_days_between(first - timedelta(hours=1), due) == 3 or not calendar.is_working_day(calendar.local_day(first))


def test_a_silence_is_too_long_after_whole_working_days() -> None:
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert not escalation_is_due(monday, datetime(2026, 3, 9, 23, 59, tzinfo=UTC), 5, IRISH)
    assert escalation_is_due(monday, datetime(2026, 3, 10, 0, 1, tzinfo=UTC), 5, IRISH)
    assert not escalation_is_due(monday, monday + timedelta(days=900), 0, IRISH)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(moments, st.sampled_from(["UTC", "Europe/Dublin", "Pacific/Kiritimati", "America/New_York", "Etc/GMT+12", "Asia/Kathmandu"]))
def test_a_digest_comes_at_seven_and_the_weekly_one_on_monday(now: datetime, zone: str) -> None:
    for channel, longest in ((Channel.DAILY, timedelta(days=1)), (Channel.WEEKLY, timedelta(days=7))):
        slot = digest_slot(channel, zone, now).astimezone(ZoneInfo(zone))
        assert (slot.hour, slot.minute) == (7, 0)
        assert timedelta() <= now - slot <= longest + timedelta(hours=1)
        assert channel is Channel.DAILY or slot.weekday() == 0


def test_every_kind_has_its_words_and_a_default() -> None:
    assert set(LABELS) == set(HEADLINES) == set(SENTENCES) == set(DEFAULTS) == set(Kind)
    assert channel_of(Kind.CHANGED, {}) is Channel.PAGE
    assert channel_of(Kind.CHANGED, {Kind.CHANGED: Channel.WEEKLY}) is Channel.WEEKLY


@given(st.text(max_size=400), st.sampled_from(sorted(Kind)))
def test_a_headline_is_one_short_line_whatever_the_title(title: str, kind: Kind) -> None:
    said = wording(kind, title, {"stages": ["dean"]}, "/proposals/p", stages=("Dean",), by="Anna")
    assert len(said.headline) <= MOST_SUBJECT
    assert all(letter.isprintable() for letter in said.headline)
    assert "{" not in said.sentence
    assert said.path.startswith("/proposals/p/")


def test_words_hold_for_the_other_side_and_for_what_was_done_without_a_word() -> None:
    assert "of your organisation" not in LABELS[Kind.ACCESS_ASKED][1]
    assert "settled a suggestion" in SENTENCES[Kind.ANSWERED]


def test_a_second_round_has_its_own_words() -> None:
    again = wording(Kind.YOUR_TURN, "T", {"round": 2}, "/proposals/p", stages=("Dean",)).sentence
    assert again.endswith("This is round 2."), "whether it changed is not known"
    changed = wording(Kind.YOUR_TURN, "T", {"round": 3, "newer_than": 1}, "/proposals/p", stages=("Dean",)).sentence
    assert "This is round 3. It has a newer version than in round 1, in which you were asked too" in changed
    assert "round" not in wording(Kind.YOUR_TURN, "T", {"round": 1}, "/proposals/p", stages=("Dean",)).sentence
    assert shortened("a" * 300).endswith("…")


def test_a_round_that_ended_with_a_term_is_not_told_as_sent_back_by_a_stage() -> None:
    said = wording(Kind.CHANGES_REQUESTED, "T", {"stage": "dean", "lapsed": True}, "/proposals/p", stages=("Dean",)).sentence
    assert said == "The term of the stage “Dean” ended without the decision it needs. Change the text if you want to, and submit it again."
    back = wording(Kind.CHANGES_REQUESTED, "T", {"stage": "dean"}, "/proposals/p", stages=("Dean",)).sentence
    assert back.startswith("The stage “Dean” sent it back")

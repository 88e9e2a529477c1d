"""Meetings: orders, standings, attendance, votes and the words for them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import ItemId, OrganisationId, PersonId, Side
from cowork.domain.meetings import OPEN, AttendanceStanding, Attendee, ItemOutcome, MeetingStanding, Vote
from cowork.domain.workflows.definition import ALL, Chair, Seat
from cowork.domain.workflows.progress import Bench, Deputy, Holder, OfficeRole, Outcome, SeatProgress, Tally, Verdict

ITEMS = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=12, unique=True)
ADA, BEN, CAT, DEP = (PersonId(name) for name in ("ada", "ben", "cat", "dep"))
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def bench(*holders: Holder, conflicted: tuple[Holder, ...] = ()) -> Bench:
    return Bench("committee", "committee", OrganisationId("north"), "North", None, "Committee", holders, conflicted)


def there(person: PersonId, **more: object) -> Attendee:
    return Attendee(Holder(person, person.title(), **more), AttendanceStanding.PRESENT)  # type: ignore[arg-type]  # a test's shorthand


@given(ITEMS, st.data())
def test_moving_keeps_every_item_and_shifts_one_by_one(items: list[str], data: st.DataObject) -> None:
    order = tuple(ItemId(item) for item in items)
    item = data.draw(st.sampled_from(order))
    step = data.draw(st.sampled_from((-1, 1)))
    found = rules.moved(order, item, step)
    assert sorted(found) == sorted(order)
    assert found.index(item) == min(max(order.index(item) + step, 0), len(order) - 1)
    assert [one for one in found if one != item] == [one for one in order if one != item]


@given(ITEMS, st.randoms())
def test_any_order_of_exactly_the_items_is_taken(items: list[str], random: object) -> None:
    order = [ItemId(item) for item in items]
    wanted = list(items)
    random.shuffle(wanted)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert list(rules.reordered(order, wanted)) == wanted
    for wrong in (wanted[1:], [*wanted, "other"], [*wanted, wanted[0]]):
        with pytest.raises(Invalid):
            rules.reordered(order, wrong)


@pytest.mark.parametrize("standing", MeetingStanding)
def test_a_closed_or_cancelled_meeting_says_so(standing: MeetingStanding) -> None:
    if standing in OPEN:
        rules.require(standing, OPEN)
        with pytest.raises(Conflict, match="agenda"):
            rules.require(standing, OPEN - {standing})
    else:
        with pytest.raises(Conflict, match=standing.value):
            rules.require(standing, OPEN)


def test_a_deputy_who_is_there_stands_for_the_holder() -> None:
    holder = Holder(ADA, "Ada", deputies=(Deputy(DEP, "Dep"),))
    assert rules.represented(holder, "deputy", {DEP}) == Attendee(holder, AttendanceStanding.DEPUTY, DEP, "Dep")
    assert not rules.represented(holder, "deputy", ()).counts
    assert not rules.represented(holder, None, {ADA}).counts
    assert not rules.represented(holder, "apologies", ()).counts
    assert rules.represented(holder, "present", {ADA}).counts


def test_a_closed_meeting_keeps_who_was_there() -> None:
    holders = (Holder(ADA, "Ada"), Holder(BEN, "Ben"), Holder(CAT, "Cat"))
    kept = rules.final_attendance(holders, {ADA: "deputy", BEN: "present", DEP: "present"})
    assert kept == {ADA: "deputy", BEN: "present", CAT: "absent", DEP: "guest"}
    assert rules.represented(holders[0], kept[ADA], {BEN, DEP}, closed=True).counts
    assert not rules.represented(holders[0], kept[ADA], {BEN, DEP}).counts


def test_only_members_with_a_vote_who_attend_and_have_not_decided_vote() -> None:
    place = bench(Holder(ADA, "Ada"), Holder(BEN, "Ben"), conflicted=(Holder(CAT, "Cat"),))
    people = (there(ADA), there(BEN), there(CAT), there(PersonId("guest")))
    found = rules.voters(place, frozenset({ADA, BEN}), people, frozenset({BEN}), Chair.VOTES)
    assert [attendee.holder.person for attendee in found] == [ADA]


def test_a_deputy_votes_only_where_they_may_act_for_the_holder() -> None:
    attendee = Attendee(Holder(ADA, "Ada", deputies=(Deputy(DEP, "Dep"),)), AttendanceStanding.DEPUTY, DEP, "Dep")
    may = bench(Holder(ADA, "Ada", deputies=(Deputy(DEP, "Dep"),)))
    assert rules.voters(may, frozenset({ADA}), (attendee,), frozenset(), Chair.VOTES) == (attendee,)
    assert rules.voters(bench(Holder(ADA, "Ada")), frozenset({ADA}), (attendee,), frozenset(), Chair.VOTES) == ()


def test_a_silent_chair_has_no_vote() -> None:
    place = bench(Holder(ADA, "Ada", OfficeRole.CHAIR))
    assert rules.voters(place, frozenset({ADA}), (there(ADA),), frozenset(), Chair.SILENT) == ()
    assert len(rules.voters(place, frozenset({ADA}), (there(ADA),), frozenset(), Chair.BREAKS_TIES)) == 1


def test_everybody_present_approves_but_who_has_said_otherwise() -> None:
    votes = rules.after_approval_by_all((there(ADA), there(BEN)), (Vote(BEN, Verdict.ABSTAIN, "Tired"),), Chair.VOTES)
    assert votes == (Vote(ADA, Verdict.APPROVE), Vote(BEN, Verdict.ABSTAIN, "Tired"))
    chair = there(ADA, role=OfficeRole.CHAIR)
    assert rules.after_approval_by_all((chair, there(BEN)), (), Chair.BREAKS_TIES) == (Vote(BEN, Verdict.APPROVE),)


@pytest.mark.parametrize(
    ("vote", "sections", "text", "missing"),
    [
        (Vote(ADA, Verdict.APPROVE), (), "", []),
        (Vote(ADA, Verdict.REQUEST_CHANGES), (), "", ["sections", "decision"]),
        (Vote(ADA, Verdict.REQUEST_CHANGES), ("need",), "Thin.", []),
        (Vote(ADA, Verdict.REQUEST_CHANGES, "Thin."), ("need",), "", []),
        (Vote(ADA, Verdict.REJECT), (), "", ["decision"]),
        (Vote(ADA, Verdict.OBJECT, "No."), (), "", ["votes"]),
    ],
)
def test_what_a_vote_needs_is_asked_for(vote: Vote, sections: tuple[str, ...], text: str, missing: list[str]) -> None:
    offered = {Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT}
    found = rules.vote_problems("Item 1", [vote], sections, text, offered, {ADA: "Ada"})
    assert [field for field, _ in found] == missing
    assert all(sentence.startswith("Item 1: ") for _, sentence in found)


def test_the_quorum_is_said_in_words() -> None:
    assert rules.quorum_words(Tally(9, 6, 0, 0, 0, 5)) == "6 of 9 present, quorum 5: reached"
    assert rules.quorum_words(Tally(9, 4, 0, 0, 0, 5)) == "4 of 9 present, quorum 5: not reached"
    without = Tally(9, 6, 0, 0, 0, 5, absent=("student-member", "external-member"))
    assert rules.quorum_words(without) == "6 of 9 present, quorum 5: not reached (no student member and no external member)"
    few = Tally(9, 6, 0, 0, 0, 5, absent=("specialist", "specialist", "student-member"))
    asked = ("specialist", "specialist", "specialist", "student-member")
    words = "6 of 9 present, quorum 5: not reached (2 specialists too few and no student member)"
    assert rules.quorum_words(few, asked) == words
    assert rules.quorum_words(Tally(3, 2, 0, 0, 0, 0)) == "2 of 3 present, no quorum is asked"


AGAINST, RUNNING = Tally(9, 6, 1, 5, 0, 5), Outcome.IN_REVIEW


def place_with(tally: Tally, *, met: bool = False, refused: bool = False) -> SeatProgress:
    seat = Seat("committee", Side.UNIVERSITY, ("committee",), "Committee", ALL)
    return SeatProgress(seat, bench(), 3, (), (), (), met, NOW if met else None, NOW if refused else None, tally=tally)


@pytest.mark.parametrize(
    ("place", "outcome", "kind", "words"),
    [
        (place_with(Tally(9, 6, 5, 1, 0, 5), met=True), RUNNING, ItemOutcome.APPROVED, "would be approved: 5 of 6 present approve"),
        (place_with(AGAINST, refused=True), Outcome.CHANGES_REQUESTED, ItemOutcome.CHANGES_REQUESTED, "would go back for changes"),
        (place_with(AGAINST, refused=True), Outcome.REJECTED, ItemOutcome.REJECTED, "would be rejected"),
        (place_with(AGAINST, refused=True), RUNNING, ItemOutcome.REFUSED, "would not be approved"),
        (place_with(Tally(9, 4, 4, 0, 0, 5)), RUNNING, ItemOutcome.UNDECIDED, "the quorum is not reached"),
        (place_with(Tally(9, 6, 6, 0, 0, 5, absent=("student-member",))), RUNNING, ItemOutcome.UNDECIDED, "the quorum is not reached"),
        (place_with(Tally(9, 6, 1, 0, 2, 5)), RUNNING, ItemOutcome.UNDECIDED, "1 of 6 present approves, 2 abstain, 3 are needed"),
    ],
)
def test_what_closing_would_do_is_said_before(place: SeatProgress, outcome: Outcome, kind: ItemOutcome, words: str) -> None:
    assert rules.outcome_of(place, outcome) is kind
    assert words in rules.foreseen_words(place, outcome)


def test_what_moved_outside_is_said() -> None:
    here = {"same_round": True, "outcome": Outcome.IN_REVIEW, "open_": True}
    assert rules.outside_words(2, 2, **here) == ""  # type: ignore[arg-type]  # a test's shorthand
    assert "version 3 is in review" in rules.outside_words(2, 3, **here)  # type: ignore[arg-type]  # as above
    assert "withdrawn" in rules.outside_words(2, 2, same_round=True, outcome=None, open_=False)
    assert "submitted again" in rules.outside_words(2, 2, same_round=False, outcome=Outcome.IN_REVIEW, open_=True)
    assert "outside the meeting" in rules.outside_words(2, 2, same_round=True, outcome=Outcome.APPROVED, open_=False)


NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "place", "starts_at", "fields"),
    [
        ("March meeting", "Room 4, and online: https://calls.example/4", NOW, []),
        ("", "", NOW - rules.LONGEST_AGO, []),
        ("", "", NOW + rules.FURTHEST_AHEAD, []),
        ("", "", NOW - rules.LONGEST_AGO - timedelta(seconds=1), ["day"]),
        ("", "", datetime.max.replace(tzinfo=UTC), ["day"]),
        ("x" * 201, "x" * 301, NOW, ["title", "place"]),
        ("March\u202e", "Room\x07", NOW, ["title", "place"]),
    ],
)
def test_a_meeting_is_planned_for_a_day_that_people_can_reach(title: str, place: str, starts_at: datetime, fields: list[str]) -> None:
    assert [field for field, _ in rules.plan_problems(title, starts_at, place, NOW)] == fields

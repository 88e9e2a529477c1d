"""Meetings from planning to closing: who may, what is recorded, and that nothing is recorded twice or by halves."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import ItemId, MeetingId, ProposalId
from cowork.domain.meetings import ItemKind, ItemOutcome, MeetingStanding, Vote
from cowork.domain.notifications import ABOUT_MEETINGS, Kind
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Outcome, Verdict
from cowork.services import agendas, closing, meetings, minuting, notifications, proposals, reviews
from cowork.services.closing import AgendaMoved
from cowork.services.meetings import ItemCommand, MeetingPage, PlanCommand
from cowork.services.proposals import ParticipantCommand
from cowork.store import reviews as kept
from cowork.store import unit
from cowork.store.base import db
from cowork.store.records import Delegation, OfficeTerm
from tests.services.test_outlines import filled
from tests.services.test_races import at_once, sound
from tests.world import START, World

CHAIR, MEMBER, THIRD = "chair@northfield.example", "member@northfield.example", "third@northfield.example"
BEFORE_COMMITTEE = (
    "signer@harbour.example", "release@northfield.example", "head@northfield.example", "quality@northfield.example",
    "business@northfield.example",
)  # fmt: skip


def waiting(world: World, author: str = "") -> ProposalId:
    """A proposal that waits for the committee, which decides by two of three; with one more author, if any."""
    proposal = world.complete_draft()
    if author:
        command = ParticipantCommand(author, Role.AUTHOR)
        proposals.add_participant(world.context, world.actor("author@northfield.example"), proposal, command)
    world.submit(proposal)
    for email in BEFORE_COMMITTEE:
        world.decide(email, proposal)
    return proposal


def with_chair(world: World, email: str = CHAIR, role: str = "chair") -> None:
    """Give somebody their role in the committee."""
    office, person = world.office("northfield", "curriculum-committee"), world.actor(email).person
    with unit.writing() as session:
        session.execute(sa.update(OfficeTerm).where(OfficeTerm.office == office, OfficeTerm.person == person).values(role=role))


def planned(world: World, *proposals: ProposalId, kind: ItemKind = ItemKind.CONSENT) -> MeetingId:
    """A meeting of the committee, planned by its chair, with these proposals on its agenda."""
    with_chair(world)
    actor = world.actor(CHAIR)
    command = PlanCommand("March meeting", START + timedelta(days=3), "Room 4")
    key = meetings.plan(world.context, actor, world.office("northfield", "curriculum-committee"), command)
    if proposals:
        found = meetings.page(world.context, actor, key)
        chosen = [(c.proposal, c.stage, c.seat) for p in proposals for c in found.candidates if c.proposal == p]
        agendas.add_items(world.context, actor, key, found.meeting.saves, chosen, kind)
    return key


def seen(world: World, key: MeetingId, email: str = CHAIR) -> MeetingPage:
    return meetings.page(world.context, world.actor(email), key)


def saves(world: World, key: MeetingId) -> int:
    return seen(world, key).meeting.saves


def present(world: World, key: MeetingId, *emails: str) -> None:
    said = {str(world.actor(email).person): "present" for email in emails}
    minuting.take_attendance(world.context, world.actor(CHAIR), key, saves(world, key), said)


def ready(world: World, key: MeetingId) -> None:
    agendas.declare_complete(world.context, world.actor(CHAIR), key, saves(world, key))


def held(world: World, *proposals: ProposalId) -> MeetingId:
    """A meeting at which everybody present has approved everything."""
    key = planned(world, *proposals)
    present(world, key, CHAIR, MEMBER, THIRD)
    minuting.approve_consent(world.context, world.actor(CHAIR), key, saves(world, key))
    ready(world, key)
    return key


def close(world: World, key: MeetingId) -> closing.Closed:
    return closing.close(world.context, world.actor(CHAIR), key, saves(world, key))


def vote(world: World, key: MeetingId, item: ItemId, command: ItemCommand) -> None:
    minuting.save_item(world.context, world.actor(CHAIR), key, saves(world, key), item, command)


def test_the_agenda_is_collected_from_what_waits_and_nothing_stands_on_two(world: World) -> None:
    first, second = waiting(world), waiting(world)
    key = planned(world)
    assert {c.proposal for c in seen(world, key).candidates} == {first, second}
    other = planned(world, first)
    assert [c.proposal for c in seen(world, key).candidates] == [second]
    agendas.cancel(world.context, world.actor(CHAIR), other, saves(world, other))
    assert {c.proposal for c in seen(world, key).candidates} == {first, second}
    sound(world)


def test_the_agenda_is_put_in_order_and_amended_until_the_meeting_closes(world: World) -> None:
    key, actor = planned(world, waiting(world), waiting(world)), world.actor(CHAIR)
    agendas.add_matter(world.context, actor, key, saves(world, key), "Dates of the next meetings")
    before = [s.point.item.id for s in seen(world, key).points]
    agendas.move_item(world.context, actor, key, saves(world, key), before[2], -1)
    assert [s.point.item.id for s in seen(world, key).points] == [before[0], before[2], before[1]]
    agendas.order_items(world.context, actor, key, saves(world, key), before[::-1])
    ready(world, key)
    agendas.remove_item(world.context, actor, key, saves(world, key), before[1])
    assert [s.point.item.id for s in seen(world, key).points] == [before[2], before[0]]
    with pytest.raises(Invalid):
        agendas.order_items(world.context, actor, key, saves(world, key), before)
    with pytest.raises(Conflict):
        agendas.add_matter(world.context, actor, key, 1, "Another matter")
    sound(world)


def test_members_read_a_meeting_its_chair_and_administrators_run_it_and_others_find_nothing(world: World) -> None:
    key = planned(world, waiting(world))
    assert seen(world, key, MEMBER).runs is False
    assert seen(world, key, MEMBER).candidates == ()
    assert seen(world, key, "admin@northfield.example").runs is True
    with pytest.raises(Refused):
        agendas.cancel(world.context, world.actor(MEMBER), key, saves(world, key))
    for email in ("dean@northfield.example", "author@northfield.example", "admin@harbour.example", "admin@rival.example"):
        with pytest.raises(NotFound):
            meetings.page(world.context, world.actor(email), key)
        with pytest.raises(NotFound):
            closing.close(world.context, world.actor(email), key, 1)
        assert meetings.own(world.context, world.actor(email)).upcoming == ()


def test_closing_records_every_vote_as_a_decision_of_its_own(world: World) -> None:
    proposal = waiting(world)
    key = held(world, proposal)
    assert seen(world, key).points[0].foreseen == "would be approved: 3 of 3 present approve"
    assert close(world, key).decisions == 3
    with unit.reading() as session:
        made = [d for d in kept.decisions(session, proposal) if d.via == "meeting"]
    chair = world.actor(CHAIR).person
    assert {d.decision.person for d in made} == {world.actor(email).person for email in (CHAIR, MEMBER, THIRD)}
    assert {d.decision.by for d in made} == {None, chair}
    assert {d.meeting for d in made} == {key}
    review = reviews.page(world.context, world.actor("dean@northfield.example"), proposal).review
    assert review is not None
    assert [(s.stage, s.present) for s in review.submission.sittings] == [("committee", frozenset(d.decision.person for d in made))]
    assert [turn.stage for turn in review.progress.turns] == ["dean"]
    found = seen(world, key)
    assert (found.meeting.standing, found.points[0].point.item.outcome) == (MeetingStanding.CLOSED, ItemOutcome.APPROVED)
    heard = meetings.of_proposal(world.context, world.actor("author@harbour.example"), proposal)
    assert [(h.outcome, h.minutes) for h in heard] == [(ItemOutcome.APPROVED, "")]
    sound(world)


def test_an_outline_is_sent_back_for_sections_that_it_has(world: World) -> None:
    proposal = filled(world)
    world.submit(proposal)
    office, signer = world.office("harbour", "partner-sign-off"), "signer@harbour.example"
    with unit.writing() as session:
        session.execute(sa.update(OfficeTerm).where(OfficeTerm.office == office).values(role="chair"))
    key = meetings.plan(world.context, world.actor(signer), office, PlanCommand("Intake", START + timedelta(days=3), "Room 4"))
    found = seen(world, key, signer)
    chosen = [(c.proposal, c.stage, c.seat) for c in found.candidates if c.proposal == proposal]
    agendas.add_items(world.context, world.actor(signer), key, found.meeting.saves, chosen, ItemKind.DISCUSSION)
    point = seen(world, key, signer).points[0].point
    assert [section for section, _ in point.sections] == ["identity", "parties", "need", "outcomes"]


def test_changes_are_asked_for_with_a_reason_and_the_sections(world: World) -> None:
    proposal = waiting(world)
    key = planned(world, proposal, kind=ItemKind.DISCUSSION)
    present(world, key, CHAIR, MEMBER)
    item, person = seen(world, key).points[0].point.item.id, world.actor(MEMBER).person
    votes = (Vote(person, Verdict.REQUEST_CHANGES), Vote(world.actor(CHAIR).person, Verdict.APPROVE))
    with pytest.raises(Invalid, match="choose the sections"):
        vote(world, key, item, ItemCommand(votes, decision="The need is thin."))
    vote(world, key, item, ItemCommand(votes, "A long talk.", "The need is thin.", ("need",)))
    assert seen(world, key).points[0].foreseen == "would go back for changes: 1 of 2 present approves, 1 against"
    ready(world, key)
    close(world, key)
    with unit.reading() as session:
        asked = next(d for d in kept.decisions(session, proposal) if d.decision.verdict is Verdict.REQUEST_CHANGES)
        assert kept.rounds(session, proposal)[0].outcome == Outcome.CHANGES_REQUESTED.value
    assert (asked.decision.person, asked.reason, asked.sections) == (person, "The need is thin.", ("need",))
    sound(world)


def test_nobody_votes_on_a_proposal_they_write(world: World) -> None:
    proposal = waiting(world, author=THIRD)
    key = held(world, proposal)
    point = seen(world, key).points[0]
    assert point.point.conflicted == ("Third Of Northfield",)
    assert point.quorum == "2 of 2 present, no quorum is asked"
    assert close(world, key).decisions == 2
    third = world.actor(THIRD).person
    with unit.reading() as session:
        assert third not in {d.decision.person for d in kept.decisions(session, proposal)}
    sound(world)


def test_nobody_takes_the_votes_on_a_proposal_they_write(world: World) -> None:
    own, other = waiting(world, author=CHAIR), waiting(world)
    key = planned(world, own, other)
    present(world, key, CHAIR, MEMBER, THIRD)
    chair, admin = world.actor(CHAIR), world.actor("admin@northfield.example")
    minuting.approve_consent(world.context, chair, key, saves(world, key))
    first, second = seen(world, key).points
    assert (first.point.votes, len(second.point.votes)) == ((), 3), "what the chair writes is left out"
    yes = ItemCommand((Vote(world.actor(MEMBER).person, Verdict.APPROVE), Vote(world.actor(THIRD).person, Verdict.APPROVE)))
    with pytest.raises(Refused, match="You write this proposal"):
        vote(world, key, first.point.item.id, yes)
    minuting.save_item(world.context, admin, key, saves(world, key), first.point.item.id, yes)
    ready(world, key)
    with pytest.raises(Invalid, match="You write this proposal"):
        close(world, key)
    assert seen(world, key).meeting.standing is MeetingStanding.READY
    assert closing.close(world.context, admin, key, saves(world, key)).decisions == 5
    sound(world)


def test_a_deputy_gives_the_vote_of_the_holder_they_act_for(world: World) -> None:
    proposal = waiting(world)
    member, deputy = world.actor(MEMBER).person, world.actor("nobody@northfield.example").person
    with unit.writing() as session:
        values = {"id": "delegation-1", "organisation": world.organisations["northfield"], "delegator": member, "delegate": deputy}
        days = {"starts": date(2026, 3, 1), "ends": date(2026, 3, 31)}
        session.execute(sa.insert(Delegation).values(**values, **days, created_by=member, created_at=START))
    key = planned(world, proposal)
    said = {str(member): f"by:{deputy}", str(world.actor(CHAIR).person): "present"}
    minuting.take_attendance(world.context, world.actor(CHAIR), key, saves(world, key), said)
    assert [a.by_name for a in seen(world, key).attendees if a.holder.person == member] == ["Nobody Of Northfield"]
    minuting.approve_consent(world.context, world.actor(CHAIR), key, saves(world, key))
    ready(world, key)
    assert close(world, key).decisions == 2
    with unit.writing() as session:
        session.execute(sa.delete(Delegation))
    noted = {a.holder.name: (a.standing.value, a.counts) for a in seen(world, key).attendees}
    assert noted == {
        "Chair Of Northfield": ("present", True), "Member Of Northfield": ("deputy", True), "Nobody Of Northfield": ("guest", False),
        "Third Of Northfield": ("absent", False),
    }  # fmt: skip
    with unit.reading() as session:
        assert member in {d.decision.person for d in kept.decisions(session, proposal) if d.via == "meeting"}
    sound(world)


def test_who_is_absent_has_no_vote(world: World) -> None:
    proposal = waiting(world)
    key = planned(world, proposal)
    present(world, key, CHAIR, MEMBER)
    item = seen(world, key).points[0].point.item.id
    vote(world, key, item, ItemCommand((Vote(world.actor(THIRD).person, Verdict.APPROVE),)))
    assert seen(world, key).points[0].point.item.votes == ()
    ready(world, key)
    with pytest.raises(Invalid, match="no vote is taken"):
        close(world, key)
    sound(world)


def test_what_is_put_off_waits_for_the_next_meeting(world: World) -> None:
    proposal = waiting(world)
    key = planned(world, proposal)
    present(world, key, CHAIR, MEMBER)
    vote(world, key, seen(world, key).points[0].point.item.id, ItemCommand(decision="Come back in April.", tabled=True))
    ready(world, key)
    assert close(world, key).decisions == 0
    following = planned(world)
    assert [(c.proposal, c.put_off) for c in seen(world, following).candidates] == [(proposal, True)]
    sound(world)


def test_a_meeting_closed_twice_at_the_same_moment_records_once(world: World) -> None:
    db.engine.pool._max_overflow = 12  # type: ignore[attr-defined]
    proposal = waiting(world)
    key = held(world, proposal)
    count = saves(world, key)
    first, second = world.actor(CHAIR), world.actor("admin@northfield.example")
    acts: list[Callable[[], object]] = [
        lambda: closing.close(world.context, first, key, count), lambda: closing.close(world.context, second, key, count),
    ] * 3  # fmt: skip
    assert at_once(world, acts) == {"done": 1, "Conflict": 5}
    with unit.reading() as session:
        assert sum(d.via == "meeting" for d in kept.decisions(session, proposal)) == 3
    sound(world)


def test_members_who_decide_on_the_page_while_the_meeting_closes_count_once(world: World) -> None:
    db.engine.pool._max_overflow = 12  # type: ignore[attr-defined]
    proposal = waiting(world)
    key = held(world, proposal)
    count, actor, member = saves(world, key), world.actor(CHAIR), world.actor(MEMBER)
    page = reviews.page(world.context, member, proposal)
    assert page.review is not None
    turn, version = page.turns[0], page.review.version
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, version.digest)
    answers = at_once(
        world,
        [lambda: closing.close(world.context, actor, key, count), lambda: reviews.decide(world.context, member, proposal, command)],
    )
    assert answers["done"] >= 1
    assert set(answers) <= {"done", "Conflict", "Refused"}
    with unit.reading() as session:
        made = [d.decision.person for d in kept.decisions(session, proposal) if d.decision.stage == "committee"]
    assert sorted(made) == sorted({world.actor(email).person for email in (CHAIR, MEMBER, THIRD)})
    sound(world)


def test_a_stage_decided_outside_stops_the_closing_and_says_which_item(world: World) -> None:
    first, second = waiting(world), waiting(world)
    key = held(world, first, second)
    for email in (MEMBER, THIRD):
        world.decide(email, second)
    with pytest.raises(AgendaMoved) as caught:
        close(world, key)
    assert [why for _, _, why in caught.value.moved] == ["This was decided outside the meeting before it closed."]
    with unit.reading() as session:
        assert not [d for d in kept.decisions(session, first) if d.via == "meeting"]
    agendas.remove_item(world.context, world.actor(CHAIR), key, saves(world, key), caught.value.moved[0][0])
    assert close(world, key).decisions == 3
    sound(world)


def test_a_version_that_moved_stops_the_closing_until_the_item_is_renewed(world: World) -> None:
    proposal = waiting(world)
    key = held(world, proposal)
    reviews.withdraw(world.context, world.actor("author@northfield.example"), proposal)
    with pytest.raises(AgendaMoved, match="withdrawn"):
        close(world, key)
    world.save("author@northfield.example", proposal, "need", problem="Another problem altogether.")
    world.submit(proposal)
    with pytest.raises(AgendaMoved, match="submitted again"):
        close(world, key)
    sound(world)


def test_twenty_items_are_closed_in_one_go(world: World) -> None:
    proposals = [waiting(world) for _ in range(20)]
    key = held(world, *proposals)
    assert close(world, key).decisions == 60
    for proposal in proposals:
        review = reviews.page(world.context, world.actor("dean@northfield.example"), proposal).review
        assert review is not None
        assert [turn.stage for turn in review.progress.turns] == ["dean"]
    assert {s.point.item.outcome for s in seen(world, key).points} == {ItemOutcome.APPROVED}
    sound(world)


def told(world: World, email: str) -> list[tuple[Kind, object]]:
    """What this person was told of meetings, newest first: the kind, and when the meeting begins."""
    rows = notifications.page(world.context, world.actor(email), False).rows
    return [(row.kind, row.due) for row in rows if row.kind in ABOUT_MEETINGS]


def test_the_members_are_told_of_a_meeting_that_is_planned_moved_and_cancelled_but_not_who_did_it(world: World) -> None:
    key = planned(world)
    world.work()
    first, second = START + timedelta(days=3), START + timedelta(days=10)
    assert told(world, MEMBER) == told(world, THIRD) == [(Kind.MEETING_PLANNED, first)]
    assert told(world, CHAIR) == told(world, "dean@northfield.example") == []
    world.pass_time()
    agendas.reschedule(world.context, world.actor(CHAIR), key, saves(world, key), PlanCommand("Other title", first, "Room 4"))
    world.work()
    assert len(told(world, MEMBER)) == 1
    agendas.reschedule(world.context, world.actor(CHAIR), key, saves(world, key), PlanCommand("Other title", second, "Room 4"))
    world.work()
    assert told(world, MEMBER)[0] == (Kind.MEETING_MOVED, second)
    world.pass_time()
    agendas.cancel(world.context, world.actor(CHAIR), key, saves(world, key))
    world.work()
    assert told(world, MEMBER)[0] == (Kind.MEETING_CANCELLED, second)


def test_the_calendar_of_a_member_holds_the_meetings_to_come(world: World) -> None:
    key = planned(world)
    address = notifications.open_feed(world.context, world.actor(MEMBER))
    token = address.rpartition("/")[2].removesuffix(".ics")

    def feed() -> str:
        return notifications.feed(world.context, token).decode().replace("\r\n ", "")

    assert f"UID:meeting-{key}@" in feed()
    assert "SUMMARY:March meeting" in feed()
    agendas.cancel(world.context, world.actor(CHAIR), key, saves(world, key))
    assert "meeting-" not in feed()

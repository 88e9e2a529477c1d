"""What is noted at a meeting: who is there, how each member votes, what is said and decided."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.errors import Invalid, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import MeetingId, PersonId
from cowork.domain.meetings import OPEN, ItemKind, ItemOutcome
from cowork.domain.organisation_events import MeetingEvent
from cowork.domain.policy import Action
from cowork.domain.workflows.definition import Chair
from cowork.domain.workflows.progress import Holder
from cowork.services import sittings
from cowork.services.context import Context
from cowork.services.meetings import ItemCommand, attendees_of, change_meeting, item_of, opened, require_seen
from cowork.store import meetings, unit
from cowork.store.meetings import MeetingFull


def take_attendance(context: Context, actor: Actor, key: MeetingId, saves: int, said: Mapping[str, str]) -> None:
    """Note who is there: by holder present, apologies, absent, or ``by:PERSON`` for the deputy who is. Raises Invalid."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        now = context.now()
        holders = meetings.holders(session, meeting.organisation, meeting.office_kind, meeting.office, now)
        items = meetings.items(session, key)
        everybody = sittings.with_substitutes(meeting, items, sittings.loaded(session, context, items), holders)
        meetings.put_attendance(session, key, _noted(everybody, said))
        return {}, []

    change_meeting(context, actor, key, saves, change)


def _noted(holders: Sequence[Holder], said: Mapping[str, str]) -> dict[PersonId, str]:
    noted: dict[PersonId, str] = {}
    guests: set[PersonId] = set()
    present, deputy = rules.AttendanceStanding.PRESENT.value, rules.AttendanceStanding.DEPUTY.value
    plain = {present, rules.AttendanceStanding.APOLOGIES.value, rules.AttendanceStanding.ABSENT.value}
    for holder in holders:
        word = said.get(holder.person, "")
        if word in plain:
            noted[holder.person] = word
        elif word.startswith("by:") and word[3:] in {one.person for one in holder.deputies}:
            noted[holder.person] = deputy
            guests.add(PersonId(word[3:]))
        elif word:
            raise Invalid([("attendance", f"Choose from the list how {holder.name} attends.")])
    members = {holder.person: holder.name for holder in holders}
    for person in sorted(guests):
        if person in members and noted.get(person) != present:
            raise Invalid([("attendance", f"{members[person]} acts for somebody, so note that {members[person]} is present.")])
        noted[person] = present
    return noted


def save_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str, command: ItemCommand) -> None:
    """Keep the votes, minutes and decision of an item.

    Raises Refused where the actor writes its proposal, Invalid for votes that could not be recorded as they are.
    """
    _require_short([("minutes", command.minutes), ("decision", command.decision), *(("votes", vote.reason) for vote in command.votes)])
    with unit.writing() as session:
        meeting, holders = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, OPEN)
        own = [item_of(session, key, item)]
        about = sittings.loaded(session, context, own)
        attendees = attendees_of(sittings.with_substitutes(meeting, own, about, holders), meetings.attendance(session, key))
        point = sittings.points(session, context, actor, meeting, own, attendees, about)[0]
        if point.own:
            raise Refused(rules.OWN_WORK)
        people = {voter.holder.person for voter in point.voters}
        votes = [vote for vote in command.votes if vote.person in people]
        known = {section for section, _ in point.sections}
        sections = [section for section in command.sections if section in known]
        names = {voter.holder.person: voter.holder.name for voter in point.voters}
        problems = rules.vote_problems(point.label, votes, sections, command.decision, point.offered, names)
        if problems and not command.tabled:
            raise Invalid(problems)
        matter = point.item.kind is ItemKind.MATTER
        kind = point.item.kind if matter or command.kind in (None, ItemKind.MATTER) else command.kind
        outcome = ItemOutcome.TABLED if command.tabled and not matter else ItemOutcome.OPEN
        meetings.change_item(
            session, point.item.id, minutes=command.minutes.strip(), decision=command.decision.strip(), sections=sections,
            outcome=outcome.value, kind=(kind or point.item.kind).value,
        )  # fmt: skip
        meetings.put_votes(session, point.item.id, votes)
        meetings.change(session, key, meeting.saves)


def _require_short(texts: Sequence[tuple[str, str]]) -> None:
    problems = [(name, f"Shorten this text to {rules.MAX_TEXT:,} characters.") for name, text in texts if len(text) > rules.MAX_TEXT]
    if problems:
        raise Invalid(problems)


def save_minutes(context: Context, actor: Actor, key: MeetingId, saves: int, minutes: str) -> None:
    """Keep the minutes of the meeting as a whole."""
    _require_short([("minutes", minutes)])
    change_meeting(context, actor, key, saves, lambda _session, _meeting: ({"minutes": minutes.strip()}, []))


def approve_consent(context: Context, actor: Actor, key: MeetingId, saves: int) -> int:
    """Everybody present approves the items for consent, each with a vote of their own; how many votes are noted now.

    Items whose proposal the actor writes are left to somebody else.
    """
    with unit.writing() as session:
        meeting, holders = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, OPEN)
        consent = [item for item in meetings.items(session, key) if item.kind is ItemKind.CONSENT]
        about, count = sittings.loaded(session, context, consent), 0
        attendees = attendees_of(sittings.with_substitutes(meeting, consent, about, holders), meetings.attendance(session, key))
        for point in sittings.points(session, context, actor, meeting, consent, attendees, about):
            if point.outside or point.tabled or point.own or point.place is None:
                continue
            chair = Chair.BREAKS_TIES if point.chair_breaks_ties else Chair.VOTES
            votes = rules.after_approval_by_all(point.voters, point.votes, chair)
            meetings.put_votes(session, point.item.id, votes)
            count += len(votes)
        if not count:
            sentence = "Nobody who can vote is noted as present, or nothing is for consent. Take the attendance first."
            raise Invalid([("attendance", sentence)])
        meetings.change(session, key, meeting.saves)
        return count

"""Meetings: planning them, putting their agenda together, taking attendance and votes, and reading them. Closing is in `closing`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import AgendaChanged, AgendaDeclaredComplete, MeetingCancelled, MeetingEvent, MeetingPlanned
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, ItemId, MeetingId, OfficeId, OrganisationId, PersonId, ProposalId
from cowork.domain.meetings import OPEN, Attendee, ItemKind, ItemOutcome, MeetingStanding, Vote
from cowork.domain.policy import Action, meeting_verdict
from cowork.domain.workflows.definition import Chair
from cowork.domain.workflows.progress import Holder, OfficeRole
from cowork.services import reviewing, sittings
from cowork.services.cases import open_case
from cowork.services.context import Context
from cowork.services.sittings import Point
from cowork.store import audit, meetings, organisations, proposals, unit
from cowork.store.meetings import Candidate, HeardItem, ItemFull, MeetingFull, OfficeRow

MOST = 200
RUNNERS = frozenset({OfficeRole.CHAIR, OfficeRole.SECRETARY})


@dataclass(frozen=True, slots=True)
class MeetingList:
    """The meetings that a person can read, the next one first, the past ones latest first; and the offices whose meetings they run."""

    upcoming: tuple[MeetingFull, ...]
    past: tuple[MeetingFull, ...]
    runs: tuple[OfficeRow, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A point as a page shows it: with the quorum and what closing now would do, in words."""

    point: Point
    quorum: str = ""
    foreseen: str = ""


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting as its readers see it. `runs` says whether the actor runs it; `candidates` are for those alone."""

    meeting: MeetingFull
    attendees: tuple[Attendee, ...]
    noted: bool
    points: tuple[Seen, ...]
    candidates: tuple[Candidate, ...]
    runs: bool

    def point(self, item: str) -> Seen:
        """Raises NotFound."""
        found = next((seen for seen in self.points if seen.point.item.id == item), None)
        if found is None:
            raise NotFound("item")
        return found


@dataclass(frozen=True, slots=True)
class PlanCommand:
    """`starts_at` is UTC."""

    title: str
    starts_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class ItemCommand:
    """What is kept with an item. `tabled` puts it off to another meeting."""

    votes: tuple[Vote, ...] = ()
    minutes: str = ""
    decision: str = ""
    sections: tuple[str, ...] = ()
    tabled: bool = False
    kind: ItemKind | None = None


def own(context: Context, actor: Actor) -> MeetingList:
    """The meetings of the offices that a person holds, and of the organisations they administer."""
    admin = frozenset(o for o in actor.memberships if actor.admin_of(o))
    with unit.reading() as session:
        found = meetings.of_offices(session, actor.offices, admin, MOST)
        runs = tuple(row for row in meetings.offices_of(session, actor.offices, admin) if _runs(session, context, actor, row))
    upcoming = tuple(sorted((m for m in found if m.standing in OPEN), key=lambda m: (m.starts_at, m.id)))
    return MeetingList(upcoming, tuple(m for m in found if m.standing not in OPEN), runs)


def _runs(session: Session, context: Context, actor: Actor, office: OfficeRow) -> bool:
    return _ruling(session, context, actor, office.organisation, office.kind, office.office, Action.PLAN_MEETING)[0]


def _ruling(
    session: Session, context: Context, actor: Actor, organisation: OrganisationId, kind: str, office: OfficeId, action: Action
) -> tuple[bool, bool, str, tuple[Holder, ...]]:
    """Whether it is allowed, whether it is hidden, why not; and who holds the office now."""
    now = context.now()
    holders = meetings.holders(session, organisation, kind, office, now, now.date())
    runners = frozenset(holder.person for holder in holders if holder.role in RUNNERS)
    ruling = meeting_verdict(action, actor, organisation, office, runners)
    return ruling.allowed, ruling.hidden, ruling.reason, holders


def opened(
    session: Session, context: Context, actor: Actor, key: MeetingId, action: Action, *, lock: bool = False
) -> tuple[MeetingFull, tuple[Holder, ...]]:
    """A meeting behind the policy, with who holds its office now. Raises NotFound or Refused.

    A lock takes the organisation first, as everything does that changes both it and its proposals.
    """
    found = meetings.meeting(session, key)
    if found is None:
        raise NotFound("meeting")
    if lock:
        organisations.card(session, found.organisation, lock=True)
        found = meetings.meeting(session, key, lock=True) or found
    allowed, hidden, reason, holders = _ruling(session, context, actor, found.organisation, found.office_kind, found.office, action)
    if hidden:
        raise NotFound("meeting")
    if not allowed:
        raise Refused(reason)
    return found, holders


def attendees_of(holders: Sequence[Holder], noted: Mapping[PersonId, str]) -> tuple[Attendee, ...]:
    present = {person for person, standing in noted.items() if standing == rules.AttendanceStanding.PRESENT.value}
    return tuple(rules.represented(holder, noted.get(holder.person), present) for holder in holders)


def page(context: Context, actor: Actor, key: MeetingId) -> MeetingPage:
    """A meeting with its agenda as it stands now. Raises NotFound."""
    with unit.reading() as session:
        meeting, holders = opened(session, context, actor, key, Action.READ_MEETING)
        runs = _ruling(session, context, actor, meeting.organisation, meeting.office_kind, meeting.office, Action.RUN_MEETING)[0]
        noted = meetings.attendance(session, key)
        attendees = attendees_of(_with_former(session, holders, noted, meeting), noted)
        points = sittings.points(session, context, actor, meeting, meetings.items(session, key), attendees)
        is_open = meeting.standing in OPEN
        seen = tuple(
            Seen(point, *(sittings.foreseen(context, meeting, point, actor, attendees) if is_open else ())) for point in points
        )
        waiting = meetings.candidates(session, meeting.office) if runs and is_open else ()
    return MeetingPage(meeting, attendees, bool(noted), seen, waiting, runs)


def _with_former(session: Session, holders: tuple[Holder, ...], noted: Mapping[PersonId, str], meeting: MeetingFull) -> tuple[Holder, ...]:
    """Of a closed meeting those who were there then, also when they no longer hold the office."""
    if meeting.standing in OPEN:
        return holders
    names = meetings.names(session, noted)
    known = {holder.person: holder for holder in holders}
    return tuple(known.get(person) or Holder(person, name) for person, name in names.items())


def plan(context: Context, actor: Actor, office: OfficeId, command: PlanCommand) -> MeetingId:
    """Plan a meeting of an office. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        row = next(iter(meetings.offices_of(session, {office}, ())), None)
        if row is None:
            raise NotFound("office")
        allowed, hidden, reason, _ = _ruling(session, context, actor, row.organisation, row.kind, office, Action.PLAN_MEETING)
        if hidden:
            raise NotFound("office")
        if not allowed:
            raise Refused(reason)
        title = _title(command, row.title)
        key = MeetingId(context.new_id())
        meetings.add(session, key, row, title, command.starts_at, command.place.strip(), actor.person, context.now())
        event = MeetingPlanned(key, office, command.starts_at.isoformat())
        audit.append_to_organisation(session, row.organisation, [event], actor.person, context.now())
        return key


def _title(command: PlanCommand, office: str) -> str:
    title = " ".join(command.title.split()) or f"Meeting of the {office}"
    problems = []
    if len(title) > rules.MAX_TITLE or not title.isprintable():
        problems.append(("title", f"Give the meeting a title of at most {rules.MAX_TITLE} characters."))
    if len(command.place.strip()) > rules.MAX_PLACE:
        problems.append(("place", f"Shorten the place to {rules.MAX_PLACE} characters."))
    if problems:
        raise Invalid(problems)
    return title


Change = Callable[[Session, MeetingFull], tuple[dict[str, object], list[MeetingEvent]]]


def _change(
    context: Context, actor: Actor, key: MeetingId, saves: int, change: Change, allowed: Collection[MeetingStanding] = OPEN
) -> None:
    """Change a meeting that is as the actor saw it (`saves`), with the events that this makes."""
    with unit.writing() as session:
        meeting, _ = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, allowed)
        columns, events = change(session, meeting)
        meetings.change(session, key, meeting.saves, **columns)
        if events:
            audit.append_to_organisation(session, meeting.organisation, events, actor.person, context.now())


def require_seen(meeting: MeetingFull, saves: int, allowed: Collection[MeetingStanding]) -> None:
    """Raises Conflict for a meeting that is not as it was seen, or whose standing does not allow it."""
    rules.require(meeting.standing, allowed)
    if saves != meeting.saves:
        raise Conflict("Somebody else changed this meeting since you opened the page. Look at it as it is now, then repeat what you did.")


def reschedule(context: Context, actor: Actor, key: MeetingId, saves: int, command: PlanCommand) -> None:
    """Change a meeting's title, time and place."""

    def change(_: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        title = _title(command, meeting.office_title)
        event = MeetingPlanned(key, meeting.office, command.starts_at.isoformat())
        return {"title": title, "starts_at": command.starts_at, "place": command.place.strip()}, [event]

    _change(context, actor, key, saves, change)


def _agenda_event(session: Session, meeting: MeetingFull) -> AgendaChanged:
    listed = tuple(item.proposal or "" for item in meetings.items(session, meeting.id))
    return AgendaChanged(meeting.id, listed, meeting.standing is MeetingStanding.READY)


def add_items(
    context: Context, actor: Actor, key: MeetingId, saves: int, chosen: Sequence[tuple[ProposalId, str, str]], kind: ItemKind
) -> None:
    """Put what waits for the office on the agenda, at its end: proposal, stage and seat of each. Raises Conflict, Invalid."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        waiting = {(c.proposal, c.stage, c.seat): c for c in meetings.candidates(session, meeting.office)}
        if not chosen:
            raise Invalid([("candidates", "Choose at least one proposal that waits for this office.")])
        if any(one not in waiting for one in chosen):
            raise Conflict("Something you chose no longer waits for this office, or is on another agenda. Look at what waits now.")
        at = len(meetings.items(session, key))
        _require_room(at + len(chosen))
        for position, one in enumerate(chosen, start=at + 1):
            item = _current(session, context, _blank(context, position, kind, waiting[one].title, one))
            meetings.add_item(session, key, item)
        return {}, [_agenda_event(session, meeting)]

    _change(context, actor, key, saves, change)


def _require_room(count: int) -> None:
    if count > rules.MAX_ITEMS:
        raise Invalid([("candidates", f"An agenda holds at most {rules.MAX_ITEMS} items. Plan a second meeting.")])


def _blank(context: Context, position: int, kind: ItemKind, title: str, turn: tuple[ProposalId, str, str] | None) -> ItemFull:
    proposal, stage, seat = turn or (None, "", "")
    return ItemFull(
        ItemId(context.new_id()), position, kind, title[: rules.MAX_MATTER], proposal, None, stage, seat, 0, Digest(""), "", "",
        ItemOutcome.OPEN, (),
    )  # fmt: skip


def _current(session: Session, context: Context, item: ItemFull) -> ItemFull:
    """The item bound to the round and version that are in review now."""
    state = proposals.state(session, item.proposal) if item.proposal else None
    review = reviewing.load(session, context, state) if state else None
    if review is None:
        raise Conflict("This proposal is not in review any more. Look at what waits now.")
    return replace(item, round=review.round.id, version=review.version.number, digest=review.version.digest)


def add_matter(context: Context, actor: Actor, key: MeetingId, saves: int, title: str) -> None:
    """Put a matter without a proposal on the agenda, at its end."""
    title = " ".join(title.split())
    if not title or len(title) > rules.MAX_MATTER or not title.isprintable():
        raise Invalid([("matter", f"Say in at most {rules.MAX_MATTER} characters what it is about.")])

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        at = len(meetings.items(session, key))
        _require_room(at + 1)
        meetings.add_item(session, key, _blank(context, at + 1, ItemKind.MATTER, title, None))
        return {}, [_agenda_event(session, meeting)]

    _change(context, actor, key, saves, change)


def _item(session: Session, key: MeetingId, item: str) -> ItemFull:
    found = next((one for one in meetings.items(session, key) if one.id == item), None)
    if found is None:
        raise NotFound("item")
    return found


def remove_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str) -> None:
    """Take an item off the agenda; its proposal waits for another meeting."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        meetings.remove_item(session, _item(session, key, item).id)
        meetings.put_in_order(session, [one.id for one in meetings.items(session, key)])
        return {}, [_agenda_event(session, meeting)]

    _change(context, actor, key, saves, change)


def renew_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str) -> None:
    """Let an item be about the version that is in review now. Votes on the earlier one are dropped."""

    def change(session: Session, _: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        now = _current(session, context, _item(session, key, item))
        meetings.change_item(session, now.id, round=now.round, version=now.version, digest=now.digest)
        meetings.put_votes(session, now.id, ())
        return {}, []

    _change(context, actor, key, saves, change)


def move_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str, step: int) -> None:
    """Move an item up (-1) or down (1)."""

    def order(session: Session) -> tuple[ItemId, ...]:
        moving = _item(session, key, item).id
        return rules.moved([one.id for one in meetings.items(session, key)], moving, step)

    _order(context, actor, key, saves, order)


def order_items(context: Context, actor: Actor, key: MeetingId, saves: int, wanted: Sequence[str]) -> None:
    """Put the whole agenda in this order. Raises Invalid unless it names exactly the items there are."""
    _order(context, actor, key, saves, lambda session: rules.reordered([i.id for i in meetings.items(session, key)], wanted))


def _order(context: Context, actor: Actor, key: MeetingId, saves: int, order: Callable[[Session], tuple[ItemId, ...]]) -> None:
    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        meetings.put_in_order(session, order(session))
        return {}, [_agenda_event(session, meeting)]

    _change(context, actor, key, saves, change)


def declare_complete(context: Context, actor: Actor, key: MeetingId, saves: int) -> None:
    """Say that the agenda is complete. It can still be amended, which is then noted as such."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        count = len(meetings.items(session, key))
        if not count:
            raise Invalid([("agenda", "The agenda is empty. Put something on it first.")])
        return {"standing": MeetingStanding.READY.value}, [AgendaDeclaredComplete(key, count)]

    _change(context, actor, key, saves, change, {MeetingStanding.PLANNED})


def cancel(context: Context, actor: Actor, key: MeetingId, saves: int) -> None:
    """Call the meeting off. What was on its agenda waits for another one."""

    def change(_: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        return {"standing": MeetingStanding.CANCELLED.value}, [MeetingCancelled(key, meeting.office)]

    _change(context, actor, key, saves, change)


def take_attendance(context: Context, actor: Actor, key: MeetingId, saves: int, said: Mapping[str, str]) -> None:
    """Note who is there: by holder present, apologies, absent, or ``by:PERSON`` for the deputy who is. Raises Invalid."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        now = context.now()
        holders = meetings.holders(session, meeting.organisation, meeting.office_kind, meeting.office, now, now.date())
        meetings.put_attendance(session, key, _noted(holders, said))
        return {}, []

    _change(context, actor, key, saves, change)


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
    """Keep the votes, minutes and decision of an item. Raises Invalid for votes that could not be recorded as they are."""
    _require_short([("minutes", command.minutes), ("decision", command.decision), *(("votes", vote.reason) for vote in command.votes)])
    with unit.writing() as session:
        meeting, holders = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, OPEN)
        attendees = attendees_of(holders, meetings.attendance(session, key))
        point = sittings.points(session, context, actor, meeting, [_item(session, key, item)], attendees)[0]
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
    _change(context, actor, key, saves, lambda _session, _meeting: ({"minutes": minutes.strip()}, []))


def set_kind(context: Context, actor: Actor, key: MeetingId, saves: int, item: str, kind: ItemKind) -> None:
    """Take an item out of those for consent, to be discussed; or the other way."""

    def change(session: Session, _: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        found = _item(session, key, item)
        if ItemKind.MATTER in (found.kind, kind):
            raise Invalid([("kind", "Only items about a proposal are for consent or discussion.")])
        meetings.change_item(session, found.id, kind=kind.value)
        return {}, []

    _change(context, actor, key, saves, change)


def approve_consent(context: Context, actor: Actor, key: MeetingId, saves: int) -> int:
    """Everybody present approves the items for consent, each with a vote of their own; how many votes are noted now."""
    with unit.writing() as session:
        meeting, holders = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, OPEN)
        attendees = attendees_of(holders, meetings.attendance(session, key))
        consent = [item for item in meetings.items(session, key) if item.kind is ItemKind.CONSENT]
        count = 0
        for point in sittings.points(session, context, actor, meeting, consent, attendees):
            if point.outside or point.tabled or point.place is None:
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


def of_proposal(context: Context, actor: Actor, proposal: ProposalId) -> tuple[HeardItem, ...]:
    """What closed meetings decided on a proposal, for its readers. The minutes are for members of the meeting's organisation."""
    with unit.reading() as session:
        open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = meetings.heard(session, proposal)
    return tuple(one if one.organisation in actor.memberships else replace(one, minutes="") for one in found)

"""Meetings: planning them, putting their agenda together, taking attendance and votes, and reading them. Closing is in `closing`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import MeetingId, OfficeId, OrganisationId, PersonId, ProposalId
from cowork.domain.meetings import OPEN, Attendee, ItemKind, MeetingStanding, Vote
from cowork.domain.notifications import Kind
from cowork.domain.organisation_events import MeetingEvent, MeetingPlanned
from cowork.domain.organisation_policy import meeting_verdict
from cowork.domain.policy import Action
from cowork.domain.workflows.progress import Holder, OfficeRole
from cowork.services import sittings
from cowork.services.cases import open_case
from cowork.services.context import Context
from cowork.services.sittings import Point
from cowork.services.telling import meeting_told
from cowork.store import audit, meetings, organisations, unit
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


def coming(context: Context, actor: Actor, limit: int = 5) -> tuple[MeetingFull, ...]:
    """The next meetings of the offices that a person holds, the nearest first."""
    with unit.reading() as session:
        return tuple(meetings.ahead(session, actor.offices, limit))


def _runs(session: Session, context: Context, actor: Actor, office: OfficeRow) -> bool:
    if actor.admin_of(office.organisation):  # whoever else runs it need not be asked for
        return meeting_verdict(Action.PLAN_MEETING, actor, office.organisation, office.office, frozenset()).allowed
    return _ruling(session, context, actor, office.organisation, office.kind, office.office, Action.PLAN_MEETING)[0]


def _ruling(
    session: Session, context: Context, actor: Actor, organisation: OrganisationId, kind: str, office: OfficeId, action: Action
) -> tuple[bool, bool, str, tuple[Holder, ...]]:
    """Whether it is allowed, whether it is hidden, why not; and who holds the office now."""
    now = context.now()
    holders = meetings.holders(session, organisation, kind, office, now)
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


def attendees_of(holders: Sequence[Holder], noted: Mapping[PersonId, str], *, closed: bool = False) -> tuple[Attendee, ...]:
    """How each of these attends, by what was noted."""
    there = {rules.AttendanceStanding.PRESENT.value, rules.AttendanceStanding.GUEST.value}
    present = {person for person, standing in noted.items() if standing in there}
    return tuple(rules.represented(holder, noted.get(holder.person), present, closed=closed) for holder in holders)


def page(context: Context, actor: Actor, key: MeetingId) -> MeetingPage:
    """A meeting with its agenda as it stands now. Raises NotFound."""
    with unit.reading() as session:
        meeting, holders = opened(session, context, actor, key, Action.READ_MEETING)
        runs = _ruling(session, context, actor, meeting.organisation, meeting.office_kind, meeting.office, Action.RUN_MEETING)[0]
        noted = meetings.attendance(session, key)
        closed = meeting.standing is MeetingStanding.CLOSED
        is_open, items = meeting.standing in OPEN, meetings.items(session, key)
        about = sittings.loaded(session, context, items)
        there = sittings.with_substitutes(meeting, items, about, holders) if is_open else holders
        attendees = attendees_of(_with_former(session, there, noted, meeting), noted, closed=closed)
        points = sittings.points(session, context, actor, meeting, items, attendees, about)
        seen = tuple(
            Seen(point, *(sittings.foreseen(context, meeting, point, actor, attendees) if is_open else ())) for point in points
        )
        waiting = candidates(session, meeting) if runs and is_open else ()
    return MeetingPage(meeting, attendees, bool(noted), seen, waiting, runs)


def candidates(session: Session, meeting: MeetingFull) -> tuple[Candidate, ...]:
    """What can be put on an agenda: what waits for its office, but for secret ballots and what is asked of a joint bench."""
    waiting = meetings.candidates(session, meeting.office)
    alone = sittings.on_the_page_alone(session, waiting)
    return tuple(one for one in waiting if one not in alone)


def _with_former(session: Session, holders: tuple[Holder, ...], noted: Mapping[PersonId, str], meeting: MeetingFull) -> tuple[Holder, ...]:
    """Of a closed meeting those who were there then, also when they no longer hold the office."""
    if meeting.standing is not MeetingStanding.CLOSED:
        return holders
    names = meetings.names(session, noted)
    known = {holder.person: holder for holder in holders}
    return tuple(known.get(person) or Holder(person, name) for person, name in names.items())


def require_runner(context: Context, actor: Actor, key: MeetingId) -> MeetingPage:
    """The page of a meeting for whoever runs it. Raises NotFound, Refused, or Conflict once it is closed or cancelled."""
    with unit.reading() as session:
        meeting, _ = opened(session, context, actor, key, Action.RUN_MEETING)
    rules.require(meeting.standing, OPEN)
    return page(context, actor, key)


def require_planner(context: Context, actor: Actor, office: OfficeId) -> None:
    """Raise NotFound or Refused unless the actor plans the meetings of this office."""
    with unit.reading() as session:
        _planned_by(session, context, actor, office)


def _planned_by(session: Session, context: Context, actor: Actor, office: OfficeId) -> OfficeRow:
    row = next(iter(meetings.offices_of(session, {office}, ())), None)
    if row is None:
        raise NotFound("office")
    allowed, hidden, reason, _ = _ruling(session, context, actor, row.organisation, row.kind, office, Action.PLAN_MEETING)
    if hidden:
        raise NotFound("office")
    if not allowed:
        raise Refused(reason)
    return row


def plan(context: Context, actor: Actor, office: OfficeId, command: PlanCommand) -> MeetingId:
    """Plan a meeting of an office. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        row = _planned_by(session, context, actor, office)
        title, place = planned(context, command, row.title)
        key = MeetingId(context.new_id())
        meetings.add(session, key, row, title, command.starts_at, place, actor.person, context.now())
        event = MeetingPlanned(key, office, command.starts_at.isoformat())
        audit.append_to_organisation(session, row.organisation, [event], actor.person, context.now())
        meeting_told(session, context, key, Kind.MEETING_PLANNED, actor.person)
        return key


def planned(context: Context, command: PlanCommand, office: str) -> tuple[str, str]:
    """The title and the place of a meeting as they are kept. Raises Invalid."""
    title, place = " ".join(command.title.split()) or f"Meeting of the {office}", " ".join(command.place.split())
    if problems := rules.plan_problems(title, command.starts_at, place, context.now()):
        raise Invalid(problems)
    return title, place


Change = Callable[[Session, MeetingFull], tuple[dict[str, object], list[MeetingEvent]]]


def change_meeting(
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


def item_of(session: Session, key: MeetingId, item: str) -> ItemFull:
    found = next((one for one in meetings.items(session, key) if one.id == item), None)
    if found is None:
        raise NotFound("item")
    return found


def of_proposal(context: Context, actor: Actor, proposal: ProposalId) -> tuple[HeardItem, ...]:
    """What closed meetings decided on a proposal, for its readers. The minutes are for members of the meeting's organisation."""
    with unit.reading() as session:
        open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = meetings.heard(session, proposal)
    return tuple(one if one.organisation in actor.memberships else replace(one, minutes="") for one in found)

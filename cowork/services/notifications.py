"""A person's notices, how they want to be told, what they follow, and the calendar of their due dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import icalendar
from cowork.domain.errors import Invalid, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import NoticeId, PersonId, ProposalId
from cowork.domain.notification_words import Wording, wording
from cowork.domain.notifications import Channel, Kind, channel_of
from cowork.domain.policy import Action, scope
from cowork.domain.workflows.calendar import Calendar
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.identity import digest
from cowork.services.notifying import mail_host
from cowork.services.posting import base_of, may_know, stage_titles
from cowork.store import identity, meetings, notifications, proposals, unit, waiting
from cowork.store.notifications import NoticeLine, ToldLine
from cowork.store.proposals import ProposalState

PAGE = 20
TOLD_PAGE = 50

Place = tuple[datetime, str]

MOST_MEETINGS = 50
"""How many meetings to come the calendar of a person holds."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its page shows it."""

    id: NoticeId
    kind: Kind
    words: Wording
    title: str
    at: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """`next` is the place from which older ones follow; `until` the newest shown, up to which all can be marked as read."""

    rows: tuple[NoticeRow, ...]
    next: Place | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ToldPage:
    """What people were told of a proposal, as far as the actor may know of it."""

    case: Case
    lines: tuple[ToldLine, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    """How each kind reaches the actor; `feed_since` is when their calendar got its secret address, if it has one."""

    chosen: Mapping[Kind, Channel]
    feed_since: datetime | None
    sends: bool


def page(context: Context, actor: Actor, read: bool, after: Place | None = None) -> NoticesPage:
    """A page of the actor's notices, unread or read, newest first. What they may not read any more is left out."""
    with unit.reading() as session:
        found = notifications.page(session, actor.person, read, after, PAGE + 1)
        shown = found[:PAGE]
        states = {key: proposals.state(session, key) for key in {one.proposal for one in shown if one.proposal is not None}}
        by = identity.names(session, {PersonId(str(one.facts["by"])) for one in shown if one.facts.get("by")})
        rows = []
        for line in shown:
            state = states.get(line.proposal) if line.proposal else None
            if may_know(session, actor, line, state):
                rows.append(_row(session, actor, line, state, by.get(PersonId(str(line.facts.get("by"))), "")))
    last = (shown[-1].created_at, str(shown[-1].id)) if len(found) > PAGE else None
    return NoticesPage(tuple(rows), last, shown[0].created_at if shown else None)


def _row(session: Session, actor: Actor, line: NoticeLine, state: ProposalState | None, by: str) -> NoticeRow:
    title = state.title if state else str(line.facts.get("title", ""))
    base = base_of(actor, state) if state else f"/meetings/{line.facts.get('meeting', '')}"
    stages = tuple(line.facts.get("titles") or (stage_titles(session, state, line) if state else ()))
    due = line.facts.get("due") or line.facts.get("starts")
    words = wording(line.kind, title, line.facts, base, stages=stages, by=by)
    return NoticeRow(line.id, line.kind, words, title, line.created_at, datetime.fromisoformat(due) if due else None)


def mark_read(context: Context, actor: Actor, notice: NoticeId) -> None:
    """Mark one of the actor's own notices as read. Twice is once; an unknown one is left alone."""
    with unit.writing() as session:
        notifications.mark_one_read(session, actor.person, notice, context.now())


def mark_all_read(context: Context, actor: Actor, until: datetime | None) -> None:
    """Mark everything as read that was there when the page was shown: what came since stays unread."""
    with unit.writing() as session:
        notifications.mark_read_until(session, actor.person, context.now(), until or context.now())


def choices(context: Context, actor: Actor) -> ChoicesPage:
    """How the actor is told of each kind."""
    with unit.reading() as session:
        chosen = notifications.choices(session, {actor.person}).get(actor.person, {})
        since = notifications.feed_since(session, actor.person)
    return ChoicesPage({kind: channel_of(kind, chosen) for kind in Kind}, since, context.mailer is not None)


def choose(context: Context, actor: Actor, chosen: Mapping[str, str]) -> None:
    """Keep how the actor wants to be told of each kind. Raises Invalid; kinds that are not named stay as they are."""
    known = {kind.value for kind in Kind}
    wrong = [kind for kind, channel in chosen.items() if kind not in known or channel not in set(Channel)]
    if wrong:
        raise Invalid([(kind if kind in known else "", "Choose one of the four ways for each kind of notice.") for kind in wrong])
    with unit.writing() as session:
        before = notifications.choices(session, {actor.person}).get(actor.person, {})
        after = {**before, **{Kind(kind): Channel(channel) for kind, channel in chosen.items()}}
        notifications.choose(session, actor.person, after)


def follows(context: Context, actor: Actor, case: Case) -> bool:
    """Whether the actor is told of every change of this proposal: as they said, else if they take part."""
    with unit.reading() as session:
        said = notifications.watching(session, case.state.id)
    return said.get(actor.person, any(one.person == actor.person for one in case.state.facts.participants))


def watch(context: Context, actor: Actor, proposal: ProposalId, follow: bool) -> None:
    """Follow a proposal, or no longer. Raises NotFound."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.WATCH_PROPOSAL)
        notifications.watch(session, case.state.id, actor.person, follow)


def told(context: Context, actor: Actor, proposal: ProposalId, after: Place | None = None) -> ToldPage:
    """Who was told what of a proposal, newest first. What concerns another party's own lane is left out. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = notifications.told(session, proposal, after, TOLD_PAGE + 1)
    shown = found[:TOLD_PAGE]
    lines = tuple(line for line in shown if not line.notice.facts.get("lane") or line.notice.facts["lane"] in case.lanes)
    last = shown[-1].notice if len(found) > TOLD_PAGE else None
    return ToldPage(case, lines, (last.created_at, str(last.id)) if last else None)


def open_feed(context: Context, actor: Actor) -> str:
    """Give the actor's calendar a new secret address in place of an earlier one; the address, which is shown this once."""
    token = context.new_token()
    with unit.writing() as session:
        notifications.set_feed(session, actor.person, digest(token), context.now())
    return f"{context.base_url}/calendar/{token}.ics"


def close_feed(context: Context, actor: Actor) -> None:
    """Let the secret address of the actor's calendar lead nowhere."""
    with unit.writing() as session:
        notifications.set_feed(session, actor.person, None, context.now())


def feed(context: Context, token: str) -> bytes:
    """The calendar behind a secret address. Raises NotFound for one that is unknown, revoked, or of somebody who cannot sign in."""
    with unit.reading() as session:
        person = notifications.fed(session, digest(token))
        actor = identity.actor(session, person, context.now()) if person else None
        if actor is None:
            raise NotFound("page")
        turns = waiting.dates_of(session, actor.person, scope(actor).principals())
        conditions = waiting.condition_dates_of(session, actor.person, scope(actor).principals())
        since = notifications.feed_since(session, actor.person) or context.now()
        ahead = meetings.ahead(session, actor.offices, MOST_MEETINGS)
    host = mail_host(context)
    asked = [
        icalendar.Entry(
            f"{turn.proposal}-{turn.stage}-{turn.seat}-{turn.party}-{turn.principal}@{host}", turn.opened_at, turn.due_at,
            f"{turn.stage_title}: {turn.title}", "You are asked until then. Open the address to read and decide.",
            f"{context.base_url}/proposals/{turn.proposal}/review",
        )
        for turn in turns
        if turn.due_at is not None
    ]  # fmt: skip
    seen_to = [
        icalendar.Entry(
            f"condition-{one.id}@{host}", since, Calendar(zone=one.zone).end_of(one.due), f"Condition: {one.title}",
            "You see to this condition of an approval until then. Open the address to read it and to report it as met.",
            f"{context.base_url}/proposals/{one.proposal}/conditions/{one.id}",
        )
        for one in conditions
    ]  # fmt: skip
    sitting = [
        icalendar.Entry(
            f"meeting-{one.id}@{host}", one.created_at, one.starts_at, one.title,
            f"{one.office_title}, {one.organisation_name}{f': {one.place}' if one.place else ''}. Open the address to read the agenda.",
            f"{context.base_url}/meetings/{one.id}",
        )
        for one in ahead
    ]  # fmt: skip
    return icalendar.calendar("Cowork: due dates", [*asked, *seen_to, *sitting])

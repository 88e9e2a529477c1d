"""What waits for people or for the calendar: turns with their terms, conditions, and reviews in which nothing happens."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId, ProposalId
from cowork.store.meeting_records import Meeting
from cowork.store.records import Access, Comment, Event, Organisation, Party, Person, Proposal, Thread
from cowork.store.review_records import ApprovalCondition, Decision, TurnRecord, UndoneDecision


@dataclass(frozen=True, slots=True)
class WaitingTurn:
    """A turn with what telling about it needs. `kind` is that of the stage; `workflow` the proposal's own."""

    proposal: ProposalId
    title: str
    round: int
    workflow: Digest
    stage: str
    stage_title: str
    kind: str
    seat: str
    party: OrganisationId
    person: PersonId
    principal: PersonId
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingCondition:
    """An open condition of an approval. `zone` is that of the leading party."""

    id: str
    proposal: ProposalId
    title: str
    owner: PersonId
    due: date
    lead: OrganisationId
    zone: str


def _turns() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*TurnRecord.__table__.columns, Proposal.title, Proposal.round, Proposal.workflow).join(
        Proposal, Proposal.id == TurnRecord.proposal
    )


def _found(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> list[WaitingTurn]:
    ordered = statement.order_by(TurnRecord.proposal, TurnRecord.stage, TurnRecord.party, TurnRecord.seat, TurnRecord.person)
    return [
        WaitingTurn(
            ProposalId(r.proposal), r.title, r.round, Digest(r.workflow), r.stage, r.stage_title, r.kind, r.seat, OrganisationId(r.party),
            PersonId(r.person), PersonId(r.principal), r.opened_at, r.due_at,
        )
        for r in session.execute(ordered)
    ]  # fmt: skip


def turns_of(session: Session, proposal: ProposalId) -> list[WaitingTurn]:
    """Who is asked now."""
    return _found(session, _turns().where(TurnRecord.proposal == proposal))


def due_before(session: Session, moment: datetime) -> list[WaitingTurn]:
    """The turns that were or are due before a moment."""
    return _found(session, _turns().where(TurnRecord.due_at < moment))


def opened_before(session: Session, moment: datetime) -> list[WaitingTurn]:
    """The turns that have stood open since before a moment."""
    return _found(session, _turns().where(TurnRecord.opened_at < moment))


def dates_of(session: Session, person: PersonId, principals: Collection[str]) -> list[WaitingTurn]:
    """A person's turns that are due some day, on proposals that one of these keys lets them read."""
    readable = sa.exists().where(Access.proposal == TurnRecord.proposal, Access.principal.in_(principals))
    return _found(session, _turns().where(TurnRecord.person == person, TurnRecord.due_at.is_not(None), readable))


def last_decisions(session: Session, proposals: Collection[ProposalId]) -> dict[tuple[str, str], datetime]:
    """When something was last decided at a stage of these proposals, by proposal and stage."""
    last = sa.func.max(Decision.at, type_=Decision.at.type).label("last")
    undone = sa.exists().where(UndoneDecision.decision == Decision.id)
    rows = session.execute(
        sa.select(Decision.proposal, Decision.stage, last)
        .where(Decision.proposal.in_(proposals), ~undone)
        .group_by(Decision.proposal, Decision.stage)
    )
    return {(r.proposal, r.stage): r.last for r in rows}


def idle_limits(session: Session, organisations: Collection[OrganisationId]) -> dict[OrganisationId, int]:
    """After how many working days without a decision organisations want to hear of it."""
    rows = session.execute(sa.select(Organisation.id, Organisation.idle_days).where(Organisation.id.in_(organisations)))
    return {OrganisationId(r.id): r.idle_days for r in rows}


def conditions(session: Session, before: date) -> list[WaitingCondition]:
    """The open conditions that are due before a day."""
    c = ApprovalCondition
    rows = session.execute(
        sa.select(c.id, c.proposal, Proposal.title, c.owner, c.due, Party.organisation, Organisation.zone)
        .join(Proposal, Proposal.id == c.proposal)
        .join(Party, sa.and_(Party.proposal == c.proposal, Party.lead))
        .join(Organisation, Organisation.id == Party.organisation)
        .where(c.standing == "open", c.due < before)
        .order_by(c.due, c.id)
    )
    return [
        WaitingCondition(r.id, ProposalId(r.proposal), r.title, PersonId(r.owner), r.due, OrganisationId(r.organisation), r.zone)
        for r in rows
    ]


def to_look_at(session: Session, now: datetime, limit: int) -> list[ProposalId]:
    """The proposals at which time alone may have changed something, the longest waiting first."""
    statement = sa.select(Proposal.id).where(Proposal.look_at <= now).order_by(Proposal.look_at).limit(limit)
    return [ProposalId(key) for key in session.scalars(statement)]



def happenings(session: Session, stream: str, first: int, last: int) -> list[tuple[str, str, PersonId | None, str]]:
    """Kind, payload (JSON), actor and time of the events of a stream with these numbers, in order."""
    where = (Event.stream == stream, Event.seq >= first, Event.seq <= last)
    rows = session.execute(sa.select(Event.kind, Event.payload, Event.actor, Event.at).where(*where).order_by(Event.seq))
    return [(r.kind, r.payload, PersonId(r.actor) if r.actor else None, r.at) for r in rows]


def comment_bodies(session: Session, comments: Collection[str]) -> dict[str, str]:
    """What these comments say."""
    return {r.id: r.body for r in session.execute(sa.select(Comment.id, Comment.body).where(Comment.id.in_(comments)))}


def wrote_before(session: Session, threads: Collection[str], excluded: Collection[str]) -> dict[str, frozenset[PersonId]]:
    """Who wrote in these threads, apart from these comments."""
    statement = sa.select(Comment.thread, Comment.author).join(Thread, Thread.id == Comment.thread)
    found: dict[str, set[PersonId]] = {}
    for r in session.execute(statement.where(Comment.thread.in_(threads), Comment.id.not_in(excluded)).distinct()):
        found.setdefault(r.thread, set()).add(PersonId(r.author))
    return {thread: frozenset(people) for thread, people in found.items()}



def addresses(session: Session, people: Collection[PersonId]) -> list[tuple[PersonId, str, str]]:
    """Identifier, name and address of these people, as far as they can sign in."""
    rows = session.execute(sa.select(Person.id, Person.name, Person.email).where(Person.id.in_(people), Person.active))
    return [(PersonId(r.id), r.name, r.email) for r in rows]


@dataclass(frozen=True, slots=True)
class WaitingMeeting:
    """A meeting as far as its members are told of it."""

    id: str
    organisation: str
    office: OfficeId
    title: str
    starts_at: datetime


def meeting(session: Session, key: str) -> WaitingMeeting | None:
    row = session.execute(sa.select(*Meeting.__table__.columns).where(Meeting.id == key)).one_or_none()
    return WaitingMeeting(row.id, row.organisation, OfficeId(row.office), row.title, row.starts_at) if row else None

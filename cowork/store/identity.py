"""People, their sessions and failed sign-ins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.identity import Actor, Belonging
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import day_of
from cowork.store.notice_records import Notice
from cowork.store.records import Attempt, Delegation, Membership, Office, OfficeTerm, Organisation, Person, SessionRecord
from cowork.store.review_records import TurnRecord


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: the actor, how many decisions wait for them, and when the session was last seen."""

    actor: Actor
    waiting: int
    unread: int
    shortcuts: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    person: PersonId
    name: str
    password_hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it."""

    id: str
    created_at: datetime
    seen_at: datetime
    agent: str


def signed_in(session: Session, token_digest: str, now: datetime, idle_since: datetime) -> SignedIn | None:
    """The live session of a token digest, in one query; None when it is unknown, over, idle for too long, or its person inactive."""
    values = {"token": token_digest, "now": now, "idle_since": idle_since, **around(now)}
    rows = session.execute(_by_token(), values).all()
    if not rows:
        return None
    return SignedIn(_actor(rows, now), rows[0].waiting, rows[0].unread, rows[0].shortcuts, rows[0].seen_at)


def actor(session: Session, person: PersonId, now: datetime) -> Actor | None:
    """The person as an actor now, or None when unknown or inactive."""
    rows = session.execute(_by_person(), {"person": person, **around(now)}).all()
    return _actor(rows, now) if rows else None


def actors(session: Session, persons: Collection[PersonId], now: datetime) -> dict[PersonId, Actor]:
    """These people as actors now; unknown and inactive ones are left out."""
    rows = session.execute(_by_persons(), {"persons": sorted(persons), **around(now)}).all()
    found: dict[PersonId, list[sa.Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(PersonId(row.id), []).append(row)
    return {person: _actor(own, now) for person, own in found.items()}


def around(now: datetime) -> dict[str, date]:
    """The first and the last day that it can be anywhere."""
    return {"first": now.date() - timedelta(days=1), "last": now.date() + timedelta(days=1)}


@cache
def _by_persons() -> sa.Select[*tuple[Any, ...]]:
    return _actors().select_from(Person).where(Person.id.in_(sa.bindparam("persons", expanding=True)))


@cache
def _by_token() -> sa.Select[*tuple[Any, ...]]:
    # Every page asks this, so the statement is put together once.
    s = SessionRecord
    source = sa.join(s, Person, s.person == Person.id)
    live = (s.id == sa.bindparam("token"), s.expires_at > sa.bindparam("now"), s.seen_at > sa.bindparam("idle_since"))
    return _actors().add_columns(s.seen_at).select_from(source).where(*live)


@cache
def _by_person() -> sa.Select[*tuple[Any, ...]]:
    return _actors().select_from(Person).where(Person.id == sa.bindparam("person"))


def _actors() -> sa.Select[*tuple[Any, ...]]:
    """Active people with their memberships and the offices held, or delegated to them.

    A row for each pair of both, most without an office. Terms and delegations that may run somewhere now are among them: `_actor` knows.
    """
    waiting = sa.select(sa.func.count()).select_from(TurnRecord).where(TurnRecord.person == Person.id).scalar_subquery()
    unread = sa.select(sa.func.count()).select_from(Notice).where(Notice.person == Person.id, Notice.read_at.is_(None)).scalar_subquery()
    first, last = (sa.bindparam(name, type_=sa.Date()) for name in ("first", "last"))
    own = OfficeTerm.person == Person.id
    passed_on = sa.or_(Delegation.office.is_(None), Delegation.office == OfficeTerm.office)
    there = sa.or_(own, Delegation.organisation == Office.organisation)
    return (
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            Person.zone,
            Person.theme,
            Person.shortcuts,
            Membership.organisation,
            Membership.admin,
            Organisation.name.label("organisation_name"),
            Organisation.side,
            Organisation.zone.label("house_zone"),
            Office.id.label("office"),
            OfficeTerm.starts,
            OfficeTerm.ends,
            OfficeTerm.ended_at,
            OfficeTerm.person.label("holder"),
            Delegation.starts.label("lent_from"),
            Delegation.ends.label("lent_until"),
            waiting.label("waiting"),
            unread.label("unread"),
        )
        .outerjoin(Membership, Membership.person == Person.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation)
        .outerjoin(Delegation, sa.and_(Delegation.delegate == Person.id, *delegated(last, first)))
        .outerjoin(
            OfficeTerm, sa.and_(OfficeTerm.person.in_([Person.id, Delegation.delegator]), sa.or_(own, passed_on), *running(last, first))
        )
        .outerjoin(Office, sa.and_(Office.id == OfficeTerm.office, Office.organisation == Membership.organisation, there))
        .where(Person.active)
        .order_by(Organisation.name)
    )


def running(last: date | sa.BindParameter[date], first: date | sa.BindParameter[date]) -> tuple[sa.ColumnElement[bool], ...]:
    """The terms of office that have begun by the day `last` and have not ended before the day `first`."""
    return (OfficeTerm.starts <= last, sa.or_(OfficeTerm.ends.is_(None), OfficeTerm.ends >= first))


def delegated(last: date | sa.BindParameter[date], first: date | sa.BindParameter[date]) -> tuple[sa.ColumnElement[bool], ...]:
    """The delegations that have begun by the day `last`, have not ended before the day `first`, and were not revoked."""
    return (Delegation.starts <= last, Delegation.ends >= first, Delegation.revoked_at.is_(None))


def _actor(rows: Sequence[sa.Row[*tuple[Any, ...]]], now: datetime) -> Actor:
    first = rows[0]
    memberships = {
        OrganisationId(row.organisation): Belonging(OrganisationId(row.organisation), row.organisation_name, Side(row.side), row.admin)
        for row in rows
        if row.organisation
    }
    offices = frozenset(OfficeId(row.office) for row in rows if row.office and _runs(row, now))
    return Actor(PersonId(first.id), first.name, first.email, first.zone, first.theme, memberships, offices)


def _runs(term: sa.Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Whether a term of office runs now, and the delegation by which somebody else has it. Days begin and end where the organisation is,
    as they do for reviews.
    """
    today = day_of(now, term.house_zone)
    ended = term.ended_at is not None and term.ended_at <= now
    lent = term.holder == term.id or term.lent_from <= today <= term.lent_until
    return lent and not ended and term.starts <= today and (term.ends is None or term.ends >= today)


def credentials(session: Session, email: str) -> Credentials | None:
    """What is needed to check a password; the address is compared in lower case."""
    row = session.execute(sa.select(Person).where(Person.email == email.lower())).scalar_one_or_none()
    return Credentials(PersonId(row.id), row.name, row.password_hash, row.active) if row else None


def names(session: Session, persons: Collection[PersonId]) -> dict[PersonId, str]:
    """What people are called, by identifier; unknown ones are left out."""
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(persons)))
    return {PersonId(row.id): row.name for row in rows}


def position(session: Session, person: PersonId, organisation: OrganisationId) -> str:
    """What a member is called in an organisation; empty where nobody has said."""
    where = (Membership.person == person, Membership.organisation == organisation)
    return session.scalar(sa.select(Membership.position).where(*where)) or ""


def add_person(session: Session, person: PersonId, email: str, name: str, password_hash: str, zone: str, now: datetime) -> None:
    values = {"id": person, "email": email.lower(), "name": name, "password_hash": password_hash, "zone": zone, "created_at": now}
    session.execute(sa.insert(Person).values(**values))


def set_password(session: Session, person: PersonId, password_hash: str) -> None:
    session.execute(sa.update(Person).where(Person.id == person).values(password_hash=password_hash))


def set_active(session: Session, person: PersonId, active: bool) -> None:
    session.execute(sa.update(Person).where(Person.id == person).values(active=active))


def set_profile(session: Session, person: PersonId, name: str, zone: str, theme: str, shortcuts: bool) -> None:
    session.execute(sa.update(Person).where(Person.id == person).values(name=name, zone=zone, theme=theme, shortcuts=shortcuts))


def people(session: Session) -> list[tuple[PersonId, str, str, bool]]:
    """Everybody: id, e-mail address, name, active; by address."""
    rows = session.execute(sa.select(Person.id, Person.email, Person.name, Person.active).order_by(Person.email))
    return [(PersonId(row.id), row.email, row.name, row.active) for row in rows]


def start_session(session: Session, token_digest: str, person: PersonId, now: datetime, expires_at: datetime, agent: str) -> None:
    values = {"id": token_digest, "person": person, "created_at": now, "seen_at": now, "expires_at": expires_at, "agent": agent[:200]}
    session.execute(sa.insert(SessionRecord).values(**values))


def touch_session(session: Session, token_digest: str, now: datetime) -> None:
    session.execute(sa.update(SessionRecord).where(SessionRecord.id == token_digest).values(seen_at=now))


def sessions_of(session: Session, person: PersonId, now: datetime, idle_since: datetime) -> list[SessionLine]:
    """A person's live sessions, the latest used first."""
    rows = session.scalars(
        sa.select(SessionRecord)
        .where(SessionRecord.person == person, SessionRecord.expires_at > now, SessionRecord.seen_at > idle_since)
        .order_by(SessionRecord.seen_at.desc(), SessionRecord.id)
    )
    return [SessionLine(row.id, row.created_at, row.seen_at, row.agent) for row in rows]


def end_session(session: Session, person: PersonId, token_digest: str) -> None:
    session.execute(sa.delete(SessionRecord).where(SessionRecord.person == person, SessionRecord.id == token_digest))


def end_sessions(session: Session, person: PersonId, keep: str | None = None) -> None:
    """End every session of a person, except the one to keep."""
    session.execute(sa.delete(SessionRecord).where(SessionRecord.person == person, SessionRecord.id != (keep or "")))


def drop_expired_sessions(session: Session, now: datetime) -> None:
    session.execute(sa.delete(SessionRecord).where(SessionRecord.expires_at <= now))


def attempts_since(session: Session, keys: tuple[str, ...], since: datetime) -> int:
    """The largest number of failed attempts that one of these keys has collected."""
    count = sa.func.count().label("n")
    rows = session.execute(sa.select(count).where(Attempt.key.in_(keys), Attempt.at > since).group_by(Attempt.key))
    return max((row.n for row in rows), default=0)


def record_attempt(session: Session, keys: tuple[str, ...], now: datetime, forget_before: datetime) -> None:
    session.execute(sa.delete(Attempt).where(Attempt.at < forget_before))
    session.execute(sa.insert(Attempt), [{"key": key, "at": now} for key in keys])


def forgive(session: Session, keys: tuple[str, ...]) -> None:
    """Forget the failed attempts of these keys, after a success."""
    session.execute(sa.delete(Attempt).where(Attempt.key.in_(keys)))

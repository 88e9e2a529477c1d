"""Organisations, their members, offices and terms, working days and delegations."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.audit import EMPTY
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import LATEST, Calendar, moment
from cowork.store.identity import delegated, running
from cowork.store.records import ClosingDay, Delegation, Membership, Office, OfficeTerm, Organisation, Person


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    id: OrganisationId
    slug: str
    name: str
    side: Side
    country: str
    zone: str
    demonstration: bool
    outline_first: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    person: PersonId
    name: str
    email: str
    admin: bool
    position: str
    active: bool


@dataclass(frozen=True, slots=True)
class Term:
    """`ends` is the last day, or None for until further notice. `ended_at` is when a running term was ended by hand."""

    id: str
    person: PersonId
    name: str
    starts: date
    ends: date | None
    role: str = "member"
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficeCard:
    id: OfficeId
    kind: str
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """A term of an office, past, running or to come; of an office that nobody ever held one line without a person.

    Somebody can have several terms of the same office. `role` is member, chair or secretary. `zone` is the organisation's: days begin
    and end there. `active` says whether the person can sign in.
    """

    office: OfficeId
    organisation: OrganisationId
    kind: str
    title: str
    zone: str
    person: PersonId | None = None
    name: str = ""
    active: bool = False
    role: str = "member"
    starts: date | None = None
    ends: date | None = None
    ended_at: datetime | None = None

    @property
    def since(self) -> datetime | None:
        """The first moment (UTC) of the term."""
        return moment(self.starts, time(), self.zone) if self.starts else None

    @property
    def until(self) -> datetime | None:
        """The moment (UTC) from which it no longer counts; None until further notice."""
        if self.ended_at is not None:
            return self.ended_at
        return moment(min(self.ends, LATEST) + timedelta(days=1), time(), self.zone) if self.ends else None


@dataclass(frozen=True, slots=True)
class Deputyship:
    """`delegate`, called `name`, may act for `delegator` at this organisation: in one office, or (None) in all they hold there."""

    delegator: PersonId
    delegate: PersonId
    name: str
    office: OfficeId | None
    organisation: OrganisationId


_CARD = (
    Organisation.id, Organisation.slug, Organisation.name, Organisation.side, Organisation.country, Organisation.zone,
    Organisation.demonstration, Organisation.outline_first,
)  # fmt: skip


def _card(row: sa.Row[*tuple[Any, ...]]) -> OrganisationCard:
    return OrganisationCard(
        OrganisationId(row.id), row.slug, row.name, Side(row.side), row.country, row.zone, row.demonstration, row.outline_first
    )


def add(
    session: Session, organisation: OrganisationId, slug: str, side: Side, name: str, country: str, zone: str, demonstration: bool
) -> None:
    values = {"id": organisation, "slug": slug, "side": side.value, "name": name, "country": country, "zone": zone}
    session.execute(sa.insert(Organisation).values(**values, demonstration=demonstration, event_head=EMPTY))


def card(session: Session, organisation: OrganisationId, *, lock: bool = False) -> OrganisationCard | None:
    """An organisation, or None. `lock` holds its row until the transaction ends; SQLite has one writer anyway."""
    statement = sa.select(*_CARD).where(Organisation.id == organisation)
    row = session.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()
    return _card(row) if row else None


def set_outline_first(session: Session, organisation: OrganisationId, required: bool) -> None:
    session.execute(sa.update(Organisation).where(Organisation.id == organisation).values(outline_first=required))


def by_slug(session: Session, slug: str) -> OrganisationCard | None:
    row = session.execute(sa.select(*_CARD).where(Organisation.slug == slug)).one_or_none()
    return _card(row) if row else None


def cards(session: Session, organisations: frozenset[OrganisationId] | None = None) -> list[OrganisationCard]:
    """These organisations, or all, by name."""
    statement = sa.select(*_CARD).order_by(Organisation.name, Organisation.id)
    if organisations is not None:
        statement = statement.where(Organisation.id.in_(organisations))
    return [_card(row) for row in session.execute(statement)]


def members(session: Session, organisation: OrganisationId) -> list[Member]:
    """The members of an organisation, by name."""
    return _members(session, Membership.organisation == organisation)


def membership(session: Session, organisation: OrganisationId, person: PersonId) -> Member | None:
    return next(iter(_members(session, Membership.organisation == organisation, Membership.person == person)), None)


def _members(session: Session, *where: sa.ColumnElement[bool]) -> list[Member]:
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.email, Person.active, Membership.admin, Membership.position)
        .join(Membership, Membership.person == Person.id)
        .where(*where)
        .order_by(Person.name, Person.id)
    )
    return [Member(PersonId(r.id), r.name, r.email, r.admin, r.position, r.active) for r in rows]


def put_member(session: Session, organisation: OrganisationId, person: PersonId, admin: bool, position: str) -> None:
    """Add a member, or change what an existing one may do."""
    where = (Membership.organisation == organisation, Membership.person == person)
    changed = session.execute(sa.update(Membership).where(*where).values(admin=admin, position=position))
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # a cursor result has it
        values = {"organisation": organisation, "person": person, "admin": admin, "position": position}
        session.execute(sa.insert(Membership).values(**values))


def remove_member(session: Session, organisation: OrganisationId, person: PersonId, now: datetime, today: date) -> None:
    """End a membership and, with it, the terms of office held there and what was delegated to or by the member. `today` is the
    organisation's day.
    """
    offices = sa.select(Office.id).where(Office.organisation == organisation)
    _end_terms(session, now, today, OfficeTerm.office.in_(offices), OfficeTerm.person == person)
    session.execute(
        sa.update(Delegation)
        .where(Delegation.organisation == organisation, sa.or_(Delegation.delegator == person, Delegation.delegate == person))
        .where(Delegation.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.execute(sa.delete(Membership).where(Membership.organisation == organisation, Membership.person == person))


def add_office(session: Session, office: OfficeId, organisation: OrganisationId, kind: str, title: str) -> None:
    session.execute(sa.insert(Office).values(id=office, organisation=organisation, kind=kind, title=title))


def offices(session: Session, organisation: OrganisationId) -> list[OfficeCard]:
    """The offices of an organisation with all their terms, by title."""
    rows = session.execute(
        sa.select(Office.id, Office.kind, Office.title, OfficeTerm.id.label("term"), OfficeTerm.starts, OfficeTerm.ends)
        .add_columns(Person.id.label("person"), Person.name, OfficeTerm.role, OfficeTerm.ended_at)
        .outerjoin(OfficeTerm, OfficeTerm.office == Office.id)
        .outerjoin(Person, Person.id == OfficeTerm.person)
        .where(Office.organisation == organisation)
        .order_by(Office.title, Office.id, OfficeTerm.starts, Person.name)
    )
    found: dict[str, OfficeCard] = {}
    for row in rows:
        known = found.get(row.id) or OfficeCard(OfficeId(row.id), row.kind, row.title, ())
        if row.term:
            term = Term(row.term, PersonId(row.person), row.name, row.starts, row.ends, row.role, row.ended_at)
            known = OfficeCard(known.id, known.kind, known.title, (*known.terms, term))
        found[row.id] = known
    return list(found.values())


def add_term(
    session: Session, term: str, office: OfficeId, person: PersonId, starts: date, ends: date | None, role: str = "member"
) -> None:
    values = {"id": term, "office": office, "person": person, "starts": starts, "ends": ends, "role": role}
    session.execute(sa.insert(OfficeTerm).values(**values))


def set_role(session: Session, term: str, role: str) -> None:
    session.execute(sa.update(OfficeTerm).where(OfficeTerm.id == term).values(role=role))


def end_term(session: Session, term: str, now: datetime, today: date) -> None:
    """End a running term now: its last whole day was yesterday, where `today` is the organisation's day. One that has not started yet
    is removed.
    """
    _end_terms(session, now, today, OfficeTerm.id == term)


def _end_terms(session: Session, now: datetime, today: date, *where: sa.ColumnElement[bool]) -> None:
    session.execute(sa.delete(OfficeTerm).where(OfficeTerm.starts > today, *where))
    ended = {"ends": today - timedelta(days=1), "ended_at": now}
    session.execute(sa.update(OfficeTerm).where(*running(today, today), *where).values(**ended))


@cache
def _calendars() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Organisation.id, Organisation.zone, Organisation.closed_weekdays, ClosingDay.day)
        .outerjoin(ClosingDay, ClosingDay.organisation == Organisation.id)
        .where(Organisation.id.in_(sa.bindparam("organisations", expanding=True)))
    )


def calendars(session: Session, organisations: frozenset[OrganisationId]) -> dict[OrganisationId, Calendar]:
    """The working days of these organisations; unknown ones are left out."""
    found: dict[OrganisationId, tuple[str, str, set[date]]] = {}
    for r in session.execute(_calendars(), {"organisations": sorted(organisations)}):
        days = found.setdefault(OrganisationId(r.id), (r.closed_weekdays, r.zone, set()))[2]
        if r.day is not None:
            days.add(r.day)
    return {key: Calendar(weekdays(closed), frozenset(days), zone) for key, (closed, zone, days) in found.items()}


def weekdays(written: str) -> frozenset[int]:
    """The weekdays of a list such as "5,6": 0 is Monday."""
    return frozenset(int(number) for number in written.split(",") if number)


def holders_of(session: Session, offices: frozenset[OfficeId], today: date) -> set[PersonId]:
    """Who holds one of these offices, or acts for somebody who does, where it is this day or the one before or after it.

    Whether they do at this moment is the policy's to say: see `identity.actors`.
    """
    if not offices:
        return set()
    day = timedelta(days=1)
    held = sa.select(OfficeTerm.person).where(OfficeTerm.office.in_(offices), *running(today + day, today - day))
    there = sa.select(Office.organisation).where(Office.id.in_(offices))
    within = sa.or_(Delegation.office.is_(None), Delegation.office.in_(offices))
    where = (Delegation.delegator.in_(held), Delegation.organisation.in_(there), within, *delegated(today + day, today - day))
    passed_on = sa.select(Delegation.delegate).where(*where)
    return {PersonId(key) for key in session.scalars(sa.union(held, passed_on))}


def holders_of_kind(session: Session, organisation: OrganisationId, kind: str, today: date) -> set[PersonId]:
    """The same for an organisation's office of this kind."""
    offices = frozenset(OfficeId(key) for key in session.scalars(sa.select(Office.id).where(*_of_kind(organisation, kind))))
    return holders_of(session, offices, today)


def _of_kind(organisation: OrganisationId, kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (Office.organisation == organisation, Office.kind == kind)


def administrators(session: Session, organisations: frozenset[OrganisationId]) -> set[PersonId]:
    """Who administers one of these organisations."""
    where = (Membership.organisation.in_(organisations), Membership.admin)
    return {PersonId(key) for key in session.scalars(sa.select(Membership.person).where(*where))}

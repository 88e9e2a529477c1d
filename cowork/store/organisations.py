"""Organisations, their members, offices and terms."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.audit import EMPTY
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.store.identity import running
from cowork.store.records import Membership, Office, OfficeTerm, Organisation, Person


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    id: OrganisationId
    slug: str
    name: str
    side: Side
    country: str
    zone: str
    demonstration: bool


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
    """`ends` is the last day, or None for until further notice."""

    id: str
    person: PersonId
    name: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class OfficeCard:
    id: OfficeId
    kind: str
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """Somebody who holds an office today; `person` is None where nobody does."""

    office: OfficeId
    organisation: OrganisationId
    kind: str
    title: str
    person: PersonId | None
    name: str


_CARD = (
    Organisation.id, Organisation.slug, Organisation.name, Organisation.side, Organisation.country, Organisation.zone,
    Organisation.demonstration,
)  # fmt: skip


def _card(row: sa.Row[*tuple[Any, ...]]) -> OrganisationCard:
    return OrganisationCard(
        OrganisationId(row.id), row.slug, row.name, Side(row.side), row.country, row.zone, row.demonstration
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
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.email, Person.active, Membership.admin, Membership.position)
        .join(Membership, Membership.person == Person.id)
        .where(Membership.organisation == organisation)
        .order_by(Person.name, Person.id)
    )
    return [Member(PersonId(r.id), r.name, r.email, r.admin, r.position, r.active) for r in rows]


def membership(session: Session, organisation: OrganisationId, person: PersonId) -> Member | None:
    return next((member for member in members(session, organisation) if member.person == person), None)


def put_member(session: Session, organisation: OrganisationId, person: PersonId, admin: bool, position: str) -> None:
    """Add a member, or change what an existing one may do."""
    where = (Membership.organisation == organisation, Membership.person == person)
    changed = session.execute(sa.update(Membership).where(*where).values(admin=admin, position=position))
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # a cursor result has it
        values = {"organisation": organisation, "person": person, "admin": admin, "position": position}
        session.execute(sa.insert(Membership).values(**values))


def remove_member(session: Session, organisation: OrganisationId, person: PersonId, today: date) -> None:
    """End a membership and, with it, the terms of office held there."""
    offices = sa.select(Office.id).where(Office.organisation == organisation)
    session.execute(
        sa.delete(OfficeTerm).where(OfficeTerm.office.in_(offices), OfficeTerm.person == person, OfficeTerm.starts >= today)
    )
    session.execute(
        sa.update(OfficeTerm)
        .where(OfficeTerm.office.in_(offices), OfficeTerm.person == person, *running(today))
        .values(ends=date.fromordinal(today.toordinal() - 1))
    )
    session.execute(sa.delete(Membership).where(Membership.organisation == organisation, Membership.person == person))


def add_office(session: Session, office: OfficeId, organisation: OrganisationId, kind: str, title: str) -> None:
    session.execute(sa.insert(Office).values(id=office, organisation=organisation, kind=kind, title=title))


def offices(session: Session, organisation: OrganisationId) -> list[OfficeCard]:
    """The offices of an organisation with all their terms, by title."""
    rows = session.execute(
        sa.select(Office.id, Office.kind, Office.title, OfficeTerm.id.label("term"), OfficeTerm.starts, OfficeTerm.ends)
        .add_columns(Person.id.label("person"), Person.name)
        .outerjoin(OfficeTerm, OfficeTerm.office == Office.id)
        .outerjoin(Person, Person.id == OfficeTerm.person)
        .where(Office.organisation == organisation)
        .order_by(Office.title, Office.id, OfficeTerm.starts, Person.name)
    )
    found: dict[str, OfficeCard] = {}
    for row in rows:
        known = found.get(row.id) or OfficeCard(OfficeId(row.id), row.kind, row.title, ())
        terms = (*known.terms, Term(row.term, PersonId(row.person), row.name, row.starts, row.ends)) if row.term else known.terms
        found[row.id] = OfficeCard(known.id, known.kind, known.title, terms)
    return list(found.values())


def add_term(session: Session, term: str, office: OfficeId, person: PersonId, starts: date, ends: date | None) -> None:
    session.execute(sa.insert(OfficeTerm).values(id=term, office=office, person=person, starts=starts, ends=ends))


def end_term(session: Session, term: str, last_day: date) -> None:
    """End a term; one that has not started yet is removed."""
    session.execute(sa.delete(OfficeTerm).where(OfficeTerm.id == term, OfficeTerm.starts > last_day))
    session.execute(sa.update(OfficeTerm).where(OfficeTerm.id == term).values(ends=last_day))


@cache
def _holders() -> sa.Select[*tuple[Any, ...]]:
    # Every evaluation of a review asks this, so the statement is put together once.
    today = running(sa.bindparam("today", type_=sa.Date()))
    return (
        sa.select(Office.id, Office.organisation, Office.kind, Office.title, Person.id.label("person"), Person.name)
        .outerjoin(OfficeTerm, sa.and_(OfficeTerm.office == Office.id, *today))
        .outerjoin(Person, sa.and_(Person.id == OfficeTerm.person, Person.active))
        .where(Office.organisation.in_(sa.bindparam("organisations", expanding=True)))
        .where(Office.kind.in_(sa.bindparam("kinds", expanding=True)))
        .distinct()
        .order_by(Office.organisation, Office.kind, Person.name, Person.id)
    )


def holders(session: Session, organisations: frozenset[OrganisationId], kinds: frozenset[str], today: date) -> list[OfficeHolder]:
    """The offices of these kinds in these organisations with everybody who holds them today, by name."""
    rows = session.execute(_holders(), {"organisations": sorted(organisations), "kinds": sorted(kinds), "today": today})
    return [
        OfficeHolder(
            OfficeId(r.id),
            OrganisationId(r.organisation),
            r.kind,
            r.title,
            PersonId(r.person) if r.person else None,
            r.name or "",
        )
        for r in rows
    ]

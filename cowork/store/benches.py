"""Everybody who sits, sat or will sit in the seats of a review, with their deputies and the working days of the parties: one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import OfficeId, OrganisationId, PersonId
from cowork.domain.workflows.calendar import Calendar, day_of
from cowork.store.base import UtcTime
from cowork.store.identity import around, delegated
from cowork.store.organisations import Deputyship, HeldOffice, weekdays
from cowork.store.records import ClosingDay, Delegation, Membership, Office, OfficeTerm, Organisation, Person


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """An active member whom a workflow asks by e-mail address."""

    person: PersonId
    name: str
    email: str
    organisation: OrganisationId


@dataclass(frozen=True, slots=True)
class Sources:
    terms: tuple[HeldOffice, ...]
    deputies: tuple[Deputyship, ...]
    people: tuple[NamedPerson, ...]
    calendars: Mapping[OrganisationId, Calendar]


def sources(
    session: Session, organisations: Collection[OrganisationId], kinds: Collection[str], emails: Collection[str], now: datetime
) -> Sources:
    """The terms of the offices of these kinds at these organisations, who is a deputy there now, the members with these addresses,
    and the calendars. Terms come by name and first day.
    """
    values = {"organisations": sorted(organisations), "kinds": sorted(kinds), "emails": sorted(emails), **around(now)}
    rows = session.execute(_sources(), values).all()
    days: dict[OrganisationId, tuple[str, str, set[date]]] = {}
    for r in rows:
        if r.what == 2:
            held = days.setdefault(OrganisationId(r.organisation), (r.word, r.zone, set()))[2]
            held |= {r.starts} if r.starts else set()
    held_first = (r for r in rows if r.what == 0)
    terms = sorted(held_first, key=lambda r: (r.organisation, r.word, r.name or "", r.person or "", r.starts or date.min))
    return Sources(
        tuple(_term(r) for r in terms),
        tuple(_deputy(r) for r in rows if r.what == 1 and r.starts <= day_of(now, r.zone) <= r.ends),
        tuple(NamedPerson(PersonId(r.person), r.name, r.word, OrganisationId(r.organisation)) for r in rows if r.what == 3),
        {key: Calendar(weekdays(closed), frozenset(closing), zone) for key, (closed, zone, closing) in days.items()},
    )


def _deputy(r: sa.Row[*tuple[Any, ...]]) -> Deputyship:
    office = OfficeId(r.office) if r.office else None
    return Deputyship(PersonId(r.other), PersonId(r.person), r.name, office, OrganisationId(r.organisation))


def _term(r: sa.Row[*tuple[Any, ...]]) -> HeldOffice:
    empty = HeldOffice(OfficeId(r.office), OrganisationId(r.organisation), r.word, r.title, r.zone)
    if r.person is None:
        return empty
    return HeldOffice(
        empty.office, empty.organisation, empty.kind, empty.title, empty.zone, PersonId(r.person), r.name, bool(r.active), r.role,
        r.starts, r.ends, r.ended_at,
    )  # fmt: skip


@cache
def _sources() -> sa.CompoundSelect[Any]:
    # Every evaluation of a review asks this, so the statement is put together once.
    text, day, moment = sa.literal("", sa.String()), sa.cast(sa.null(), sa.Date()), sa.cast(sa.null(), UtcTime())
    where: sa.BindParameter[Any] = sa.bindparam("organisations", expanding=True)
    term, d = OfficeTerm, Delegation
    terms = (
        sa.select(sa.literal(0).label("what"), Office.organisation.label("organisation"), Office.id.label("office"))
        .add_columns(Office.kind.label("word"), Office.title.label("title"), Organisation.zone.label("zone"))
        .add_columns(Person.id.label("person"), Person.name.label("name"), Person.active.label("active"), text.label("other"))
        .add_columns(term.role.label("role"), term.starts.label("starts"), term.ends.label("ends"), term.ended_at.label("ended_at"))
        .join(Organisation, Organisation.id == Office.organisation)
        .outerjoin(term, term.office == Office.id)
        .outerjoin(Person, Person.id == term.person)
        .where(Office.organisation.in_(where), Office.kind.in_(sa.bindparam("kinds", expanding=True)))
    )
    member = sa.select(Membership.person).where(Membership.organisation == d.organisation)
    deputies = (
        sa.select(sa.literal(1), d.organisation, d.office, text, text, Organisation.zone, d.delegate, Person.name, sa.true(), d.delegator)
        .add_columns(text, d.starts, d.ends, moment)
        .join(Organisation, Organisation.id == d.organisation)
        .join(Person, sa.and_(Person.id == d.delegate, Person.active))
        .where(d.organisation.in_(where), *delegated(sa.bindparam("last", type_=sa.Date()), sa.bindparam("first", type_=sa.Date())))
        .where(d.delegate.in_(member), d.delegator.in_(member))
    )
    calendars = (
        sa.select(sa.literal(2), Organisation.id, text, Organisation.closed_weekdays, text, Organisation.zone, text, text, sa.true(), text)
        .add_columns(text, ClosingDay.day, day, moment)
        .outerjoin(ClosingDay, ClosingDay.organisation == Organisation.id)
        .where(Organisation.id.in_(where))
    )
    people = (
        sa.select(sa.literal(3), Membership.organisation, text, Person.email, text, text, Person.id, Person.name, sa.true(), text)
        .add_columns(text, day, day, moment)
        .join(Membership, Membership.person == Person.id)
        .where(Person.active, Membership.organisation.in_(where), Person.email.in_(sa.bindparam("emails", expanding=True)))
    )
    return sa.union_all(terms, deputies, calendars, people)

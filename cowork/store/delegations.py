"""Who lets whom act for them, as it was given and revoked."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import DelegationId, OfficeId, OrganisationId, PersonId
from cowork.domain.organisations import Delegation
from cowork.domain.workflows.calendar import day_of
from cowork.store.records import Delegation as DelegationRecord
from cowork.store.records import Office, Organisation, Person

MOST = 200
"""How many are listed, the latest first."""


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation as pages show it. `office_title` is empty for all offices; days are included."""

    id: DelegationId
    organisation: OrganisationId
    organisation_name: str
    delegator: PersonId
    delegator_name: str
    delegate: PersonId
    delegate_name: str
    office: OfficeId | None
    office_title: str
    starts: date
    ends: date
    reason: str
    revoked_at: datetime | None
    zone: str

    def today(self, now: datetime) -> date:
        """The day that it is at the organisation: delegations begin and end with its days."""
        return day_of(now, self.zone)

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or self.ends < self.today(now)


def add(
    session: Session, key: DelegationId, organisation: OrganisationId, given: Delegation, created_by: PersonId, created_at: datetime
) -> None:
    values = {"id": key, "organisation": organisation, "office": given.office, "delegator": given.delegator, "delegate": given.delegate}
    when = {"starts": given.starts, "ends": given.ends, "reason": given.reason, "created_by": created_by, "created_at": created_at}
    session.execute(sa.insert(DelegationRecord).values(**values, **when))


def revoke(session: Session, key: DelegationId, at: datetime) -> None:
    session.execute(sa.update(DelegationRecord).where(DelegationRecord.id == key).values(revoked_at=at))


def of_organisation(session: Session, organisation: OrganisationId) -> list[DelegationLine]:
    """The delegations at an organisation, the latest first."""
    return _lines(session, DelegationRecord.organisation == organisation)


def of_person(session: Session, person: PersonId) -> list[DelegationLine]:
    """What a person delegated and what was delegated to them, the latest first."""
    return _lines(session, sa.or_(DelegationRecord.delegator == person, DelegationRecord.delegate == person))


def one(session: Session, organisation: OrganisationId, key: DelegationId) -> DelegationLine | None:
    """A delegation at this organisation, or None."""
    found = _lines(session, sa.and_(DelegationRecord.organisation == organisation, DelegationRecord.id == key))
    return found[0] if found else None


def _lines(session: Session, which: sa.ColumnElement[bool]) -> list[DelegationLine]:
    d, giver, taker = DelegationRecord, aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(d.id, d.organisation, d.delegator, d.delegate, d.office, d.starts, d.ends, d.reason, d.revoked_at)
        .add_columns(giver.name.label("giver"), taker.name.label("taker"), Office.title)
        .add_columns(Organisation.name.label("house"), Organisation.zone)
        .join(giver, giver.id == d.delegator)
        .join(taker, taker.id == d.delegate)
        .join(Organisation, Organisation.id == d.organisation)
        .outerjoin(Office, Office.id == d.office)
        .where(which)
        .order_by(d.starts.desc(), d.created_at.desc(), d.id)
        .limit(MOST)
    )
    return [
        DelegationLine(
            DelegationId(r.id), OrganisationId(r.organisation), r.house, PersonId(r.delegator), r.giver, PersonId(r.delegate), r.taker,
            OfficeId(r.office) if r.office else None, r.title or "", r.starts, r.ends, r.reason, r.revoked_at,
            r.zone,
        )
        for r in rows
    ]  # fmt: skip

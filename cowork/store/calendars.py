"""The working week and the closing days of an organisation, as its administrators keep them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import OrganisationId
from cowork.domain.organisations import Closing
from cowork.store.organisations import weekdays
from cowork.store.records import ClosingDay, Organisation


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """`closed_weekdays` are 0 (Monday) to 6; `days` are in order; after `idle_days` without a decision somebody is told."""

    closed_weekdays: frozenset[int]
    idle_days: int
    days: tuple[Closing, ...]


def working_days(session: Session, organisation: OrganisationId) -> WorkingDays:
    """What is known of the working days of an organisation that exists."""
    rows = session.execute(
        sa.select(Organisation.closed_weekdays, Organisation.idle_days, ClosingDay.day, ClosingDay.title)
        .outerjoin(ClosingDay, ClosingDay.organisation == Organisation.id)
        .where(Organisation.id == organisation)
        .order_by(ClosingDay.day)
    ).all()
    days = tuple(Closing(row.day, row.title) for row in rows if row.day is not None)
    return WorkingDays(weekdays(rows[0].closed_weekdays), rows[0].idle_days, days)


def set_week(session: Session, organisation: OrganisationId, closed_weekdays: Collection[int], idle_days: int) -> None:
    closed = ",".join(str(number) for number in sorted(closed_weekdays))
    session.execute(sa.update(Organisation).where(Organisation.id == organisation).values(closed_weekdays=closed, idle_days=idle_days))


def put_days(session: Session, organisation: OrganisationId, days: Collection[Closing]) -> None:
    """Add closing days; one that is known takes the new title."""
    remove_days(session, organisation, [one.day for one in days])
    session.execute(sa.insert(ClosingDay), [{"organisation": organisation, "day": one.day, "title": one.title} for one in days])


def remove_days(session: Session, organisation: OrganisationId, days: Collection[date]) -> None:
    session.execute(sa.delete(ClosingDay).where(ClosingDay.organisation == organisation, ClosingDay.day.in_(days)))

"""What each person last had before them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.specifications.since import Look
from cowork.store.rights_records import LastLook


def last(session: Session, proposal: ProposalId, person: PersonId) -> Look | None:
    """A person's last look at a proposal, or None."""
    columns = (LastLook.version, LastLook.before, LastLook.at)
    row = session.execute(sa.select(*columns).where(LastLook.proposal == proposal, LastLook.person == person)).one_or_none()
    return Look(row.version, row.before, row.at) if row is not None else None


def remember(session: Session, proposal: ProposalId, person: PersonId, look: Look) -> None:
    """Remember a look in the place of the one before."""
    session.execute(sa.delete(LastLook).where(LastLook.proposal == proposal, LastLook.person == person))
    session.execute(sa.insert(LastLook).values(proposal=proposal, person=person, version=look.version, before=look.before, at=look.at))

"""Programmes: the lasting microcredentials, and the register of approved ones."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, ProgrammeId, ProposalId
from cowork.domain.policy import Scope
from cowork.store.records import Access, Programme, Proposal


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """An approved programme in the register."""

    id: ProgrammeId
    title: str
    code: str
    public: bool
    demonstration: bool
    proposal: ProposalId
    version: int
    approved_at: datetime
    digest: Digest
    parties: str


def add(session: Session, programme: ProgrammeId, title: str, demonstration: bool) -> None:
    session.execute(sa.insert(Programme).values(id=programme, title=title, demonstration=demonstration))


def rename(session: Session, programme: ProgrammeId, title: str, code: str) -> None:
    """Follow the draft's title and code until something is approved."""
    where = (Programme.id == programme, Programme.approved_at.is_(None))
    session.execute(sa.update(Programme).where(*where).values(title=title, code=code))


def approve(
    session: Session,
    programme: ProgrammeId,
    title: str,
    code: str,
    proposal: ProposalId,
    version: int,
    digest: Digest,
    at: datetime,
) -> None:
    """Make this version the programme's approved specification."""
    session.execute(
        sa.update(Programme)
        .where(Programme.id == programme)
        .values(title=title, code=code, approved_proposal=proposal, approved_version=version, digest=digest, approved_at=at)
    )


def publish(session: Session, programme: ProgrammeId, public: bool) -> None:
    """Show the approved specification in the public register, or stop showing it."""
    session.execute(sa.update(Programme).where(Programme.id == programme).values(public=public))


def register(
    session: Session, scope: Scope | None, after: tuple[datetime, ProgrammeId] | None, limit: int
) -> list[ProgrammeLine]:
    """Approved programmes, newest first: the public ones (scope None), or those and the ones of a person's scope."""
    statement = _approved()
    if scope is None:
        statement = statement.where(Programme.public)
    else:
        own = sa.exists().where(Access.proposal == Programme.approved_proposal, Access.principal.in_(scope.principals()))
        statement = statement.where(sa.or_(Programme.public, own))
    if after is not None:
        edge = sa.tuple_(sa.literal(after[0], Programme.approved_at.type), sa.literal(after[1]))
        statement = statement.where(sa.tuple_(Programme.approved_at, Programme.id) < edge)
    rows = session.execute(statement.order_by(Programme.approved_at.desc(), Programme.id.desc()).limit(limit))
    return [_line(programme, parties) for programme, parties in rows]


def approved(session: Session, programme: ProgrammeId) -> ProgrammeLine | None:
    """One approved programme, or None."""
    row = session.execute(_approved().where(Programme.id == programme)).one_or_none()
    return _line(*row) if row else None


def with_digest(session: Session, digest: Digest) -> list[ProgrammeLine]:
    """The approved programmes whose specification has this digest now."""
    return [_line(programme, parties) for programme, parties in session.execute(_approved().where(Programme.digest == digest))]


def _approved() -> sa.Select[Programme, str]:
    return sa.select(Programme, Proposal.party_names).join(Proposal, Proposal.id == Programme.approved_proposal)


def _line(row: Programme, parties: str) -> ProgrammeLine:
    if row.approved_proposal is None or row.approved_version is None or row.approved_at is None or row.digest is None:
        raise ValueError(f"programme {row.id} has a proposal but no approved version")
    return ProgrammeLine(
        ProgrammeId(row.id),
        row.title,
        row.code,
        row.public,
        row.demonstration,
        ProposalId(row.approved_proposal),
        row.approved_version,
        row.approved_at,
        Digest(row.digest),
        parties,
    )

"""Proposals and public programmes that could be similar: by the beginnings of words in their titles, out of those a person may see."""

import json
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import ProgrammeId, ProposalId
from cowork.domain.proposals import Standing
from cowork.store import search
from cowork.store.records import Access, Programme, Proposal, Version


@dataclass(frozen=True, slots=True)
class Candidate:
    """`readable` says that the proposal is open to the person; otherwise its programme is public."""

    proposal: ProposalId
    programme: ProgrammeId
    title: str
    standing: Standing
    parties: str
    readable: bool


def candidates(session: Session, principals: Collection[str], stems: Collection[str], limit: int) -> list[Candidate]:
    """Those with one of these beginnings in the title, the latest changed first."""
    if not stems:
        return []
    own = sa.exists().where(Access.proposal == Proposal.id, Access.principal.in_(sorted(principals)))
    public = sa.and_(Programme.public, Programme.approved_proposal == Proposal.id)
    statement = (
        sa.select(Proposal.id, Proposal.programme, Proposal.title, Proposal.standing, Proposal.party_names, own.label("readable"))
        .join(Programme, Programme.id == Proposal.programme)
        .where(Proposal.id.in_(search.titled(session, stems)), sa.or_(own, public))
        .order_by(Proposal.updated_at.desc(), Proposal.id.desc())
        .limit(limit)
    )
    return [
        Candidate(ProposalId(r.id), ProgrammeId(r.programme), r.title, Standing(r.standing), r.party_names, bool(r.readable))
        for r in session.execute(statement)
    ]


def contents(session: Session, proposals: Collection[ProposalId]) -> dict[ProposalId, Content]:
    """The newest answers of proposals that the caller may name, every lane included."""
    statement = sa.select(Version.proposal, Version.content).join(
        Proposal, sa.and_(Proposal.id == Version.proposal, Proposal.version == Version.number)
    )
    rows = session.execute(statement.where(Version.proposal.in_(sorted(proposals))))
    return {ProposalId(row.proposal): json.loads(row.content) for row in rows}

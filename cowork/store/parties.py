"""The organisations that take part in proposals, for lists that hold every proposal of the instance."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import ProposalId
from cowork.store.records import Organisation, Party


def names_by_proposal(session: Session) -> dict[ProposalId, tuple[str, ...]]:
    """The names of each proposal's parties: the lead first, then by name."""
    statement = (
        sa.select(Party.proposal, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation)
        .order_by(Party.proposal, Party.lead.desc(), Organisation.name)
    )
    found: dict[ProposalId, list[str]] = {}
    for proposal, name in session.execute(statement):
        found.setdefault(ProposalId(proposal), []).append(name)
    return {proposal: tuple(names) for proposal, names in found.items()}

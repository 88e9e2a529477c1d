"""Signatures of rows of the alignment. Rows are only added; the newest word of a person on a statement counts."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId
from cowork.domain.specifications.signing import Signature, Statement
from cowork.store.records import Organisation, Person
from cowork.store.skills_records import RowSignatureRecord as Record


def standing(session: Session, proposal: ProposalId) -> tuple[Signature, ...]:
    """The signatures of a proposal that were not taken back, in the order in which they were given."""
    columns = (
        Record.path, Record.row, Record.statement, Record.person, Person.name.label("signer"), Record.organisation,
        Organisation.name.label("party"), Record.version, Record.digest, Record.given, Record.at,
    )  # fmt: skip
    joined = sa.select(*columns).join(Person, Person.id == Record.person).join(Organisation, Organisation.id == Record.organisation)
    newest: dict[tuple[str, str, str, str, str], Signature] = {}
    for row in session.execute(joined.where(Record.proposal == proposal).order_by(Record.seq)):
        key = (row.path, row.row, row.statement, row.person, row.organisation)
        newest.pop(key, None)
        if row.given:
            newest[key] = Signature(
                row.path, row.row, Statement(row.statement), PersonId(row.person), row.signer, OrganisationId(row.organisation), row.party,
                row.version, Digest(row.digest), row.at,
            )  # fmt: skip
    return tuple(newest.values())


def count(session: Session, proposal: ProposalId) -> int:
    """How many times anything was signed or taken back in a proposal."""
    return session.execute(sa.select(sa.func.count()).select_from(Record).where(Record.proposal == proposal)).scalar_one()


def add(session: Session, proposal: ProposalId, given: Sequence[tuple[str, Signature]], *, take_back: bool = False) -> None:
    """Add signatures, each with a new identifier; or the taking back of some."""
    first = count(session, proposal) + 1
    values = [
        {
            "id": key, "proposal": proposal, "path": one.path, "row": one.row, "statement": one.statement.value, "person": one.person,
            "organisation": one.organisation, "version": one.version, "digest": one.digest, "given": not take_back, "at": one.at,
            "seq": first + place,
        }
        for place, (key, one) in enumerate(given)
    ]  # fmt: skip
    session.execute(sa.insert(Record), values)

"""What was worked out of who wrote which words, and what that needs: the texts of versions, their writers, and whom these took part for."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.specifications.authorship import Authorship, packed, unpacked
from cowork.store.records import Event, Version, VersionWriter
from cowork.store.rights_records import Authorship as AuthorshipRecord


def kept(session: Session, proposal: ProposalId, number: int) -> tuple[int, Authorship] | None:
    """The newest version up to this one for which it was kept, with its authorship; None where there is none."""
    record = AuthorshipRecord
    statement = sa.select(record.version, record.words).where(record.proposal == proposal, record.version <= number)
    row = session.execute(statement.order_by(record.version.desc()).limit(1)).one_or_none()
    return (row.version, unpacked(row.words)) if row is not None else None


def keep(session: Session, proposal: ProposalId, number: int, found: Authorship) -> None:
    session.execute(sa.insert(AuthorshipRecord).values(proposal=proposal, version=number, words=packed(found)))


def contents(session: Session, proposal: ProposalId, first: int, last: int) -> Iterator[tuple[int, Content]]:
    """The contents of these versions, one after the other, every lane included."""
    where = (Version.proposal == proposal, Version.number >= first, Version.number <= last)
    rows = session.execute(sa.select(Version.number, Version.content).where(*where).order_by(Version.number))
    return ((row.number, json.loads(row.content)) for row in rows)


def writers(session: Session, proposal: ProposalId) -> dict[int, frozenset[PersonId]]:
    """Everybody who wrote each version."""
    alone = sa.select(Version.number, Version.author.label("person")).where(Version.proposal == proposal)
    along = sa.select(VersionWriter.version, VersionWriter.person).where(VersionWriter.proposal == proposal)
    found: dict[int, set[PersonId]] = {}
    for number, person in session.execute(sa.union_all(alone, along)):
        found.setdefault(number, set()).add(PersonId(person))
    return {number: frozenset(people) for number, people in found.items()}


def parts(session: Session, proposal: ProposalId) -> dict[PersonId, OrganisationId]:
    """For which party each person first took part, as the record has it: that never changes, whoever leaves since."""
    statement = sa.select(Event.payload).where(Event.stream == proposal, Event.kind == "participant-added").order_by(Event.seq)
    found: dict[PersonId, OrganisationId] = {}
    for payload in session.scalars(statement):
        said = json.loads(payload)
        found.setdefault(PersonId(said["person"]), OrganisationId(said["organisation"]))
    return found

"""Who asks to take part, who answered, and which parties let their own members find a proposal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import OrganisationId, PersonId, ProposalId, RequestId
from cowork.domain.joining import RequestStanding
from cowork.domain.proposals import Right, Role, Standing
from cowork.store.records import Access, Organisation, Participant, Person, Proposal
from cowork.store.rights_records import JoinRequest, OpenParty


@dataclass(frozen=True, slots=True)
class RequestFull:
    """What somebody asked, and the answer if there is one. Without a role it is a `right` in a `section`."""

    id: RequestId
    proposal: ProposalId
    person: PersonId
    name: str
    organisation: OrganisationId
    organisation_name: str
    answering: OrganisationId
    role: Role | None
    section: str
    right: Right | None
    words: str
    asked_at: datetime
    standing: RequestStanding
    answered_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft that a member of a party may find: its title, for which party, who writes it for that party, and how it stands."""

    proposal: ProposalId
    title: str
    party_names: str
    organisation: OrganisationId
    organisation_name: str
    authors: tuple[str, ...]


def open_parties(session: Session, proposal: ProposalId) -> frozenset[OrganisationId]:
    """The parties whose own members may find this proposal."""
    found = session.scalars(sa.select(OpenParty.organisation).where(OpenParty.proposal == proposal))
    return frozenset(OrganisationId(key) for key in found)


def set_open(session: Session, proposal: ProposalId, organisation: OrganisationId, opened: bool) -> None:
    session.execute(sa.delete(OpenParty).where(OpenParty.proposal == proposal, OpenParty.organisation == organisation))
    if opened:
        session.execute(sa.insert(OpenParty).values(proposal=proposal, organisation=organisation))


def open_drafts(
    session: Session, organisations: Collection[OrganisationId], principals: Collection[str], standings: Collection[Standing], limit: int
) -> tuple[OpenDraft, ...]:
    """The drafts that these organisations' members may find and do not read yet, the last changed first."""
    readable = sa.exists().where(Access.proposal == Proposal.id, Access.principal.in_(sorted(principals)))
    statement = (
        sa.select(Proposal.id, Proposal.title, Proposal.party_names, OpenParty.organisation, Organisation.name)
        .join(OpenParty, OpenParty.proposal == Proposal.id)
        .join(Organisation, Organisation.id == OpenParty.organisation)
        .where(OpenParty.organisation.in_(sorted(organisations)), Proposal.standing.in_([one.value for one in standings]), ~readable)
        .order_by(Proposal.updated_at.desc(), Proposal.id)
        .limit(limit)
    )
    rows = session.execute(statement).all()
    authors = _authors(session, {row.id for row in rows})
    return tuple(
        OpenDraft(
            ProposalId(row.id), row.title, row.party_names, OrganisationId(row.organisation), row.name,
            tuple(authors.get((row.id, row.organisation), ())),
        )
        for row in rows
    )  # fmt: skip


def _authors(session: Session, proposals: Collection[str]) -> dict[tuple[str, str], list[str]]:
    statement = (
        sa.select(Participant.proposal, Participant.organisation, Person.name)
        .join(Person, Person.id == Participant.person)
        .where(Participant.proposal.in_(sorted(proposals)), Participant.role == Role.AUTHOR.value)
        .order_by(Person.name)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in session.execute(statement):
        found.setdefault((row.proposal, row.organisation), []).append(row.name)
    return found


def add(session: Session, full: RequestFull) -> None:
    session.execute(
        sa.insert(JoinRequest).values(
            id=full.id, proposal=full.proposal, person=full.person, organisation=full.organisation, answering=full.answering,
            role=full.role.value if full.role else "", section=full.section, right=full.right.value if full.right else "",
            words=full.words, asked_at=full.asked_at, standing=full.standing.value,
        )
    )  # fmt: skip


def close(session: Session, key: RequestId, standing: RequestStanding, by: PersonId | None, at: datetime, answer: str) -> None:
    """Note what became of a request."""
    values = {"standing": standing.value, "answered_by": by, "answered_at": at, "answer": answer}
    session.execute(sa.update(JoinRequest).where(JoinRequest.id == key).values(**values))


def of_proposal(session: Session, proposal: ProposalId) -> tuple[RequestFull, ...]:
    """The requests about a proposal, oldest first."""
    return _found(session, JoinRequest.proposal == proposal)


def of_person(session: Session, person: PersonId) -> tuple[RequestFull, ...]:
    """What a person asked, oldest first."""
    return _found(session, JoinRequest.person == person)


def _found(session: Session, where: sa.ColumnElement[bool]) -> tuple[RequestFull, ...]:
    asker, answerer = aliased(Person), aliased(Person)
    statement = (
        sa.select(*JoinRequest.__table__.columns, asker.name.label("name"), Organisation.name.label("house"), answerer.name.label("by"))
        .join(asker, asker.id == JoinRequest.person)
        .join(Organisation, Organisation.id == JoinRequest.organisation)
        .outerjoin(answerer, answerer.id == JoinRequest.answered_by)
        .where(where)
        .order_by(JoinRequest.asked_at, JoinRequest.id)
    )
    return tuple(
        RequestFull(
            RequestId(row.id), ProposalId(row.proposal), PersonId(row.person), row.name, OrganisationId(row.organisation), row.house,
            OrganisationId(row.answering), Role(row.role) if row.role else None, row.section, Right(row.right) if row.right else None,
            row.words, row.asked_at, RequestStanding(row.standing), row.by or "", row.answer,
        )
        for row in session.execute(statement)
    )  # fmt: skip

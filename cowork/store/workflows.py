"""The workflows of organisations: what they published, what they retired, what they are working on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId
from cowork.domain.proposals import Standing
from cowork.store.records import Access, Person, Proposal
from cowork.store.review_records import Round
from cowork.store.workflow_records import Definition, RetiredWorkflow, WorkflowDraft, WorkflowOwner


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a workflow. `owner` is None for those that come with Cowork, which nobody published."""

    digest: Digest
    key: str
    version: int
    title: str
    owner: OrganisationId | None
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftLine:
    id: str
    title: str
    saves: int
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftFull:
    """`saves` counts changes; `updated_by` is a name."""

    id: str
    title: str
    source: str
    saves: int
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RunningRound:
    """A round that runs under an older version of a workflow."""

    proposal: ProposalId
    title: str
    parties: str
    stages: str
    version: int
    submitted_at: datetime


def published(session: Session, owners: Collection[OrganisationId], key: str | None = None) -> list[Published]:
    """Every version that is open to all or owned by these organisations, the newest of each first, by title; of one key or of all."""
    statement = (
        sa.select(Definition.digest, Definition.key, Definition.version, Definition.title)
        .add_columns(WorkflowOwner.organisation, WorkflowOwner.published_at, Person.name)
        .outerjoin(WorkflowOwner, WorkflowOwner.digest == Definition.digest)
        .outerjoin(Person, Person.id == WorkflowOwner.published_by)
        .where(Definition.kind == "workflow")
        .where(sa.or_(WorkflowOwner.organisation.is_(None), WorkflowOwner.organisation.in_(sorted(owners))))
        .order_by(Definition.title, Definition.key, Definition.version.desc())
    )
    if key is not None:
        statement = statement.where(Definition.key == key)
    return [
        Published(
            Digest(row.digest), row.key, row.version, row.title, OrganisationId(row.organisation) if row.organisation else None,
            row.name or "", row.published_at,
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def newest(versions: Iterable[Published]) -> list[Published]:
    """The newest version of each workflow of each owner, in the order given."""
    found: dict[tuple[str, str | None], Published] = {}
    for one in versions:
        known = found.get((one.key, one.owner))
        if known is None or known.version < one.version:
            found[one.key, one.owner] = one
    return list(found.values())


def retired(session: Session, organisations: Collection[OrganisationId]) -> frozenset[tuple[OrganisationId, str]]:
    """What each of these organisations no longer offers, by key."""
    columns = (RetiredWorkflow.organisation, RetiredWorkflow.key)
    rows = session.execute(sa.select(*columns).where(RetiredWorkflow.organisation.in_(sorted(organisations))))
    return frozenset((OrganisationId(row.organisation), row.key) for row in rows)


def retire(session: Session, organisation: OrganisationId, key: str) -> None:
    session.execute(sa.insert(RetiredWorkflow).values(organisation=organisation, key=key))


def offer(session: Session, organisation: OrganisationId, key: str) -> None:
    where = (RetiredWorkflow.organisation == organisation, RetiredWorkflow.key == key)
    session.execute(sa.delete(RetiredWorkflow).where(*where))


def own(session: Session, digest: Digest, organisation: OrganisationId, by: PersonId, at: datetime) -> None:
    """Note who published a definition that was kept just now."""
    values = {"digest": digest, "organisation": organisation, "published_by": by, "published_at": at}
    session.execute(sa.insert(WorkflowOwner).values(**values))


_DRAFT = (WorkflowDraft.id, WorkflowDraft.title, WorkflowDraft.saves, WorkflowDraft.updated_at, Person.name)


def drafts(session: Session, organisation: OrganisationId) -> list[DraftLine]:
    """The drafts of an organisation, the latest changed first."""
    statement = sa.select(*_DRAFT).join(Person, Person.id == WorkflowDraft.updated_by)
    statement = statement.where(WorkflowDraft.organisation == organisation)
    rows = session.execute(statement.order_by(WorkflowDraft.updated_at.desc(), WorkflowDraft.id))
    return [DraftLine(row.id, row.title, row.saves, row.name, row.updated_at) for row in rows]


def draft(session: Session, organisation: OrganisationId, key: str) -> DraftFull | None:
    """A draft of this organisation, or None."""
    statement = sa.select(*_DRAFT, WorkflowDraft.source).join(Person, Person.id == WorkflowDraft.updated_by)
    row = session.execute(statement.where(WorkflowDraft.organisation == organisation, WorkflowDraft.id == key)).one_or_none()
    return DraftFull(row.id, row.title, row.source, row.saves, row.name, row.updated_at) if row else None


def add_draft(
    session: Session, key: str, organisation: OrganisationId, title: str, source: str, by: PersonId, at: datetime
) -> None:
    values = {"id": key, "organisation": organisation, "title": title, "source": source, "saves": 1, "updated_by": by, "updated_at": at}
    session.execute(sa.insert(WorkflowDraft).values(**values))


def save_draft(session: Session, key: str, seen: int, title: str, source: str, by: PersonId, at: datetime) -> bool:
    """Save a draft unless it was saved since `seen`."""
    where = (WorkflowDraft.id == key, WorkflowDraft.saves == seen)
    values = {"title": title, "source": source, "saves": seen + 1, "updated_by": by, "updated_at": at}
    result = session.execute(sa.update(WorkflowDraft).where(*where).values(**values))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def remove_draft(session: Session, key: str, seen: int) -> bool:
    """Remove a draft unless it was saved since `seen`."""
    result = session.execute(sa.delete(WorkflowDraft).where(WorkflowDraft.id == key, WorkflowDraft.saves == seen))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # as above


def running(session: Session, digests: Collection[Digest], principals: Collection[str], limit: int) -> list[RunningRound]:
    """The rounds that run under one of these definitions, of proposals that one of these principals reads; the oldest first."""
    readable = sa.select(Access.proposal).where(Access.principal.in_(sorted(principals)))
    statement = (
        sa.select(Proposal.id, Proposal.title, Proposal.party_names, Proposal.stages, Definition.version, Round.submitted_at)
        .join(Round, sa.and_(Round.proposal == Proposal.id, Round.number == Proposal.round))
        .join(Definition, Definition.digest == Round.workflow)
        .where(Proposal.standing == Standing.IN_REVIEW.value, Round.workflow.in_(sorted(digests)), Proposal.id.in_(readable))
        .order_by(Round.submitted_at, Proposal.id)
        .limit(limit)
    )
    rows = session.execute(statement)
    return [RunningRound(ProposalId(r.id), r.title, r.party_names, r.stages, r.version, r.submitted_at) for r in rows]

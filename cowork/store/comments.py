"""Threads and comments."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import CommentId, OrganisationId, PersonId, ProposalId, ThreadId
from cowork.store.records import Comment, Organisation, Person, Thread


@dataclass(frozen=True, slots=True)
class CommentLine:
    id: CommentId
    author: PersonId
    author_name: str
    organisation_name: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class ThreadFull:
    """A thread with its comments, oldest first. `lane` is None where every party reads it."""

    id: ThreadId
    proposal: ProposalId
    lane: OrganisationId | None
    section: str | None
    field: str | None
    version: int
    objection: bool
    opened_by: PersonId
    opened_at: datetime
    resolved_by_name: str
    resolved_at: datetime | None
    comments: tuple[CommentLine, ...]

    @property
    def resolved(self) -> bool:
        return self.resolved_at is not None


def add_thread(session: Session, thread: ThreadFull) -> None:
    """Insert a thread; its comments are added one by one."""
    session.execute(
        sa.insert(Thread).values(
            id=thread.id,
            proposal=thread.proposal,
            lane=thread.lane,
            section=thread.section,
            field=thread.field,
            version=thread.version,
            objection=thread.objection,
            opened_by=thread.opened_by,
            opened_at=thread.opened_at,
        )
    )


def add_comment(
    session: Session,
    comment: CommentId,
    thread: ThreadId,
    proposal: ProposalId,
    author: PersonId,
    organisation: OrganisationId | None,
    at: datetime,
    body: str,
) -> None:
    values = {"id": comment, "thread": thread, "proposal": proposal, "author": author, "organisation": organisation}
    session.execute(sa.insert(Comment).values(**values, at=at, body=body))


def set_resolved(session: Session, thread: ThreadId, by: PersonId | None, at: datetime | None) -> None:
    """Resolve a thread, or reopen it with None and None."""
    session.execute(sa.update(Thread).where(Thread.id == thread).values(resolved_by=by, resolved_at=at))


def threads(session: Session, proposal: ProposalId, lanes: frozenset[OrganisationId]) -> list[ThreadFull]:
    """The shared threads of a proposal and those of these organisations' own lanes, oldest first, in one query."""
    return _threads(session, _all(), proposal=proposal, lanes=sorted(lanes))


def thread(session: Session, proposal: ProposalId, key: ThreadId, lanes: frozenset[OrganisationId]) -> ThreadFull | None:
    """One thread *of this proposal* that these lanes may read, or None."""
    found = _threads(session, _all().where(Thread.id == sa.bindparam("thread")), proposal=proposal, thread=key, lanes=sorted(lanes))
    return found[0] if found else None


@cache
def _all() -> sa.Select[*tuple[Any, ...]]:
    """The comments of the proposal `proposal` in shared threads and those of `lanes`. Put together once: pages of proposals ask it."""
    author, resolver = aliased(Person), aliased(Person)
    return (
        sa.select(*Thread.__table__.columns, Comment.id.label("comment"), Comment.author, Comment.at, Comment.body)
        .add_columns(author.name.label("author_name"), Organisation.name.label("organisation_name"), resolver.name.label("resolver_name"))
        .join(Comment, Comment.thread == Thread.id)
        .join(author, author.id == Comment.author)
        .outerjoin(Organisation, Organisation.id == Comment.organisation)
        .outerjoin(resolver, resolver.id == Thread.resolved_by)
        .where(Thread.proposal == sa.bindparam("proposal"))
        .where(sa.or_(Thread.lane.is_(None), Thread.lane.in_(sa.bindparam("lanes", expanding=True))))
        .order_by(Thread.opened_at, Thread.id, Comment.at, Comment.id)
    )


def _threads(session: Session, statement: sa.Select[*tuple[Any, ...]], **values: object) -> list[ThreadFull]:
    rows = session.execute(statement, values)
    return [_full(list(found)) for _, found in groupby(rows, key=lambda row: row.id)]


def _full(rows: list[sa.Row[*tuple[Any, ...]]]) -> ThreadFull:
    """A thread from its rows, one for each comment."""
    row = rows[0]
    return ThreadFull(
        ThreadId(row.id),
        ProposalId(row.proposal),
        OrganisationId(row.lane) if row.lane else None,
        row.section,
        row.field,
        row.version,
        row.objection,
        PersonId(row.opened_by),
        row.opened_at,
        row.resolver_name or "",
        row.resolved_at,
        tuple(CommentLine(CommentId(r.comment), PersonId(r.author), r.author_name, r.organisation_name or "", r.at, r.body) for r in rows),
    )


def opened_since(session: Session, proposal: ProposalId, person: PersonId, since: datetime) -> int:
    """How many shared comments a person has written on a proposal since a moment."""
    where = (Comment.proposal == proposal, Comment.author == person, Comment.at >= since, Thread.lane.is_(None))
    statement = sa.select(sa.func.count()).select_from(Comment).join(Thread, Thread.id == Comment.thread).where(*where)
    return session.scalar(statement) or 0


def counts(session: Session, proposal: ProposalId) -> tuple[int, int]:
    """Open shared threads and open objections: the counters that lists show. Own lanes are not counted, so nothing leaks."""
    where = (Thread.proposal == proposal, Thread.lane.is_(None), Thread.resolved_at.is_(None))
    total = sa.func.count().label("total")
    objections = sa.func.coalesce(sa.func.sum(sa.case((Thread.objection, 1), else_=0)), 0).label("objections")
    row = session.execute(sa.select(total, objections).where(*where)).one()
    return row.total, int(row.objections)

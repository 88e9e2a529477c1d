"""Threads and comments."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import CommentId, OrganisationId, PersonId, ProposalId, ThreadId
from cowork.domain.passages import Quote
from cowork.domain.suggestions import Suggestion, SuggestionKind, SuggestionStanding
from cowork.store.comment_records import Passage, SuggestionRecord
from cowork.store.records import Comment, Organisation, Person, Thread


@dataclass(frozen=True, slots=True)
class CommentLine:
    id: CommentId
    author: PersonId
    author_name: str
    organisation_name: str
    at: datetime
    body: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ThreadFull:
    """A thread with its comments, oldest first. `lane` is None where every party reads it.

    `row` and `column` name an entry of a list and a cell of it; `quote` are the words it is about, as `quoted_in` that version.
    """

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
    row: str | None = None
    column: str | None = None
    quote: Quote | None = None
    quoted_in: int = 0
    suggestion: Suggestion | None = None

    @property
    def resolved(self) -> bool:
        return self.resolved_at is not None


def add_thread(session: Session, thread: ThreadFull) -> None:
    """Insert a thread with its passage and suggestion; its comments are added one by one."""
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
    if thread.row is not None or thread.quote is not None:
        put_passage(session, thread.id, thread.row, thread.column, thread.quote, thread.quoted_in)
    if thread.suggestion is not None:
        made = thread.suggestion
        values = {"kind": made.kind.value, "base": made.base, "value": made.value, "as_writer": made.as_writer}
        session.execute(sa.insert(SuggestionRecord).values(thread=thread.id, proposal=thread.proposal, standing="open", **values))


def same(session: Session, thread: ThreadFull, body: str, since: datetime) -> ThreadId | None:
    """A thread that the same person opened on the same place with the same words since this moment, or None."""
    words = thread.quote or Quote("", "", "", 0, False)
    statement = (
        sa.select(Thread.id)
        .join(Comment, Comment.thread == Thread.id)
        .outerjoin(Passage, Passage.thread == Thread.id)
        .outerjoin(SuggestionRecord, SuggestionRecord.thread == Thread.id)
        .where(
            Thread.proposal == thread.proposal, Thread.opened_by == thread.opened_by, Thread.opened_at >= since,
            Thread.objection == thread.objection, Thread.lane.is_not_distinct_from(thread.lane),
            Thread.section.is_not_distinct_from(thread.section), Thread.field.is_not_distinct_from(thread.field),
            Passage.row_key.is_not_distinct_from(thread.row), Passage.column_key.is_not_distinct_from(thread.column),
            sa.func.coalesce(Passage.quote, "") == words.exact, sa.func.coalesce(Passage.start, 0) == words.start,
            SuggestionRecord.thread.is_(None), Comment.body == body,
        )
        .limit(1)
    )  # fmt: skip
    found = session.scalar(statement)
    return ThreadId(found) if found is not None else None


def put_passage(session: Session, thread: ThreadId, row: str | None, column: str | None, quote: Quote | None, version: int) -> None:
    """Anchor a thread, or anchor it anew."""
    session.execute(sa.delete(Passage).where(Passage.thread == thread))
    words = quote or Quote("", "", "", 0, False)
    session.execute(
        sa.insert(Passage).values(
            thread=thread, row_key=row, column_key=column, version=version, quote=words.exact, prefix=words.prefix, suffix=words.suffix,
            start=words.start, alone=words.alone,
        )
    )  # fmt: skip


def settle_suggestion(
    session: Session, thread: ThreadId, standing: SuggestionStanding, by: PersonId | None, at: datetime | None, version: int | None = None
) -> None:
    """Close a suggestion: taken over into a version, turned down, or taken back."""
    values = {"standing": standing.value, "settled_by": by, "settled_at": at, "taken_into": version}
    session.execute(sa.update(SuggestionRecord).where(SuggestionRecord.thread == thread).values(**values))


def withdraw_comment(session: Session, comment: CommentId, at: datetime) -> None:
    """Take the text of a comment away. That it was there, and whose it was, stays."""
    session.execute(sa.update(Comment).where(Comment.id == comment).values(body="", withdrawn_at=at))


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
    author, resolver, settler = aliased(Person), aliased(Person), aliased(Person)
    passage = (Passage.row_key, Passage.column_key, Passage.version.label("quoted_in"), Passage.quote, Passage.prefix, Passage.suffix)
    suggested = (SuggestionRecord.kind, SuggestionRecord.base, SuggestionRecord.value, SuggestionRecord.as_writer)
    settled = (SuggestionRecord.standing, SuggestionRecord.settled_at, SuggestionRecord.taken_into, settler.name.label("settler_name"))
    return (
        sa.select(*Thread.__table__.columns, Comment.id.label("comment"), Comment.author, Comment.at, Comment.body, Comment.withdrawn_at)
        .add_columns(*passage, Passage.start, Passage.alone, *suggested, *settled)
        .add_columns(author.name.label("author_name"), Organisation.name.label("organisation_name"), resolver.name.label("resolver_name"))
        .join(Comment, Comment.thread == Thread.id)
        .join(author, author.id == Comment.author)
        .outerjoin(Organisation, Organisation.id == Comment.organisation)
        .outerjoin(resolver, resolver.id == Thread.resolved_by)
        .outerjoin(Passage, Passage.thread == Thread.id)
        .outerjoin(SuggestionRecord, SuggestionRecord.thread == Thread.id)
        .outerjoin(settler, settler.id == SuggestionRecord.settled_by)
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
        tuple(_line(row) for row in rows),
        row.row_key,
        row.column_key,
        Quote(row.quote, row.prefix, row.suffix, row.start, row.alone) if row.quote else None,
        row.quoted_in or 0,
        _suggestion(row) if row.kind else None,
    )


def _line(row: sa.Row[*tuple[Any, ...]]) -> CommentLine:
    withdrawn = row.withdrawn_at is not None
    return CommentLine(
        CommentId(row.comment), PersonId(row.author), row.author_name, row.organisation_name or "", row.at, row.body, withdrawn
    )


def _suggestion(row: sa.Row[*tuple[Any, ...]]) -> Suggestion:
    return Suggestion(
        SuggestionKind(row.kind), row.base, row.value, row.as_writer, SuggestionStanding(row.standing), row.settler_name or "",
        row.settled_at, row.taken_into,
    )  # fmt: skip


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

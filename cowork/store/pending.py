"""Comments that their author has not sent: read by nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.comments import Anchor
from cowork.domain.ids import CommentId, OrganisationId, PersonId, ProposalId, ThreadId
from cowork.store.comment_records import PendingComment


@dataclass(frozen=True, slots=True)
class Pending:
    """A comment as it will be sent: in a new thread on `anchor`, or as an answer in `thread`."""

    id: CommentId
    thread: ThreadId | None
    anchor: Anchor
    lane: OrganisationId | None
    objection: bool
    version: int
    body: str
    at: datetime


def add(session: Session, proposal: ProposalId, author: PersonId, pending: Pending) -> None:
    a = pending.anchor
    target = {"section": a.section, "field": a.field, "row": a.row, "column": a.column, "quote": a.quote, "start": a.start}
    session.execute(
        sa.insert(PendingComment).values(
            id=pending.id, proposal=proposal, author=author, thread=pending.thread, lane=pending.lane, objection=pending.objection,
            version=pending.version, target=target, body=pending.body, at=pending.at,
        )
    )  # fmt: skip


def of_author(session: Session, proposal: ProposalId, author: PersonId) -> tuple[Pending, ...]:
    """What somebody has not sent yet on a proposal, oldest first."""
    where = (PendingComment.proposal == proposal, PendingComment.author == author)
    rows = session.execute(sa.select(*PendingComment.__table__.columns).where(*where).order_by(PendingComment.at, PendingComment.id))
    return tuple(
        Pending(
            CommentId(r.id), ThreadId(r.thread) if r.thread else None, _anchor(r.target), OrganisationId(r.lane) if r.lane else None,
            r.objection, r.version, r.body, r.at,
        )
        for r in rows
    )  # fmt: skip


def _anchor(target: Mapping[str, object]) -> Anchor:
    texts = {name: value for name in ("section", "field", "row", "column") if isinstance(value := target.get(name), str)}
    quote, start = target.get("quote"), target.get("start")
    return Anchor(**texts, quote=quote if isinstance(quote, str) else "", start=start if isinstance(start, int) else None)


def change(session: Session, key: CommentId, author: PersonId, body: str) -> bool:
    """Another text for one of the author's own; whether it was there."""
    where = (PendingComment.id == key, PendingComment.author == author)
    result = session.execute(sa.update(PendingComment).where(*where).values(body=body))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def remove(session: Session, proposal: ProposalId, author: PersonId, key: CommentId | None = None) -> int:
    """Discard one of the author's own on this proposal, or all; how many there were."""
    where = [PendingComment.proposal == proposal, PendingComment.author == author]
    if key is not None:
        where.append(PendingComment.id == key)
    result = session.execute(sa.delete(PendingComment).where(*where))
    return int(result.rowcount)  # type: ignore[attr-defined]  # as above

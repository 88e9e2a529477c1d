"""The tables beside threads and comments: passages that are quoted, suggestions, and what a reviewer has not sent yet."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, ref


class Passage(Base):
    """Which words, or which row of a list, a thread is about. An empty `quote` is the whole answer of that row or column."""

    __tablename__ = "passage"
    thread: Mapped[str] = mapped_column(Key, sa.ForeignKey("thread.id"), primary_key=True)
    row_key: Mapped[str | None] = mapped_column(sa.String(16))
    column_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int]
    quote: Mapped[str] = mapped_column(sa.Text, default="")
    prefix: Mapped[str] = mapped_column(sa.String(100), default="")
    suffix: Mapped[str] = mapped_column(sa.String(100), default="")
    start: Mapped[int] = mapped_column(default=0)
    alone: Mapped[bool] = mapped_column(default=False)


class SuggestionRecord(Base):
    """What a thread proposes in the place of `base`. Both are JSON values: a text, an answer or a row.

    `as_writer` says that its author agreed to count as a writer of the proposal when it is taken over.
    """

    __tablename__ = "suggestion"
    thread: Mapped[str] = mapped_column(Key, sa.ForeignKey("thread.id"), primary_key=True)
    proposal: Mapped[str] = ref("proposal")
    kind: Mapped[str] = mapped_column(sa.String(12))
    base: Mapped[Any] = mapped_column(sa.JSON)
    value: Mapped[Any] = mapped_column(sa.JSON)
    as_writer: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[str] = mapped_column(sa.String(12), default="open")
    settled_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    taken_into: Mapped[int | None]
    __table_args__ = (sa.Index(None, "proposal", "standing"),)


class PendingComment(Base):
    """A comment that its author has not sent: nobody else reads it. `target` is the anchor as it will be sent; `thread` is answered."""

    __tablename__ = "pending_comment"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    proposal: Mapped[str] = ref("proposal")
    author: Mapped[str] = ref("person")
    thread: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("thread.id"))
    lane: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("organisation.id"))
    objection: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    target: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    __table_args__ = (sa.Index(None, "proposal", "author"),)

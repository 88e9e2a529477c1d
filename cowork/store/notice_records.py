"""The tables of what people are told: notices, mails, and how each wants to hear."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Notice(Base):
    """Something a person is told, once (`key`): on the page, and by mail as they chose (`channel`: instant, daily, weekly, page).

    `mail` is the mail that carried it.
    """

    __tablename__ = "notice"
    id: Mapped[str] = key()
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person: Mapped[str] = ref("person")
    proposal: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("proposal.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    facts: Mapped[dict[str, Any]]
    channel: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[str | None] = mapped_column(Key)
    __table_args__ = (sa.Index("ix_notice_person", "person", "created_at", "id"), sa.Index("ix_notice_waiting", "mail", "channel"))


class Mail(Base):
    """A mail as it was written; kept with its proposal. `standing` is queued, sent, skipped (nobody may read it any more) or failed."""

    __tablename__ = "mail"
    id: Mapped[str] = key()
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person: Mapped[str] = ref("person", index=True)
    proposal: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("proposal.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    subject: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    standing: Mapped[str] = mapped_column(sa.String(10), default="queued")
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NoticeChoice(Base):
    """How a person wants to be told of a kind of notice by mail: instant, daily, weekly or page (not at all)."""

    __tablename__ = "notice_choice"
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(10))


class Watch(Base):
    """Whether a person follows a proposal, where they said so; otherwise participants do."""

    __tablename__ = "watch"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True, index=True)
    watching: Mapped[bool]


class Feed(Base):
    """The secret address of a person's calendar; `token` is its SHA-256."""

    __tablename__ = "feed"
    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), unique=True)
    created_at: Mapped[datetime]

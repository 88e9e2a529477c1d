"""The tables of meetings."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Meeting(Base):
    """A meeting of an office. `standing` is planned, ready (agenda complete), closed or cancelled; `saves` counts changes."""

    __tablename__ = "meeting"
    id: Mapped[str] = key()
    organisation: Mapped[str] = ref("organisation")
    office: Mapped[str] = ref("office")
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    standing: Mapped[str] = mapped_column(sa.String(10), default="planned")
    minutes: Mapped[str] = mapped_column(sa.Text, default="")
    saves: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = ref("person")
    created_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    __table_args__ = (sa.Index("ix_meeting_office_start", "office", "starts_at"),)


class MeetingItem(Base):
    """A point of an agenda: a turn of the office on a proposal, or (no proposal) a matter of its own."""

    __tablename__ = "meeting_item"
    id: Mapped[str] = key()
    meeting: Mapped[str] = ref("meeting", index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(300))
    proposal: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("proposal.id"), index=True)
    round: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("round.id"))
    stage: Mapped[str | None] = mapped_column(sa.String(60))
    seat: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    minutes: Mapped[str] = mapped_column(sa.Text, default="")
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    outcome: Mapped[str] = mapped_column(sa.String(30), default="")
    sections: Mapped[list[str]]


class Attendance(Base):
    """Who came to a meeting: `standing` is present, apologies or absent."""

    __tablename__ = "attendance"
    meeting: Mapped[str] = mapped_column(Key, sa.ForeignKey("meeting.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True)
    standing: Mapped[str] = mapped_column(sa.String(10))


class MeetingVote(Base):
    __tablename__ = "meeting_vote"
    item: Mapped[str] = mapped_column(Key, sa.ForeignKey("meeting_item.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(sa.String(30))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

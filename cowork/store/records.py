"""The tables of people, organisations and proposals. Kinds, standings and roles are plain strings by value."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Organisation(Base):
    __tablename__ = "organisation"
    id: Mapped[str] = key()
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    side: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    zone: Mapped[str] = mapped_column(sa.String(60), default="UTC")
    demonstration: Mapped[bool] = mapped_column(default=False)
    event_count: Mapped[int] = mapped_column(default=0)
    event_head: Mapped[str] = mapped_column(sa.String(64))
    closed_weekdays: Mapped[str] = mapped_column(sa.String(20), default="5,6", server_default="5,6")
    idle_days: Mapped[int] = mapped_column(default=10, server_default="10")


class ClosingDay(Base):
    """A day on which an organisation does not work, beside its closed weekdays."""

    __tablename__ = "closing_day"
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(120), default="")


class Person(Base):
    __tablename__ = "person"
    id: Mapped[str] = key()
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    password_hash: Mapped[str] = mapped_column(sa.String(300), default="")
    active: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(sa.String(60), default="UTC")
    theme: Mapped[str] = mapped_column(sa.String(10), default="system")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SessionRecord(Base):
    """A signed-in browser. `id` is the SHA-256 of the token in its cookie."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person: Mapped[str] = ref("person", index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    agent: Mapped[str] = mapped_column(sa.String(200), default="")


class Attempt(Base):
    """A failed sign-in, counted against an account and an address. `key` is a digest, so no address is kept in the clear."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    __table_args__ = (sa.Index(None, "key", "at"),)


class Membership(Base):
    __tablename__ = "membership"
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True, index=True)
    admin: Mapped[bool] = mapped_column(default=False)
    position: Mapped[str] = mapped_column(sa.String(120), default="")


class Office(Base):
    __tablename__ = "office"
    id: Mapped[str] = key()
    organisation: Mapped[str] = ref("organisation")
    kind: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    __table_args__ = (sa.UniqueConstraint("organisation", "kind"),)


class OfficeTerm(Base):
    """A member holds an office from `starts` to `ends` (days, both included; no end: until further notice).

    `role` is member, chair or secretary; `ended_at` is the moment at which a running term was ended by hand.
    """

    __tablename__ = "office_term"
    id: Mapped[str] = key()
    office: Mapped[str] = ref("office", index=True)
    person: Mapped[str] = ref("person", index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    role: Mapped[str] = mapped_column(sa.String(20), default="member", server_default="member")
    ended_at: Mapped[datetime | None]


class Delegation(Base):
    """A member lets another act for them, in one office or (none named) in all they hold at the organisation; days both included."""

    __tablename__ = "delegation"
    id: Mapped[str] = key()
    organisation: Mapped[str] = ref("organisation", index=True)
    office: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("office.id"))
    delegator: Mapped[str] = ref("person", index=True)
    delegate: Mapped[str] = ref("person", index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    created_by: Mapped[str] = ref("person")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Programme(Base):
    __tablename__ = "programme"
    id: Mapped[str] = key()
    title: Mapped[str] = mapped_column(sa.String(300))
    code: Mapped[str] = mapped_column(sa.String(60), default="")
    public: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[bool] = mapped_column(default=False)
    approved_proposal: Mapped[str | None] = mapped_column(Key)
    approved_version: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    __table_args__ = (
        sa.Index("ix_programme_register", "public", "approved_at", "id"),
        sa.Index("ix_programme_recent", "approved_at", "id"),
    )


class Proposal(Base):
    """`title`, `sentence`, `stages`, `percent` and the counters are projections, written in the commit that changes them.

    Lists read the indexes backwards, newest first.
    """

    __tablename__ = "proposal"
    id: Mapped[str] = key()
    programme: Mapped[str] = ref("programme", index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    standing: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(300))
    form: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"))
    workflow: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"))
    workflow_title: Mapped[str] = mapped_column(sa.String(200))
    created_by: Mapped[str] = ref("person")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    demonstration: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    percent: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    stages: Mapped[str] = mapped_column(sa.String(300), default="")
    sentence: Mapped[str] = mapped_column(sa.Text, default="")
    due_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    court: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    party_names: Mapped[str] = mapped_column(sa.String(500), default="")
    open_threads: Mapped[int] = mapped_column(default=0)
    open_objections: Mapped[int] = mapped_column(default=0)
    event_count: Mapped[int] = mapped_column(default=0)
    event_head: Mapped[str] = mapped_column(sa.String(64))
    __table_args__ = (
        sa.Index("ix_proposal_recent", "updated_at", "id"),
        sa.Index("ix_proposal_standing_recent", "standing", "updated_at", "id"),
        sa.Index("ix_proposal_look_at", "look_at"),
    )


class Party(Base):
    __tablename__ = "party"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    lead: Mapped[bool] = mapped_column(default=False)


class Participant(Base):
    __tablename__ = "participant"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True, index=True)
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20))


class Seating(Base):
    """An office that a proposal's review asks or has asked."""

    __tablename__ = "seating"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    office: Mapped[str] = mapped_column(Key, sa.ForeignKey("office.id"), primary_key=True, index=True)


class SeatedPerson(Base):
    """A person whom a proposal's review asks or has asked by name, for a party they belong to."""

    __tablename__ = "seated_person"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True, index=True)
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)


class Access(Base):
    """Who may read a proposal, as keys of the policy: the projection behind every list.

    It repeats what lists are ordered and narrowed by, so that a page of a list reads as many rows as it shows, however many there are.
    """

    __tablename__ = "access"
    principal: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True, index=True)
    standing: Mapped[str] = mapped_column(sa.String(20))
    updated_at: Mapped[datetime]
    __table_args__ = (
        sa.Index("ix_access_recent", "principal", "updated_at", "proposal"),
        sa.Index("ix_access_standing_recent", "principal", "standing", "updated_at", "proposal"),
    )


class Version(Base):
    """`content` is canonical JSON of the answers, every lane included; `digest` is of the shared document."""

    __tablename__ = "version"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = ref("person")
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    content: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    private_digest: Mapped[str | None] = mapped_column(sa.String(64))
    section_digests: Mapped[dict[str, Any]]
    changed: Mapped[list[str]]


class Thread(Base):
    __tablename__ = "thread"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal")
    lane: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("organisation.id"))
    section: Mapped[str | None] = mapped_column(sa.String(60))
    field: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int]
    objection: Mapped[bool] = mapped_column(default=False)
    opened_by: Mapped[str] = ref("person")
    opened_at: Mapped[datetime]
    resolved_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]
    __table_args__ = (sa.Index(None, "proposal", "opened_at", "id"),)


class Comment(Base):
    __tablename__ = "comment"
    id: Mapped[str] = key()
    thread: Mapped[str] = ref("thread", index=True)
    proposal: Mapped[str] = ref("proposal")
    author: Mapped[str] = ref("person")
    organisation: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("organisation.id"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)
    __table_args__ = (sa.Index(None, "proposal", "at", "id"),)


class Event(Base):
    """Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "event"
    stream: Mapped[str] = mapped_column(Key, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(sa.String(40))
    actor: Mapped[str | None] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(sa.String(40))
    payload: Mapped[str] = mapped_column(sa.Text)
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), index=True)


class Job(Base):
    """Work for after the commit, in the same commit. `key` makes it happen once; a lease lets a killed worker's job be taken up again."""

    __tablename__ = "job"
    id: Mapped[str] = key()
    kind: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    standing: Mapped[str] = mapped_column(sa.String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.String(500), default="")
    result: Mapped[str] = mapped_column(sa.String(200), default="")
    __table_args__ = (sa.Index("ix_job_due", "standing", "run_at"),)

"""The tables of section rights, of asking to join, and of what each person last looked at."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class SectionRuleRecord(Base):
    """What was said of a section: for one person of a party, for all of them (no person), or as a grant by the other side."""

    __tablename__ = "section_rule"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    section: Mapped[str] = mapped_column(sa.String(60))
    organisation: Mapped[str] = ref("organisation")
    person: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    right: Mapped[str] = mapped_column(sa.String(10))
    granted: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        sa.UniqueConstraint("proposal", "section", "organisation", "person"),
        sa.Index(
            "uq_section_rule_party", "proposal", "section", "organisation", "granted", unique=True,
            sqlite_where=sa.text("person IS NULL"), postgresql_where=sa.text("person IS NULL"),
        ),
    )  # fmt: skip


class OpenParty(Base):
    """A party whose own members may find the proposal and ask to join."""

    __tablename__ = "open_party"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True, index=True)


class JoinRequest(Base):
    """Somebody asks a party (`answering`) for a role (for `organisation`, their own), or for a right in a section."""

    __tablename__ = "join_request"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    person: Mapped[str] = ref("person", index=True)
    organisation: Mapped[str] = ref("organisation")
    answering: Mapped[str] = ref("organisation")
    role: Mapped[str] = mapped_column(sa.String(20), default="")
    section: Mapped[str] = mapped_column(sa.String(60), default="")
    right: Mapped[str] = mapped_column(sa.String(10), default="")
    words: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime]
    standing: Mapped[str] = mapped_column(sa.String(10), default="open")
    answered_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    __table_args__ = (
        sa.Index(
            "uq_open_request", "proposal", "person", unique=True,
            sqlite_where=sa.text("standing = 'open'"), postgresql_where=sa.text("standing = 'open'"),
        ),
    )  # fmt: skip


class LastLook(Base):
    """The newest version that a person has had before them on the review page or among the changes."""

    __tablename__ = "last_look"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True, index=True)
    version: Mapped[int]
    before: Mapped[int | None]
    at: Mapped[datetime]


class Authorship(Base):
    """Who wrote each word of a version, worked out once: versions never change. `words` is compact JSON, every lane included."""

    __tablename__ = "authorship"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[dict[str, Any]]

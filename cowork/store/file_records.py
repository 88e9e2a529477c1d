"""The tables of files: what is attached, its versions, the pictures that were made of them, and letters of support."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Attachment(Base):
    """A file of a proposal that `organisation` keeps. `lane` is null where every party sees it; `version` is the newest.

    `letter` is the letter of support that it prints, if any. Withdrawn files stay as a record.
    """

    __tablename__ = "attachment"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal")
    organisation: Mapped[str] = ref("organisation")
    lane: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    title: Mapped[str] = mapped_column(sa.String(200))
    section: Mapped[str] = mapped_column(sa.String(60), default="")
    field: Mapped[str] = mapped_column(sa.String(60), default="")
    row: Mapped[str] = mapped_column(sa.String(60), default="")
    dated: Mapped[date | None]
    expires: Mapped[date | None]
    version: Mapped[int]
    letter: Mapped[str | None] = mapped_column(Key)
    added_by: Mapped[str] = ref("person")
    added_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(sa.String(500), default="")
    __table_args__ = (sa.Index("ix_attachment_proposal", "proposal", "added_at"), sa.Index("ix_attachment_expires", "expires"))


class AttachmentVersion(Base):
    """The bytes of a file at one time, by their SHA-256; null while the document is being made.

    `preview` is none, queued, ready, failed, or removed where the bytes are kept no more; `notes` what the viewer found worth saying;
    `pages` how many the document has.
    """

    __tablename__ = "attachment_version"
    attachment: Mapped[str] = mapped_column(Key, sa.ForeignKey("attachment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    type: Mapped[str] = mapped_column(sa.String(10))
    person: Mapped[str] = ref("person")
    at: Mapped[datetime]
    preview: Mapped[str] = mapped_column(sa.String(10), default="none")
    pages: Mapped[int] = mapped_column(default=0)
    notes: Mapped[str] = mapped_column(sa.String(500), default="")


class AttachmentPicture(Base):
    """A page of a file as a picture: its place, counted from 1, and the SHA-256 of the picture's bytes."""

    __tablename__ = "attachment_picture"
    attachment: Mapped[str] = mapped_column(Key, sa.ForeignKey("attachment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(sa.String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]


class SupportLetter(Base):
    """A letter of support of one party. Before it is signed its members alone know of it; signed, it never changes.

    `saves` counts the savings of the draft, so that none is overwritten unseen; `document` is the signed letter as canonical JSON and
    `digest` its SHA-256.
    """

    __tablename__ = "support_letter"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    organisation: Mapped[str] = ref("organisation")
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    saves: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[str] = ref("person")
    saved_by: Mapped[str] = ref("person")
    saved_at: Mapped[datetime]
    signed_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signer: Mapped[str] = mapped_column(sa.String(200), default="")
    position: Mapped[str] = mapped_column(sa.String(200), default="")
    document: Mapped[str | None] = mapped_column(sa.Text)
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)

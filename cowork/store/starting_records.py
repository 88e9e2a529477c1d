"""The tables of starting well: templates with their versions, whom they are given to, and where a proposal came from."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Template(Base):
    """A specification to start from. `content` is what is being worked on; what others start from are its published versions.

    `version` is the newest published one (0: none yet); `drawn_from` is the proposal whose words it holds, so that it is given to
    nobody but its parties. `source` is the template that it was adopted from, in the state `source_version`.
    """

    __tablename__ = "template"
    id: Mapped[str] = key()
    owner: Mapped[str] = ref("organisation", index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(40), default="other")
    summary: Mapped[str] = mapped_column(sa.String(500), default="")
    guidance: Mapped[str] = mapped_column(sa.Text, default="")
    form: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"))
    content: Mapped[str] = mapped_column(sa.Text)
    saves: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=0)
    reach: Mapped[str] = mapped_column(sa.String(12), default="own")
    drawn_from: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("proposal.id"))
    created_by: Mapped[str] = ref("person")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("template.id"), index=True)
    source_version: Mapped[int | None]
    source_shown: Mapped[bool] = mapped_column(default=False)
    source_at: Mapped[datetime | None]


class TemplateVersion(Base):
    """A published version of a template; never changed."""

    __tablename__ = "template_version"
    template: Mapped[str] = mapped_column(Key, sa.ForeignKey("template.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"))
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.String(500), default="")
    guidance: Mapped[str] = mapped_column(sa.Text, default="")
    content: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    by: Mapped[str] = ref("person")
    at: Mapped[datetime]


class TemplateReach(Base):
    """An organisation beside the owner that is given a template."""

    __tablename__ = "template_reach"
    template: Mapped[str] = mapped_column(Key, sa.ForeignKey("template.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True, index=True)


class Origin(Base):
    """What a proposal was started from: a template that comes with Cowork (by key), one of an organisation, or another proposal.

    `version` is the one that later changes are compared with; `organisation` started it, and `shown` says that it lets the owner of
    the template know.
    """

    __tablename__ = "origin"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    source: Mapped[str] = mapped_column(sa.String(60), index=True)
    version: Mapped[int]
    organisation: Mapped[str] = ref("organisation")
    shown: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]

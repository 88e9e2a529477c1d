"""The tables of definitions, and of the workflows that organisations make of their own."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Definition(Base):
    """A form or workflow as it was, by the SHA-256 of its source: what proposals are pinned to."""

    __tablename__ = "definition"
    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    key: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    source: Mapped[str] = mapped_column(sa.Text)


class WorkflowOwner(Base):
    """The organisation that published a workflow: its members choose it. Shipped workflows have none and are open to all."""

    __tablename__ = "workflow_owner"
    digest: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"), primary_key=True)
    organisation: Mapped[str] = ref("organisation", index=True)
    published_by: Mapped[str] = ref("person")
    published_at: Mapped[datetime]


class RetiredWorkflow(Base):
    """A workflow (by key) that an organisation no longer offers for new proposals."""

    __tablename__ = "retired_workflow"
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)


class WorkflowDraft(Base):
    """A workflow that an organisation is working on. `saves` counts changes: who saves says which one they saw."""

    __tablename__ = "workflow_draft"
    id: Mapped[str] = key()
    organisation: Mapped[str] = ref("organisation", index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    source: Mapped[str] = mapped_column(sa.Text)
    saves: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = ref("person")
    updated_at: Mapped[datetime]

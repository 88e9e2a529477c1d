"""The tables of the questions that organisations add to forms."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, ref


class QuestionSet(Base):
    """What an organisation asks beside the form's own questions, as it published it. Only ever added to."""

    __tablename__ = "question_set"
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    published_by: Mapped[str] = ref("person")
    published_at: Mapped[datetime]


class QuestionDraft(Base):
    """The set that an organisation is working on. `saves` counts changes: who saves says which one they saw."""

    __tablename__ = "question_draft"
    organisation: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    saves: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = ref("person")
    updated_at: Mapped[datetime]

"""The tables of reviews: rounds, decisions and what else was done to them, and the projections that follow."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class Round(Base):
    """`touched` says that there are interventions, sittings or conditions to read, which most rounds do not have."""

    __tablename__ = "round"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal")
    number: Mapped[int]
    version: Mapped[int]
    workflow: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("definition.digest"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_by: Mapped[str] = ref("person")
    submitted_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(sa.String(20), default="in-review")
    ended_at: Mapped[datetime | None]
    touched: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    __table_args__ = (
        sa.UniqueConstraint("proposal", "number"),
        sa.Index(
            "uq_running_round",
            "proposal",
            unique=True,
            sqlite_where=sa.text("outcome = 'in-review'"),
            postgresql_where=sa.text("outcome = 'in-review'"),
        ),
    )


class Decision(Base):
    """`person` is whose vote it is, `by` who gave it. `ordinal` counts the person's earlier decisions here on the same version that
    no longer stand, so that one that was undone or overtaken can be given anew. `via` is page, meeting, mail or ballot (secret).
    """

    __tablename__ = "decision"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    round: Mapped[str] = ref("round")
    stage: Mapped[str] = mapped_column(sa.String(60))
    seat: Mapped[str] = mapped_column(sa.String(60))
    party: Mapped[str] = ref("organisation")
    office: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("office.id"))
    person: Mapped[str] = ref("person", index=True)
    verdict: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    section_digests: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    sections: Mapped[list[str]]
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    back_to: Mapped[str | None] = mapped_column(sa.String(60))
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")
    via: Mapped[str] = mapped_column(sa.String(10), default="page", server_default="page")
    meeting: Mapped[str | None] = mapped_column(Key)
    __table_args__ = (sa.UniqueConstraint("round", "stage", "seat", "party", "person", "version", "ordinal", name="uq_decision_once"),)


class UndoneDecision(Base):
    """A decision that was taken back. The decision itself stays as it was made."""

    __tablename__ = "undone_decision"
    decision: Mapped[str] = mapped_column(Key, sa.ForeignKey("decision.id"), primary_key=True)
    by: Mapped[str] = ref("person")
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class ApprovalCondition(Base):
    """What an approval asks for beside the text. `standing` is open, reported, closed or waived."""

    __tablename__ = "approval_condition"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    decision: Mapped[str] = ref("decision", index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str] = ref("person", index=True)
    due: Mapped[date | None]
    standing: Mapped[str] = mapped_column(sa.String(10), default="open")
    reported_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    reported_at: Mapped[datetime | None]
    report: Mapped[str] = mapped_column(sa.Text, default="")
    closed_by: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closing_note: Mapped[str] = mapped_column(sa.Text, default="")


class Intervention(Base):
    """What somebody did to a running round beside deciding: hold, resume, extra-stage, person-added, person-removed, override,
    migrated. `payload` is what its kind needs; see cowork.domain.workflows.interventions.
    """

    __tablename__ = "intervention"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    round: Mapped[str] = ref("round")
    kind: Mapped[str] = mapped_column(sa.String(20))
    payload: Mapped[dict[str, Any]]
    by: Mapped[str] = ref("person")
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class SittingRecord(Base):
    """A closed meeting's vote on a proposal: who was present when a bench's vote was closed."""

    __tablename__ = "sitting"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    round: Mapped[str] = ref("round")
    stage: Mapped[str] = mapped_column(sa.String(60))
    seat: Mapped[str] = mapped_column(sa.String(60))
    party: Mapped[str] = ref("organisation")
    meeting: Mapped[str] = ref("meeting")
    closed_at: Mapped[datetime]
    present: Mapped[list[str]]


class TurnRecord(Base):
    """Somebody is asked for a decision now: the projection behind My work. Rebuilt whole whenever a review moves.

    `principal` is whose vote it is, where `person` is a deputy; `kind` is that of the stage.
    """

    __tablename__ = "turn"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    seat: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    party: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Key, sa.ForeignKey("person.id"), primary_key=True)
    principal: Mapped[str] = mapped_column(Key, primary_key=True)
    stage_title: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(20), default="decide", server_default="decide")
    office: Mapped[str | None] = mapped_column(Key)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    __table_args__ = (
        sa.Index("ix_turn_person_due", "person", "due_at"),
        sa.Index("ix_turn_office", "office", "due_at"),
        sa.Index("ix_turn_due", "due_at"),
    )


class StageRun(Base):
    """A stage as it stood open in a round, for reports: written when it opens and when it is over; `party` held it meanwhile.

    `held_seconds` is how long the round was on hold in between.
    """

    __tablename__ = "stage_run"
    proposal: Mapped[str] = mapped_column(Key, sa.ForeignKey("proposal.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    party: Mapped[str] = mapped_column(Key, sa.ForeignKey("organisation.id"), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    workflow_key: Mapped[str] = mapped_column(sa.String(60))
    opened_at: Mapped[datetime]
    over_at: Mapped[datetime | None]
    held_seconds: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.Index("ix_stage_run_workflow", "workflow_key", "stage"), sa.Index("ix_stage_run_party", "party", "opened_at"))

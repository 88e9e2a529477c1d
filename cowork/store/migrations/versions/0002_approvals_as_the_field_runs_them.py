"""Approvals as the field runs them: interventions, conditions, delegation, meetings, notices, workflows of an organisation's own.

Revision ID: 0002
Revises: 0001
"""

from itertools import product

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NEVER_CHANGED = ("undone_decision", "intervention", "sitting", "workflow_owner")
"""Tables whose rows say what people did; like decisions they are only ever added to."""


def upgrade() -> None:
    op.create_table(
        "closing_day",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_closing_day_organisation_organisation")),
        sa.PrimaryKeyConstraint("organisation", "day", name=op.f("pk_closing_day")),
    )
    op.create_table(
        "feed",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_feed_person_person")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_feed")),
        sa.UniqueConstraint("person", name=op.f("uq_feed_person")),
    )
    op.create_table(
        "notice_choice",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_choice_person_person")),
        sa.PrimaryKeyConstraint("person", "kind", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "retired_workflow",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_retired_workflow_organisation_organisation")),
        sa.PrimaryKeyConstraint("organisation", "key", name=op.f("pk_retired_workflow")),
    )
    op.create_table(
        "workflow_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_workflow_draft_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_workflow_draft_updated_by_person"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_draft")),
    )
    with op.batch_alter_table("workflow_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_draft_organisation"), ["organisation"], unique=False)

    op.create_table(
        "workflow_owner",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["definition.digest"], name=op.f("fk_workflow_owner_digest_definition")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_workflow_owner_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_workflow_owner_published_by_person"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_workflow_owner")),
    )
    with op.batch_alter_table("workflow_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_owner_organisation"), ["organisation"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=True),
        sa.Column("delegator", sa.String(length=32), nullable=False),
        sa.Column("delegate", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_delegation_created_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["delegate"], ["person.id"], name=op.f("fk_delegation_delegate_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["delegator"], ["person.id"], name=op.f("fk_delegation_delegator_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_delegation_office_office")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_delegation_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_delegate"), ["delegate"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_delegator"), ["delegator"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_organisation"), ["organisation"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_mail_person_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_mail_proposal_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_proposal"), ["proposal"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_meeting_closed_by_person")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_meeting_created_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_meeting_office_office"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_meeting_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_office_start", ["office", "starts_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_person_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_notice_proposal_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_person", ["person", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_proposal"), ["proposal"], unique=False)
        batch_op.create_index("ix_notice_waiting", ["mail", "channel"], unique=False)

    op.create_table(
        "seated_person",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_seated_person_organisation_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_seated_person_person_person")),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_seated_person_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", "person", "organisation", name=op.f("pk_seated_person")),
    )
    with op.batch_alter_table("seated_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seated_person_person"), ["person"], unique=False)

    op.create_table(
        "stage_run",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("workflow_key", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["organisation.id"], name=op.f("fk_stage_run_party_organisation")),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_stage_run_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", "round", "stage", "party", name=op.f("pk_stage_run")),
    )
    with op.batch_alter_table("stage_run", schema=None) as batch_op:
        batch_op.create_index("ix_stage_run_party", ["party", "opened_at"], unique=False)
        batch_op.create_index("ix_stage_run_workflow", ["workflow_key", "stage"], unique=False)

    op.create_table(
        "watch",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("watching", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_watch_person_person")),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_watch_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", "person", name=op.f("pk_watch")),
    )
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_person"), ["person"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("meeting", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_attendance_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_attendance_person_person")),
        sa.PrimaryKeyConstraint("meeting", "person", name=op.f("pk_attendance")),
    )
    op.create_table(
        "intervention",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_intervention_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_intervention_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_intervention_round_round"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    with op.batch_alter_table("intervention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intervention_proposal"), ["proposal"], unique=False)

    op.create_table(
        "meeting_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=True),
        sa.Column("round", sa.String(length=32), nullable=True),
        sa.Column("stage", sa.String(length=60), nullable=True),
        sa.Column("seat", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_meeting_item_meeting_meeting"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_meeting_item_proposal_proposal")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_meeting_item_round_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_item")),
    )
    with op.batch_alter_table("meeting_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_item_meeting"), ["meeting"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_item_proposal"), ["proposal"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("seat", sa.String(length=60), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_sitting_meeting_meeting"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["party"], ["organisation.id"], name=op.f("fk_sitting_party_organisation"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_sitting_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_sitting_round_round"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_proposal"), ["proposal"], unique=False)

    op.create_table(
        "approval_condition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_approval_condition_closed_by_person")),
        sa.ForeignKeyConstraint(["decision"], ["decision.id"], name=op.f("fk_approval_condition_decision_decision"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name=op.f("fk_approval_condition_owner_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_approval_condition_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_approval_condition_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_condition")),
    )
    with op.batch_alter_table("approval_condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_condition_decision"), ["decision"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_condition_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_condition_proposal"), ["proposal"], unique=False)

    op.create_table(
        "meeting_vote",
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["meeting_item.id"], name=op.f("fk_meeting_vote_item_meeting_item")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_meeting_vote_person_person")),
        sa.PrimaryKeyConstraint("item", "person", name=op.f("pk_meeting_vote")),
    )
    op.create_table(
        "undone_decision",
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_undone_decision_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decision"], ["decision.id"], name=op.f("fk_undone_decision_decision_decision")),
        sa.PrimaryKeyConstraint("decision", name=op.f("pk_undone_decision")),
    )
    _drop_triggers("decision")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("back_to", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("via", sa.String(length=10), server_default="page", nullable=False))
        batch_op.add_column(sa.Column("meeting", sa.String(length=32), nullable=True))
        batch_op.alter_column("verdict", existing_type=sa.VARCHAR(length=20), type_=sa.String(length=30), existing_nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_decision_once"), type_="unique")
        batch_op.create_unique_constraint("uq_decision_once", ["round", "stage", "seat", "party", "person", "version", "ordinal"])
        batch_op.create_foreign_key(batch_op.f("fk_decision_by_person"), "person", ["by"], ["id"])

    _make_append_only("decision", *NEVER_CHANGED)
    with op.batch_alter_table("office_term", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=20), server_default="member", nullable=False))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_weekdays", sa.String(length=20), server_default="5,6", nullable=False))
        batch_op.add_column(sa.Column("idle_days", sa.Integer(), server_default="10", nullable=False))

    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("court", sa.String(length=500), server_default="", nullable=False))
        batch_op.create_index("ix_proposal_look_at", ["look_at"], unique=False)

    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("touched", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("principal", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=20), server_default="decide", nullable=False))
        batch_op.add_column(sa.Column("office", sa.String(length=32), nullable=True))
        batch_op.create_index("ix_turn_due", ["due_at"], unique=False)
        batch_op.create_index("ix_turn_office", ["office", "due_at"], unique=False)
    op.execute("UPDATE turn SET principal = person")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.alter_column("principal", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_constraint("pk_turn", type_="primary")
        batch_op.create_primary_key("pk_turn", ["proposal", "stage", "seat", "party", "person", "principal"])
    # What running reviews ask is worked out anew by the worker's first look.
    op.execute("UPDATE proposal SET look_at = updated_at WHERE standing = 'in-review'")


def downgrade() -> None:
    _drop_triggers("decision", *NEVER_CHANGED)
    op.execute("DELETE FROM turn WHERE principal <> person")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_constraint("pk_turn", type_="primary")
        batch_op.create_primary_key("pk_turn", ["proposal", "stage", "seat", "party", "person"])
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index("ix_turn_office")
        batch_op.drop_index("ix_turn_due")
        batch_op.drop_column("office")
        batch_op.drop_column("kind")
        batch_op.drop_column("principal")

    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("touched")

    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_look_at")
        batch_op.drop_column("court")
        batch_op.drop_column("look_at")

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("idle_days")
        batch_op.drop_column("closed_weekdays")

    with op.batch_alter_table("office_term", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.drop_column("role")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_by_person"), type_="foreignkey")
        batch_op.drop_constraint("uq_decision_once", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_decision_once"), ["round", "stage", "seat", "person", "version"])
        batch_op.alter_column("verdict", existing_type=sa.String(length=30), type_=sa.VARCHAR(length=20), existing_nullable=False)
        batch_op.drop_column("meeting")
        batch_op.drop_column("via")
        batch_op.drop_column("ordinal")
        batch_op.drop_column("back_to")
        batch_op.drop_column("by")

    _make_append_only("decision")
    op.drop_table("undone_decision")
    op.drop_table("meeting_vote")
    with op.batch_alter_table("approval_condition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_condition_proposal"))
        batch_op.drop_index(batch_op.f("ix_approval_condition_owner"))
        batch_op.drop_index(batch_op.f("ix_approval_condition_decision"))

    op.drop_table("approval_condition")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_proposal"))

    op.drop_table("sitting")
    with op.batch_alter_table("meeting_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_item_proposal"))
        batch_op.drop_index(batch_op.f("ix_meeting_item_meeting"))

    op.drop_table("meeting_item")
    with op.batch_alter_table("intervention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intervention_proposal"))

    op.drop_table("intervention")
    op.drop_table("attendance")
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_person"))

    op.drop_table("watch")
    with op.batch_alter_table("stage_run", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_run_workflow")
        batch_op.drop_index("ix_stage_run_party")

    op.drop_table("stage_run")
    with op.batch_alter_table("seated_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seated_person_person"))

    op.drop_table("seated_person")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_waiting")
        batch_op.drop_index(batch_op.f("ix_notice_proposal"))
        batch_op.drop_index("ix_notice_person")

    op.drop_table("notice")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_office_start")

    op.drop_table("meeting")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_proposal"))
        batch_op.drop_index(batch_op.f("ix_mail_person"))

    op.drop_table("mail")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_organisation"))
        batch_op.drop_index(batch_op.f("ix_delegation_delegator"))
        batch_op.drop_index(batch_op.f("ix_delegation_delegate"))

    op.drop_table("delegation")
    with op.batch_alter_table("workflow_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_owner_organisation"))

    op.drop_table("workflow_owner")
    with op.batch_alter_table("workflow_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_draft_organisation"))

    op.drop_table("workflow_draft")
    op.drop_table("retired_workflow")
    op.drop_table("notice_choice")
    op.drop_table("feed")
    op.drop_table("closing_day")


def _make_append_only(*tables: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, act in product(tables, ("UPDATE", "DELETE")):
            refusal = f"SELECT RAISE(ABORT, '{table} rows are never changed or removed')"
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN {refusal}; END")
        return
    for table in tables:
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def _drop_triggers(*tables: str) -> None:
    """Let tables be rebuilt: on SQLite that would drop their triggers unseen."""
    if op.get_bind().dialect.name == "sqlite":
        for table, act in product(tables, ("update", "delete")):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    for table in tables:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")

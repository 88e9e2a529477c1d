"""The questions that organisations add to forms, and the form that each version was written on.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from cowork.store.migrations.append_only import drop_triggers, make_append_only

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "question_set",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_question_set_organisation_organisation")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_question_set_published_by_person"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("organisation", "version", name=op.f("pk_question_set")),
    )
    op.create_table(
        "question_draft",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_question_draft_organisation_organisation")),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_question_draft_updated_by_person"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_question_draft")),
    )
    make_append_only("question_set")
    drop_triggers("version")
    with op.batch_alter_table("version") as batch_op:
        batch_op.add_column(sa.Column("form", sa.String(length=64), nullable=True))
    op.execute("UPDATE version SET form = (SELECT proposal.form FROM proposal WHERE proposal.id = version.proposal)")
    with op.batch_alter_table("version") as batch_op:
        batch_op.alter_column("form", existing_type=sa.String(length=64), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_version_form_definition"), "definition", ["form"], ["digest"])
    make_append_only("version")


def downgrade() -> None:
    drop_triggers("version")
    with op.batch_alter_table("version") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_version_form_definition"), type_="foreignkey")
        batch_op.drop_column("form")
    make_append_only("version")
    drop_triggers("question_set")
    op.drop_table("question_draft")
    op.drop_table("question_set")

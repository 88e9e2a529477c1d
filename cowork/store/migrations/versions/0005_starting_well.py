"""Starting well: outlines before the whole form, templates and their versions, where a proposal came from.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from cowork.store.migrations.append_only import drop_triggers, make_append_only

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("organisation", sa.Column("outline_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("proposal", sa.Column("phase", sa.String(length=10), server_default="full", nullable=False))
    op.add_column("proposal", sa.Column("full_workflow", sa.String(length=64), nullable=True))
    op.add_column("proposal", sa.Column("intake_rounds", sa.Integer(), server_default="0", nullable=False))
    _templates()
    op.create_table(
        "origin",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_origin_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_origin_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", name=op.f("pk_origin")),
    )
    op.create_index(op.f("ix_origin_source"), "origin", ["source"])


def _templates() -> None:
    op.create_table(
        "template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(length=12), nullable=False),
        sa.Column("drawn_from", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("source_version", sa.Integer(), nullable=True),
        sa.Column("source_shown", sa.Boolean(), nullable=False),
        sa.Column("source_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_template_created_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["drawn_from"], ["proposal.id"], name=op.f("fk_template_drawn_from_proposal")),
        sa.ForeignKeyConstraint(["form"], ["definition.digest"], name=op.f("fk_template_form_definition")),
        sa.ForeignKeyConstraint(["owner"], ["organisation.id"], name=op.f("fk_template_owner_organisation"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["source"], ["template.id"], name=op.f("fk_template_source_template")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
    )
    op.create_index(op.f("ix_template_owner"), "template", ["owner"])
    op.create_index(op.f("ix_template_source"), "template", ["source"])
    op.create_table(
        "template_version",
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_template_version_by_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["form"], ["definition.digest"], name=op.f("fk_template_version_form_definition")),
        sa.ForeignKeyConstraint(["template"], ["template.id"], name=op.f("fk_template_version_template_template")),
        sa.PrimaryKeyConstraint("template", "number", name=op.f("pk_template_version")),
    )
    op.create_table(
        "template_reach",
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_template_reach_organisation_organisation")),
        sa.ForeignKeyConstraint(["template"], ["template.id"], name=op.f("fk_template_reach_template_template")),
        sa.PrimaryKeyConstraint("template", "organisation", name=op.f("pk_template_reach")),
    )
    op.create_index(op.f("ix_template_reach_organisation"), "template_reach", ["organisation"])
    make_append_only("template_version")


def downgrade() -> None:
    drop_triggers("template_version")
    for table in ("origin", "template_reach", "template_version", "template"):
        op.drop_table(table)
    for column in ("phase", "full_workflow", "intake_rounds"):
        op.drop_column("proposal", column)
    op.drop_column("organisation", "outline_first")

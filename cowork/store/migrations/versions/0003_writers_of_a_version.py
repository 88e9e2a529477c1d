"""Everybody whose words a version brought in, beside its author.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from cowork.store.migrations.append_only import drop_triggers, make_append_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "version_writer",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_version_writer_person_person")),
        sa.ForeignKeyConstraint(
            ["proposal", "version"], ["version.proposal", "version.number"], name=op.f("fk_version_writer_proposal_version")
        ),
        sa.PrimaryKeyConstraint("proposal", "version", "person", name=op.f("pk_version_writer")),
    )
    make_append_only("version_writer")


def downgrade() -> None:
    drop_triggers("version_writer")
    op.drop_table("version_writer")

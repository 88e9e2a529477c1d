"""Imported lists of codes, and rows of the alignment matrix that employers signed.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from cowork.store.migrations.append_only import drop_triggers, make_append_only

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "code_list",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("credit", sa.String(length=500), nullable=False),
        sa.Column("framework", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_code_list")),
    )
    op.create_table(
        "row_signature",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=81), nullable=False),
        sa.Column("row", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_row_signature_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["person.id"], name=op.f("fk_row_signature_person_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal"], ["proposal.id"], name=op.f("fk_row_signature_proposal_proposal"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_signature")),
        sa.UniqueConstraint("proposal", "seq", name=op.f("uq_row_signature_proposal_seq")),
    )
    with op.batch_alter_table("row_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_row_signature_proposal"), ["proposal"], unique=False)
    make_append_only("row_signature")


def downgrade() -> None:
    drop_triggers("row_signature")
    op.drop_table("row_signature")
    op.drop_table("code_list")

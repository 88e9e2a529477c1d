"""Comments on passages, suggestions, and comments that are not sent yet.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "passage",
        sa.Column("thread", sa.String(length=32), nullable=False),
        sa.Column("row_key", sa.String(length=16), nullable=True),
        sa.Column("column_key", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=100), nullable=False),
        sa.Column("suffix", sa.String(length=100), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_passage_thread_thread")),
        sa.PrimaryKeyConstraint("thread", name=op.f("pk_passage")),
    )
    op.create_table(
        "suggestion",
        sa.Column("thread", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("as_writer", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("settled_by", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_suggestion_thread_thread")),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_suggestion_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_suggestion_settled_by_person")),
        sa.PrimaryKeyConstraint("thread", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_proposal_standing", "suggestion", ["proposal", "standing"])
    op.create_table(
        "pending_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("thread", sa.String(length=32), nullable=True),
        sa.Column("lane", sa.String(length=32), nullable=True),
        sa.Column("objection", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_pending_comment_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["author"], ["person.id"], name=op.f("fk_pending_comment_author_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_pending_comment_thread_thread")),
        sa.ForeignKeyConstraint(["lane"], ["organisation.id"], name=op.f("fk_pending_comment_lane_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_comment")),
    )
    op.create_index("ix_pending_comment_proposal_author", "pending_comment", ["proposal", "author"])
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_at")
    op.drop_table("pending_comment")
    op.drop_table("suggestion")
    op.drop_table("passage")

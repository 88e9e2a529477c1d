"""Writing together: rooms and the log of what was written in each.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "live_room",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_live_room_proposal_proposal"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_room")),
        sa.UniqueConstraint("proposal", "section", "name", name=op.f("uq_live_room_proposal_section_name")),
    )
    op.create_index(op.f("ix_live_room_typed_at"), "live_room", ["typed_at"])
    op.create_table(
        "live_update",
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_live_update_person_person")),
        sa.ForeignKeyConstraint(["room"], ["live_room.id"], name=op.f("fk_live_update_room_live_room")),
        sa.PrimaryKeyConstraint("room", "seq", name=op.f("pk_live_update")),
    )


def downgrade() -> None:
    op.drop_table("live_update")
    op.drop_index(op.f("ix_live_room_typed_at"), table_name="live_room")
    op.drop_table("live_room")

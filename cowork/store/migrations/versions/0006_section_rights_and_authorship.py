"""Section rights, asking to join, last looks, and who wrote which words.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "section_rule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("right", sa.String(length=10), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_section_rule_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_section_rule_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_section_rule_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_rule")),
        sa.UniqueConstraint(
            "proposal", "section", "organisation", "person", name=op.f("uq_section_rule_proposal_section_organisation_person")
        ),
    )
    op.create_index(op.f("ix_section_rule_proposal"), "section_rule", ["proposal"])
    op.create_index(
        "uq_section_rule_party", "section_rule", ["proposal", "section", "organisation", "granted"], unique=True,
        sqlite_where=sa.text("person IS NULL"), postgresql_where=sa.text("person IS NULL"),
    )  # fmt: skip
    op.create_table(
        "open_party",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_open_party_proposal_proposal")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_open_party_organisation_organisation")),
        sa.PrimaryKeyConstraint("proposal", "organisation", name=op.f("pk_open_party")),
    )
    op.create_index(op.f("ix_open_party_organisation"), "open_party", ["organisation"])
    _requests()
    op.create_table(
        "last_look",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_last_look_proposal_proposal")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_last_look_person_person")),
        sa.PrimaryKeyConstraint("proposal", "person", name=op.f("pk_last_look")),
    )
    op.create_index(op.f("ix_last_look_person"), "last_look", ["person"])
    op.create_table(
        "authorship",
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_authorship_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", "version", name=op.f("pk_authorship")),
    )


def _requests() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("answering", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("right", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f("fk_join_request_proposal_proposal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_join_request_person_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_join_request_organisation_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["answering"], ["organisation.id"], name=op.f("fk_join_request_answering_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_join_request_answered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    op.create_index(op.f("ix_join_request_proposal"), "join_request", ["proposal"])
    op.create_index(op.f("ix_join_request_person"), "join_request", ["person"])
    op.create_index(
        "uq_open_request", "join_request", ["proposal", "person"], unique=True,
        sqlite_where=sa.text("standing = 'open'"), postgresql_where=sa.text("standing = 'open'"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("authorship", "last_look", "join_request", "open_party", "section_rule"):
        op.drop_table(table)

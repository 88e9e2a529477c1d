"""Evidence and files: attachments with versions and pictures, and letters of support.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _fk(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete)


def upgrade() -> None:
    op.add_column("proposal", sa.Column("attached", sa.JSON(), nullable=False, server_default="[]"))
    _attachments()
    _versions()
    op.create_table(
        "support_letter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("saved_by", sa.String(length=32), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        _fk("support_letter", "proposal", "proposal", "RESTRICT"),
        _fk("support_letter", "organisation", "organisation", "RESTRICT"),
        _fk("support_letter", "written_by", "person", "RESTRICT"),
        _fk("support_letter", "saved_by", "person", "RESTRICT"),
        _fk("support_letter", "signed_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_letter")),
    )
    op.create_index(op.f("ix_support_letter_proposal"), "support_letter", ["proposal"])
    op.create_index(op.f("ix_support_letter_digest"), "support_letter", ["digest"])
    _keep_signed_letters()


def _keep_signed_letters() -> None:
    """A letter that was signed is never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        refusal = "SELECT RAISE(ABORT, 'signed letters are never changed or removed')"
        for act in ("UPDATE", "DELETE"):
            name = f"support_letter_no_{act.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON support_letter WHEN OLD.digest IS NOT NULL BEGIN {refusal}; END")
        return
    when = "FOR EACH ROW WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER support_letter_keeps BEFORE UPDATE OR DELETE ON support_letter {when}")


def _attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("row", sa.String(length=60), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=500), nullable=False),
        _fk("attachment", "proposal", "proposal", "RESTRICT"),
        _fk("attachment", "organisation", "organisation", "RESTRICT"),
        _fk("attachment", "lane", "organisation"),
        _fk("attachment", "added_by", "person", "RESTRICT"),
        _fk("attachment", "withdrawn_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_proposal", "attachment", ["proposal", "added_at"])
    op.create_index("ix_attachment_expires", "attachment", ["expires"])


def _versions() -> None:
    op.create_table(
        "attachment_version",
        sa.Column("attachment", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("preview", sa.String(length=10), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("notes", sa.String(length=500), nullable=False),
        _fk("attachment_version", "attachment", "attachment"),
        _fk("attachment_version", "person", "person", "RESTRICT"),
        sa.PrimaryKeyConstraint("attachment", "number", name=op.f("pk_attachment_version")),
    )
    op.create_index(op.f("ix_attachment_version_content"), "attachment_version", ["content"])
    op.create_table(
        "attachment_picture",
        sa.Column("attachment", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        _fk("attachment_picture", "attachment", "attachment"),
        sa.PrimaryKeyConstraint("attachment", "number", "page", name=op.f("pk_attachment_picture")),
    )
    op.create_index(op.f("ix_attachment_picture_content"), "attachment_picture", ["content"])


def downgrade() -> None:
    for table in ("support_letter", "attachment_picture", "attachment_version", "attachment"):
        op.drop_table(table)
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("attached")

"""The tables of imported code lists, and of what employers sign in the alignment matrix."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, key, ref


class CodeListRecord(Base):
    """A list of codes that this instance imported. `entries` is its JSON; `digest` tells two editions apart."""

    __tablename__ = "code_list"
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    edition: Mapped[str] = mapped_column(sa.String(20))
    credit: Mapped[str] = mapped_column(sa.String(500))
    framework: Mapped[str] = mapped_column(sa.String(40), default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    entries: Mapped[str] = mapped_column(sa.Text)
    imported_at: Mapped[datetime]


class RowSignatureRecord(Base):
    """A signature of a row of the alignment matrix, or, where it is not `given`, the taking back of one. Rows are only ever added.

    `path` names the list of rows, `row` the row in it, `statement` what was signed; `digest` is that of what the statement rests on.
    """

    __tablename__ = "row_signature"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal", index=True)
    path: Mapped[str] = mapped_column(sa.String(81))
    row: Mapped[str] = mapped_column(sa.String(16))
    statement: Mapped[str] = mapped_column(sa.String(20))
    person: Mapped[str] = ref("person")
    organisation: Mapped[str] = ref("organisation")
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    given: Mapped[bool]
    at: Mapped[datetime]
    seq: Mapped[int]
    __table_args__ = (sa.UniqueConstraint("proposal", "seq"),)

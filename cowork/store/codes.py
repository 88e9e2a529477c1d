"""Lists of codes that an instance imported."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.specifications.codes import Code, CodeList
from cowork.store.skills_records import CodeListRecord


@dataclass(frozen=True, slots=True)
class ListCard:
    """An imported list without its entries."""

    name: str
    title: str
    edition: str
    digest: str
    size: int
    imported_at: datetime


def cards(session: Session) -> list[ListCard]:
    """Every imported list, by name."""
    record = CodeListRecord
    columns = (record.name, record.title, record.edition, record.digest, record.size, record.imported_at)
    return [ListCard(*row) for row in session.execute(sa.select(*columns).order_by(record.name))]


def digest(session: Session, name: str) -> str | None:
    """What tells the edition of an imported list; None when there is none of that name."""
    return session.execute(sa.select(CodeListRecord.digest).where(CodeListRecord.name == name)).scalar_one_or_none()


def load(session: Session, name: str) -> CodeList | None:
    """An imported list with its entries."""
    found = session.get(CodeListRecord, name)
    if found is None:
        return None
    entries = tuple(Code(code, label, uri, tuple(also)) for code, label, uri, also in json.loads(found.entries))
    return CodeList(found.name, found.title, found.edition, found.credit, entries, found.framework)


def keep(session: Session, made: CodeList, at: datetime) -> None:
    """Keep a list in place of the one of its name."""
    entries = json.dumps([[entry.code, entry.label, entry.uri, entry.also] for entry in made.entries], ensure_ascii=False)
    remove(session, made.name)
    values = {
        "name": made.name, "title": made.title, "edition": made.edition, "credit": made.credit, "framework": made.framework,
        "digest": made.digest, "size": len(made.entries), "entries": entries, "imported_at": at,
    }  # fmt: skip
    session.execute(sa.insert(CodeListRecord).values(**values))


def remove(session: Session, name: str) -> bool:
    """Remove an imported list; whether there was one."""
    return bool(session.execute(sa.delete(CodeListRecord).where(CodeListRecord.name == name)).rowcount)  # type: ignore[attr-defined]  # of a DELETE

"""Versions of specifications: immutable and numbered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, PersonId, ProposalId
from cowork.domain.specifications.canonical import canonical
from cowork.store.records import Person, Version


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version without its text. `changed` names the sections that differ from the version before."""

    number: int
    author: PersonId
    author_name: str
    at: datetime
    note: str
    digest: Digest
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionFull:
    """A version with every lane of its text: whoever shows it filters by `form.readable` first."""

    number: int
    author: PersonId
    author_name: str
    at: datetime
    note: str
    digest: Digest
    changed: tuple[str, ...]
    content: Content
    section_digests: Mapping[str, str]


def add(
    session: Session,
    proposal: ProposalId,
    number: int,
    author: PersonId,
    at: datetime,
    note: str,
    content: Content,
    digest: Digest,
    private_digest: Digest | None,
    section_digests: Mapping[str, str],
    changed: tuple[str, ...],
) -> None:
    session.execute(
        sa.insert(Version).values(
            proposal=proposal,
            number=number,
            author=author,
            at=at,
            note=note,
            content=canonical(content).decode(),
            digest=digest,
            private_digest=private_digest,
            section_digests=dict(section_digests),
            changed=list(changed),
        )
    )


def version(session: Session, proposal: ProposalId, number: int) -> VersionFull | None:
    """One version, or None where there is no such number."""
    found = versions(session, proposal, (number,))
    return found[0] if found else None


_TEXT = (
    Version.number, Version.author, Version.at, Version.note, Version.digest, Version.changed, Version.content, Version.section_digests,
)  # fmt: skip


@cache
def _texts() -> sa.Select[*tuple[Any, ...]]:
    # Pages of proposals ask this, so the statement is put together once.
    return (
        sa.select(*_TEXT, Person.name)
        .join(Person, Person.id == Version.author)
        .where(Version.proposal == sa.bindparam("proposal"), Version.number.in_(sa.bindparam("numbers", expanding=True)))
        .order_by(Version.number)
    )


def versions(session: Session, proposal: ProposalId, numbers: tuple[int, ...]) -> list[VersionFull]:
    """These versions, in order of number, in one query."""
    rows = session.execute(_texts(), {"proposal": proposal, "numbers": list(numbers)})
    return [
        VersionFull(
            row.number,
            PersonId(row.author),
            row.name,
            row.at,
            row.note,
            Digest(row.digest),
            tuple(row.changed),
            json.loads(row.content),
            row.section_digests,
        )
        for row in rows
    ]


def history(session: Session, proposal: ProposalId, limit: int = 200) -> list[VersionLine]:
    """The versions of a proposal, newest first, without their texts."""
    columns = (Version.number, Version.author, Person.name, Version.at, Version.note, Version.digest, Version.changed)
    rows = session.execute(
        sa.select(*columns)
        .join(Person, Person.id == Version.author)
        .where(Version.proposal == proposal)
        .order_by(Version.number.desc())
        .limit(limit)
    )
    return [
        VersionLine(r.number, PersonId(r.author), r.name, r.at, r.note, Digest(r.digest), tuple(r.changed)) for r in rows
    ]

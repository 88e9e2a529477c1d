"""Versions of specifications: immutable and numbered."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, PersonId, ProposalId
from cowork.domain.specifications.canonical import canonical
from cowork.store.records import Person, Version, VersionWriter


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version without its text. `changed` names the sections that differ from the version before; `author_name` names everybody
    who wrote it, its author first.
    """

    number: int
    author: PersonId
    author_name: str
    at: datetime
    note: str
    digest: Digest
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionFull:
    """A version with every lane of its text: whoever shows it filters by `form.readable` first. `author_name` as in a `VersionLine`."""

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
    writers: Collection[PersonId] = (),
) -> None:
    """Keep a version. `writers` are those whose words it brings in; its author need not be among them."""
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
    if others := sorted(set(writers) - {author}):
        session.execute(sa.insert(VersionWriter), [{"proposal": proposal, "version": number, "person": person} for person in others])


def version(session: Session, proposal: ProposalId, number: int) -> VersionFull | None:
    """One version, or None where there is no such number."""
    found = versions(session, proposal, (number,))
    return found[0] if found else None


_Other = aliased(Person)
_NAMED = (
    sa.select(sa.func.aggregate_strings(_Other.name, ", "))
    .join(VersionWriter, VersionWriter.person == _Other.id)
    .where(VersionWriter.proposal == Version.proposal, VersionWriter.version == Version.number)
    .scalar_subquery()
    .label("others")
)
"""The names of those who wrote a version with its author, or NULL."""


def _names(author: str, others: str | None) -> str:
    names = [author, *sorted((others or "").split(", "))] if others else [author]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


_TEXT = (
    Version.number, Version.author, Version.at, Version.note, Version.digest, Version.changed, Version.content, Version.section_digests,
)  # fmt: skip


@cache
def _texts() -> sa.Select[*tuple[Any, ...]]:
    # Pages of proposals ask this, so the statement is put together once.
    return (
        sa.select(*_TEXT, Person.name, _NAMED)
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
            _names(row.name, row.others),
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
    columns = (Version.number, Version.author, Person.name, Version.at, Version.note, Version.digest, Version.changed, _NAMED)
    rows = session.execute(
        sa.select(*columns)
        .join(Person, Person.id == Version.author)
        .where(Version.proposal == proposal)
        .order_by(Version.number.desc())
        .limit(limit)
    )
    return [
        VersionLine(r.number, PersonId(r.author), _names(r.name, r.others), r.at, r.note, Digest(r.digest), tuple(r.changed)) for r in rows
    ]

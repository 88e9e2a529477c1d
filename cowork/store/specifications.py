"""Versions of specifications: immutable and numbered."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, PersonId, ProposalId, Side
from cowork.domain.specifications.canonical import canonical
from cowork.store.records import Person, Version, VersionWriter


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version without its text, as members of some sides read it. `changed` names the sections in which something that they read
    differs from the version before; where nothing that they read does, `note` is empty. `author_name` names everybody who wrote it,
    its author first.
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
    digest: Digest
    content: Content
    section_digests: Mapping[str, str]
    form: Digest


def add(
    session: Session,
    proposal: ProposalId,
    number: int,
    author: PersonId,
    at: datetime,
    note: str,
    form: Digest,
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
            form=form,
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
    Version.number, Version.author, Version.at, Version.digest, Version.content, Version.section_digests, Version.form,
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
            Digest(row.digest),
            json.loads(row.content),
            row.section_digests,
            Digest(row.form),
        )
        for row in rows
    ]


def history(session: Session, proposal: ProposalId, sides: Collection[Side], limit: int = 200) -> list[VersionLine]:
    """The versions of a proposal, newest first, without their texts, as members of these sides read them (no sides: what is shared)."""
    columns = (
        Version.number, Version.author, Person.name, Version.at, Version.note, Version.digest, Version.changed, Version.section_digests,
        _NAMED,
    )  # fmt: skip
    rows = session.execute(
        sa.select(*columns)
        .join(Person, Person.id == Version.author)
        .where(Version.proposal == proposal)
        .order_by(Version.number.desc())
        .limit(limit + 1)
    ).all()
    lines = []
    for row, before in zip_longest(rows[:limit], rows[1:]):
        changed = _read_changes(row.changed, before.section_digests if before else {}, row.section_digests, sides)
        note = row.note if changed or not row.changed else ""
        lines.append(VersionLine(row.number, PersonId(row.author), _names(row.name, row.others), row.at, note, Digest(row.digest), changed))
    return lines


def changed(session: Session, proposal: ProposalId, numbers: Collection[int], sides: Collection[Side]) -> dict[int, tuple[str, ...]]:
    """The sections in which these versions changed something that members of these sides read."""
    wanted = {one for number in numbers for one in (number - 1, number)}
    where = (Version.proposal == proposal, Version.number.in_(sorted(wanted)))
    rows = {row.number: row for row in session.execute(sa.select(Version.number, Version.changed, Version.section_digests).where(*where))}
    digests = {number: row.section_digests for number, row in rows.items()}
    return {
        number: _read_changes(rows[number].changed, digests.get(number - 1, {}), digests[number], sides)
        for number in numbers
        if number in rows
    }


def _read_changes(
    stored: Collection[str], before: Mapping[str, str], after: Mapping[str, str], sides: Collection[Side]
) -> tuple[str, ...]:
    """Those of the sections that a version changed in which its shared answers, or the private ones of these sides, differ."""
    read = {key: (key, *(f"{key}@{side.value}" for side in sides)) for key in stored}
    return tuple(key for key, names in read.items() if any(before.get(name) != after.get(name) for name in names))

"""The append-only record: writing events into their chain, reading them, and walking whole chains."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.audit import Link, link_hash
from cowork.domain.events import IN_LANES, Event, kind_of, payload_of
from cowork.domain.ids import Digest, OrganisationId, PersonId
from cowork.domain.specifications.canonical import canonical
from cowork.store.records import Event as EventRecord
from cowork.store.records import Organisation, Person, Proposal


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the Activity page shows it."""

    seq: int
    at: datetime
    actor: PersonId | None
    actor_name: str
    kind: str
    payload: dict[str, object]
    hash: Digest


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream ended when its row was last written."""

    stream: str
    length: int
    head: Digest
    title: str


def append(
    session: Session, stream: str, events: Sequence[Event], actor: PersonId | None, at: datetime, length: int, head: Digest
) -> tuple[int, Digest]:
    """Append events behind this head; the new length and head. The caller writes them into the stream's row in the same transaction."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    rows = []
    for seq, event in enumerate(events, start=length + 1):
        kind, payload = kind_of(type(event)), payload_of(event)
        digest = link_hash(stream, seq, moment, actor, kind, payload, head)
        rows.append(
            {
                "stream": stream,
                "seq": seq,
                "at": moment,
                "actor": actor,
                "kind": kind,
                "payload": canonical(payload).decode(),
                "prev_hash": head,
                "hash": digest,
            }
        )
        head = digest
    if rows:
        session.execute(sa.insert(EventRecord), rows)
    return length + len(rows), head


def append_to_organisation(
    session: Session, organisation: OrganisationId, events: Sequence[Event], actor: PersonId | None, at: datetime
) -> None:
    """Append events to an organisation's stream and move its head."""
    where = Organisation.id == organisation
    row = session.execute(sa.select(Organisation.event_count, Organisation.event_head).where(where).with_for_update(key_share=True)).one()
    length, head = append(session, organisation, events, actor, at, row.event_count, Digest(row.event_head))
    session.execute(sa.update(Organisation).where(where).values(event_count=length, event_head=head))


def head_of_organisation(session: Session, organisation: OrganisationId) -> Head:
    """Where the stream of an organisation that exists ends."""
    columns = (Organisation.event_count, Organisation.event_head, Organisation.name)
    row = session.execute(sa.select(*columns).where(Organisation.id == organisation)).one()
    return Head(organisation, row.event_count, Digest(row.event_head), row.name)


def seen_by(lanes: Collection[str]) -> sa.ColumnElement[bool]:
    """Leaves out what happened in another lane than these: `lane_of` as a condition. Payloads are canonical JSON, without blanks."""
    own = sa.or_(*(EventRecord.kind.startswith(kind) for kind in IN_LANES))
    laned = EventRecord.payload.contains('"lane":"')
    return sa.or_(~own, ~laned, *(EventRecord.payload.contains(f'"lane":"{lane}"') for lane in sorted(lanes)))


def count(session: Session, stream: str, *where: sa.ColumnElement[bool]) -> int:
    """How many events of a stream these are."""
    return session.scalar(sa.select(sa.func.count()).where(EventRecord.stream == stream, *where)) or 0


def entries(session: Session, stream: str, before: int | None, limit: int, *where: sa.ColumnElement[bool]) -> list[Entry]:
    """The events of a stream with the names of who did them, newest first, older than `before`."""
    statement = (
        sa.select(EventRecord, Person.name)
        .outerjoin(Person, Person.id == EventRecord.actor)
        .where(EventRecord.stream == stream, *where)
        .order_by(EventRecord.seq.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(EventRecord.seq < before)
    return [_entry(row, name) for row, name in session.execute(statement)]


def _entry(row: EventRecord, name: str | None) -> Entry:
    actor = PersonId(row.actor) if row.actor else None
    at = datetime.fromisoformat(row.at)
    return Entry(row.seq, at, actor, name or "", row.kind, json.loads(row.payload), Digest(row.hash))


def heads(session: Session) -> list[Head]:
    """Every stream with the length and head that its row notes."""
    found = []
    for record, title in ((Proposal, Proposal.title), (Organisation, Organisation.name)):
        rows = session.execute(sa.select(record.id, record.event_count, record.event_head, title.label("title")).order_by(record.id))
        found += [Head(row.id, row.event_count, Digest(row.event_head), row.title) for row in rows]
    return found


def links(session: Session, stream: str) -> Iterator[Link]:
    """The stored chain of a stream, in order."""
    rows = session.execute(
        sa.select(EventRecord).where(EventRecord.stream == stream).order_by(EventRecord.seq).execution_options(yield_per=500)
    )
    try:
        for (row,) in rows:
            yield Link(
                row.stream, row.seq, row.at, row.actor, row.kind, json.loads(row.payload), Digest(row.prev_hash), Digest(row.hash)
            )
    finally:
        rows.close()  # a reader that stops early leaves no cursor behind


def orphans(session: Session) -> list[str]:
    """Streams that have events but no row that knows them."""
    known = sa.union(sa.select(Proposal.id), sa.select(Organisation.id))
    return list(session.scalars(sa.select(EventRecord.stream).distinct().where(EventRecord.stream.not_in(known))))


def stream_with_head(session: Session, head: Digest) -> str | None:
    """The stream that holds an event with this hash: does a head on paper still belong to the record?"""
    return session.scalars(sa.select(EventRecord.stream).where(EventRecord.hash == head)).first()

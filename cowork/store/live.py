"""Rooms of writing together and their logs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import PersonId, ProposalId
from cowork.store.live_records import LiveRoom, LiveUpdate
from cowork.store.records import Organisation, Person, Proposal, SessionRecord


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as its row says; see LiveRoom."""

    id: str
    section: str
    name: str
    seq: int
    entries: int
    size: int
    typed_at: datetime | None
    writers: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Stamps:
    """What has to be looked at again when it changes: the heads of proposals, the live sessions, how much has happened in organisations,
    how long the logs of rooms are, and what is written in the proposals: their versions, and their rooms.
    """

    proposals: Mapping[str, str]
    sessions: frozenset[str]
    organisations: int
    rooms: Mapping[str, int]
    versions: Mapping[str, int]
    written: Mapping[str, tuple["Written", ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """How long the log of a proposal's room is, and whether something in it is in no version yet."""

    section: str
    name: str
    seq: int
    uncut: bool


_COLUMNS = (
    LiveRoom.id, LiveRoom.section, LiveRoom.name, LiveRoom.seq, LiveRoom.entries, LiveRoom.size, LiveRoom.typed_at, LiveRoom.writers,
)  # fmt: skip


def rooms(session: Session, proposal: ProposalId, section: str | None = None, *, lock: bool = False) -> list[RoomState]:
    """The rooms of a proposal, or of one of its sections. `lock` holds their rows until the transaction ends."""
    statement = sa.select(*_COLUMNS).where(LiveRoom.proposal == proposal).order_by(LiveRoom.id)
    if section is not None:
        statement = statement.where(LiveRoom.section == section)
    return [_room(row) for row in session.execute(statement.with_for_update() if lock else statement)]


def room(session: Session, key: str, *, lock: bool = False) -> RoomState | None:
    """One room, or None."""
    statement = sa.select(*_COLUMNS).where(LiveRoom.id == key)
    row = session.execute(statement.with_for_update() if lock else statement).one_or_none()
    return _room(row) if row is not None else None


def _room(row: sa.Row[*tuple[object, ...]]) -> RoomState:
    found = row._mapping
    writers = tuple(PersonId(person) for person in found["writers"])
    return RoomState(
        found["id"], found["section"], found["name"], found["seq"], found["entries"], found["size"], found["typed_at"], writers
    )


def add_room(session: Session, key: str, proposal: ProposalId, section: str, name: str) -> RoomState:
    """A new room with an empty log."""
    session.execute(sa.insert(LiveRoom).values(id=key, proposal=proposal, section=section, name=name, seq=0, entries=0, size=0, writers=[]))
    return RoomState(key, section, name, 0, 0, 0, None, ())


def append(session: Session, found: RoomState, person: PersonId | None, at: datetime, change: bytes) -> RoomState:
    """Write a change into the log of a room that this transaction has locked; the room after it."""
    values: dict[str, object] = {"seq": found.seq + 1, "entries": found.entries + 1, "size": found.size + len(change)}
    if person is not None:
        values |= {"typed_at": at, "writers": sorted({*found.writers, person})}
    session.execute(sa.insert(LiveUpdate).values(room=found.id, seq=found.seq + 1, person=person, at=at, bytes=change))
    session.execute(sa.update(LiveRoom).where(LiveRoom.id == found.id).values(**values))
    return RoomState(
        found.id, found.section, found.name, found.seq + 1, found.entries + 1, found.size + len(change),
        found.typed_at if person is None else at, found.writers if person is None else tuple(sorted({*found.writers, person})),
    )  # fmt: skip


def log(session: Session, key: str, since: int = 0) -> list[tuple[int, bytes]]:
    """The entries of a room's log after `since`, with their numbers, in order."""
    statement = sa.select(LiveUpdate.seq, LiveUpdate.bytes).where(LiveUpdate.room == key, LiveUpdate.seq > since).order_by(LiveUpdate.seq)
    return [(row.seq, bytes(row.bytes)) for row in session.execute(statement)]


def compact(session: Session, found: RoomState, at: datetime, whole: bytes) -> None:
    """Put the sum of a room's log in its place. The room is locked, and `whole` was made of every entry."""
    session.execute(sa.delete(LiveUpdate).where(LiveUpdate.room == found.id, LiveUpdate.seq <= found.seq))
    session.execute(sa.insert(LiveUpdate).values(room=found.id, seq=found.seq, person=None, at=at, bytes=whole))
    session.execute(sa.update(LiveRoom).where(LiveRoom.id == found.id).values(entries=1, size=len(whole)))


def is_cut(session: Session, keys: Sequence[str]) -> None:
    """Note that a version holds what these rooms hold, as far as it can be kept."""
    session.execute(sa.update(LiveRoom).where(LiveRoom.id.in_(keys)).values(typed_at=None, writers=[]))


def has_uncut(session: Session, proposal: ProposalId) -> bool:
    """Whether somebody has written what no version holds yet."""
    statement = sa.select(sa.literal(1)).where(LiveRoom.proposal == proposal, LiveRoom.typed_at.is_not(None)).limit(1)
    return session.execute(statement).scalar_one_or_none() is not None


def quiet(session: Session, before: datetime) -> list[ProposalId]:
    """The proposals with uncut writing in which nobody has written since `before`."""
    newest = sa.func.max(LiveRoom.typed_at)
    statement = sa.select(LiveRoom.proposal).where(LiveRoom.typed_at.is_not(None)).group_by(LiveRoom.proposal).having(newest < before)
    return [ProposalId(proposal) for proposal in session.execute(statement).scalars()]


def stamps(
    session: Session, proposals: Collection[str], sessions: Collection[str], rooms: Collection[str], now: datetime, idle_since: datetime
) -> Stamps:
    """The stamps of all these at once."""
    heads = session.execute(sa.select(Proposal.id, Proposal.event_head, Proposal.version).where(Proposal.id.in_(proposals))).all()
    living = (SessionRecord.id.in_(sessions), SessionRecord.expires_at > now, SessionRecord.seen_at > idle_since, Person.active)
    alive = session.execute(sa.select(SessionRecord.id).join(Person, Person.id == SessionRecord.person).where(*living)).scalars()
    happened = session.execute(sa.select(sa.func.coalesce(sa.func.sum(Organisation.event_count), 0))).scalar_one()
    columns = (LiveRoom.id, LiveRoom.proposal, LiveRoom.section, LiveRoom.name, LiveRoom.seq, LiveRoom.typed_at)
    wanted = LiveRoom.proposal.in_(proposals) | LiveRoom.id.in_(rooms)
    found = session.execute(sa.select(*columns).where(wanted).order_by(LiveRoom.id)).all()
    written: dict[str, list[Written]] = {}
    for row in found:
        written.setdefault(row.proposal, []).append(Written(row.section, row.name, row.seq, row.typed_at is not None))
    asked = set(rooms)
    return Stamps(
        {row.id: row.event_head for row in heads}, frozenset(alive), int(happened), {row.id: row.seq for row in found if row.id in asked},
        {row.id: row.version for row in heads}, {key: tuple(rows) for key, rows in written.items()},
    )  # fmt: skip

"""Writing together: who may enter which rooms, and the log of what is written in them.

The log is the truth: a change is passed on to others only once it is in the log, and whoever missed something reads it there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, NotFound, Refused, SignInRequired
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE
from cowork.domain.specifications.form import Section, may_read, section_of
from cowork.domain.specifications.rooms import NOTHING, Room, room_answers, rooms_of
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.identity import IDLE_LIMIT, TOUCH_EVERY
from cowork.services.specifications import own_fields, writable_columns, writable_fields
from cowork.store import identity, live, specifications, unit
from cowork.store.live import RoomState, Stamps

LARGEST_ROOM = 8 * 1024 * 1024
COMPACT_AFTER = 300
"""Entries after which a room's log is put together: applying a few hundred is quick, tens of thousands are not."""


@dataclass(frozen=True, slots=True)
class RoomRight:
    """A room that somebody may read, and whether they may write in it: all of it or nothing."""

    room: Room
    writes: bool


@dataclass(frozen=True, slots=True)
class Entrance:
    """Somebody in one section of one proposal, with the rooms they may read, by name."""

    actor: Actor
    proposal: ProposalId
    section: str
    rights: Mapping[str, RoomRight]

    @property
    def writes(self) -> bool:
        return any(right.writes for right in self.rights.values())


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room's log as it stands."""

    id: str
    seq: int
    changes: tuple[bytes, ...]


def enter(context: Context, session_id: str, proposal: ProposalId, section: str) -> Entrance:
    """What the holder of a session (the digest of its token) may do in a section now.

    Raises SignInRequired (the session is over), NotFound, Refused, Conflict (nobody writes in this proposal now).
    """
    with unit.reading() as session:
        return _enter(session, context, session_id, proposal, section)


def _enter(
    session: Session, context: Context, session_id: str, proposal: ProposalId, section_key: str, *, writing: bool = False
) -> Entrance:
    now = context.now()
    signed_in = identity.signed_in(session, session_id, now, now - IDLE_LIMIT)
    if signed_in is None:
        raise SignInRequired
    if writing and now - signed_in.seen_at > TOUCH_EVERY:
        identity.touch_session(session, session_id, now)
    case = open_case(session, signed_in.actor, proposal, Action.READ_PROPOSAL)
    if case.state.facts.standing not in EDITABLE:
        raise Conflict("The text is locked now: nobody writes in this proposal. Load the page again to see where it stands.")
    section = section_of(case.form, section_key)
    return Entrance(signed_in.actor, proposal, section_key, rights(case, section))


def rights(case: Case, section: Section) -> dict[str, RoomRight]:
    """The rooms of a section that the actor may read, by name: a lane that the page would not show is not among them."""
    writes = case.may(Action.EDIT_PROPOSAL) and writable_fields(case, section)
    # What an outline does not ask yet stands on no page: it is written by whoever owns it, with the rest of its room.
    writable = own_fields(case, section) if writes else frozenset()
    columns = {field.key: writable_columns(case, field) for field in section.fields if field.columns}
    return {
        room.name: RoomRight(room, _writes(room, writable, columns)) for room in rooms_of(section) if may_read(case.sides, room.lane)
    }


def _writes(room: Room, fields: Collection[str], columns: Mapping[str, Collection[str]]) -> bool:
    own = all(field.key in fields for field in (*room.singles, *room.lists))
    return own and all(group.key in fields and column.key in columns[group.key] for group, column in room.columns)


def open_room(context: Context, entrance: Entrance, name: str) -> OpenRoom:
    """A room that this entrance lets read. Only here is a room made: out of the newest version, once. Raises NotFound."""
    if name not in entrance.rights:
        raise NotFound("room")
    with unit.reading() as session:
        found = _find(session, entrance, name)
        if found is not None:
            return _opened(session, found)
    try:
        with unit.writing() as session:
            found = _find(session, entrance, name) or _make(session, context, entrance, name)
            return _opened(session, found)
    except Conflict:
        # Somebody else made it at the same moment.
        with unit.reading() as session:
            found = _find(session, entrance, name)
            if found is None:
                raise
            return _opened(session, found)


def _find(session: Session, entrance: Entrance, name: str) -> RoomState | None:
    return next((room for room in live.rooms(session, entrance.proposal, entrance.section) if room.name == name), None)


def _opened(session: Session, found: RoomState) -> OpenRoom:
    entries = live.log(session, found.id)
    # The log may have grown since its row was read: what counts is what was read of it.
    return OpenRoom(found.id, entries[-1][0] if entries else 0, tuple(change for _, change in entries))


def _make(session: Session, context: Context, entrance: Entrance, name: str) -> RoomState:
    case = open_case(session, entrance.actor, entrance.proposal, Action.READ_PROPOSAL, lock=True)
    newest = specifications.version(session, entrance.proposal, case.state.version)
    answers = newest.content.get(entrance.section, {}) if newest is not None else {}
    room = entrance.rights[name].room
    change = context.document(()).carry(room, NOTHING, room_answers(room, answers), context.differ)
    found = live.add_room(session, context.new_id(), entrance.proposal, entrance.section, name)
    return live.append(session, found, None, context.now(), change) if change else found


def write(context: Context, session_id: str, entrance: Entrance, name: str, opened: str, seq: int, change: bytes) -> RoomState | None:
    """Write a change into the log behind entry `seq`; None when the log has grown meanwhile and has to be read first.

    The rights are asked anew in the transaction that writes. Raises SignInRequired, NotFound, Refused, Conflict.
    """
    with unit.writing() as session:
        # Locked before the standing is read: whoever submits locks the rooms, so that no letter stays behind a submission.
        found = live.room(session, opened, lock=True)
        present = _enter(session, context, session_id, entrance.proposal, entrance.section, writing=True)
        right = present.rights.get(name)
        if right is None or not right.writes:
            raise Refused("You may not write here any more.")
        if found is None:
            raise NotFound("room")
        if found.seq != seq:
            return None
        if found.size + len(change) > LARGEST_ROOM:
            raise Refused("This section has become too large to write in together. Shorten it, or save it as a form.")
        return live.append(session, found, present.actor.person, context.now(), change)


def log_since(context: Context, opened: str, since: int) -> list[tuple[int, bytes]] | None:
    """The entries after `since`; None where the log was put together since and has to be read as a whole."""
    with unit.reading() as session:
        entries = live.log(session, opened, since)
    return entries if not entries or entries[0][0] == since + 1 else None


def whole(context: Context, opened: str) -> OpenRoom:
    """The whole log of a room. Raises NotFound."""
    with unit.reading() as session:
        found = live.room(session, opened)
        if found is None:
            raise NotFound("room")
        return _opened(session, found)


def compact(context: Context, opened: str) -> None:
    """Put a long log together."""
    with unit.writing() as session:
        found = live.room(session, opened, lock=True)
        if found is None or found.entries < COMPACT_AFTER:
            return
        document = context.document([change for _, change in live.log(session, opened)])
        live.compact(session, found, context.now(), document.missing(b""))


def look(context: Context, proposals: Collection[str], sessions: Collection[str], rooms: Collection[str]) -> Stamps:
    """The stamps of everything that open connections depend on, in four small queries however many they are."""
    now = context.now()
    with unit.reading() as session:
        return live.stamps(session, proposals, sessions, rooms, now, now - IDLE_LIMIT)

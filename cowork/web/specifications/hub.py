"""Everybody who has a section open, and the rooms they write in: what one writes is passed on to the others once it is in the log.

One hub a process. Between processes the bus rings; whoever missed that finds the longer log within a second.
"""

import json
import logging
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from cowork.domain.errors import CoworkError
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.specifications.form import FieldLane
from cowork.services import live
from cowork.services.context import Context
from cowork.store.live import Stamps
from cowork.web.specifications import frames
from cowork.web.specifications.connections import Connection, Loaded
from cowork.web.specifications.frames import ANSWER, CHANGE, STATE, Frame
from cowork.web.specifications.presence import Presence

MOST_OF_ONE = 12
"""Sockets that one person may have open at once."""
LOOK_SECONDS = 1.0
ATTEMPTS = 20

log = logging.getLogger(__name__)


class Full(Exception):
    """There are as many sockets as may be: the page saves by form instead."""


class Hub:
    """The connections and rooms of this process."""

    def __init__(self, app: Flask, most: int) -> None:
        self.closing = threading.Event()
        self.presence = Presence(secrets.token_hex(8), self._whisper)
        self._app = app
        self._most = most
        self._persons: Counter[PersonId] = Counter()
        self._loaded: dict[str, Loaded] = {}
        self._lock = threading.Lock()
        self._bell = threading.Event()
        self._rung: set[str] = set()
        self._watching = False
        self._listening = False

    @property
    def context(self) -> Context:
        return cast(Context, self._app.extensions["cowork"])

    # --- Coming and going ---------------------------------------------------------------------------------------

    def admit(self, person: PersonId) -> None:
        """Count a socket in. Raises Full."""
        with self._lock:
            if self.closing.is_set() or self._is_full(person):
                raise Full
            self._persons[person] += 1
            if not self._listening:
                self._listening = True
                self.context.bus.listen(self._hear)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="live", daemon=True).start()

    def refuse_when_full(self, person: PersonId) -> None:
        """Say what `admit` would. Raises Full."""
        with self._lock:
            if self._is_full(person):
                raise Full

    def _is_full(self, person: PersonId) -> bool:
        return self._persons.total() >= self._most or self._persons[person] >= MOST_OF_ONE

    def dismiss(self, person: PersonId) -> None:
        """Count a socket out."""
        with self._lock:
            self._persons[person] -= 1
            self._persons += Counter()

    def close(self) -> None:
        """Let every connection end, because the process does."""
        self.closing.set()
        self._bell.set()
        for connection in self.presence.connections():
            connection.socket.ring()

    def leave(self, connection: Connection, names: Iterable[str] | None = None) -> None:
        """Take a connection out of its rooms, or out of some of them."""
        for name in tuple(connection.rooms if names is None else names):
            loaded = connection.rooms.pop(name, None)
            if loaded is None:
                continue
            with self._lock, loaded.lock:
                loaded.members.discard(connection)
                if not loaded.members and self._loaded.get(loaded.id) is loaded:
                    del self._loaded[loaded.id]

    # --- Rooms --------------------------------------------------------------------------------------------------

    def bring_up_to_date(self, connection: Connection, name: str, state: bytes) -> None:
        """Answer what somebody lacks, from now on pass everything on to them, and ask what they have that is not here. Raises BadUpdate."""
        loaded = self._enter(connection, name)
        with loaded.lock:
            answer = loaded.document.missing(state)
            loaded.members.add(connection)
            connection.socket.send(frames.written(Frame(name, ANSWER, answer)))
            if connection.entrance.rights[name].writes:
                connection.socket.send(frames.written(Frame(name, STATE, loaded.document.state())))

    def _enter(self, connection: Connection, name: str) -> Loaded:
        if name not in connection.rooms:
            opened = live.open_room(self.context, connection.entrance, name)
            with self._lock:
                loaded = self._loaded.get(opened.id)
                if loaded is None:
                    document = self.context.document(opened.changes)
                    loaded = Loaded(opened.id, name, document, opened.seq, document.removals())
                    self._loaded[opened.id] = loaded
                with loaded.lock:
                    loaded.members.add(connection)
                connection.rooms[name] = loaded
        return connection.rooms[name]

    def write(self, connection: Connection, name: str, kinds_and_bodies: list[tuple[int, bytes]]) -> None:
        """Take in changes: into the log first, then on to the others. Raises BadUpdate, and as `live.write` does."""
        loaded = self._enter(connection, name)
        bodies = [body for _, body in kinds_and_bodies]
        entries = 0
        with loaded.lock:
            for _ in range(ATTEMPTS):
                try:
                    change = loaded.document.apply(bodies)
                    if not change:
                        break
                    kept = live.write(self.context, connection.session_id, connection.entrance, name, loaded.id, loaded.seq, change)
                except BaseException:
                    self._read_anew(loaded)
                    raise
                if kept is not None:
                    loaded.seq, entries = kept.seq, kept.entries
                    self._pass_on(loaded, change, connection)
                    break
                self._read_anew(loaded)
            else:
                raise CoworkError("The log of this room grew faster than it could be read.")
            if not change and any(len(body) > 2 for body in bodies):
                # Known already, or written on something that is not here: nothing may wait in memory that is not in the log.
                self._read_anew(loaded)
                if any(kind == CHANGE for kind, _ in kinds_and_bodies):
                    connection.socket.send(frames.written(Frame(name, STATE, loaded.document.state())))
        if change:
            self._whisper({"rooms": [loaded.id]})
        if entries >= live.COMPACT_AFTER:
            live.compact(self.context, loaded.id)

    def _pass_on(self, loaded: Loaded, change: bytes, author: Connection | None = None) -> None:
        message = frames.written(Frame(loaded.name, CHANGE, change))
        others = [member for member in loaded.members if member is not author]
        removals = loaded.document.removals()
        if removals != loaded.removals:
            # Whoever was in an entry that goes hears who took it out.
            by = frames.text("by", room=loaded.name, name=author.entrance.actor.name if author is not None else "")
            for member in others:
                member.socket.send(by)
        loaded.removals = removals
        for member in others:
            member.socket.send(message)

    def _read_anew(self, loaded: Loaded) -> None:
        """The document out of the log as it stands, and what is new in it to the members. The caller holds the room's lock."""
        opened = live.whole(self.context, loaded.id)
        loaded.document = self.context.document(opened.changes)
        if opened.seq > loaded.seq:
            entries = live.log_since(self.context, loaded.id, loaded.seq)
            for change in [change for _, change in entries] if entries else [loaded.document.missing(b"")]:
                self._pass_on(loaded, change)
            loaded.seq = opened.seq

    def _catch_up(self, loaded: Loaded) -> None:
        with loaded.lock:
            entries = live.log_since(self.context, loaded.id, loaded.seq)
            if entries is None:
                self._read_anew(loaded)
                return
            for seq, change in entries:
                loaded.document.apply([change])
                loaded.seq = seq
                self._pass_on(loaded, change)

    # --- Ringing and watching -----------------------------------------------------------------------------------

    def _whisper(self, message: dict[str, Any]) -> None:
        """Tell the other processes."""
        self.context.bus.publish(json.dumps({**message, "from": self.presence.hub}).encode())

    def _hear(self, message: bytes) -> None:
        try:
            found = json.loads(message)
        except ValueError:
            return
        if not isinstance(found, dict) or found.get("from") == self.presence.hub:
            return
        rung = {key for key in found.get("rooms", ()) if key in self._loaded}
        if rung:
            self._rung |= rung
            self._bell.set()
        self.presence.hear(found)

    def _watch(self) -> None:
        """Pass on what was written elsewhere, and look whether rights may have changed: for as long as the process lives."""
        while not self.closing.is_set():
            self._bell.wait(LOOK_SECONDS)
            self._bell.clear()
            try:
                with self._app.app_context():
                    self._look()
            except (CoworkError, SQLAlchemyError, OSError):
                log.exception("looking after those who write together failed; it is tried again")
                self.closing.wait(LOOK_SECONDS)

    def _look(self) -> None:
        with self._lock:
            rooms = dict(self._loaded)
        rung, self._rung = self._rung, set()
        for key in rung & rooms.keys():
            self._catch_up(rooms[key])
        connections = self.presence.connections()
        proposals: set[ProposalId] = {connection.entrance.proposal for connection in connections}
        stamps = live.look(self.context, proposals, {connection.session_id for connection in connections}, rooms)
        for key, seq in stamps.rooms.items():
            if seq > rooms[key].seq:
                self._catch_up(rooms[key])
        for connection in connections:
            self._compare(connection, stamps)
            tell_standing(connection, stamps)
        self.presence.repeat()

    def _compare(self, connection: Connection, stamps: Stamps) -> None:
        head = stamps.proposals.get(connection.entrance.proposal)
        stamp = (head, connection.session_id in stamps.sessions, stamps.organisations)
        # At the first look too: the right may have gone since the connection was let in.
        if stamp != connection.stamp:
            connection.look_again = True
            connection.socket.ring()
        connection.stamp = stamp


def tell_standing(connection: Connection, stamps: Stamps) -> None:
    """Tell a page what became of its section when that changes, and that lists which it shows may have changed elsewhere.

    Of this section only rooms that it reads are told of; of others those that every party reads.
    """
    proposal, section = connection.entrance.proposal, connection.entrance.section
    version = stamps.versions.get(proposal)
    if version is None:
        return
    rooms = stamps.written.get(proposal, ())
    own = [room for room in rooms if room.section == section and room.name in connection.entrance.rights]
    # With the lengths of the logs: what is typed and cut between two looks leaves version and mark as they were.
    standing = (version, any(room.uncut for room in own), tuple(room.seq for room in own))
    if standing != connection.told:
        connection.socket.send(frames.text("standing", version=version, uncut=standing[1]))
    shared = FieldLane.SHARED.value
    lists = (version, *((room.section, room.seq) for room in rooms if room.section != section and room.name.startswith(f"{shared}.")))
    # At the first look too: they may have changed since the page was made.
    if lists != connection.lists:
        connection.socket.send(frames.text("lists"))
    connection.told, connection.lists = standing, lists

"""Who is in which section, and where their cursors are: shown, and never a lock.

Names and colours come from the server, so nobody can write under another's name; a cursor is told only to those who may read its room.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from cowork.domain.ids import ProposalId
from cowork.web.specifications import frames
from cowork.web.specifications.connections import Connection, Place

Person = dict[str, Any]
COLOURS = 6
REPEAT_SECONDS = 10.0
FORGET_SECONDS = 30.0


class Presence:
    """The connections of this process by section, and what other processes say of theirs."""

    def __init__(self, hub: str, whisper: Callable[[dict[str, Any]], None]) -> None:
        self.hub = hub
        self._whisper = whisper
        self._lock = threading.Lock()
        self._here: dict[Place, set[Connection]] = {}
        self._elsewhere: dict[tuple[Place, str], tuple[float, list[Person]]] = {}
        self._repeated = time.monotonic()

    def connections(self) -> list[Connection]:
        """Every connection of this process."""
        with self._lock:
            return [connection for found in self._here.values() for connection in found]

    def people(self, place: Place) -> list[Person]:
        """Everybody in a section, with or without a right to write there."""
        with self._lock:
            own = self._own(place)
            others = [person for (there, _), (_, people) in self._elsewhere.items() if there == place for person in people]
        return own + others

    def names(self, proposal: ProposalId) -> dict[str, list[str]]:
        """The names of those in each section of a proposal."""
        with self._lock:
            sections = {place[1] for place in self._here if place[0] == proposal}
            sections |= {place[1] for place, _ in self._elsewhere if place[0] == proposal}
        found = {section: sorted({str(person["name"]) for person in self.people((proposal, section))}) for section in sections}
        return {section: names for section, names in sorted(found.items()) if names}

    def come(self, connection: Connection) -> None:
        """Somebody opens a section: they hear who is there, and the others hear of them."""
        with self._lock:
            self._here.setdefault(connection.place, set()).add(connection)
        for other in self._others(connection):
            if other.cursor and self._reads(connection, other.cursor):
                connection.socket.send(other.cursor)
        self._tell(connection.place)

    def go(self, connection: Connection) -> None:
        """Somebody closes it, or is gone."""
        with self._lock:
            found = self._here.get(connection.place, set())
            found.discard(connection)
            if not found:
                self._here.pop(connection.place, None)
        self._tell(connection.place)

    def point(self, connection: Connection, room: str, at: dict[str, Any] | None) -> None:
        """Somebody's cursor is elsewhere, or (None) in no text."""
        actor = connection.entrance.actor
        connection.cursor = frames.text("cursor", id=connection.id, name=actor.name, colour=connection.colour, room=room, at=at)
        for other in self._others(connection):
            if self._reads(other, connection.cursor, room):
                other.socket.send(connection.cursor)
        self._whisper({"cursor": connection.cursor, "place": connection.place, "room": room})

    def hear(self, message: dict[str, Any]) -> None:
        """What another process says."""
        place = message.get("place")
        if not isinstance(place, list) or len(place) != 2:
            return
        there: Place = (ProposalId(str(place[0])), str(place[1]))
        if isinstance(message.get("people"), list):
            with self._lock:
                self._elsewhere[(there, str(message.get("from")))] = (time.monotonic(), message["people"])
            self._show(there)
        elif isinstance(message.get("cursor"), str):
            with self._lock:
                found = list(self._here.get(there, ()))
            for connection in found:
                if str(message.get("room")) in connection.entrance.rights:
                    connection.socket.send(message["cursor"])

    def repeat(self) -> None:
        """Say now and then who is here, and forget those of whom nothing was heard for long."""
        now = time.monotonic()
        if now - self._repeated < REPEAT_SECONDS:
            return
        self._repeated = now
        with self._lock:
            gone = {key for key, (heard, _) in self._elsewhere.items() if now - heard > FORGET_SECONDS}
            for key in gone:
                del self._elsewhere[key]
            places = {place: self._own(place) for place in self._here}
        for place, people in places.items():
            self._whisper({"place": place, "people": people})
        for place in {key[0] for key in gone}:
            self._show(place)

    def _tell(self, place: Place) -> None:
        self._show(place)
        with self._lock:
            people = self._own(place)
        self._whisper({"place": place, "people": people})

    def _show(self, place: Place) -> None:
        message = frames.text("here", people=self.people(place))
        with self._lock:
            found = list(self._here.get(place, ()))
        for connection in found:
            connection.socket.send(message)

    def _own(self, place: Place) -> list[Person]:
        # Of those who only read, who have no cursors, everybody is there once, from however many windows.
        once = {(c.entrance.actor.person, c.id if c.entrance.writes else ""): c for c in self._here.get(place, ())}
        found = [(c, c.entrance.actor) for c in sorted(once.values(), key=lambda c: c.id)]
        return [
            {"id": c.id, "name": actor.name, "initials": actor.initials, "colour": c.colour, "writes": c.entrance.writes}
            for c, actor in found
        ]

    def _others(self, connection: Connection) -> list[Connection]:
        with self._lock:
            return [other for other in self._here.get(connection.place, ()) if other is not connection]

    @staticmethod
    def _reads(connection: Connection, cursor: str, room: str = "") -> bool:
        return (room or frames.said(cursor)["room"]) in connection.entrance.rights

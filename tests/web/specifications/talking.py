"""Speaks with the socket of a section as a page does, or as somebody does who means harm; and serves the test's application to it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from simple_websocket import Client, ConnectionClosed, ConnectionError  # noqa: A004 (its own name)
from werkzeug.serving import make_server

from cowork.domain.specifications.rooms import Room, RoomAnswers
from cowork.gateways.livedoc import YDocument
from cowork.gateways.worddiff import opcodes
from cowork.web.specifications import frames, live
from cowork.web.specifications.frames import ANSWER, CHANGE, STATE, Frame

PATIENCE = 30.0


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a port of this machine, with a thread for each connection."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of the threading mix-in
    server.block_on_close = False  # type: ignore[attr-defined]  # as above
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        app.extensions[live.HUB].close()
        server.shutdown()
        server.server_close()
        thread.join()


class Caller(Client):  # type: ignore[misc]  # ships no types
    """A client that also hears what came together with the answer to its handshake."""

    def handshake(self) -> None:
        try:
            super().handshake()
        except BaseException:
            self.sock.close()
            raise
        self._handle_events()


class Page:
    """A page with a section open: a document for each room, and everything that was said to it."""

    def __init__(self, url: str, cookie: str, path: str, origin: str | None = None) -> None:
        # The client leaves the port out of its Host header.
        headers = {"Cookie": cookie, "Origin": f"http://{urlsplit(url).hostname}" if origin is None else origin}
        self.socket = Caller.connect(url.replace("http", "ws") + path, headers={name: value for name, value in headers.items() if value})
        self.documents: dict[str, YDocument] = {}
        self.rights: dict[str, bool] = {}
        self.said: list[dict[str, Any]] = []
        self.received = 0
        self.answered: set[str] = set()
        self.closed: int | None = None
        self.why = ""

    def listen(self, seconds: float = 0.3) -> None:
        """Take in what comes, until nothing has come for so long."""
        while self.closed is None:
            try:
                message = self.socket.receive(timeout=seconds)
            except ConnectionClosed as error:
                self.closed, self.why = error.reason, error.message or ""
                return
            if message is None:
                return
            self._take(message)

    def wait_for(self, kind: str) -> dict[str, Any]:
        """The next message of this kind."""
        start, give_up = len([said for said in self.said if said["t"] == kind]), time.monotonic() + PATIENCE
        while time.monotonic() < give_up and self.closed is None:
            self.listen(0.05)
            found = [said for said in self.said if said["t"] == kind]
            if len(found) > start or (kind == "hello" and found):
                return found[-1]
        raise AssertionError(f"no “{kind}” came; closed: {self.closed}; said: {self.said}")

    def _take(self, message: bytes | str) -> None:
        if isinstance(message, str):
            found = json.loads(message)
            self.said.append(found)
            if found["t"] == "hello":
                self.rights = found["rooms"]
            return
        frame = frames.read(message)
        self.received += len(frame.body)
        document = self.documents.setdefault(frame.room, YDocument())
        self.answered |= {frame.room} if frame.kind == ANSWER else set()
        if frame.kind in (ANSWER, CHANGE):
            document.apply([frame.body])

    def join(self, *rooms: str) -> None:
        """Ask for rooms (by default all that were offered) and wait until they are there."""
        if not self.rights:
            self.wait_for("hello")
        for room in rooms or self.rights:
            self.send(Frame(room, STATE, self.documents.setdefault(room, YDocument()).state()))
        wanted, give_up = set(rooms or self.rights), time.monotonic() + PATIENCE
        while not wanted <= self.answered:
            assert time.monotonic() < give_up, f"no answer for {wanted - self.answered}"
            self.listen(0.02)

    def until_closed(self) -> int | None:
        """Wait for the end of the connection; its code."""
        give_up = time.monotonic() + PATIENCE
        while self.closed is None and time.monotonic() < give_up:
            self.listen(0.05)
        return self.closed

    def send(self, frame: Frame) -> None:
        self.socket.send(frames.written(frame))

    def change(self, room: Room, wanted: RoomAnswers) -> None:
        """Write until the room holds this, and send that."""
        document = self.documents[room.name]
        self.send(Frame(room.name, CHANGE, document.carry(room, document.answers(room), wanted, opcodes)))

    def close(self) -> None:
        if self.socket.connected:
            self.socket.close()


__all__ = ["ConnectionError", "Page", "serving"]

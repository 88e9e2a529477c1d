"""A WebSocket on the thread that answers the request: it reads, writes and waits in one place.

Other threads only put messages into the queue and ring; so a reader who is slow, or does not read at all, holds nobody up. wsproto knows
the protocol; this module moves the bytes. Messages are not compressed, so a small one never becomes a large one.
"""

import contextlib
import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from flask import Response
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Ping, Request, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_WAITING = 8 * 1024 * 1024
"""Bytes that may wait for a slow reader before it is cut off; it comes back and asks for what it missed."""
MOST_FRAGMENTS = 64
"""Of one message: pages send it whole, and what stands between cuts it into few."""
NONSENSE = "This is nothing that a page sends."
CHUNK = 65_536
PING_SECONDS = 20.0
SILENT_SECONDS = 60.0
GOING_AWAY, POLICY, TOO_BIG, BUSY = 1001, 1008, 1009, 1013


class Closed(Exception):
    """The socket is closed, by either side."""


class Socket:
    """One accepted connection. `receive` and `close` belong to the thread that made it, `send` to everybody."""

    def __init__(self, environ: Mapping[str, object], largest: int) -> None:
        found = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
        if not isinstance(found, socket.socket):
            raise RuntimeError("this server hands over no socket; use gunicorn with threads")
        self.stands_alone = "gunicorn.socket" in environ
        self._sock = found
        self._largest = largest
        self._ws = WSConnection(ConnectionType.SERVER)
        self._queue: deque[bytes | str] = deque()
        self._waiting = 0
        self._lock = threading.Lock()
        self._out = b""
        self._parts: list[bytes] = []
        self._size = self._fragments = 0
        self._open = True
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._heard = self._pinged = time.monotonic()
        head = "".join(f"{key[5:].replace('_', '-')}: {value}\r\n" for key, value in environ.items() if key.startswith("HTTP_"))
        found.setblocking(False)
        self._ws.receive_data(f"GET / HTTP/1.1\r\n{head}\r\n".encode("latin-1", "replace"))
        for event in self._ws.events():
            if isinstance(event, Request):
                self._out += self._ws.send(AcceptConnection())
        self._write()

    def send(self, message: bytes | str) -> None:
        """Put a message into the queue; from any thread. Nothing happens on a closed socket."""
        with self._lock:
            if not self._open:
                return
            self._queue.append(message)
            self._waiting += len(message)
            os.eventfd_write(self._bell, 1)

    def ring(self) -> None:
        """Wake the socket's own thread."""
        with self._lock:
            if self._open:
                os.eventfd_write(self._bell, 1)

    def receive(self, seconds: float) -> list[bytes | str]:
        """The messages that have come, after waiting for some, or for a ring, or for so long. Raises Closed."""
        self._write()
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        poll.register(self._sock, select.POLLIN | (select.POLLOUT if self._out else 0))
        ready = dict(poll.poll(seconds * 1000))
        if self._bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._bell)
        found = self._read() if ready.get(self._sock.fileno(), 0) & ~select.POLLOUT else []
        self._keep_alive()
        self._write()
        return found

    def _read(self) -> list[bytes | str]:
        try:
            data = self._sock.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError as error:
            raise self._ended() from error
        if not data:
            raise self._ended()
        self._heard = time.monotonic()
        found: list[bytes | str] = []
        try:
            self._ws.receive_data(data)
            for event in self._ws.events():
                self._take(event, found)
        except (RemoteProtocolError, LocalProtocolError) as error:
            raise self._ended() from error
        return found

    def _take(self, event: Event, found: list[bytes | str]) -> None:
        if isinstance(event, CloseConnection) and self._ws.state is ConnectionState.OPEN:
            # Not the other side's goodbye, but the protocol's word for what it cannot read; its reason is written for programmers.
            self.close(event.code, NONSENSE)
            raise Closed
        if isinstance(event, CloseConnection):
            self._out += self._ws.send(event.response())
            with contextlib.suppress(Closed):
                self._write()
            raise self._ended()
        if isinstance(event, Ping):
            self._out += self._ws.send(event.response())
        elif isinstance(event, TextMessage | BytesMessage):
            self._parts.append(event.data.encode() if isinstance(event, TextMessage) else bytes(event.data))
            self._size += len(self._parts[-1])
            self._fragments += event.frame_finished
            if self._size > self._largest:
                self.close(TOO_BIG, "message too big")
                raise Closed
            if event.message_finished:
                whole = b"".join(self._parts)
                self._parts.clear()
                self._size = self._fragments = 0
                found.append(whole.decode() if isinstance(event, TextMessage) else whole)
            elif self._fragments > MOST_FRAGMENTS:
                self.close(POLICY, NONSENSE)
                raise Closed

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if now - self._heard > SILENT_SECONDS:
            raise self._ended()
        if now - max(self._heard, self._pinged) > PING_SECONDS:
            self._pinged = now
            self._out += self._ws.send(Ping())

    def _write(self) -> None:
        """Send what the system takes of what waits."""
        with self._lock:
            waiting, self._queue = self._queue, deque()
            if self._waiting > MOST_WAITING:
                self._queue.clear()
                raise self._ended_locked()
        for message in waiting:
            event = TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)
            self._out += self._ws.send(event)
        while self._out:
            try:
                sent = self._sock.send(self._out[:CHUNK])
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                raise self._ended() from error
            self._out = self._out[sent:]
        with self._lock:
            self._waiting = sum(map(len, self._queue)) + len(self._out)

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and close; from the socket's own thread, once or again."""
        if self._open:
            with contextlib.suppress(Closed, LocalProtocolError, OSError):
                self._write()
                self._out += self._ws.send(CloseConnection(code, reason))
                self._sock.settimeout(1.0)
                self._sock.sendall(self._out)
            self._ended()

    def _ended(self) -> Closed:
        with self._lock:
            return self._ended_locked()

    def _ended_locked(self) -> Closed:
        if self._open:
            self._open = False
            os.close(self._bell)
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        return Closed()


class Upgraded(Response):
    """What a view answers when the connection has been a WebSocket: nothing more is to be sent on it."""

    def __init__(self, used: Socket) -> None:
        super().__init__(status=101)
        self._stands_alone = used.stands_alone

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self._stands_alone:
            # gunicorn's word for a connection that was taken over.
            raise StopIteration
        return super().__call__(environ, start_response)

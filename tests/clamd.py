"""A clamd on loopback that speaks INSTREAM: it finds the harmless test pattern, and can be told to misbehave."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATTERN = b"a harmless pattern that this daemon takes for a virus"


@dataclass
class Daemon:
    """What the daemon heard. `answer` is said instead of a verdict; `most` is its StreamMaxLength; `hangs` lets it never answer."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    answer: bytes | None = None
    most: int = 1_000_000_000
    hangs: threading.Event | None = None


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon: Daemon = self.server.daemon_  # type: ignore[attr-defined]  # the server below
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > daemon.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        daemon.heard.append(content)
        if daemon.hangs is not None:
            daemon.hangs.wait(10)
            return
        verdict = b"stream: Test.Pattern-1 FOUND\0" if PATTERN in content else b"stream: OK\0"
        self.wfile.write(verdict if daemon.answer is None else daemon.answer)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    daemon_: Daemon


class _LocalServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    daemon_: Daemon


@contextmanager
def clamd(path: str = "") -> Iterator[Daemon]:
    """A daemon on a free port, or at the path of a socket."""
    daemon = Daemon()
    server = _LocalServer(path, _Session) if path else _Server(("127.0.0.1", 0), _Session)
    server.daemon_ = daemon
    if isinstance(server, _Server):
        daemon.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield daemon
    finally:
        if daemon.hangs is not None:
            daemon.hangs.set()
        server.shutdown()
        server.server_close()
        thread.join()

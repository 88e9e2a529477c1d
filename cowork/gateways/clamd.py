"""Looking for viruses with clamd, the daemon of ClamAV: its INSTREAM command, over TCP or a socket of this machine.

A file is clear only when all of it was sent and the daemon says so in whole. Everything else (no answer, half an answer, an answer that is
not known, a file larger than it takes) is that the scanner is away: the caller takes nothing then.
"""

import socket
import time
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cowork.ports import ScannerAway

TIMEOUT_SECONDS = 30.0
"""For one file, from the connection to the answer."""
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
LONGEST_NAME = 100
CLEAR, FOUND = b"stream: OK", b" FOUND"


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """A daemon: at `host` and `port`, or at the `path` of a socket of this machine."""

    host: str = ""
    port: int = 0
    path: str = ""
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_url(cls, url: str) -> "ClamdScanner":
        """The daemon of an address such as tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl, checked by the settings."""
        parts = urlsplit(url)
        return cls(path=unquote(parts.path)) if parts.scheme == "unix" else cls(parts.hostname or "", parts.port or 0)

    def scan(self, content: bytes) -> str:
        """What was found in these bytes, by its name; empty where the daemon says that there is nothing. Raises ScannerAway."""
        until = time.monotonic() + self.timeout
        try:
            with self._connected() as line:
                whole = _sent(line, content, until)
                answer = _answer(line, until)
        except OSError as error:
            raise ScannerAway(f"The virus scanner does not answer: {error}.") from error
        return _verdict(answer, whole)

    def _connected(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), self.timeout)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.timeout)
        try:
            line.connect(self.path)
        except OSError:
            line.close()
            raise
        return line


def _sent(line: socket.socket, content: bytes, until: float) -> bool:
    """Whether all of it was taken. A daemon that has heard enough says why and hangs up."""
    try:
        _send(line, b"zINSTREAM\0", until)
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            _send(line, len(part).to_bytes(4, "big") + part, until)
        _send(line, bytes(4), until)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _send(line: socket.socket, part: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(part)


def _answer(line: socket.socket, until: float) -> bytes:
    """The answer up to its closing NUL, and with it."""
    found = b""
    while not found.endswith(b"\0") and len(found) < LONGEST_ANSWER:
        line.settimeout(_left(until))
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        found += part
    return found


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _verdict(answer: bytes, whole: bool) -> str:
    said = answer.removesuffix(b"\0").strip()
    if answer.endswith(b"\0") and said == CLEAR and whole:
        return ""
    if said.startswith(b"stream: ") and said.endswith(FOUND):
        name = said.removeprefix(b"stream: ").removesuffix(FOUND).decode("ascii", "replace")
        return "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME] or "something"
    if b"size limit exceeded" in said:
        raise ScannerAway("The virus scanner takes no files of this size. Let its StreamMaxLength be at least COWORK_FILE_MB.")
    shown = "".join(letter for letter in said.decode("ascii", "replace") if letter.isprintable())[:LONGEST_NAME]
    raise ScannerAway(f"The virus scanner answered “{shown}”.")

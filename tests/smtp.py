"""A real SMTP server on loopback: it keeps what it is given, and can be told to refuse for a while."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """What the server took, and how it behaves. `refusal` is answered to MAIL; `unknown` addresses are refused for good."""

    port: int = 0
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refusal: str = ""
    unknown: set[str] = field(default_factory=set)
    drop_after_data: bool = False
    tries: int = 0

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.taken if address in recipients]


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]  # the server below
        box.tries += 1
        self._say("220 loopback ready")
        recipients: list[str] = []
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    self._say("250-loopback\r\n250 8BITMIME")
                case "MAIL":
                    self._say(box.refusal or "250 fine")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    recipients.append(address)
                    self._say("550 no such person" if address in box.unknown else "250 fine")
                case "DATA":
                    self._take(box, recipients)
                    recipients = []
                case "RSET":
                    recipients = []
                    self._say("250 forgotten")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("502 not known here")

    def _take(self, box: Mailbox, recipients: list[str]) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        message = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(message, EmailMessage)
        box.taken.append((recipients, message))
        if box.drop_after_data:
            self.connection.close()
            return
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server on a free port, as long as the block lasts."""
    box = Mailbox()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box  # type: ignore[attr-defined]  # how its sessions find it
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()

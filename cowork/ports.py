"""What services ask of the world outside, as Protocols. Gateways fill them; tests fill them with fakes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cowork.domain.errors import CoworkError, Unavailable
from cowork.domain.ids import Digest
from cowork.domain.specifications.compare import Opcodes
from cowork.domain.specifications.rooms import Room, RoomAnswers


class RenderFailed(Unavailable):
    """A document could not be made; the message is a sentence for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside a document."""

    name: str
    media_type: str
    description: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RenderMeta:
    """What makes a rendering repeatable: nothing else in the file depends on the clock or on chance.

    `identifier` is 32 bytes in hexadecimal; the times are UTC and printed into the file's metadata.
    """

    identifier: str
    created: datetime
    modified: datetime


class Renderer(Protocol):
    """Turns our own HTML into PDF, apart from this process."""

    def render(self, html: str, attachment: Attachment, meta: RenderMeta) -> bytes:
        """The PDF/A-3a and PDF/UA-1 file with the attachment inside. Raises RenderFailed."""
        ...


class MailAway(Unavailable):
    """The mail server did not answer or cannot take mail now: try again later."""


class MailRefused(CoworkError):
    """The mail server does not take this mail, now or later; the message says why."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail to send. `message_id` is in angle brackets; `thread` is a message id that all mails about the same thing refer to, or empty.

    `choices` is the address where the recipient chooses what they are told.
    """

    message_id: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    at: datetime
    thread: str
    choices: str


class Mailer(Protocol):
    """Hands mails to a server."""

    def send(self, mail: OutgoingMail) -> None:
        """Return when the server has taken the mail. Raises MailAway or MailRefused."""
        ...


class DiskFull(Unavailable):
    """There is no room to keep what was sent."""

    def __init__(self) -> None:
        super().__init__("The server's disk is full, so the file was not kept. Tell whoever runs it, and send the file again later.")


class BlobMissing(Unavailable):
    """The bytes of a file are gone from the disk, or are not what they were."""

    def __init__(self) -> None:
        super().__init__("The bytes of this file are missing or damaged on the server. Ask whoever runs it to restore them from a backup.")


class Blobs(Protocol):
    """Keeps bytes by their SHA-256."""

    def put(self, content: bytes) -> Digest:
        """Keep these bytes and say their SHA-256. They survive a power cut when this returns. Raises DiskFull."""
        ...

    def get(self, digest: Digest) -> bytes:
        """The bytes, checked against their name. Raises BlobMissing."""
        ...

    def holds(self, digest: Digest) -> bool:
        """Whether these bytes are there."""
        ...

    def older_than(self, seconds: float) -> Iterator[Digest]:
        """What has not been put for so long."""
        ...

    def everything(self) -> Iterator[tuple[Digest, int]]:
        """All that is kept, each with its size in bytes."""
        ...

    def spare(self, digest: Digest) -> None:
        """Count the time since these bytes were put from now on. Those that are not there are left alone."""
        ...

    def remove(self, digest: Digest) -> int:
        """Forget these bytes; how many they were. Twice is once."""
        ...


class ViewFailed(Unavailable):
    """A file could not be looked into: it took too much time or memory, or cannot be read. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a document. `problem` speaks against it (a sentence that follows its name; empty: nothing does), `note` is
    worth saying; `pages` is how many it has.
    """

    problem: str = ""
    note: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a WebP picture without anything but its dots. Sizes are in dots."""

    content: bytes
    width: int
    height: int


class Viewer(Protocol):
    """Looks into PDFs and pictures apart from this process."""

    def inspect(self, kind: str, content: bytes) -> Findings:
        """What is in a document of this kind (pdf, png, jpeg, webp). Raises ViewFailed."""
        ...

    def pictures(self, kind: str, content: bytes) -> tuple[Picture, ...]:
        """Its first pages, to look at. Raises ViewFailed."""
        ...


class ScannerAway(Unavailable):
    """The virus scanner does not answer, or not in a way that clears a file. The message is a sentence for whoever runs the instance."""


class Scanner(Protocol):
    """Looks for viruses."""

    def scan(self, content: bytes) -> str:
        """What was found in these bytes, by its name; empty where the scanner says that there is nothing. Raises ScannerAway."""
        ...


class BadUpdate(CoworkError):
    """Bytes that are no change of a live document."""


class LiveDocument(Protocol):
    """What is written together in one room, mergeable in any order (a CRDT). Not to be used by two threads at once."""

    def apply(self, updates: Sequence[bytes]) -> bytes:
        """Take in changes, in an order in which each comes after what it was written on; the change that this was, empty when nothing was
        new. Raises BadUpdate, after which the document is of no use.
        """
        ...

    def state(self) -> bytes:
        """What the document knows, for the other side to say what is missing."""
        ...

    def missing(self, state: bytes) -> bytes:
        """The change that brings somebody who knows `state` up to date. Raises BadUpdate."""
        ...

    def answers(self, room: Room) -> RoomAnswers:
        """What is written, as far as the room has a place for it."""
        ...

    def removals(self) -> int:
        """How many entries of lists are removed."""
        ...

    def carry(self, room: Room, before: RoomAnswers, after: RoomAnswers, opcodes: Opcodes) -> bytes:
        """Bring in what changed from `before` to `after` elsewhere, beside what was typed here; the change that this was, or nothing."""
        ...


class Bus(Protocol):
    """Tells every process of this instance that something has happened. A message can be lost: nothing may depend on it but speed."""

    def publish(self, message: bytes) -> None:
        """Give a message to whoever listens, in this process and, where there is a way, in others. Never raises."""
        ...

    def listen(self, listener: Callable[[bytes], None]) -> None:
        """Call `listener` with every message from now on, in some thread."""
        ...

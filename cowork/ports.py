"""What services ask of the world outside, as Protocols. Gateways fill them; tests fill them with fakes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cowork.domain.errors import CoworkError, Unavailable


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

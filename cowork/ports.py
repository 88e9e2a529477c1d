"""What services ask of the world outside, as Protocols. Gateways fill them; tests fill them with fakes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cowork.domain.errors import Unavailable


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

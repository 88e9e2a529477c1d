"""What every use case is given from outside: the clock, chance, secrets and the gateways. Tests and the seeding replace parts of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cowork.domain.specifications.compare import Opcodes
from cowork.ports import Blobs, Bus, LiveDocument, Mailer, Renderer, Scanner, Viewer


class Passwords(Protocol):
    """Hashes and checks passwords. `verify` of an unknown person's empty hash takes as long as a real one."""

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool: ...

    @property
    def common(self) -> frozenset[str]:
        """Passwords that everybody guesses first, in lower case."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """`now` gives UTC; `new_id` a fresh opaque identifier; `new_token` a secret of at least 128 bits; `files` holds made exports,
    `blobs` what people attach, each file of at most `file_bytes` and for `withdrawn_days` after it
    was withdrawn (0: for ever); `document` makes a live document from its changes (and raises
    BadUpdate).

    Without a `mailer` mails are written and kept, and sent nowhere; without a `scanner` nobody looks for viruses.
    """

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_token: Callable[[], str]
    passwords: Passwords
    renderer: Renderer
    differ: Opcodes
    files: Path
    base_url: str
    blobs: Blobs
    viewer: Viewer
    document: Callable[[Sequence[bytes]], LiveDocument]
    bus: Bus
    file_bytes: int = 20 * 1024 * 1024
    withdrawn_days: int = 0
    mailer: Mailer | None = None
    scanner: Scanner | None = None

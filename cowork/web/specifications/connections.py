"""A socket that is open on a section, and a room that somebody has open."""

import threading
from dataclasses import dataclass, field

from cowork.domain.ids import ProposalId
from cowork.ports import LiveDocument
from cowork.services.live import Entrance
from cowork.web.specifications.sockets import Socket

Place = tuple[ProposalId, str]
"""A section of a proposal."""


@dataclass(eq=False, slots=True)
class Loaded:
    """A room that somebody here has open. `lock` guards the document and that its members hear everything in order; `removals` is how many
    entries of lists its members know to be removed.
    """

    id: str
    name: str
    document: LiveDocument
    seq: int
    removals: int
    members: "set[Connection]" = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket. `stamp` is what its rights were last worked out on; `look_again` says that this has changed.

    `told` is what it was told of its section (the newest version, whether something is in none yet, and how long its logs are), `lists`
    how the other sections stood when it was last told of them.
    """

    id: str
    socket: Socket
    session_id: str
    entrance: Entrance
    colour: int
    rooms: dict[str, Loaded] = field(default_factory=dict)
    cursor: str = ""
    stamp: tuple[object, ...] | None = None
    look_again: bool = False
    told: tuple[object, ...] | None = None
    lists: tuple[object, ...] | None = None

    @property
    def place(self) -> Place:
        return self.entrance.proposal, self.entrance.section

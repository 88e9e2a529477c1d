"""The hash chain of events: what it proves and how it is checked.

Each stream (a proposal, an organisation) is a chain: an event's hash covers its canonical JSON and the hash before it. Leaves and
links are separated by a prefix byte as in RFC 9162, so that neither can pass for the other. A chain shows that nothing in it was
changed, inserted or removed since somebody noted a head; it cannot show that the head itself was not replaced by one computed anew:
that is why heads are printed in approved documents that the parties hold.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cowork.domain.ids import Digest
from cowork.domain.specifications.canonical import canonical

EMPTY = Digest("0" * 64)
"""The head of a stream without events."""

_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Link:
    """One stored event of a stream. `at` is ISO 8601 in UTC with microseconds; `seq` counts from 1."""

    stream: str
    seq: int
    at: str
    actor: str | None
    kind: str
    payload: Mapping[str, object]
    prev_hash: Digest
    hash: Digest


@dataclass(frozen=True, slots=True)
class Fault:
    stream: str
    seq: int
    message: str


def link_hash(stream: str, seq: int, at: str, actor: str | None, kind: str, payload: Mapping[str, object], prev_hash: Digest) -> Digest:
    """The hash that binds an event to its place: SHA-256(0x01 ‖ previous ‖ SHA-256(0x00 ‖ canonical JSON))."""
    record = {"stream": stream, "seq": seq, "at": at, "actor": actor, "kind": kind, "payload": dict(payload)}
    leaf = hashlib.sha256(_LEAF + canonical(record)).digest()
    return Digest(hashlib.sha256(_NODE + bytes.fromhex(prev_hash) + leaf).hexdigest())


def first_fault(stream: str, links: Iterable[Link], head: Digest, length: int) -> Fault | None:
    """The first event of a stream that does not fit, truncation included, or None when the chain reaches the head that was noted."""
    last, seq = EMPTY, 0
    for link in links:
        seq += 1
        if link.seq != seq:
            return Fault(stream, seq, f"event {seq} is missing; the next one stored is {link.seq}")
        if link.prev_hash != last:
            return Fault(stream, seq, f"event {seq} does not follow event {seq - 1}")
        if link.hash != link_hash(stream, link.seq, link.at, link.actor, link.kind, link.payload, last):
            return Fault(stream, seq, f"event {seq} was changed after it was recorded")
        last = link.hash
    if seq != length:
        return Fault(stream, seq + 1, f"event {seq + 1} is missing: {length} were recorded, {seq} are stored")
    if last != head:
        return Fault(stream, seq, f"the chain ends at {last}, but {head} was noted as its head")
    return None

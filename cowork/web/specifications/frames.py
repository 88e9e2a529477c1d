"""The messages of writing together, as bytes and as JSON.

A binary message is the name of a room and one message of the Yjs sync protocol: 0, then 0 (what I know: a state), 1 (what you lack: a
change, the answer to it) or 2 (a change), then the bytes. Numbers and lengths are written as Yjs writes them, seven bits a byte.
A text message is a JSON object whose member "t" says what it is; see docs/live-drafting.md.
"""

import json
from dataclasses import dataclass
from typing import Any

STATE, ANSWER, CHANGE = 0, 1, 2
LONGEST_NAME = 60
LONGEST_TEXT = 4_000


class BadFrame(ValueError):
    """Nothing that a page of ours sends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A binary message. `kind` is STATE, ANSWER or CHANGE."""

    room: str
    kind: int
    body: bytes


def written(frame: Frame) -> bytes:
    """The message as bytes."""
    return _sized(frame.room.encode()) + bytes((0, frame.kind)) + _sized(frame.body)


def read(message: bytes) -> Frame:
    """The message in these bytes. Raises BadFrame."""
    name, at = _part(message, 0)
    head = message[at : at + 2]
    if len(name) > LONGEST_NAME or not name.isascii() or head not in (b"\0\0", b"\0\1", b"\0\2"):
        raise BadFrame
    body, end = _part(message, at + 2)
    if end != len(message):
        raise BadFrame
    return Frame(name.decode(), head[1], body)


def _sized(body: bytes) -> bytes:
    number, head = len(body), bytearray()
    while number > 127:
        head.append(128 | (number & 127))
        number >>= 7
    return bytes((*head, number)) + body


def _part(message: bytes, at: int) -> tuple[bytes, int]:
    length = shift = 0
    while True:
        if at >= len(message) or shift > 28:
            raise BadFrame
        byte = message[at]
        at += 1
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    if at + length > len(message):
        raise BadFrame
    return message[at : at + length], at + length


def said(message: str) -> dict[str, Any]:
    """The object in a text message. Raises BadFrame."""
    if len(message) > LONGEST_TEXT:
        raise BadFrame
    try:
        found = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise BadFrame from error
    if not isinstance(found, dict):
        raise BadFrame
    return found


def cursor_of(found: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The room that a cursor is in, and where: the key of the answer, and both ends as Yjs names places. Raises BadFrame."""
    room, at = found.get("room"), found.get("at")
    if not isinstance(room, str) or len(room) > LONGEST_NAME:
        raise BadFrame
    if at is None:
        return room, None
    if not isinstance(at, dict) or not isinstance(at.get("key"), str) or len(at["key"]) > LONGEST_NAME * 3:
        raise BadFrame
    place = {"key": at["key"]}
    for end in ("anchor", "head"):
        if isinstance(at.get(end), dict) and len(json.dumps(at[end])) <= 300:
            place[end] = at[end]
    return room, place


def text(kind: str, **members: object) -> str:
    """A text message."""
    return json.dumps({"t": kind, **members}, ensure_ascii=False, separators=(",", ":"))

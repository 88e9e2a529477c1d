"""Live documents as Yjs documents, by pycrdt.

The shape of a room's document: each text is a root of its own called ``t:KEY``, every other answer an entry of the map ``values``
(the last writer wins); the map ``rows`` gives each row of a repeating group (``field.row``) its position, and ``gone`` names the rows that
were removed: a removal holds against a move made at the same time. Roots are made by their names, so that two people who first write
somewhere at once write in the same place.

pycrdt counts places in the bytes of UTF-8 and ends the process's patience with a panic where one is wrong: all counting is done here.
"""

import re
from collections.abc import Sequence
from typing import cast

from pycrdt import Doc, Map, Text, TransactionEvent

from cowork.domain.specifications.carrying import carried, edits
from cowork.domain.specifications.compare import Opcodes
from cowork.domain.specifications.positions import between, moved, spread, tail_of
from cowork.domain.specifications.rooms import TEXTS, Held, Room, RoomAnswers
from cowork.ports import BadUpdate

EMPTY = b"\x00\x00"
ROW_ID = re.compile(r"[a-z0-9]{1,16}")
LONGEST_KEY = 200
LONGEST_LIST = 1_000


class YDocument:
    """One room's document."""

    def __init__(self, updates: Sequence[bytes] = ()) -> None:
        self._doc: Doc[Text | Map[object]] = Doc(allow_multithreading=True)
        self._changes: list[bytes] = []
        self._watch = self._doc.observe(self._note)
        self.apply(updates)

    def _note(self, event: TransactionEvent) -> None:
        self._changes.append(event.update)

    def apply(self, updates: Sequence[bytes]) -> bytes:
        self._changes.clear()
        try:
            with self._doc.transaction():
                for update in filter(None, updates):
                    self._doc.apply_update(update)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            # A panic of the library is no Exception; what it was given is not to be trusted any more than what it refused.
            raise BadUpdate("This is no change of a live document.") from error
        return self._changed()

    def _changed(self) -> bytes:
        change = b"" if not self._changes or self._changes[-1] == EMPTY else self._changes[-1]
        self._changes.clear()
        return change

    def state(self) -> bytes:
        return self._doc.get_state()

    def missing(self, state: bytes) -> bytes:
        try:
            return self._doc.get_update(state or None)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise BadUpdate("This is no state of a live document.") from error

    def answers(self, room: Room) -> RoomAnswers:
        found: dict[str, Held] = {}
        for key, value in self._entries("values").items():
            field = room.field_at(key)
            if field is not None and field.type not in TEXTS and value and (held := _held(value)) is not None:
                found[key] = held
        for root in tuple(self._doc.keys()):
            if not root.startswith("t:") or len(root) > LONGEST_KEY:
                continue
            field = room.field_at(root[2:])
            text = str(self._text(root[2:])) if field is not None and field.type in TEXTS else ""
            if text:
                found[root[2:]] = text
        return RoomAnswers(found, {group.key: tuple(self._rows(group.key)) for group in room.lists})

    def removals(self) -> int:
        return len(self._map("gone"))

    def carry(self, room: Room, before: RoomAnswers, after: RoomAnswers, opcodes: Opcodes) -> bytes:
        self._changes.clear()
        with self._doc.transaction():
            for group in room.lists:
                self._carry_rows(group.key, before.rows.get(group.key, ()), after.rows.get(group.key, ()))
            for key in sorted({*before.answers, *after.answers}):
                was, now = before.answers.get(key, ""), after.answers.get(key, "")
                field = room.field_at(key)
                if was == now or field is None:
                    continue
                if field.type in TEXTS:
                    self._carry_text(key, str(was), str(now), opcodes)
                else:
                    self._map("values")[key] = now
        return self._changed()

    def _carry_text(self, key: str, was: str, now: str, opcodes: Opcodes) -> None:
        text = self._text(key)
        present = str(text)
        for edit in edits(present, carried(was, now, present, opcodes), opcodes):
            start = len(present[: edit.start].encode())
            end = start + len(present[edit.start : edit.start + edit.removed].encode())
            if end > start:
                del text[start:end]
            if edit.inserted:
                text.insert(start, edit.inserted)

    def _carry_rows(self, group: str, before: Sequence[str], after: Sequence[str]) -> None:
        places, gone = self._map("rows"), self._map("gone")
        for row in before:
            if row not in after:
                gone[f"{group}.{row}"] = True
        if not before and not self._rows(group):
            for row, position in zip(after, spread(len(after)), strict=True):
                gone.pop(f"{group}.{row}", None)
                places[f"{group}.{row}"] = position + tail_of(row)
            return
        shifted = moved(before, after)
        last = ""
        for row in after:
            present = self._rows(group)
            if row in shifted or (row not in before and row not in present):
                later = [position for position in (present[other] for other in present if other != row) if position > last]
                gone.pop(f"{group}.{row}", None)
                places[f"{group}.{row}"] = between(last, min(later, default=None), tail_of(row))
            last = self._rows(group).get(row, last)

    def _rows(self, group: str) -> dict[str, str]:
        """The rows of a repeating group with their positions, in order."""
        gone = self._entries("gone")
        found = [
            (position, key.partition(".")[2])
            for key, position in self._entries("rows").items()
            if key.startswith(f"{group}.") and isinstance(position, str) and key not in gone
        ]
        return {row: position for position, row in sorted(found) if ROW_ID.fullmatch(row)}

    def _entries(self, name: str) -> dict[str, object]:
        return self._map(name).to_py() or {}

    def _text(self, key: str) -> Text:
        return cast(Text, self._doc.get(f"t:{key}", type=Text))

    def _map(self, name: str) -> "Map[object]":
        return cast("Map[object]", self._doc.get(name, type=Map))


def _held(value: object) -> Held | None:
    """An entry as an answer; None for what no page of ours writes."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) <= LONGEST_LIST and all(isinstance(entry, str) for entry in value):
        return [str(entry) for entry in value]
    return None

"""Carrying a change of a text over to another version of the same text, letter by letter, so that both changes hold."""

from dataclasses import dataclass

from cowork.domain.specifications.compare import Opcodes


@dataclass(frozen=True, slots=True)
class Edit:
    """At `start` (in code points of the old text) `removed` characters go and `inserted` comes in their place."""

    start: int
    removed: int
    inserted: str


def edits(old: str, new: str, opcodes: Opcodes) -> list[Edit]:
    """How to turn `old` into `new`, from the end to the beginning, so that one edit never moves the place of the next."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle, target = old[head : len(old) - tail], new[head : len(new) - tail]
    if not middle or not target:
        return [Edit(head, len(middle), target)] if middle or target else []
    found: list[Edit] = []
    for tag, start, end, first, last in opcodes([ord(letter) for letter in middle], [ord(letter) for letter in target]):
        if tag != "equal":
            found.append(Edit(head + start, end - start, target[first:last]))
    return found[::-1]


def carried(base: str, mine: str, theirs: str, opcodes: Opcodes) -> str:
    """The text with both changes that were made to `base`. What both inserted alike at one place is there once."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    my_inserts, my_removed = _by_place(base, edits(base, mine, opcodes))
    their_inserts, their_removed = _by_place(base, edits(base, theirs, opcodes))
    parts: list[str] = []
    for place in range(len(base) + 1):
        own, other = my_inserts.get(place, ""), their_inserts.get(place, "")
        parts.append(other if own == other else other + own)
        if place < len(base) and place not in my_removed and place not in their_removed:
            parts.append(base[place])
    return "".join(parts)


def _by_place(base: str, found: list[Edit]) -> tuple[dict[int, str], set[int]]:
    inserts: dict[int, str] = {}
    removed: set[int] = set()
    for edit in found:
        if edit.inserted:
            inserts[edit.start] = edit.inserted + inserts.get(edit.start, "")
        removed.update(range(edit.start, edit.start + edit.removed))
    return inserts, removed


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    length = min(len(one), len(other))
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low

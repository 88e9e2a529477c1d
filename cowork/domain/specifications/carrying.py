"""Carrying a change of a text over to another version of the same text, so that both changes hold and every word stays whole."""

import re
from dataclasses import dataclass

from cowork.domain.specifications.compare import Opcodes

WORD = re.compile(r"\w+|\s|[^\w\s]")
NEAR = 5
"""So many words and spaces between two rewritten ones: fewer than anybody keeps who writes a passage anew."""


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
    """The text with both changes that were made to `base`, word by word. Where both rewrote the same passage, both passages are there as
    a whole, theirs first; what both changed alike is there once.
    """
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    words = WORD.findall(base)
    spans = sorted(
        [(*span, False) for span in _passages(words, WORD.findall(theirs), opcodes)]
        + [(*span, True) for span in _passages(words, WORD.findall(mine), opcodes)]
    )
    parts: list[str] = []
    place = 0
    while spans:
        group = [spans.pop(0)]
        end = group[0][1]
        while spans and (spans[0][0] < end or spans[0][0] == end == group[0][0]):
            group.append(spans.pop(0))
            end = max(end, group[-1][1])
        start = group[0][0]
        parts += words[place:start]
        other, own = (_within(words, start, end, [span[:3] for span in group if span[3] is side]) for side in (False, True))
        parts.append(_both("".join(words[start:end]), other, own))
        place = end
    return "".join(parts + words[place:])


def _passages(words: list[str], changed: list[str], opcodes: Opcodes) -> list[tuple[int, int, str]]:
    """What was rewritten: words `start` to `end` became a text. Rewritten words with one word or two between them are one passage."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys((*words, *changed)))}
    found: list[tuple[int, int, int, int]] = []
    for tag, start, end, first, last in opcodes([numbers[word] for word in words], [numbers[word] for word in changed]):
        if tag == "equal":
            continue
        if found and start == found[-1][1]:
            found[-1] = (found[-1][0], end, found[-1][2], last)
        else:
            found.append((start, end, first, last))
    joined: list[tuple[int, int, int, int]] = []
    for start, end, first, last in found:
        if joined and start - joined[-1][1] <= NEAR and end > start and joined[-1][1] > joined[-1][0]:
            joined[-1] = (joined[-1][0], end, joined[-1][2], last)
        else:
            joined.append((start, end, first, last))
    return [(start, end, "".join(changed[first:last])) for start, end, first, last in joined]


def _within(words: list[str], start: int, end: int, spans: list[tuple[int, int, str]]) -> str:
    """The words from `start` to `end` as one side has them."""
    parts: list[str] = []
    for first, last, text in spans:
        parts += [*words[start:first], text]
        start = last
    return "".join(parts + words[start:end])


def _both(was: str, other: str, own: str) -> str:
    """One passage of both sides."""
    if own in (other, was) or not own.strip():
        return other
    if other == was or not other.strip():
        return own
    return other + own if other[-1].isspace() or own[0].isspace() else f"{other} {own}"


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    length = min(len(one), len(other))
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low

"""Finding an entry of a code list from what somebody types: words in any order, their beginnings, other names, codes, slips of the keys.

An `Index` is made once for an edition of a list and then asked at every key. Accents and case do not count. What fits better comes
first: the very name or code, then names that begin so, names with these words, other names, words with a slip; and only where nothing
fits all words, entries that fit most of them.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cowork.domain.specifications.codes import Code, CodeList

MOST_WORDS = 8
LONGEST_QUERY = 120
LONGEST_WORD = 24
STEM = 7
"""Slips are looked for in the first letters of a word: so many hold nearly every one."""

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that fits. `other` is the other name by which it was found, where its label does not show why."""

    code: Code
    other: str = ""


def fold(text: str) -> str:
    """The text as it is compared: lower case, no accents, words of letters and digits set apart by one space."""
    # Letters such as a mathematical bold A become plain capitals by the first step only.
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", letters)
    kept = "".join(letter if letter.isalnum() else "" if unicodedata.combining(letter) else " " for letter in plain)
    return " ".join(kept.split())


class Index:
    """One list made ready to be searched."""

    def __init__(self, entries: Sequence[Code]) -> None:
        self._entries = tuple(entries)
        self._labels = tuple(fold(entry.label) for entry in self._entries)
        self._others = tuple(tuple(fold(name) for name in entry.also) for entry in self._entries)
        self._codes: dict[str, list[int]] = defaultdict(list)
        words: dict[str, set[int]] = defaultdict(set)
        for place, entry in enumerate(self._entries):
            for word in {*self._labels[place].split(), *(word for name in self._others[place] for word in name.split())}:
                words[word].add(place)
            for key in {entry.code.casefold(), entry.uri.casefold()} - {""}:
                self._codes[key].append(place)
        self._words = dict(words)
        self._sorted = sorted(words)
        self._sorted_codes = sorted(self._codes)
        self._slips: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            for shape in _shapes(word[:STEM]):
                self._slips[shape].append(word)

    def find(self, query: str, most: int = 20) -> tuple[Found, ...]:
        """The entries that fit, best first. A blank query gives the first of the list."""
        typed = query.strip()[:LONGEST_QUERY]
        words = fold(typed).split()[:MOST_WORDS]
        if not words:
            return tuple(Found(entry) for entry in self._entries[:most])
        ranks = self._by_code(typed.casefold())
        for place, slips in self._by_words(words).items():
            rank = self._rank(place, " ".join(words), words, slips)
            ranks[place] = min(ranks.get(place, rank), rank)
        best = sorted(ranks, key=lambda place: (ranks[place], len(self._labels[place]), self._labels[place], place))
        return tuple(self._found(place, words) for place in best[:most])

    def _by_code(self, typed: str) -> dict[int, tuple[int, int]]:
        """Entries whose code or address is what was typed, or begins so."""
        found: dict[int, tuple[int, int]] = dict.fromkeys(self._codes.get(typed, ()), (0, 0))
        if any(letter.isdigit() for letter in typed):
            for key in _beginning(self._sorted_codes, typed):
                for place in self._codes[key]:
                    found.setdefault(place, (1, len(key)))
        return found

    def _by_words(self, words: Sequence[str]) -> dict[int, int]:
        """Entries that have all words, or else most of them, each with what does not fit: slips, and words that are missing."""
        matches = [self._matching(word) for word in dict.fromkeys(words)]
        common = set(matches[0]).intersection(*matches[1:])
        if common:
            return {place: sum(match[place] for match in matches) for place in common}
        counts = Counter(place for match in matches for place in match)
        needed = max(1, (len(matches) + 1) // 2)
        return {
            place: sum(match.get(place, 0) for match in matches) + 10 * (len(matches) - count)
            for place, count in counts.items()
            if count >= needed
        }

    def _matching(self, word: str) -> dict[int, int]:
        """The entries with a word that begins so, or that is nearly it, each with its number of slips."""
        found: dict[int, int] = {}
        for known in _beginning(self._sorted, word):
            found.update(dict.fromkeys(self._words[known], 0))
        if found or len(word) < 4 or any(letter.isdigit() for letter in word):
            return found
        near = {known for shape in _shapes(word[:STEM]) for known in self._slips.get(shape, ())}
        allowed = 1 if len(word) < 8 else 2
        for known in near:
            slips = _slips(word, known, allowed)
            if slips <= allowed:
                for place in self._words[known]:
                    found[place] = min(found.get(place, slips), slips)
        return found

    def _rank(self, place: int, phrase: str, words: Sequence[str], slips: int) -> tuple[int, int]:
        """How well an entry fits: the smaller, the better."""
        label = self._labels[place]
        if label == phrase:
            return (0, 0)
        if slips:
            return (7, slips)
        if label.startswith(f"{phrase} "):
            return (1, len(label))
        if phrase in self._others[place]:
            return (2, 0)
        if label.startswith(phrase):
            return (2, len(label))
        if f" {phrase}" in label:
            return (3, label.index(f" {phrase}"))
        own = label.split()
        if all(any(known.startswith(word) for known in own) for word in words):
            return (4, 0)
        return (5, 0) if any(name.startswith(phrase) for name in self._others[place]) else (6, 0)

    def _found(self, place: int, words: Sequence[str]) -> Found:
        own = self._labels[place].split()
        if all(any(known.startswith(word) for known in own) for word in words):
            return Found(self._entries[place])
        names = zip(self._entries[place].also, self._others[place], strict=True)
        return Found(self._entries[place], next((name for name, folded in names if all(word in folded for word in words)), ""))


def index_of(found: CodeList) -> Index:
    """The index of a list."""
    return Index(found.entries)


def _beginning(ordered: Sequence[str], start: str) -> Iterable[str]:
    at = bisect_left(ordered, start)
    while at < len(ordered) and ordered[at].startswith(start):
        yield ordered[at]
        at += 1


def _shapes(word: str) -> set[str]:
    """A word, and the same with one letter left out: two words that differ by a slip have one of these in common."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} if len(word) > 2 else {word}


def _slips(typed: str, known: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped when `typed` was to begin `known`; a number above `most`: too many."""
    typed, known = typed[:LONGEST_WORD], known[: len(typed) + most][:LONGEST_WORD]
    before: list[int] = []
    row = list(range(len(known) + 1))
    for at, letter in enumerate(typed, 1):
        older, before, row = before, row, [at]
        for other, meant in enumerate(known, 1):
            cost = min(before[other] + 1, row[-1] + 1, before[other - 1] + (letter != meant))
            if at > 1 and other > 1 and letter == known[other - 2] and typed[at - 2] == meant:
                cost = min(cost, older[other - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row)

"""Texts that are edited at random while it is known where every character went: the oracle for passages.

Each character of a text has an identity of its own. Moving it keeps the identity; typing it anew gives a new one, and a copy remembers
what it was copied from.
"""

import random
from dataclasses import dataclass
from itertools import count

WORDS = (
    "learners submit a report that an assessor from the employer and one from the university mark against the shared rubric the model is "
    "trained on data of the partner and every outcome names one observable verb assessment takes place in week three by video call with "
    "identity check credit is given for prior learning when evidence is shown within ten working days of the request in writing"
).split()


@dataclass(frozen=True, slots=True)
class Letter:
    char: str
    key: int
    source: int
    """The letter this one is, or was copied from."""


class Sheet:
    """A text under edit."""

    def __init__(self, chance: random.Random, paragraphs: int) -> None:
        self.chance, self.keys = chance, count()
        self.letters = self.typed("\n".join(self.paragraph() for _ in range(paragraphs)))

    @property
    def text(self) -> str:
        return "".join(letter.char for letter in self.letters)

    def typed(self, text: str) -> list[Letter]:
        return [Letter(char, key, key) for char in text for key in [next(self.keys)]]

    def paragraph(self) -> str:
        sentences = []
        for _ in range(self.chance.randint(1, 4)):
            sentences.append(" ".join(self.chance.choices(WORDS, k=self.chance.randint(4, 16))).capitalize() + ".")
        return " ".join(sentences)

    def words(self) -> list[tuple[int, int]]:
        """The start and end of every word."""
        found, start = [], 0
        for part in self.text.replace("\n", " ").split(" "):
            if part:
                found.append((start, start + len(part)))
            start += len(part) + 1
        return found

    def passage(self, most: int = 14) -> tuple[int, int]:
        """A run of words."""
        words = self.words()
        first = self.chance.randrange(len(words))
        last = min(len(words), first + self.chance.randint(1, most)) - 1
        return words[first][0], words[last][1]

    def edit(self) -> None:
        """One act of an author."""
        if not self.words():
            self.letters = self.typed(self.paragraph())
            return
        self.chance.choice((self.insert, self.insert, self.delete, self.delete, self.replace, self.typo, self.typo, self.move, self.copy))()

    def insert(self) -> None:
        place = self.chance.choice(self.words())[0]
        text = " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 8))) + " "
        self.letters[place:place] = self.typed(text)

    def delete(self) -> None:
        start, end = self.passage(self.chance.choice((1, 3, 12, 40)))
        del self.letters[start : end + 1]

    def replace(self) -> None:
        """Other words in the place of some. Letters of words that stay are not typed again."""
        start, end = self.passage(4)
        old = self.text[start:end]
        new = " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 5)))
        if new not in old and old not in new:
            self.letters[start:end] = self.typed(new)

    def typo(self) -> None:
        start, end = self.chance.choice(self.words())
        place = self.chance.randrange(start, end)
        kind = self.chance.randrange(3)
        self.letters[place : place + (kind > 0)] = self.typed(self.chance.choice("aeiostr")) if kind < 2 else []

    def move(self) -> None:
        start, end = self.passage(self.chance.choice((3, 12, 40)))
        part = self.letters[start : end + 1]
        del self.letters[start : end + 1]
        words = self.words()
        place = self.chance.choice(words)[0] if words else 0
        self.letters[place:place] = part

    def copy(self) -> None:
        start, end = self.passage(self.chance.choice((3, 12, 40)))
        part = [Letter(letter.char, next(self.keys), letter.source) for letter in self.letters[start : end + 1]]
        place = self.chance.choice(self.words())[0]
        self.letters[place:place] = part


def is_right(sheet: Sheet, born: int, meant: frozenset[int], words: str, start: int, end: int) -> bool:
    """Whether an answer (start, end) stands on the words that were meant, and on no others.

    `born` is the number of letters of the text that was commented on. Typed into the middle, new words belong to the passage. Words that
    equal those quoted at the same end of the passage are no others, whichever of two like ones an author has deleted: nobody can tell.
    """
    span = sheet.letters[start:end]
    hits = [place for place, letter in enumerate(span) if letter.source in meant and letter.char.isalnum()]
    if not hits or 2 * len(hits) < sum(letter.char.isalnum() for letter in span):
        return False
    text = "".join(letter.char for letter in span)
    first, last = _common(words, text), len(text) - _common(words[::-1], text[::-1])
    around = [*range(first, hits[0]), *range(hits[-1] + 1, last)]
    return not any(span[place].char.isalnum() and span[place].source < born and span[place].source not in meant for place in around)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))

"""How alike two titles or outcomes are: by their words and the letters of them, so that another ending or a slip matters little."""

import re
import unicodedata
from collections.abc import Sequence

FILLERS = frozenset(
    "a an and are as at by can for from how in into is it of on or that the their they this to with "
    "und der die das für mit von im course programme microcredential certificate introduction".split()
)
SHORTEST = 3
LONGEST_TEXT = 600


def words_of(text: str) -> tuple[str, ...]:
    """The telling words of a text, in lower case and without accents, each once."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(dict.fromkeys(word for word in re.findall(r"[^\W_]+", plain) if word not in FILLERS))


def stems(text: str) -> tuple[str, ...]:
    """Beginnings of the telling words, to look for: long enough to mean something, short enough to find other endings."""
    accented = (word for word in re.findall(r"[^\W_]+", text[:LONGEST_TEXT].casefold()) if word not in FILLERS)
    words = dict.fromkeys((*words_of(text), *accented))  # one database keeps accents, the other does not
    return tuple(dict.fromkeys(word[: max(4, len(word) - 3)] for word in words if len(word) >= SHORTEST))


def likeness(left: str, right: str) -> float:
    """From 0 (nothing in common) to 1 (the same words)."""
    first, second = words_of(left), words_of(right)
    if not first or not second:
        return 0.0
    return (_covered(first, second) + _covered(second, first)) / 2


def of_outcomes(typed: Sequence[str], known: Sequence[str]) -> float:
    """How far typed outcomes are those of another specification: the mean of the best match of each."""
    own = [text for text in typed if words_of(text)]
    if not own or not known:
        return 0.0
    return sum(max(likeness(text, other) for other in known) for text in own) / len(own)


def _covered(words: Sequence[str], others: Sequence[str]) -> float:
    """How far these words are found among the others; long words weigh more."""
    weights = [min(len(word), 10) for word in words]
    best = [max(_letters(word, other) for other in others) for word in words]
    return sum(weight * found for weight, found in zip(weights, best, strict=True)) / sum(weights)


def _letters(left: str, right: str) -> float:
    """Likeness of two words by their pairs of letters; below a half they are different words."""
    if left == right:
        return 1.0
    first, second = _pairs(left), _pairs(right)
    found = 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
    return found if found >= 0.5 else 0.0


def _pairs(word: str) -> frozenset[str]:
    marked = f"^{word}"
    return frozenset(marked[place : place + 2] for place in range(len(marked) - 1))

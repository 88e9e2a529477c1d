"""Passages: where the words that somebody commented on stand in a text that has changed since.

An anchor is taken on the text that a reader sees, so that making a word bold moves nothing. It holds the exact words, what stood before
and after them, and where. `locate` verifies the words at every reading: it answers where they stand, or that they may have moved, or
that they are gone. It never guesses: where two places could be meant it says so, and shows them.

Offsets count Unicode code points.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

CONTEXT = 64
"""So many characters are kept before and after the words; at the ends of a text there are fewer."""
MOST_QUOTED = 2_000
MOST_ERRORS = 256
MOST_CANDIDATES = 3
"""How many places are shown to choose from."""
MOST_LOOKED_AT = 48
"""Words that stand at more places than this are not told apart."""

QUOTE, BEFORE, AFTER, POSITION = 50, 20, 20, 2
"""What the words, their surroundings and their place weigh when candidates are put in order."""

LONG = 32
"""Words of this length that were the only ones of their kind are known again wherever they stand."""
ALIKE = 0.3
"""Words that differ in less than this share of their characters are alike: what has such twins is known by its surroundings only."""
CLOSE = 0.2
"""Changed words are known again below this share of errors…"""
LEAST_CHANGED = 20
"""…if they are at least so long…"""
LEAST_KNOWN = 8
SAME_PLACE = 0.7
"""…and this much of what surrounded them is still there."""
SOME_CONTEXT = 0.5
TIGHT = 0.85
LOOSE = 0.5
TOUCHING = 8
"""So many characters on either side must be untouched where the words alone do not say which are meant."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a passage as they were: with their surroundings, their offset, and whether no others in the text were like them."""

    exact: str
    prefix: str
    suffix: str
    start: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """The words stand here; `exact` says that they have not changed."""

    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """They may stand at one of these places (start, end), the likeliest first. Somebody has to say which."""

    candidates: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Orphaned:
    """They are gone."""


Place = Placed | Moved | Orphaned


def taken(text: str, start: int, end: int) -> Quote:
    """The anchor of a passage of a text. ValueError for a passage that is empty, too long or outside of the text."""
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise ValueError("a passage needs words")
    if end - start > MOST_QUOTED:
        raise ValueError("this passage is too long")
    exact = text[start:end]
    alone = not any(_overlap((start, end), found) == 0 for found in _similar(exact, text, ALIKE))
    return Quote(exact, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start, alone)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same passage without the white space at its ends."""
    found = text[start:end]
    return start + len(found) - len(found.lstrip()), end - len(found) + len(found.rstrip())


def occurrences(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Where these words stand, as somebody types them: white space counts as one space. Places do not overlap."""
    if words in text:
        return tuple(_exact(words, text))
    flat, at = _flattened(text)
    wanted = " ".join(words.split())
    return tuple((at[start], at[end - 1] + 1) for start, end in _exact(wanted, flat)) if wanted else ()


def _flattened(text: str) -> tuple[str, list[int]]:
    """The text with each run of white space as one space, and the offset of every character that is left."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace() and letters and letters[-1] == " ":
            continue
        letters.append(" " if letter.isspace() else letter)
        places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4_096)
def locate(quote: Quote, text: str) -> Place:
    """Where the quoted words stand in a text, as far as that is certain."""
    found = [(start, end, 0) for start, end in _exact(quote.exact, text)]
    if not found:
        return _changed(quote, text)
    if len(found) > MOST_LOOKED_AT:
        nearest = sorted(found, key=lambda place: abs(place[0] - quote.start))
        return Moved(tuple((start, end) for start, end, _ in nearest[:MOST_CANDIDATES]))
    ranked = sorted(((_Fit.of(quote, text, place), place) for place in found), key=lambda pair: -pair[0].score)
    (best, place), others = ranked[0], [fit for fit, _ in ranked[1:]]
    if _is_sure(quote, text, best, others):
        return Placed(place[0], place[1], True)
    return Moved(tuple((start, end) for _, (start, end, _) in ranked[:MOST_CANDIDATES]))


def _is_sure(quote: Quote, text: str, best: "_Fit", others: Sequence["_Fit"]) -> bool:
    """Whether the best of the places that hold exactly these words is the one that was meant."""
    if text == quote.exact and not (quote.prefix or quote.suffix):
        return True
    known = len(quote.prefix) + len(quote.suffix)
    if best.context == 1 and (known >= LONG or known + len(quote.exact) == len(text)):
        # All that was kept of the surroundings is as it was: that is a place, unless another one has the same.
        return all(other.context < 1 for other in others)
    tight = best.context >= TIGHT and best.touches
    if others:
        return tight and all(other.context <= LOOSE for other in others)
    if not quote.alone:
        return tight
    return len(quote.exact) >= LONG or best.context >= SOME_CONTEXT


def _changed(quote: Quote, text: str) -> Place:
    """Where words stand that are no longer there exactly."""
    found = [(start, end, errors) for start, end, errors in _approximate(quote.exact, text, _ceiling(len(quote.exact)))]
    ranked = sorted(((_Fit.of(quote, text, place), place) for place in found), key=lambda pair: -pair[0].score)
    if not ranked:
        return Orphaned()
    best, (start, end, errors) = ranked[0]
    alone = quote.alone and all(other.context <= LOOSE for other, _ in ranked[1:])
    close = errors <= CLOSE * len(quote.exact) and len(quote.exact) >= LEAST_CHANGED
    if alone and close and best.context >= SAME_PLACE and best.edges:
        start, end = _fitted(quote, text, start, end, LEAST_KNOWN + 2 * errors)
        return Placed(*_narrowed(quote.exact, text, start, end), False)
    likely = [
        _whole_words(text, start, end)
        for fit, (start, end, errors) in ranked
        if fit.context >= LOOSE or errors <= ALIKE * len(quote.exact)
    ]
    return Moved(tuple(dict.fromkeys(likely))[:MOST_CANDIDATES]) if likely else Orphaned()


def _ceiling(length: int) -> int:
    """How many errors are looked for at most."""
    return min(MOST_ERRORS, length // 2)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a place fits a quote. `context` is the share of the surroundings that is still there; `touches` says that the nearest
    characters on both sides are untouched, `edges` that those on one side are."""

    score: float
    context: float
    touches: bool
    edges: bool

    @classmethod
    def of(cls, quote: Quote, text: str, place: tuple[int, int, int]) -> "_Fit":
        start, end, errors = place
        before = text[max(0, start - 2 * CONTEXT) : start][::-1]
        after = text[end : end + 2 * CONTEXT]
        left, right = _kept(quote.prefix[::-1], before), _kept(quote.suffix, after)
        known = len(quote.prefix) + len(quote.suffix)
        context = (left * len(quote.prefix) + right * len(quote.suffix)) / known if known else 0.0
        position = 1 - min(1.0, abs(start - quote.start) / max(len(text), 1))
        score = QUOTE * (1 - errors / len(quote.exact)) + BEFORE * left + AFTER * right + POSITION * position
        near = (_run(quote.prefix[::-1], before), _run(quote.suffix, after))
        return cls(score, context, all(near), any(near))


def _run(wanted: str, there: str) -> bool:
    """Whether the nearest characters are the same. At the end of a text the end itself counts as one."""
    length = min(TOUCHING, len(wanted))
    if len(wanted) < TOUCHING and len(there) > len(wanted):
        return False
    return there[:length] == wanted[:length]


def _kept(wanted: str, there: str) -> float:
    """The share of a context that is still there, read away from the words."""
    if not wanted:
        return 1.0 if not there else 0.5
    return 1 - min(_distances(wanted, there, free_start=False)) / len(wanted)


def _exact(words: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(words)
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + len(words))


def _similar(words: str, text: str, share: float) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in _approximate(words, text, int(share * len(words)))]


def _approximate(words: str, text: str, errors: int) -> list[tuple[int, int, int]]:
    """The places (start, end, errors) that differ from the words by at most so many errors; of those that overlap, the best."""
    ends = list(enumerate(_distances(words, text, free_start=True)))
    best = sorted((count, end) for end, count in ends if count <= errors)
    found: list[tuple[int, int, int]] = []
    taken_up = bytearray(len(text) + 1)
    for count, end in best:
        if len(found) >= MOST_LOOKED_AT or taken_up[end - 1 if end else 0]:
            continue
        backwards = text[max(0, end - len(words) - count) : end][::-1]
        lengths = _distances(words[::-1], backwards, free_start=False)
        length = min(range(len(lengths)), key=lambda n: (lengths[n], abs(n - len(words))))
        start = end - length
        if start < end:
            found.append((start, end, count))
            reach = len(words) // 2
            taken_up[max(0, start - reach) : end + reach] = b"\1" * (min(end + reach, len(text) + 1) - max(0, start - reach))
    return found


def _distances(words: str, text: str, *, free_start: bool) -> list[int]:
    """The edit distance of the words to the text that ends at each offset (from 0), by Myers' bit vectors.

    With `free_start` the text may begin anywhere; otherwise at its start.
    """
    length = len(words)
    if not length:
        return [0] * (len(text) + 1)
    where: dict[str, int] = {}
    for place, letter in enumerate(words):
        where[letter] = where.get(letter, 0) | 1 << place
    whole, top = (1 << length) - 1, 1 << (length - 1)
    plus, minus, distance = whole, 0, length
    found = [distance]
    first = 0 if free_start else 1
    for letter in text:
        equal = where.get(letter, 0)
        diagonal = (((equal & plus) + plus) ^ plus) | equal | minus
        up, down = minus | (~(diagonal | plus) & whole), plus & diagonal
        distance += (1 if up & top else 0) - (1 if down & top else 0)
        up, down = (up << 1 | first) & whole, down << 1 & whole
        plus, minus = down | (~(diagonal | up) & whole), up & diagonal
        found.append(distance)
    return found


def _fitted(quote: Quote, text: str, start: int, end: int, reach: int) -> tuple[int, int]:
    """The ends of a place moved to where the words and what stood beside them fit best together: of several, the narrowest."""
    words, back = quote.exact, text[::-1]
    to_end = _distances(words, text, free_start=True)
    to_start = _distances(words[::-1], back, free_start=True)
    before = _distances(quote.prefix, text, free_start=True)
    after = _distances(quote.suffix[::-1], back, free_start=True)
    size = len(text)
    ends = range(max(start + 1, end - reach), min(size, end + reach) + 1)
    last = min(ends, key=lambda place: (to_end[place] + after[size - place], place))
    starts = range(max(0, start - reach), min(last - 1, start + reach) + 1)
    first = min(starts, key=lambda place: (to_start[size - place] + before[place], -place), default=start)
    return first, last


def _narrowed(words: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a place that is known from the words: what was put in front of it or behind it is left out."""
    blocks = difflib.SequenceMatcher(None, words, text[start:end], autojunk=False).get_matching_blocks()
    known = [(start + block.b, start + block.b + block.size) for block in blocks if block.size >= LEAST_KNOWN]
    if not known:
        return start, end
    first, last = known[0][0], known[-1][1]
    left, right = _whole_words(text, first, first + 1)[0], _whole_words(text, last - 1, last)[1]
    # A torn word belongs to the passage if most of it does.
    first = left if first - left <= LEAST_KNOWN // 4 else _after_word(text, first, last)
    last = right if right - last <= LEAST_KNOWN // 4 else len(text) - _after_word(text[::-1], len(text) - last, len(text) - first)
    return trimmed(text, first, last) if text[first:last].strip() else (start, end)


def _after_word(text: str, start: int, end: int) -> int:
    """The offset behind the word that goes on at `start`."""
    return next((place for place in range(start, end) if not text[place].isalnum()), end)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The passage without a torn word at its ends: grown to whole words, without the white space around them."""
    start, end = trimmed(text, start, end)
    while 0 < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))

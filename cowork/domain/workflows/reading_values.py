"""Reading single values of parsed TOML: texts, keys, numbers, words. Each fault is kept as a sentence with its place."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from cowork.domain.conditions import Value
from cowork.domain.toml import inline
from cowork.domain.workflows import suggestions
from cowork.domain.workflows.terms import Span, Term, Unit

MAX_PARAGRAPH = 2_000
LONGEST_TERM = 365
LONGEST_SPANS = {Unit.CALENDAR: 730, Unit.MONTHS: 24}
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SECTION = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_MAX_KEY = 60

Table = Mapping[str, Value]
Word = TypeVar("Word", bound=StrEnum)


class ValueReading:
    """One pass over one text. `faults` grows while it is read; a value that cannot be read is replaced by a harmless one."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def _fault(self, place: str, text: str) -> None:
        self.faults.append(f"{place}: {text}.")

    def _known_keys(self, raw: Table, known: Sequence[str], place: str) -> None:
        for key in raw:
            if key not in known and (instead := suggestions.of_other_key(key, raw[key])):
                self._fault(place, f"`{shown(key)}` is not known here: {instead}")
            elif key not in known:
                near = get_close_matches(key, known, 1, 0.8)
                term = suggestions.of_term_key(key, raw[key], known)
                but = f": write `{term}`" if term else f", but `{near[0]}` is" if near else ""
                self._fault(place, f"`{shown(key)}` is not known here{but}. Known are: {', '.join(known)}")

    def _tables(self, raw: Table, name: str, place: str, most: int) -> list[Table]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            self._fault(
                place,
                f"write each {name} as a table of its own that begins with [[{'' if name in ('stage', 'window') else 'stage.'}{name}]]",
            )
            return []
        if not value:
            self._fault(place, f"there is no {name}. Add at least one")
        if len(value) > most:
            self._fault(place, f"there are {len(value):,} {name}s, but at most {most} are possible")
        return value[:most]

    def _no_twins(self, keys: Sequence[str], place: str, what: str) -> None:
        for key, count in Counter(keys).items():
            if count > 1 and key:
                self._fault(place, f'{count} {what} have the key "{key}". Each needs its own')

    def _text(self, raw: Table, name: str, place: str, most: int) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value.strip():
            self._fault(place, f"`{name}` is missing: write it as text in quotes")
            return ""
        if len(value) > most:
            self._fault(place, f"`{name}` has {len(value):,} characters, but at most {most:,} are possible")
        text = " ".join(value.split())
        if not text.isprintable():
            self._fault(place, f"`{name}` holds characters that cannot be shown. Type it anew")
        return text

    def _optional_text(self, raw: Table, name: str, place: str) -> str:
        return self._text(raw, name, place, MAX_PARAGRAPH) if name in raw else ""

    def _key(self, raw: Table, name: str, place: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not KEY.fullmatch(value) or len(value) > _MAX_KEY:
            self._fault(place, f'`{name}` is a short name of lower-case letters, digits and hyphens, such as "quality-office"')
            return ""
        return value

    def _word(self, raw: Table, name: str, place: str, words: type[Word], otherwise: Word) -> Word:
        value = raw.get(name)
        for word in words:
            if word.value == value:
                return word
        self._fault(place, f"`{name}` is one of: {', '.join(word.value for word in words)}")
        return otherwise

    def _number(self, raw: Table, name: str, place: str, most: int) -> int | None:
        value = raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self._fault(place, f"`{name}` is a whole number from 1 to {most:,}")
            return None
        return value

    def _term(self, raw: Table, name: str, place: str) -> Term | None:
        """So many working days, or a table that says calendar days or months."""
        value = raw[name]
        if isinstance(value, int):
            return self._number(raw, name, place, LONGEST_TERM)
        if isinstance(value, Mapping) and len(value) == 1 and (word := next(iter(value))) in tuple(Unit):
            number = self._number(value, word, f"{place}, in `{name}`", LONGEST_SPANS[Unit(word)])
            return Span(Unit(word), number) if number is not None else None
        if meant := suggestions.of_term(value):
            self._fault(place, f"`{name}` does not know {inline(value)[:60]}: write {meant}")
        else:
            self._fault(place, f"`{name}` is a number of working days, {{ calendar = 30 }} for calendar days, or {{ months = 3 }}")
        return None

    def _yes(self, raw: Table, name: str, place: str) -> bool:
        value = raw.get(name, False)
        if not isinstance(value, bool):
            self._fault(place, f"`{name}` is true or false")
        return value is True

    def _words(self, raw: Table, name: str, place: str, pattern: re.Pattern[str]) -> tuple[str, ...] | None:
        """A list of different names; None where it is left out."""
        if name not in raw:
            return None
        value = raw[name]
        if name == "after" and isinstance(value, Mapping):
            self._fault(place, f"`after` {suggestions.AFTER_ANY}")
            return ()
        words = [word for word in value if isinstance(word, str) and pattern.fullmatch(word)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(words) < len(value):
            self._fault(place, f'`{name}` is a list of keys in quotes, such as ["{_example(value)}"]')
        if len(set(words)) < len(words):
            self._fault(place, f"`{name}` names something twice")
        return tuple(dict.fromkeys(words))

    def _one_or_more(self, raw: Table, name: str, place: str, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
        """One text or a list of them; empty where it is left out."""
        if name not in raw:
            return ()
        value = raw[name]
        words = [value] if isinstance(value, str) else value
        fits = isinstance(words, list) and all(isinstance(w, str) and pattern.fullmatch(w) and len(w) <= 254 for w in words)
        if not fits or not isinstance(words, list) or not words:
            self._fault(place, f"`{name}` names {what}: one in quotes, or a list")
            return ()
        if len(set(words)) < len(words):
            self._fault(place, f"`{name}` names something twice")
        return tuple(dict.fromkeys(words))


def place_of(what: str, raw: Table, number: int, start: str = "Stage") -> str:
    key = raw.get("key")
    name = f'"{shown(key)}"' if isinstance(key, str) and key else str(number)
    return f"{start} {name}" if start != what else f"{what} {name}"


def _example(value: Value) -> str:
    """A key to show how a list is written: the one that was written without its brackets, where there is one."""
    return shown(value) if isinstance(value, str) and SECTION.fullmatch(value) else "dean"


def shown(word: str) -> str:
    """A word of the author's, short and on one line."""
    return " ".join(word.split())[:_MAX_KEY]

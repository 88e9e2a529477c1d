"""What somebody meant who wrote a share or a rule in a way that is not known: "three-quarters", "75 %", "2/3", "unanimous", 0.5."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from cowork.domain.conditions import Value

_PARTS = {"half": 50, "third": 33, "quarter": 25, "fourth": 25, "fifth": 20, "tenth": 10}
_TIMES = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_OTHERS = {
    "simple-majority": "majority", "absolute-majority": "majority", "most": "majority", "more-than-half": "majority",
    "unanimous": "all", "unanimously": "all", "unanimity": "all", "everybody": "all", "everyone": "all", "consensus": "all",
    "each": "all", "both": "all",
}  # fmt: skip
SECRET = ("secret", "secretly", "anonymous", "anonymously", "closed", "private", "hidden")
"""How people say that nobody is to learn who voted how, and as what they write it."""
_SECRET_KEYS = frozenset({*SECRET, "secrecy", "anonymity", "secret-ballot", "secret_ballot", "voting", "vote", "ballots", "secret_vote"})
_PER_CENT = re.compile(r"(\d{1,3}) ?(?:%|per ?cent|percent)")
_FRACTION = re.compile(r"(\d{1,2})/(\d{1,2})")
_AGREED = frozenset({"unanimous", "unanimously", "unanimity", "consensus", "any"})
_AGREEMENT = '{ at-least = 1, quorum = "majority", objections = "block" }'
_RULE_KEYS = {
    "minimum": "at-least", "min": "at-least", "count": "at-least", "number": "at-least", "approvals": "at-least", "needed": "at-least",
    "veto": "fails-at", "vetoes": "fails-at", "dissents": "fails-at", "max-dissents": "fails-at", "base": "of", "ties": "chair",
    "tie": "chair", "casting-vote": "chair", "lapse": "closes", "unanimous": "all", "any": "at-least", "including": "with",
    "members": "at-least", "of-members": "at-least", "of-all": "at-least", "and": "at-least",
}  # fmt: skip
AFTER_ANY = (
    "is a list, and waits for all that it names. Where the first of several is enough, make them seats of one stage with `needed = 1`, "
    'or let this one follow all of them and ask in `when` with `any` how they ended'
)
_DAY = re.compile(r"(\d{4}-)?\d{2}-\d{2}")
_TERM = re.compile(r"(valid|idle)[_-](?:(?:calendar|working)[_-](?=day))?(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_WORKING = {"week": 5, "month": 21, "year": 250}
_SPANS = {
    "working-day": (1, ""), "workday": (1, ""), "business-day": (1, ""), "calendar-day": (1, "calendar"), "calendar": (1, "calendar"),
    "day": (1, "calendar"), "week": (7, "calendar"), "month": (1, "months"), "quarter": (3, "months"), "year": (12, "months"),
    "working": (1, ""), "d": (1, "calendar"), "w": (7, "calendar"), "m": (1, "months"), "y": (12, "months"),
}  # fmt: skip
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_TERM_KEYS = {"due": "due_days", "term": "due_days", "deadline": "due_days", "least": "least_days", "minimum": "least_days"}


def of_term(value: Value) -> str:
    """How a term is written that somebody said like this ("30 days", "3 months", { weeks = 2 }), as TOML; empty where that cannot be."""
    if isinstance(value, Mapping) and len(value) == 1:
        word, number = next(iter(value.items()))
        return _term(number, str(word)) if isinstance(number, int) and not isinstance(number, bool) else ""
    if not isinstance(value, str):
        return ""
    number_of, _, unit = value.strip().lower().replace("-", " ").partition(" ")
    number = int(number_of) if number_of.isascii() and number_of.isdigit() and len(number_of) < 5 else _NUMBERS.get(number_of, 0)
    found = _term(number, unit or "working")
    return f"{found}, or {number} for working days" if found and unit in ("day", "days") else found


def _term(number: int, unit: str) -> str:
    times, word = _SPANS.get(re.sub(r"[\s_]+", "-", unit.strip().lower()).removesuffix("s"), (0, ""))
    total = number * times
    return "" if not 1 <= total <= 365 else f"{{ {word} = {total} }}" if word else str(total)


def of_term_key(key: str, value: Value, known: Collection[str]) -> str:
    """The key of a stage and its value where a key says what a term is counted in, such as `due_months = 3`; empty for any other."""
    name, _, unit = key.strip().lower().replace("-", "_").partition("_")
    meant = _TERM_KEYS.get(name, "")
    number = isinstance(value, int) and not isinstance(value, bool)
    unit = "working" if unit in ("", "day", "days") else unit
    found = _term(value, unit) if meant in known and isinstance(value, int) and number else ""
    return f"{meant} = {found}" if found and key != "due_day" else ""


def of_share(value: Value, known: tuple[str, ...]) -> str:
    """How a share is written that somebody said like this, as TOML; empty where that cannot be told. `known` are the words for shares."""
    if isinstance(value, float) and 0 < value < 1:
        return _per_cent(round(value * 100, 6), known)
    if not isinstance(value, str):
        return ""
    word = re.sub(r"[\s_]+", "-", value.strip().lower())
    if found := _PER_CENT.fullmatch(value.strip().lower()):
        return _per_cent(int(found[1]), known)
    if (found := _FRACTION.fullmatch(value.strip())) and 0 < int(found[1]) < int(found[2]):
        return _per_cent(100 * int(found[1]) / int(found[2]), known)
    if word.isascii() and word.isdigit():
        return str(int(word)) if 0 < int(word) <= 1_000 else ""
    times, _, part = word.rpartition("-")
    part = part if part == "half" else part.removesuffix("s")
    if part in _PARTS and times in ("", *_TIMES) and part != "third":
        return _per_cent(_PARTS[part] * _TIMES.get(times, 1), known)
    if part == "third" and times in ("", "a", "one", "two"):
        return _per_cent(100 * _TIMES.get(times, 1) / 3, known)
    near = get_close_matches(word, known, 1, 0.75)
    meant = _OTHERS.get(word) or (near[0] if near else "")
    return f'"{meant}"' if meant in known else ""


def _per_cent(number: float, known: tuple[str, ...]) -> str:
    """A share in per cent, or by the word for a third or two thirds; a third that has no word is more than 33 per cent."""
    for word, exact in (("one-third", 100 / 3), ("two-thirds", 200 / 3)):
        if abs(number - exact) < 0.7:
            return f'"{word}"' if word in known else f"{{ more-than = {int(exact)} }}"
    if number == 100 and "all" in known:
        return '"all"'
    return f"{{ percent = {int(number)} }}" if number == int(number) and 1 <= number <= 100 else ""


def of_rule(value: Value, known: tuple[str, ...]) -> str:
    """How a rule is written that somebody said like this, as TOML; empty where that cannot be told. `known` are the words for rules."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000:
        return f"{{ at-least = {value} }}"
    if isinstance(value, str) and value.strip().lower() == "consensus":
        return f'"all", or {_AGREEMENT} where nobody may object'
    found = of_share(value, known)
    return f"{{ at-least = {found} }}" if found.isdigit() else found


def of_limit(value: Value, known: tuple[str, ...]) -> str:
    """The same of how many are against it when it fails: where all must agree, one is enough."""
    return "1" if isinstance(value, str) and value.strip().lower() in _AGREED else of_share(value, known)


def of_all_but(value: Value, most: int) -> str:
    """How a rule is written by which all must approve but so many; empty where that is no such number."""
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < most
    return f"{{ majority = true, fails-at = {value + 1} }}" if whole and isinstance(value, int) else ""


def of_share_key(key: str, known: tuple[str, ...]) -> str:
    """What is written in the table of a rule in place of this key, where it says a share: "percent = 75"; empty where it says none."""
    found = of_share(key, known)
    return found.strip("{ }") if found.startswith("{") else f"{found.strip(chr(34))} = true" if found.startswith('"') else ""


def of_key(key: str, known: tuple[str, ...]) -> str:
    """The key of a rule that was meant; empty where that cannot be told."""
    word = re.sub(r"[\s_]+", "-", key.strip().lower())
    near = get_close_matches(word, known, 1, 0.75)
    return near[0] if near else _RULE_KEYS.get(word, "")



def of_other_key(key: str, value: Value) -> str:
    """What is written in place of a key that workflows do not have, but could: a veto, a term in other units. Empty where nobody knows."""
    word = key.strip().lower().replace("-", "_")
    if word in ("veto", "vetoes"):
        return "a veto is said in the `rule` of a seat, which fails on one dissent: `rule = { majority = true, fails-at = 1 }`"
    if word in ("parties_needed", "double_majority", "second_majority"):
        return 'a double majority is `needed`, how much weight, and `needed_parties`, how many parties: `needed_parties = "majority"`'
    if _DAY.fullmatch(str(value)) and word.partition("_")[0] in ("deadline", "due", "until", "opens", "closes", "starts", "ends", "term"):
        return (
            "terms of a stage are counted from the day on which it opens, such as `due_days = 20`; days of the year stand in a `window` "
            "of the workflow, and a condition can ask for the `proposal.month` of the submission"
        )
    if word in _SECRET_KEYS and (word not in ("voting", "vote", "ballots") or value in SECRET):
        return 'a vote of which nobody learns who voted how is written as `ballot = "secret"`'
    found = _TERM.fullmatch(key.strip().lower())
    if found is None or (found[2] == "day" and len(re.split("[_-]", key)) == 2):
        return ""
    what, unit = found[1], found[2]
    calendar = what == "valid"
    times = _DAYS[unit] if calendar else _WORKING.get(unit, 5 / 7 if "calendar" in key else 1)
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000
    number = f" = {max(round(value * times), 1)}" if whole and isinstance(value, int) else ""
    return f"write `{what}_days{number}`, which counts {'calendar' if calendar else 'working'} days"

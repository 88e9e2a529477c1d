"""Hints on the wording of learning outcomes, after the six levels of the revised Bloom taxonomy (library/bloom.json).

Hints never block: a good outcome may break them for a reason.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate", "create")

_LEAD = re.compile(r"^(?:(?:on|upon|after) completion[^,]*,\s*)?(?:(?:the |a )?(?:learners?|students?|participants?)\s+)?"
                   r"(?:(?:will|can|should|must)\s+)?(?:be able to\s+)?(?:to\s+)?", re.IGNORECASE)  # fmt: skip
_ADVERB = re.compile(r"^(?:critically|independently|accurately|safely|effectively|systematically|correctly)\s+")
_JOINT = re.compile(r"\s*(?:,\s*(?:and|or)?|and/or|and|or|&)\s+")
_TEACHING = re.compile(r"\b(?:introduces?|covers?|teach(?:es)?|is taught|provides? an overview)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Verbs:
    levels: dict[str, tuple[str, ...]]
    avoid: tuple[str, ...]

    def level_of(self, verb: str) -> tuple[str, ...]:
        return tuple(level for level in LEVELS if verb in self.levels[level])


def hints(outcome_text: str, level: str | None = None) -> tuple[str, ...]:
    """Hints on one outcome; `level` is the Bloom level its author chose. None at all means that nothing was noticed."""
    text = _LEAD.sub("", outcome_text.strip()).casefold()
    if not text:
        return ()
    verbs = _verbs()
    vague = next((phrase for phrase in sorted(verbs.avoid, key=len, reverse=True) if _starts(text, phrase)), None)
    if vague:
        return (f"“{vague.capitalize()}” cannot be observed. Use a verb that shows it, such as {_examples(level)}.",)
    found = _leading_verbs(text)
    if not found:
        if _TEACHING.search(text):
            return ("This says what the teaching does. Say what the learner can do.",)
        return (f"No observable verb was recognised at the start. Begin with one, such as {_examples(level)}.",)
    result = []
    if len(found) > 1:
        result.append(f"There are {len(found)} verbs: {_joined(found)}. Keep one, or make two outcomes.")
    result.extend(_level_hint(found[0], level))
    return tuple(result)


def observable(outcome_text: str) -> bool:
    """Whether the outcome starts with a verb that an assessor can observe, as far as the list of verbs tells."""
    text = _LEAD.sub("", outcome_text.strip()).casefold()
    return bool(_leading_verbs(text)) and not any(_starts(text, phrase) for phrase in _verbs().avoid)


def _level_hint(verb: str, level: str | None) -> tuple[str, ...]:
    fitting = _verbs().level_of(verb)
    if level is None or level not in LEVELS or not fitting or level in fitting:
        return ()
    return (f"“{verb.capitalize()}” usually belongs to “{_joined(fitting)}”, not to “{level}”. Change the verb or the level.",)


def _leading_verbs(text: str) -> tuple[str, ...]:
    """The known verb at the start, and those joined to it by a comma or “and”: “design, build and …”."""
    found: list[str] = []
    rest = _ADVERB.sub("", text)
    while True:
        form, verb = next(((form, verb) for form, verb in _known_forms() if _starts(rest, form)), ("", ""))
        if not verb or verb in found:
            return tuple(found)
        found.append(verb)
        rest = rest[len(form) :]
        joint = _JOINT.match(rest)
        if not joint:
            return tuple(found)
        rest = rest[joint.end() :]


@cache
def _known_forms() -> tuple[tuple[str, str], ...]:
    """Every spelling of every verb with the verb, longest first."""
    verbs = {verb for level in _verbs().levels.values() for verb in level}
    return tuple(sorted(((form, verb) for verb in verbs for form in _spellings(verb)), key=lambda pair: (-len(pair[0]), pair)))


def _spellings(verb: str) -> tuple[str, ...]:
    """British and American spelling, and the third person: “analyse”, “analyze”, “analyses”."""
    first, _, more = verb.partition(" ")
    forms = {first, first.replace("yse", "yze"), re.sub("ise$", "ize", first)}
    forms |= {form[:-1] + "ies" if re.search("[^aeiou]y$", form) else form + "s" for form in forms}
    return tuple(f"{form} {more}".strip() for form in forms)


def _starts(text: str, phrase: str) -> bool:
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalpha()


def _examples(level: str | None) -> str:
    verbs = _verbs().levels.get(level or "") or ("apply", "analyse", "design")
    return _joined(tuple(f"“{verb}”" for verb in verbs[:3]), "or")


def _joined(words: tuple[str, ...], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


@cache
def _verbs() -> _Verbs:
    raw = json.loads(files("cowork.domain.specifications").joinpath("library", "bloom.json").read_text("utf-8"))
    return _Verbs({level: tuple(raw[level]) for level in LEVELS}, tuple(raw["avoid"]))

"""Where in the form of a draft a fault can be mended, from its sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Value
from cowork.domain.toml import inline
from cowork.domain.workflows import rules
from cowork.domain.workflows.drafting import GENERAL, SEAT, STAGE, Table, seats, stages
from cowork.domain.workflows.fillins import rule_fields
from cowork.domain.workflows.fillins_naming import KEYS as NAMING
from cowork.domain.workflows.fillins_refusals import refusal_fields


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault can be mended: the index of the stage (None: the general part) and the name of the field ("": the part)."""

    stage: int | None
    field: str


_AT_STAGE = re.compile(r'Stage (?:"(?P<key>[^"]*)"|(?P<number>\d+))')
_AT_SEAT = re.compile(r', seat (?:"(?P<key>[^"]*)"|(?P<number>\d+)):')
_AT_REQUIREMENT = re.compile(r", requirement (\d+):")
_AT_WINDOW = re.compile(r"Workflow, window (\d+):")
_TWINS = re.compile(r'(?P<what>stages|seats) have the key "(?P<key>[^"]*)"')
_CIRCLE = re.compile(r'wait for each other in a circle \("(?P<key>[^"]*)"')
_ASKED = re.compile(r'asks? (?:how (?:seat "[^"]*" of )?stage "(?P<ended>[^"]*)"|whether "stage\.(?P<whether>[^"]*)")')
_RULE_WORDS = frozenset({"rule", *rules.KEYS, *rules.QUORUM_OF})
_OF_RULES = {
    "people": "quorum-number",
    **{name: name for name in ("of", "quorum", "with", "fails-at", "chair", "dissent", "objections", "closes", "each-party", "each-side")},
}  # fmt: skip
_OF_REFUSALS = {
    "refusal": "all", "reject": "all", "request-changes": "changes", "back-to": "to", "times": "times", "then": "then",
}  # fmt: skip
_OF_NAMING = {"named": "naming-by", **{name: f"naming-{name}" for name in NAMING}}
_OF_STAGES = {"after": "after-by", "reads": "reads-by", "edits": "edits", "apart": "apart", "when": "when", "requires": "requires-0-title"}


def place_of(table: Table, fault: str) -> Place:
    """The field in which a fault can be mended."""
    field = next(iter(re.findall(r"`([^`]+)`", fault)), "").partition(" ")[0]
    if found := _AT_WINDOW.match(fault):
        return Place(None, f"window-{int(found[1]) - 1}-{field if field in ('opens', 'closes') else 'opens'}")
    own = stages(table)
    if asked := _ASKED.search(fault):
        return _asking(own, fault, asked["ended"] or asked["whether"])
    at = _AT_STAGE.match(fault)
    number = _index(own, at) if at else None
    if number is None:
        return _of_all(own, fault, field)
    if found := _AT_REQUIREMENT.search(fault):
        return Place(number, f"requires-{int(found[1]) - 1}-{'title' if field == 'title' else 'that'}")
    if inner := _AT_SEAT.search(fault):
        return Place(number, _in_seat(own[number], inner, fault, field))
    if twins := _TWINS.search(fault):
        return Place(number, f"seat-{_last(seats(own[number]), twins['key'])}-key")
    if field in _OF_REFUSALS:
        return Place(number, f"refusal-{_in_refusal(own[number], fault, field)}")
    return Place(number, _OF_STAGES.get(field, field if field in STAGE else ""))


def _of_all(own: list[Table], fault: str, field: str) -> Place:
    """The place of a fault of the whole: in the general part, or in one of the stages that it is about."""
    if (twins := _TWINS.search(fault)) and own:
        return Place(_last(own, twins["key"]), "key")
    if found := _CIRCLE.search(fault):
        number = _index(own, found)
        return Place(number, "after-by" if number is not None else "")
    return Place(None, field if field in (*GENERAL, "outline") else "")


def _asking(own: list[Table], fault: str, key: str) -> Place:
    """The condition that asks about a stage: of the stage with the fault or, where that is the one asked about, of the first that asks."""
    at = _AT_STAGE.match(fault)
    number = _index(own, at) if at and "a condition asks" in fault else None
    for place, stage in enumerate(own) if number is None else [(number, own[number])]:
        if _names(stage.get("when"), key):
            return Place(place, "when")
        needed = stage.get("requires")
        for position, one in enumerate(needed if isinstance(needed, list) else ()):
            if isinstance(one, Mapping) and _names(one.get("that"), key):
                return Place(place, f"requires-{position}-that")
    return Place(number, "" if number is None else "when")


def _names(condition: Value, key: str) -> bool:
    """Whether a condition asks about this stage."""
    return condition is not None and any(f'"{section}.{key}{end}' in inline(condition) for section in ("stage", "refused") for end in '."')


def _in_seat(stage: Table, found: re.Match[str], fault: str, field: str) -> str:
    number = _index(seats(stage), found)
    if number is None:
        return ""
    seat = seats(stage)[number]
    if field in _RULE_WORDS or "in `rule`" in fault:
        return f"seat-{number}-rule-{_in_rule(rule_fields(seat.get('rule')), field)}"
    if field == "parties" and isinstance(seat.get("parties"), list):
        return f"seat-{number}-named"
    if field in _OF_NAMING:
        return f"seat-{number}-{_OF_NAMING[field]}"
    return f"seat-{number}-{field}" if field in (*SEAT, "participants") else f"seat-{number}"


def _in_rule(fields: Mapping[str, str], field: str) -> str:
    """The field of a rule; one for a number where that says it."""
    if "text" in fields:
        return "text"
    if field == "at-least":
        return "number" if fields.get("kind") == "at-least" else "least"
    if field in rules.MOST_PER_CENT:
        return "number" if fields.get("kind") == field else "quorum-number" if fields.get("quorum") == field else "fails-at"
    return "quorum-number" if field == "quorum" and fields.get("quorum-number") else _OF_RULES.get(field, "kind")


def _in_refusal(stage: Table, fault: str, field: str) -> str:
    if "text" in refusal_fields(stage.get("refusal")):
        return "text"
    return "to" if "goes back to" in fault else _OF_REFUSALS[field]


def _last(entries: list[Table], key: str) -> int:
    """The last of those with this key, which is the one to be named anew."""
    return max((n for n, entry in enumerate(entries) if _short(entry) == key), default=0)


def _index(entries: list[Table], found: re.Match[str]) -> int | None:
    if number := found.groupdict().get("number"):
        return int(number) - 1 if int(number) <= len(entries) else None
    return next((n for n, entry in enumerate(entries) if _short(entry) == found["key"]), None)


def _short(entry: Table) -> str:
    """A key as faults show it."""
    return " ".join(str(entry.get("key")).split())[:60]

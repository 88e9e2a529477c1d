"""How a specification stands against public frameworks for microcredentials (library/frameworks.json).

An item passes only when it was checked. One that shows at the award, or by decisions, is "later"; one whose original text was not at
hand, or that this form does not ask about, is "not claimed", with the reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from cowork.domain.conditions import Condition, Content, fact_of, facts_in, holds, parse
from cowork.domain.specifications.form import FieldLane, Form
from cowork.domain.specifications.framework_rules import FRAMEWORK_RULES, Rule


class Standing(StrEnum):
    PASSES = "passes"
    FAILS = "fails"
    LATER = "later"
    NOT_CLAIMED = "not-claimed"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """`why` is a sentence, empty when the item passes. `fields` are the paths that serve the item, in the order of the form."""

    id: str
    text: str
    requirement: str
    standing: Standing
    why: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrameworkReport:
    id: str
    name: str
    url: str
    items: tuple[ItemResult, ...]

    def count(self, standing: Standing) -> int:
        """How many items stand so."""
        return sum(item.standing is standing for item in self.items)

    @property
    def passed(self) -> bool:
        """Whether all items that are not optional were checked and hold, as far as they can hold before the award."""
        needed = [item.standing for item in self.items if item.requirement != "optional"]
        return Standing.PASSES in needed and all(standing in (Standing.PASSES, Standing.LATER) for standing in needed)


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    text: str
    requirement: str
    evidence: str
    check: Condition | Rule | None
    otherwise: str
    later: str
    unchecked: str


def check(form: Form, content: Content) -> tuple[FrameworkReport, ...]:
    """The standing of every framework's items. Only shared answers are looked at, so that a report tells nothing private."""
    labels = {f"{s.key}.{f.key}": f.label for s in form.sections for f in s.fields if f.lane is FieldLane.SHARED}
    open_now = frozenset(f"{section.key}.{field.key}" for section, fields in form.asked(content) for field in fields)
    shared = {
        section.key: {k: v for k, v in content.get(section.key, {}).items() if f"{section.key}.{k}" in labels} for section in form.sections
    }
    served = _served(form)
    return tuple(
        FrameworkReport(key, name, url, tuple(_result(item, served.get(item.id, ()), labels, open_now, shared) for item in items))
        for key, name, url, items in _library()
    )


def item_ids() -> frozenset[str]:
    """The ids of all items, as forms may name them."""
    return frozenset(item.id for _, _, _, items in _library() for item in items)


def _result(item: _Item, served: tuple[str, ...], labels: Mapping[str, str], open_now: frozenset[str], content: Content) -> ItemResult:
    asked = () if item.check is None or not isinstance(item.check, Condition) else facts_in(item.check)
    fields = tuple(path for path in labels if path in served or path in asked)
    questions = {path: labels[path] for path in fields if path in asked and path in open_now}
    standing, why = _standing(item, bool(fields), questions, content)
    return ItemResult(item.id, item.text, item.requirement, standing, why, fields)


def _standing(item: _Item, asked_about: bool, questions: Mapping[str, str], content: Content) -> tuple[Standing, str]:
    if item.evidence != "seen":
        return Standing.NOT_CLAIMED, f"Nothing is claimed here, because the original could not be checked: {item.evidence}."
    if item.unchecked:
        return Standing.NOT_CLAIMED, item.unchecked
    if item.check is None:
        return Standing.LATER, item.later
    if not asked_about:
        return Standing.NOT_CLAIMED, "This form does not ask about it."
    fault = _fault(item, questions, content)
    if fault:
        return Standing.FAILS, fault
    return (Standing.LATER, item.later) if item.later else (Standing.PASSES, "")


def _fault(item: _Item, questions: Mapping[str, str], content: Content) -> str:
    """What is wrong with the item, or "". `questions` are the labels of the fields that its condition asks about, by path."""
    if not isinstance(item.check, Condition):
        return item.check(content) if item.check else ""
    if holds(item.check, content):
        return ""
    unanswered = [f"“{label}”" for path, label in questions.items() if fact_of(content, path) in (None, "", [])]
    if unanswered and (not item.otherwise or len(unanswered) == len(questions)):
        return f"Not answered yet: {', '.join(unanswered)}."
    return item.otherwise or "The answers do not meet it yet."


def _served(form: Form) -> dict[str, tuple[str, ...]]:
    """Which fields say that they serve an item."""
    result: dict[str, tuple[str, ...]] = {}
    for section in form.sections:
        for field in section.fields:
            for item in field.frameworks:
                result[item] = (*result.get(item, ()), f"{section.key}.{field.key}")
    return result


@cache
def _library() -> tuple[tuple[str, str, str, tuple[_Item, ...]], ...]:
    raw = json.loads(files("cowork.domain.specifications").joinpath("library", "frameworks.json").read_text("utf-8"))
    return tuple((entry["id"], entry["name"], entry["url"], tuple(_item(item) for item in entry["items"])) for entry in raw)


def _item(raw: Mapping[str, Any]) -> _Item:
    given = raw.get("check")
    check = None if given is None else FRAMEWORK_RULES[given] if isinstance(given, str) else parse(given)
    return _Item(
        raw["id"],
        raw["text"],
        raw["requirement"],
        raw["evidence"],
        check,
        raw.get("otherwise", ""),
        raw.get("later", ""),
        raw.get("unchecked", ""),
    )

"""How far a specification is filled in: by section, as counts, a percentage and sentences about what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.specifications.form import Field, FieldType, Form, Section
from cowork.domain.specifications.rules import RULES
from cowork.domain.specifications.values import Problem


@dataclass(frozen=True, slots=True)
class SectionCompleteness:
    """`asked` counts the required questions that these answers call for, `answered` those of them that are answered in full."""

    section: str
    answered: int
    asked: int
    missing: tuple[Problem, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """`percent` is rounded down, and 100 only when everything is complete."""

    sections: tuple[SectionCompleteness, ...]
    percent: int
    complete: bool

    def section(self, key: str) -> SectionCompleteness | None:
        """The state of one section; None when the answers do not call for it."""
        return next((section for section in self.sections if section.section == key), None)


def completeness(form: Form, content: Content) -> Completeness:
    """What is answered and what is missing. Only questions that these answers call for count."""
    asked_paths = {f"{section.key}.{field.key}" for section, fields in form.asked(content) for field in fields}
    sections = tuple(_section(section, fields, content, asked_paths) for section, fields in form.asked(content))
    complete = all(section.complete for section in sections)
    asked, answered = sum(s.asked for s in sections), sum(s.answered for s in sections)
    percent = 100 if complete else min(99, 100 * answered // asked) if asked else 99
    return Completeness(sections, percent, complete)


def _section(section: Section, fields: tuple[Field, ...], content: Content, asked: set[str]) -> SectionCompleteness:
    faults = {field.key: tuple(_missing(section, field, content)) for field in fields}
    missing = [problem for found in faults.values() for problem in found]
    for rule in RULES:
        if rule.section == section.key and asked.issuperset(rule.needs):
            missing.extend(rule.broken(content))
    required = [field for field in fields if field.required]
    answered = sum(not faults[field.key] for field in required)
    return SectionCompleteness(section.key, answered, len(required), tuple(missing), not missing)


def _missing(section: Section, field: Field, content: Content) -> Iterator[Problem]:
    path = f"{section.key}.{field.key}"
    value = fact_of(content, path)
    if _blank(value):
        if field.required:
            yield Problem(path, f"“{field.label}” is not answered yet.")
        return
    if isinstance(value, list):
        if field.min_items is not None and len(value) < field.min_items:
            yield Problem(path, f"“{field.label}” needs at least {_counted(field.min_items, field)}; there {_are(len(value))}.")
        if field.max_items is not None and len(value) > field.max_items:
            yield Problem(path, f"“{field.label}” takes at most {_counted(field.max_items, field)}; there {_are(len(value))}.")
    if field.type is FieldType.ROWS and isinstance(value, list):
        for number, row in enumerate(value, 1):
            for column in field.columns:
                if column.required and isinstance(row, dict) and _blank(row.get(column.key)):
                    message = f"Entry {number} of “{field.label}” has no “{column.label}” yet."
                    yield Problem(f"{path}.{row.get('id')}.{column.key}", message)


def _counted(number: int, field: Field) -> str:
    singular, plural = {FieldType.TAGS: ("tag", "tags"), FieldType.ROWS: ("entry", "entries")}.get(field.type, ("answer", "answers"))
    return f"{number} {singular if number == 1 else plural}"


def _are(number: int) -> str:
    return "is 1" if number == 1 else f"are {number}"


def _blank(value: Value) -> bool:
    return value is None or value in ("", [])

"""Bringing in answers from a file: a document that an instance of ours exported, or plain answers that somebody wrote.

What we exported is never refused for what the form asks otherwise by now: an answer that finds no place is left out and named. Plain
answers are checked strictly, so that a mistyped name is mended and not lost.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.digests import FORMAT
from cowork.domain.specifications.form import Field, FieldType, Form
from cowork.domain.specifications.values import MOST_ROWS, Problem, clean_content

MOST_NAMED = 100
"""So many answers that were left out are named one by one."""
UNASKED = "the form asks this no more"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An answer that found no place: its question in words, why, and in how many rows (1 outside lists)."""

    question: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Imported:
    """The answers as the form keeps them, what was left out, and what has to be mended first: with problems nothing may be saved."""

    content: dict[str, dict[str, Value]]
    left: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]


def form_digest(raw: object) -> str | None:
    """The digest of the form to which an exported document answers; None for plain answers."""
    if not isinstance(raw, Mapping) or raw.get("format") != FORMAT or "content" not in raw:
        return None
    header = raw.get("form")
    return str(header.get("digest", "")) if isinstance(header, Mapping) else None


def imported(form: Form, raw: object, earlier: Form | None) -> Imported:
    """The answers of a document or of plain answers in this form. `earlier` is the form that the document answers, where it is known: it
    gives questions that are asked no more their words.
    """
    answers = raw.get("content", raw) if isinstance(raw, Mapping) else raw
    digest = form_digest(raw)
    if digest is not None and digest != form.digest and _shaped(answers):
        return _fitted(form, answers, earlier or form)
    content, problems = clean_content(form, answers)
    return Imported(content, (), problems)


def _fitted(form: Form, answers: Content, earlier: Form) -> Imported:
    unasked: list[tuple[str, str]] = []
    content, problems = clean_content(form, _asked(form, answers, unasked))
    found = [(_words(earlier, path), why) for path, why in unasked]
    found += [(_words(form, _place(problem.path)), problem.message) for problem in problems]
    named = tuple(LeftOut(question, why, count) for (question, why), count in Counter(found).items())
    return Imported(content, _clipped(named), ())


def _clipped(named: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
    rest = sum(one.count for one in named[MOST_NAMED:])
    return (*named[:MOST_NAMED], *((LeftOut("Other answers", "as those above", rest),) if rest else ()))


def _shaped(answers: object) -> TypeGuard[Content]:
    """Whether the sections have the shape of any export."""
    return isinstance(answers, Mapping) and all(isinstance(section, Mapping) for section in answers.values())


def _asked(form: Form, answers: Content, unasked: list[tuple[str, str]]) -> dict[str, dict[str, Value]]:
    """The answers to what the form asks; the places of all others go to `unasked`."""
    sections = {section.key: {field.key: field for field in section.fields} for section in form.sections}
    kept: dict[str, dict[str, Value]] = {}
    for section, given in answers.items():
        for key, value in given.items():
            field = sections.get(section, {}).get(key)
            if field is None:
                unasked.append((f"{section}.{key}", UNASKED))
            else:
                kept.setdefault(section, {})[key] = _columns(field, value, f"{section}.{key}", unasked)
    return kept


def _columns(field: Field, value: Value, path: str, unasked: list[tuple[str, str]]) -> Value:
    if field.type is not FieldType.ROWS or not isinstance(value, list):
        return value
    own = {"id", *(column.key for column in field.columns)}
    rows: list[Value] = []
    for row in value[:MOST_ROWS]:
        if not isinstance(row, Mapping):
            unasked.append((path, "it is no entry of a list"))
            continue
        unasked += [(f"{path}.{key}", UNASKED) for key in row if key not in own]
        rows.append({key: cell for key, cell in row.items() if key in own})
    unasked += [(path, f"at most {MOST_ROWS} entries fit")] * len(value[MOST_ROWS:])
    return rows


def _place(path: str) -> str:
    """A problem's path without its row."""
    parts = path.split(".")
    return ".".join([*parts[:2], *parts[3:]])


def _words(form: Form, path: str) -> str:
    """The labels of a place, as far as the form knows it; its keys else."""
    parts = path.split(".")
    labels = list(_labels(form, parts))
    return ": ".join([*labels, *parts[len(labels) :]])


def _labels(form: Form, parts: Collection[str]) -> Iterator[str]:
    section_key, *rest = parts
    section = next((one for one in form.sections if one.key == section_key), None)
    if section is None:
        return
    yield section.label
    fields = section.fields
    for key in rest:
        field = next((one for one in fields if one.key == key), None)
        if field is None:
            return
        yield field.label
        fields = field.columns

"""An organisation's own questions: fields that it adds to the sections of a form.

A set of questions is TOML: ``[[question]]`` tables, each with its ``section`` and the keys of a form's field (see `forms`). Every key
begins with the organisation's `mark`, so that the questions of two parties of a proposal never meet. `composed` writes the form with
the questions of several organisations in it as one text of its own: proposals are pinned to that text like to any form.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cowork.domain.conditions import Content, Value
from cowork.domain.ids import OrganisationId, Side
from cowork.domain.specifications import forms, texts
from cowork.domain.specifications.display import shown
from cowork.domain.specifications.form import Field, Form, opens
from cowork.domain.specifications.values import clean
from cowork.domain.toml import dumps

MOST_QUESTIONS = 100
EMPTY = ""
"""The text of a set without questions."""

Table = dict[str, Any]
"""A question as TOML is parsed to."""


@dataclass(frozen=True, slots=True)
class Question:
    """`section` is the key of the section that asks it."""

    section: str
    field: Field


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words: the labels of its section and its own."""

    section: str
    label: str


@dataclass(frozen=True, slots=True)
class FormChanges:
    """What another form asks that this one does not, asks otherwise, or no longer asks."""

    added: tuple[Asked, ...]
    changed: tuple[Asked, ...]
    removed: tuple[Asked, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Loss:
    """An answer that another form has no place for: where it was, the question, and what was answered."""

    section: str
    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """Answers as another form keeps them, and those that it has no place for."""

    content: dict[str, dict[str, Value]]
    lost: tuple[Loss, ...]


def mark(organisation: OrganisationId) -> str:
    """What the keys of an organisation's questions begin with."""
    return f"q{hashlib.sha256(organisation.encode()).hexdigest()[:7]}_"


def tables(text: str) -> list[Table]:
    """The questions of a set. `text` is one that was kept."""
    found = tomllib.loads(text).get("question", [])
    return [dict(table) for table in found]


def text_of(questions: Sequence[Table]) -> str:
    """A set as it is kept."""
    return dumps({"question": list(questions)}) if questions else EMPTY


def free_key(organisation: OrganisationId, label: str, taken: Collection[str]) -> str:
    """A key for a new question, made of its label."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:24].strip("_") or "question"
    stem = mark(organisation) + word
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, MOST_QUESTIONS + 3))) if key not in taken)


def composed(base: str, sets: Sequence[tuple[str, str]]) -> str:
    """The text of a form with these questions at the end of their sections: pairs of who asks and a set. Sections it lacks are left out."""
    if not any(text for _, text in sets):
        return base
    raw = tomllib.loads(base)
    sections = {section["key"]: section for section in raw["section"]}
    for name, text in sets:
        for table in tables(text):
            section = sections.get(table.get("section"))
            if section is not None:
                own = {key: value for key, value in table.items() if key != "section"}
                section["field"] = [*section["field"], {**own, "asked_by": name}]
    return dumps(raw)


def problems(base: str, text: str, organisation: OrganisationId, side: Side) -> tuple[str, ...]:
    """What is wrong with a set of questions, one sentence each; nothing when it can be used."""
    found: list[str] = []
    known = {section.key for section in forms.load(base).sections}
    asked = tables(text)
    if len(asked) > MOST_QUESTIONS:
        found.append(f"There are {len(asked)} questions; at most {MOST_QUESTIONS} are kept. Remove some.")
    for table in asked:
        name = f"The question “{table.get('label', '')}”"
        if table.get("section") not in known:
            found.append(f"{name} is in a section that the form does not have. Choose another section.")
        if not str(table.get("key", "")).startswith(mark(organisation)):
            found.append(f"{name} has a key of somebody else.")
        if table.get("lane", "shared") not in ("shared", side.value):
            found.append(f"{name} is kept to the other side, so you could not read its answers. Share it, or keep it to your own side.")
        if table.get("lane", "shared") != "shared" and table.get("owner") != table["lane"]:
            found.append(f"{name} is kept to your side, so your side has to answer it.")
        if unfit := sorted({"frameworks", "asked_by"} & set(table)):
            found.append(f"{name} has “{unfit[0]}”, which only the form itself says.")
    return tuple(found) or forms.problems(composed(base, [("you", text)]))


def odd_words(table: Table) -> tuple[str, ...]:
    """What is wrong with the words of a question, its answers and its columns, each sentence once. It is asked of a question that is put,
    not of a set: among several that were kept before, each can be mended by itself.
    """
    parts = [table, *table.get("column", [])]
    words = [str(part[key]) for part in parts for key in ("label", "guidance", "unit") if key in part]
    words += [str(label) for part in parts for _, label in part.get("options", [])]
    found: list[str] = []
    for text in words:
        try:
            texts.one_line(text)
        except texts.BadText as error:
            found.append(f"The question cannot be asked in these words. {error}")
    return tuple(dict.fromkeys(found))


def added(form: Form) -> tuple[Question, ...]:
    """The questions of a composed form that organisations added, in order."""
    return tuple(Question(section.key, field) for section in form.sections for field in section.fields if field.asked_by)


def changes(before: Form, after: Form) -> FormChanges:
    """How two forms differ in what they ask, in the order of the newer one."""
    old, new = _fields(before), _fields(after)
    return FormChanges(
        tuple(_asked(after, path) for path in new if path not in old),
        tuple(_asked(after, path) for path in new if path in old and _essence(new[path]) != _essence(old[path])),
        tuple(_asked(before, path) for path in old if path not in new),
    )


def _fields(form: Form) -> dict[tuple[str, str], Field]:
    return {(section.key, field.key): field for section in form.sections for field in section.fields}


def _essence(field: Field) -> tuple[object, ...]:
    """What makes a question the same: all of it but the name of whoever asks, which may change by itself."""
    return tuple(getattr(field, name) for name in Field.__dataclass_fields__ if name != "asked_by")


def _asked(form: Form, path: tuple[str, str]) -> Asked:
    section = form.section(path[0])
    return Asked(section.label, section.field(path[1]).label)


def fitted(before: Form, after: Form, content: Content) -> Fitted:
    """The answers to one form as another one keeps them. What was answered for one side alone never opens to the other."""
    kept: dict[str, dict[str, Value]] = {}
    lost: list[Loss] = []
    was, now = _fields(before), _fields(after)
    for section, answers in content.items():
        for key, value in answers.items():
            old, field = was.get((section, key)), now.get((section, key))
            closed = field is None or (old is not None and opens(old.lane, field.lane))
            found = None if field is None or closed else _kept(after, section, field, value, content)
            if found is not None:
                kept.setdefault(section, {})[key] = found
            if old is not None:
                parts = _lost(old, field if found is not None else None, value, content)
                lost += [Loss(section, key, label, text) for label, text in parts]
    return Fitted(kept, tuple(lost))


def _lost(old: Field, new: Field | None, value: Value, content: Content) -> list[tuple[str, str]]:
    """What an answer says that the new field has no place for."""
    rows = [row for row in value if isinstance(row, Mapping)] if old.columns and isinstance(value, list) else []
    if not rows:
        return [] if new is not None else [(old.label, shown(old, value, content))]
    left = {column.key for column in new.columns} if new is not None else set()
    return [
        (f"{old.label}: {column.label}", "; ".join(shown(column, row[column.key], content) for row in rows if column.key in row))
        for column in old.columns
        if column.key not in left and any(column.key in row for row in rows)
    ]


def _kept(form: Form, section: str, field: Field, value: Value, content: Content) -> Value:
    """The answer where the field still takes it as it is, columns it no longer has left out; else None."""
    if field.columns and isinstance(value, list):
        own = {"id", *(column.key for column in field.columns)}
        value = [{key: cell for key, cell in row.items() if key in own} for row in value if isinstance(row, Mapping)]
    cleaned = clean(form, section, {field.key: value}, content)
    return None if cleaned.problems else cleaned.values.get(field.key)

"""The templates that come with Cowork, and what of a specification goes along when somebody starts from it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.ids import Side
from cowork.domain.specifications.form import Field, FieldType, Form, readable
from cowork.domain.specifications.values import clean_content, drop_dangling


@dataclass(frozen=True, slots=True)
class Starter:
    """A template that comes with Cowork."""

    key: str
    version: int
    subject: str
    title: str
    summary: str
    guidance: str
    content: Content


@dataclass(frozen=True, slots=True)
class DateToReview:
    """A day that came along from somewhere else and has not been changed since."""

    section: str
    path: str
    label: str
    day: str


@cache
def shipped() -> Mapping[str, Starter]:
    """The templates that come with Cowork, by key."""
    folder = files("cowork.domain.specifications").joinpath("templates")
    found = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            key = entry.name.removesuffix(".toml")
            raw = tomllib.loads(entry.read_text("utf-8"))
            texts = {name: " ".join(str(raw[name]).split()) for name in ("title", "summary", "guidance")}
            found[key] = Starter(key, raw["version"], raw["subject"], content=raw["content"], **texts)
    return {key: found[key] for key in sorted(found, key=lambda key: found[key].title)}


def carried(form: Form, content: Content, sides: frozenset[Side] = frozenset()) -> dict[str, dict[str, Value]]:
    """What of a specification goes into a copy or template: what is shared, and the private answers of these sides; never what is
    said of one specification only, such as a signature.
    """
    found = readable(form, content, sides)
    for section in form.sections:
        answers = found.get(section.key, {})
        for field in section.fields:
            if field.key in answers and not field.copied:
                del answers[field.key]
            elif field.key in answers and field.type is FieldType.ROWS:
                answers[field.key] = _without_own(field, answers[field.key])
    return {key: answers for key, answers in drop_dangling(form, found).items() if answers}


def _without_own(field: Field, value: Value) -> Value:
    own = {column.key for column in field.columns if not column.copied}
    if not own or not isinstance(value, list):
        return value
    return [{key: part for key, part in row.items() if key not in own} if isinstance(row, Mapping) else row for row in value]


def fitting(form: Form, content: Content) -> dict[str, dict[str, Value]]:
    """The answers that this form can hold, in its shape: what it does not ask, or could not keep, is left out."""
    known = {
        section.key: {field.key: content[section.key][field.key] for field in section.fields if field.key in content[section.key]}
        for section in form.sections
        if section.key in content
    }
    cleaned, _ = clean_content(form, known)
    return cleaned


def only(content: Content, sections: frozenset[str], form: Form) -> dict[str, dict[str, Value]]:
    """The answers of these sections; links to rows of others are left out."""
    kept = {key: dict(answers) for key, answers in content.items() if key in sections}
    return {key: answers for key, answers in drop_dangling(form, kept).items() if answers}


def dates_to_review(form: Form, first: Content, now: Content) -> tuple[DateToReview, ...]:
    """The days that were there from the first version on and still stand: of a copy, each has to be looked at."""
    found = []
    for section in form.sections:
        for field in section.fields:
            before, after = fact_of(first, f"{section.key}.{field.key}"), fact_of(now, f"{section.key}.{field.key}")
            if field.type is FieldType.DATE and before and before == after:
                found.append(DateToReview(section.key, f"{section.key}.{field.key}", field.label, str(after)))
            elif field.type is FieldType.ROWS and isinstance(before, list) and isinstance(after, list):
                found += _row_dates(section.key, field, before, after)
    return tuple(found)


def _entry(field: Field, column: Field, number: int) -> str:
    return f"{column.label}, entry {number} of {field.label}"


def _row_dates(section: str, field: Field, before: list[Value], after: list[Value]) -> list[DateToReview]:
    known = {row.get("id"): row for row in before if isinstance(row, Mapping)}
    days = [column for column in field.columns if column.type is FieldType.DATE]
    return [
        DateToReview(section, f"{section}.{field.key}.{row['id']}.{column.key}", _entry(field, column, number), str(day))
        for number, row in enumerate(after, 1)
        if isinstance(row, Mapping) and row.get("id") in known
        for column in days
        if (day := row.get(column.key)) and known[row["id"]].get(column.key) == day
    ]

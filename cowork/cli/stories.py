"""The demonstration as it is written down: organisations, people, and for each proposal its answers and its story.

`demonstration/people.toml` lists who there is. Each JSON file beside it is one proposal: `content` holds the answers of a finished
specification, `story` the steps that lead to where the proposal stands. A step of kind "save" takes fields of the content over;
`earlier` gives the wording they had at that time, by ``section.field`` or ``section.field.row.column``.

Moments are written as weeks back, weekday and UTC time ("w10 Mon 09:20"); days as a distance from the Monday of this week ("@-58").
"""

import json
import tomllib
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from cowork.domain.ids import Side
from cowork.domain.specifications.form import Field, Form, may_read, may_write

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Answers = dict[str, dict[str, Any]]
"""Section key → field key → JSON value."""


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody in the demonstration. `offices` are kinds of office, as workflows name them; `chairs` are those that they chair."""

    name: str
    email: str
    position: str
    admin: bool
    offices: tuple[str, ...]
    chairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """An organisation with its people."""

    slug: str
    name: str
    side: Side
    country: str
    zone: str
    people: tuple[Character, ...]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A recommended way into the demonstration: `role` says what one sees there."""

    email: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act in a story. `more` holds what its kind (`do`) needs."""

    at: datetime
    by: str
    do: str
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """A proposal of the demonstration. People are named by address, organisations by their short name."""

    key: str
    workflow: str
    lead: str
    partners: tuple[str, ...]
    authors: tuple[str, ...]
    commenters: tuple[str, ...]
    readers: tuple[str, ...]
    public: bool
    content: Answers
    steps: tuple[Step, ...]


def cast() -> tuple[tuple[Cast, ...], tuple[SignIn, ...]]:
    """The organisations with their people, and the recommended sign-ins."""
    raw = tomllib.loads(_folder().joinpath("people.toml").read_text("utf-8"))
    sign_ins = tuple(SignIn(entry["email"], raw["password"], entry["role"]) for entry in raw["sign_in"])
    return tuple(_organisation(entry) for entry in raw["organisation"]), sign_ins


def stories(today: date) -> tuple[Story, ...]:
    """Every proposal with its story, its moments and days counted from the week of `today`."""
    monday = today - timedelta(days=today.weekday())
    sources = sorted((entry for entry in _folder().iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    return tuple(_story(json.loads(entry.read_text("utf-8")), monday) for entry in sources)


def taken(form: Form, side: Side, step: Step, finished: Answers, current: Mapping[str, Mapping[str, Any]]) -> Answers:
    """The answers of all touched sections after a step of kind "save" by an author of this side.

    What the side does not own stays as it is: whole fields, and single columns of a row.
    """
    wording = _as_it_was(finished, step.more.get("earlier", {}))
    result: Answers = {}
    for entry in step.more["takes"]:
        section, _, only = entry.partition(".")
        kept = result.setdefault(section, dict(current.get(section, {})))
        for field in form.section(section).fields:
            owned = may_write(side, field.owner) and may_read(frozenset({side}), field.lane)
            if owned and only in ("", field.key) and field.key in wording.get(section, {}):
                kept[field.key] = _owned_columns(field, side, wording[section][field.key], kept.get(field.key))
    return result


def moment(text: str, monday: date) -> datetime:
    """The moment of a step: "w10 Mon 09:20" is the Monday ten weeks before `monday`, at 09:20 UTC."""
    weeks, weekday, clock = text.split()
    day = monday - timedelta(weeks=int(weeks.removeprefix("w"))) + timedelta(days=WEEKDAYS.index(weekday))
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def _folder() -> Traversable:
    return files("cowork.cli").joinpath("demonstration")


def _organisation(raw: Mapping[str, Any]) -> Cast:
    people = tuple(
        Character(
            person["name"],
            f"{_plain(person['name'])}@{raw['domain']}",
            person["position"],
            person.get("admin", False),
            tuple(person.get("offices", ())),
            tuple(person.get("chairs", ())),
        )
        for person in raw["people"]
    )
    return Cast(raw["slug"], raw["name"], Side(raw["side"]), raw["country"], raw["zone"], people)


def _plain(name: str) -> str:
    """A name as the first part of an address: "Ingrid Sørensen" → "ingrid.sorensen"."""
    first, *rest = unicodedata.normalize("NFKD", name.lower().replace("ø", "o")).split()
    kept = f"{first}.{''.join(rest)}"
    return "".join(letter for letter in kept if letter.isascii() and (letter.isalnum() or letter in ".-"))


def _story(raw: Mapping[str, Any], monday: date) -> Story:
    steps = tuple(Step(moment(step["at"], monday), step["by"], step["do"], step) for step in raw["story"])
    return Story(
        key=raw["key"],
        workflow=raw["workflow"],
        lead=raw["lead"],
        partners=tuple(raw["partners"]),
        authors=tuple(raw["authors"]),
        commenters=tuple(raw["commenters"]),
        readers=tuple(raw["readers"]),
        public=raw.get("public", False),
        content=_dated(raw["content"], monday),
        steps=steps,
    )


def _dated(value: Any, monday: date) -> Any:
    """The value with every "@-58" turned into the day that it means."""
    if isinstance(value, str) and value[:1] == "@" and value[1:].lstrip("-").isdigit():
        return (monday + timedelta(days=int(value[1:]))).isoformat()
    if isinstance(value, list):
        return [_dated(entry, monday) for entry in value]
    if isinstance(value, dict):
        return {key: _dated(entry, monday) for key, entry in value.items()}
    return value


def _as_it_was(finished: Answers, earlier: Mapping[str, Any]) -> Answers:
    """The finished answers with earlier wording put in. KeyError where a path leads nowhere."""
    result = deepcopy(finished)
    for path, value in earlier.items():
        section, field, *place = path.split(".")
        if place:
            row_id, column = place
            row = next(row for row in result[section][field] if row["id"] == row_id)
            row[column] = value
        else:
            result[section][field] = value
    return result


def _owned_columns(field: Field, side: Side, wanted: Any, held: Any) -> Any:
    foreign = {column.key for column in field.columns if not may_write(side, column.owner)}
    if not foreign:
        return wanted
    before = {row["id"]: row for row in held or ()}
    return [
        {key: value for key, value in row.items() if key not in foreign}
        | {key: value for key, value in before.get(row["id"], {}).items() if key in foreign}
        for row in wanted
    ]

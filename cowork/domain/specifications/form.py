"""The form: which sections and fields a specification has. One definition drives everything.

A form is versioned data (TOML under ``library/``); the entry screens, completeness, compare, PDF, JSON and the framework checks
walk its field table. `forms.load` reads one, `forms.problems` explains every fault of one in sentences.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.conditions import Condition, Content, Value, holds
from cowork.domain.ids import Digest, Side


class FieldType(StrEnum):
    """What an answer is. In brackets: its JSON value."""

    TEXT = "text"  # one line (str)
    LONGTEXT = "longtext"  # Markdown (str)
    INTEGER = "integer"  # (int)
    DECIMAL = "decimal"  # (int or float)
    YESNO = "yesno"  # (bool)
    CHOICE = "choice"  # one of `options` or of `codelist` (str, the option's value)
    CHOICES = "choices"  # several of them (list of str, in the order of the options)
    DATE = "date"  # ISO 8601 day (str)
    URL = "url"  # http or https address (str)
    EMAIL = "email"  # (str)
    TAGS = "tags"  # short words (list of str)
    LINKS = "links"  # rows of another list of this specification (list of row ids); `refers` names it
    ROWS = "rows"  # repeating group (list of dict: "id" and the `columns`)


class Owner(StrEnum):
    """The side that writes a section or field."""

    UNIVERSITY = "university"
    EMPLOYER = "employer"
    BOTH = "both"


class FieldLane(StrEnum):
    """Who reads a field: every party, or the parties of one side."""

    SHARED = "shared"
    UNIVERSITY = "university"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `key` is unique in its section; a column's key in its row."""

    key: str
    label: str
    type: FieldType
    guidance: str = ""
    required: bool = False
    owner: Owner = Owner.BOTH
    lane: FieldLane = FieldLane.SHARED
    when: Condition | None = None
    frameworks: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    codelist: str | None = None
    unit: str = ""
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    refers: str | None = None
    columns: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: str
    guidance: str
    owner: Owner
    fields: tuple[Field, ...]
    when: Condition | None = None

    def field(self, key: str) -> Field:
        """The field of that key; KeyError when there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form. `digest` is the SHA-256 of its source text and pins it to the proposals that use it."""

    key: str
    version: int
    title: str
    sections: tuple[Section, ...]
    digest: Digest

    def section(self, key: str) -> Section:
        """The section of that key; KeyError when there is none."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

    def asked(self, content: Content) -> Iterator[tuple[Section, tuple[Field, ...]]]:
        """The sections and fields that these answers call for, in order."""
        for section in self.sections:
            if section.when is None or holds(section.when, content):
                yield section, tuple(f for f in section.fields if f.when is None or holds(f.when, content))


def may_write(side: Side, owner: Owner) -> bool:
    """Whether authors of a side write what this owner owns."""
    return owner is Owner.BOTH or owner.value == side.value


def may_read(sides: frozenset[Side], lane: FieldLane) -> bool:
    """Whether members of these sides read a field of this lane."""
    return lane is FieldLane.SHARED or any(lane.value == side.value for side in sides)


def readable(form: Form, content: Content, sides: frozenset[Side]) -> dict[str, dict[str, Value]]:
    """The part of the answers that members of these sides may read (no sides: what is shared)."""
    result: dict[str, dict[str, Value]] = {}
    for section in form.sections:
        answers: Mapping[str, Value] = content.get(section.key, {})
        kept = {f.key: answers[f.key] for f in section.fields if f.key in answers and may_read(sides, f.lane)}
        if kept:
            result[section.key] = kept
    return result

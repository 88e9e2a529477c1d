"""The form: which sections and fields a specification has. One definition drives everything.

A form is versioned data (TOML under ``library/``); the entry screens, completeness, compare, PDF, JSON and the framework checks
walk its field table. `forms.load` reads one, `forms.problems` explains every fault of one in sentences.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from cowork.domain.conditions import Condition, Content, Value, holds
from cowork.domain.errors import NotFound
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
    """One question. `key` is unique in its section; a column's key in its row. `outline` says that the short form asks it too;
    what is not `copied` is said of one specification only, such as a signature, and goes into no copy and no template.
    `lookup` names the list in which codes are searched. `asked_by` names the organisation that added it.
    """

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
    lookup: str | None = None
    columns: tuple["Field", ...] = ()
    outline: bool = False
    copied: bool = True
    asked_by: str = ""


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

    def outline(self) -> "Form":
        """The short form: the same form with only those questions that an outline answers. Without sections where there are none."""
        kept = (replace(s, fields=tuple(f for f in s.fields if f.outline)) for s in self.sections)
        return replace(self, sections=tuple(section for section in kept if section.fields))

    def asked(self, content: Content) -> Iterator[tuple[Section, tuple[Field, ...]]]:
        """The sections and fields that these answers call for, in order."""
        for section in self.sections:
            if section.when is None or holds(section.when, content):
                yield section, tuple(f for f in section.fields if f.when is None or holds(f.when, content))


def section_of(form: Form, key: str) -> Section:
    """The section of that key, as somebody asked for it. Raises NotFound."""
    try:
        return form.section(key)
    except KeyError:
        raise NotFound("section") from None


def may_write(side: Side, owner: Owner) -> bool:
    """Whether authors of a side write what this owner owns."""
    return owner is Owner.BOTH or owner.value == side.value


def may_read(sides: frozenset[Side], lane: FieldLane) -> bool:
    """Whether members of these sides read a field of this lane."""
    return lane is FieldLane.SHARED or any(lane.value == side.value for side in sides)


def read_by(form: Form, sides: frozenset[Side]) -> Form:
    """The form with the questions that members of these sides read."""
    return replace(form, sections=tuple(replace(s, fields=tuple(f for f in s.fields if may_read(sides, f.lane))) for s in form.sections))


def together(newer: Form, older: Form) -> Form:
    """A form with what only an older one asks behind it: its fields at the end of their sections and lists, its sections at the end."""
    was = {section.key: section for section in older.sections}
    now = {section.key for section in newer.sections}
    kept = (replace(s, fields=_joined(s.fields, was[s.key].fields)) if s.key in was else s for s in newer.sections)
    return replace(newer, sections=(*kept, *(section for section in older.sections if section.key not in now)))


def _joined(newer: tuple[Field, ...], older: tuple[Field, ...]) -> tuple[Field, ...]:
    was, now = {field.key: field for field in older}, {field.key for field in newer}
    kept = (replace(f, columns=_joined(f.columns, was[f.key].columns)) if f.columns and f.key in was else f for f in newer)
    return (*kept, *(field for field in older if field.key not in now))


def opens(before: FieldLane, after: FieldLane) -> bool:
    """Whether somebody reads a field of the lane `after` who did not read one of `before`."""
    return before is not FieldLane.SHARED and after is not before


def readable(form: Form, content: Content, sides: frozenset[Side]) -> dict[str, dict[str, Value]]:
    """The part of the answers that members of these sides may read (no sides: what is shared)."""
    result: dict[str, dict[str, Value]] = {}
    for section in form.sections:
        answers: Mapping[str, Value] = content.get(section.key, {})
        kept = {f.key: answers[f.key] for f in section.fields if f.key in answers and may_read(sides, f.lane)}
        if kept:
            result[section.key] = kept
    return result

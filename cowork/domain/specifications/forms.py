"""Reading forms from TOML. `load` returns a form or raises with every fault; `problems` lists the faults as sentences.

The shape: ``key``, ``version``, ``title``, then ``[[section]]`` with ``[[section.field]]`` and, for a field of type "rows",
``[[section.field.column]]``. Options are pairs: ``options = [["value", "Label"], …]``. A field without
``owner`` takes its section's.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from cowork.domain.conditions import BadCondition, Condition, facts_in, parse
from cowork.domain.ids import Digest
from cowork.domain.specifications import codelists
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Option, Owner, Section

Raw = Mapping[str, object]
E = TypeVar("E", bound=StrEnum)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FORM_KEYS = {"key", "version", "title", "section"}
_SECTION_KEYS = {"key", "label", "guidance", "owner", "when", "field"}
_COLUMN_KEYS = {
    "key", "label", "type", "guidance", "required", "owner", "options", "codelist", "unit", "max_length", "minimum", "maximum",
    "min_items", "max_items", "refers",
}  # fmt: skip
_FIELD_KEYS = _COLUMN_KEYS | {"lane", "when", "frameworks", "column"}
_CHOOSING = {FieldType.CHOICE, FieldType.CHOICES}
_NUMERIC = {FieldType.INTEGER, FieldType.DECIMAL}
_WRITTEN = {FieldType.TEXT, FieldType.LONGTEXT}
_LISTED = {FieldType.CHOICES, FieldType.TAGS, FieldType.LINKS, FieldType.ROWS}


class BadForm(ValueError):
    """A form that cannot be used. `problems` holds one sentence for each fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("The form cannot be used. " + " ".join(problems))
        self.problems = problems


def load(text: str) -> Form:
    """Read a form from TOML text. Raises BadForm with every problem found. The digest covers the text exactly as given."""
    reader = _Reader()
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadForm((f"This is not valid TOML: {error}.",)) from error
    form = reader.form(raw, Digest(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()))
    _check_references(form, reader.problems)
    if reader.problems:
        raise BadForm(tuple(reader.problems))
    return form


def problems(text: str) -> tuple[str, ...]:
    """What is wrong with a form, one sentence each; nothing when it can be used."""
    try:
        load(text)
    except BadForm as error:
        return error.problems
    return ()


@cache
def sources() -> Mapping[str, str]:
    """The TOML texts of the forms that come with Cowork, by key."""
    library = files("cowork.domain.specifications").joinpath("library")
    found = {entry.name.removesuffix(".toml"): entry for entry in library.iterdir() if entry.name.endswith(".toml")}
    return {key: found[key].read_text("utf-8") for key in sorted(found)}


@cache
def shipped(key: str = "microcredential") -> Form:
    """A form that comes with Cowork. KeyError when there is none of that key."""
    return load(sources()[key])


@dataclass
class _Reader:
    """Reads leniently, collecting problems, so that a person mends all faults of a form at once."""

    problems: list[str] = field(default_factory=list)

    def form(self, raw: Raw, digest: Digest) -> Form:
        self._unknown(raw, _FORM_KEYS, "The form")
        version = raw.get("version")
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            self.problems.append("The form needs a `version`: a whole number from 1.")
            version = 1
        sections = tuple(self._section(table, place) for table, place in self._tables(raw, "section", "The form"))
        if not sections:
            self.problems.append("The form needs at least one section.")
        self._unique((s.key for s in sections), "The form", "section")
        return Form(self._key(raw, "The form"), version, self._text(raw, "title", "The form", True), sections, digest)

    def _section(self, raw: Raw, place: str) -> Section:
        self._unknown(raw, _SECTION_KEYS, place)
        key = self._key(raw, place)
        place = f"Section “{key}”" if key else place
        owner = self._enum(raw, "owner", Owner, Owner.BOTH, place)
        fields = tuple(self._field(table, where, key, owner) for table, where in self._tables(raw, "field", place))
        if not fields:
            self.problems.append(f"{place} needs at least one field.")
        self._unique((f.key for f in fields), place, "field")
        return Section(
            key, self._text(raw, "label", place, True), self._text(raw, "guidance", place), owner, fields, self._when(raw, place)
        )

    def _field(self, raw: Raw, place: str, section: str, owner: Owner, column: bool = False) -> Field:
        self._unknown(raw, _COLUMN_KEYS if column else _FIELD_KEYS, place)
        key = self._key(raw, place)
        place = f"{'Column' if column else 'Field'} “{section}.{key}”" if key else place
        kind = self._enum(raw, "type", FieldType, None, place)
        owner = self._enum(raw, "owner", Owner, owner, place)
        if column and (kind is FieldType.ROWS or key == "id"):
            self.problems.append(f"{place} cannot be used: rows do not nest, and the key “id” is kept for the row itself.")
        if not column and kind is FieldType.LINKS:
            self.problems.append(f"{place} cannot be of type “links”: only a column of rows links to other rows.")
        tables = [] if column else self._tables(raw, "column", place)
        columns = tuple(self._field(table, where, f"{section}.{key}", owner, True) for table, where in tables)
        self._unique((c.key for c in columns), place, "column")
        found = Field(
            key=key,
            label=self._text(raw, "label", place, True),
            type=kind,
            guidance=self._text(raw, "guidance", place),
            required=self._flag(raw, "required", place),
            owner=owner,
            lane=self._enum(raw, "lane", FieldLane, FieldLane.SHARED, place),
            when=self._when(raw, place),
            frameworks=self._texts(raw, "frameworks", place),
            options=self._options(raw, place),
            codelist=self._text(raw, "codelist", place) or None,
            unit=self._text(raw, "unit", place),
            max_length=self._count(raw, "max_length", place),
            minimum=self._number(raw, "minimum", place),
            maximum=self._number(raw, "maximum", place),
            min_items=self._count(raw, "min_items", place),
            max_items=self._count(raw, "max_items", place),
            refers=self._text(raw, "refers", place) or None,
            columns=columns,
        )
        self._consistent(found, place)
        return found

    def _consistent(self, field: Field, place: str) -> None:
        say = self.problems.append
        if field.type in _CHOOSING and bool(field.options) == bool(field.codelist):
            say(f"{place} is a choice and needs either `options` or a `codelist`.")
        if field.type not in _CHOOSING and (field.options or field.codelist):
            say(f"{place} has options, but is not of type “choice” or “choices”.")
        if field.codelist and field.codelist not in codelists.names():
            known = ", ".join(sorted(codelists.names()))
            say(f"{place} names the code list “{field.codelist}”, which does not exist. There are: {known}.")
        if (field.type is FieldType.ROWS) != bool(field.columns):
            say(f"{place} needs columns exactly when its type is “rows”.")
        if (field.type is FieldType.LINKS) != bool(field.refers):
            say(f"{place} needs `refers` exactly when its type is “links”.")
        if field.type not in _NUMERIC and (field.minimum is not None or field.maximum is not None):
            say(f"{place} has a minimum or maximum, but is not a number.")
        if field.type not in _WRITTEN and field.max_length is not None:
            say(f"{place} has a `max_length`, but is not a text.")
        if field.type not in _LISTED and (field.min_items is not None or field.max_items is not None):
            say(f"{place} has a number of items, but is not a list.")
        if field.required and field.lane is not FieldLane.SHARED:
            say(f"{place} is private and cannot be required: whether it is answered would be seen by those who may not read it.")
        for least, most in ((field.minimum, field.maximum), (field.min_items, field.max_items)):
            if least is not None and most is not None and least > most:
                say(f"{place} has a minimum above its maximum.")
        self._unique((option.value for option in field.options), place, "option")

    def _tables(self, raw: Raw, key: str, place: str) -> list[tuple[Raw, str]]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.problems.append(f"{place} lists its {key}s as tables: [[…{key}]].")
            return []
        return [(entry, f"{key.capitalize()} {number} of {place[0].lower()}{place[1:]}") for number, entry in enumerate(value, 1)]

    def _unknown(self, raw: Raw, known: set[str], place: str) -> None:
        for key in sorted(set(raw) - known):
            self.problems.append(f"{place} has “{key}”, which means nothing here. Known are: {', '.join(sorted(known))}.")

    def _unique(self, keys: Iterator[str], place: str, what: str) -> None:
        seen: set[str] = set()
        for key in keys:
            if key and key in seen:
                self.problems.append(f"{place} has the {what} “{key}” twice.")
            seen.add(key)

    def _key(self, raw: Raw, place: str) -> str:
        key = raw.get("key")
        if isinstance(key, str) and _KEY.fullmatch(key):
            return key
        self.problems.append(f"{place} needs a `key` of lower-case letters, digits and underscores, at most 40.")
        return ""

    def _text(self, raw: Raw, key: str, place: str, needed: bool = False) -> str:
        value = raw.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            self.problems.append(f"{place} needs a text as `{key}`.")
            return ""
        return value

    def _texts(self, raw: Raw, key: str, place: str) -> tuple[str, ...]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.problems.append(f"{place} needs a list of texts as `{key}`.")
            return ()
        return tuple(value)

    def _flag(self, raw: Raw, key: str, place: str) -> bool:
        value = raw.get(key, False)
        if not isinstance(value, bool):
            self.problems.append(f"{place} needs true or false as `{key}`.")
        return value is True

    def _number(self, raw: Raw, key: str, place: str) -> float | None:
        value = raw.get(key)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e15):
            return value
        self.problems.append(f"{place} needs a number as `{key}`.")
        return None

    def _count(self, raw: Raw, key: str, place: str) -> int | None:
        value = raw.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000):
            return value
        self.problems.append(f"{place} needs a whole number from 0 to 100,000 as `{key}`.")
        return None

    def _enum(self, raw: Raw, key: str, kind: type[E], default: E | None, place: str) -> E:
        value = raw.get(key, default)
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        self.problems.append(f"{place} needs as `{key}` one of: {', '.join(kind)}.")
        return default or next(iter(kind))

    def _options(self, raw: Raw, place: str) -> tuple[Option, ...]:
        value = raw.get("options", [])
        pairs = value if isinstance(value, list) else []
        options = tuple(Option(*pair) for pair in pairs if _is_pair(pair))
        if not isinstance(value, list) or len(options) != len(pairs):
            self.problems.append(f'{place} lists its options as pairs: [["value", "Label"], …].')
        return options

    def _when(self, raw: Raw, place: str) -> Condition | None:
        if "when" not in raw:
            return None
        try:
            return parse(raw["when"])
        except BadCondition as error:
            self.problems.append(f"{place} has a condition that cannot be read: {error}.")
            return None


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) and text.strip() for text in pair)


def _check_references(form: Form, problems: list[str]) -> None:
    """Conditions ask about fields that exist and all parties may read; links lead to rows that are no more private."""
    fields = {f"{section.key}.{field.key}": field for section in form.sections for field in section.fields}
    for section in form.sections:
        _check_condition(section.when, f"Section “{section.key}”", fields, problems.append)
        for field_ in section.fields:
            place = f"Field “{section.key}.{field_.key}”"
            _check_condition(field_.when, place, fields, problems.append)
            for column in field_.columns:
                target = fields.get(column.refers) if column.refers else None
                if column.refers and (target is None or target.type is not FieldType.ROWS):
                    problems.append(f"{place} links to “{column.refers}”, which is not a list of rows of this form.")
                elif target is not None and target.lane not in (FieldLane.SHARED, field_.lane):
                    problems.append(f"{place} links to “{column.refers}”, which some of its readers may not see.")


def _check_condition(when: Condition | None, place: str, fields: Mapping[str, Field], say: Callable[[str], None]) -> None:
    for fact in facts_in(when) if when else ():
        if fact not in fields:
            say(f"{place} has a condition on “{fact}”, which is not a field of this form.")
        elif fields[fact].lane is not FieldLane.SHARED:
            say(f"{place} has a condition on “{fact}”, which not every party reads: asking the question would tell the answer.")

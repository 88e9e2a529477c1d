"""Cleaning of answers: from JSON-like values, as posted or imported, to the values that are kept.

Drafts save incomplete, so nothing is required here; `completeness` asks for what is missing. Cleaning is idempotent: what it
returns passes again, unchanged and without problems. An answer with a problem is absent from the cleaned values, so **a caller with
problems must not save**: it shows the form again, each problem beside its field with the text as it was typed.
"""

import difflib
import hashlib
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.specifications import codelists, texts
from cowork.domain.specifications.canonical import canonical
from cowork.domain.specifications.form import Field, FieldType, Form, Section

LONGEST = {FieldType.TEXT: 300, FieldType.LONGTEXT: 20_000}
MOST_ROWS = 200
MOST_TAGS = 50
LONGEST_TAG = 60
LONGEST_URL = 2_000
LARGEST_NUMBER = 10**12
MOST_UNKNOWN = 10
"""How many unknown keys of one object are named: enough to mend an import, too few to keep a server busy."""

_ROW_ID = re.compile(r"[a-z0-9]{1,16}")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,12})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one answer. `path` is ``section``, ``section.field`` or ``section.field.row.column``, where the row is its id, or
    ``#3`` for the third row when it came without one. `raw` is the text as typed. `hard` marks a shape that no form of ours posts:
    a wrong JSON type, an unknown question."""

    path: str
    message: str
    raw: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The answers of one section without blanks, and what is wrong with the others."""

    values: dict[str, Value]
    problems: tuple[Problem, ...]


class BadValue(ValueError):
    """A value that cannot be kept. `hard` as in Problem."""

    def __init__(self, message: str, hard: bool = False) -> None:
        super().__init__(message)
        self.hard = hard


def clean(form: Form, section_key: str, raw: Mapping[str, object], content: Content) -> Cleaned:
    """Clean those answers of a section that are given. Links find their rows among them and in the rest of `content`.

    KeyError for an unknown section. Private answers are cleaned too: who may write them is the caller's rule.
    """
    cleaner = _Cleaner()
    section = form.section(section_key)
    given = cleaner.section(section, raw)
    rest = {key: value for key, value in content.get(section_key, {}).items() if key not in raw}
    settled = _settled(cleaner, [section], {**content, section_key: {**rest, **given}})[section_key]
    return Cleaned({key: settled[key] for key in given if key in settled}, tuple(cleaner.problems))


def clean_content(form: Form, raw: object) -> tuple[dict[str, dict[str, Value]], tuple[Problem, ...]]:
    """Clean a whole specification's answers, for imports: section key → field key → value. Unknown keys are named with the nearest
    known one."""
    cleaner = _Cleaner()
    if not isinstance(raw, Mapping):
        return {}, (Problem("", "The content is an object with one member for each section.", hard=True),)
    cleaner.unknown("", raw, [section.key for section in form.sections], "section")
    content: dict[str, dict[str, Value]] = {}
    for section in form.sections:
        answers = raw.get(section.key, {})
        if isinstance(answers, Mapping):
            content[section.key] = cleaner.section(section, answers)
        else:
            cleaner.say(section.key, f"The section “{section.label}” is an object with one member for each field.", hard=True)
    settled = _settled(cleaner, form.sections, content)
    return {key: dict(values) for key, values in settled.items() if values}, tuple(cleaner.problems)


def drop_dangling(form: Form, content: Content) -> dict[str, dict[str, Value]]:
    """The same answers without links to rows that no longer exist: to be called when a save removed rows."""
    return {key: dict(values) for key, values in _settled(_Cleaner(), form.sections, content).items()}


def row_ids(content: Content, path: str) -> tuple[str, ...]:
    """The ids of the rows at ``section.field``, in their order."""
    return tuple(str(row["id"]) for row in rows(content, path))


def rows(content: Content, path: str) -> tuple[Mapping[str, Value], ...]:
    """The rows at ``section.field``; none where there is no such answer."""
    value = fact_of(content, path)
    return tuple(row for row in value if isinstance(row, Mapping) and "id" in row) if isinstance(value, list) else ()


def changed_columns(old: Value, new: Value) -> set[str]:
    """The columns in which two states of a row differ; None stands for a row that is not there."""
    was, now = (row if isinstance(row, Mapping) else {} for row in (old, new))
    return {key for key in {*was, *now} - {"id"} if was.get(key) != now.get(key)}


def _settled(cleaner: "_Cleaner", sections: Sequence[Section], content: Content) -> Content:
    """The content with the links of these sections looked up, again until no row is lost: a row that was only links goes with them."""
    while True:
        linked = {section.key: cleaner.linked(section, content[section.key], content) for section in sections if section.key in content}
        if all(linked[key] == content[key] for key in linked):
            return content
        content = {**content, **linked}


class _Cleaner:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def say(self, path: str, message: str, raw: object = "", hard: bool = False) -> None:
        self.problems.append(Problem(_whole_characters(path), _whole_characters(message), _whole_characters(_shown(raw)), hard))

    def unknown(self, place: str, raw: Mapping[str, object], known: Collection[str], what: str) -> None:
        for key in islice((_clipped(str(key)) for key in raw if key not in known), MOST_UNKNOWN):
            close = difflib.get_close_matches(key, known, 1)
            hint = f" Did you mean “{close[0]}”?" if close else f" Known are: {', '.join(known)}."
            self.say(f"{place}.{key}".lstrip("."), f"There is no {what} “{key}”.{hint}", hard=True)

    def section(self, section: Section, raw: Mapping[str, object]) -> dict[str, Value]:
        """All answers of a section; links are not yet looked up."""
        self.unknown(section.key, raw, [field.key for field in section.fields], "field")
        found = {f.key: self._field(f, raw[f.key], f"{section.key}.{f.key}") for f in section.fields if f.key in raw}
        return {key: value for key, value in found.items() if value is not None}

    def _field(self, field: Field, raw: object, path: str) -> Value:
        """The cleaned value, or None when it is blank or has a problem."""
        if raw is None or raw == "":
            return None
        if field.type is FieldType.ROWS:
            return self._rows(field, raw, path)
        try:
            value = _CLEANERS[field.type](field, raw)
        except texts.BadText as error:
            self.say(path, f"“{field.label}” cannot be kept. {error}", raw)
        except BadValue as error:
            self.say(path, str(error), raw, error.hard)
        else:
            return None if value in ("", []) else value
        return None

    def _rows(self, field: Field, raw: object, path: str) -> Value:
        if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
            self.say(path, f"“{field.label}” is a list of objects, one for each entry.", hard=True)
            return None
        if len(raw) > MOST_ROWS:
            self.say(path, f"“{field.label}” has {len(raw)} entries; at most {MOST_ROWS} fit. Remove some.", hard=True)
            return None
        taken: set[str] = set()
        cleaned = [row for row in (self._row(field, entry, path, f"#{number}", taken) for number, entry in enumerate(raw, 1)) if row]
        return cleaned or None

    def _row(self, field: Field, raw: Mapping[str, object], path: str, number: str, taken: set[str]) -> dict[str, Value]:
        given = raw.get("id")
        wanted = given if isinstance(given, str) and _ROW_ID.fullmatch(given) else None
        if wanted is None and given not in (None, ""):
            self.say(path, f"An entry of “{field.label}” has an id that is not of 1 to 16 lower-case letters and digits.", hard=True)
        place = wanted or number
        self.unknown(f"{path}.{place}", raw, ["id", *(column.key for column in field.columns)], "column")
        found = {c.key: self._field(c, raw[c.key], f"{path}.{place}.{c.key}") for c in field.columns if c.key in raw}
        values = {key: value for key, value in found.items() if value is not None}
        if not values:
            return {}
        if wanted in taken:
            self.say(f"{path}.{wanted}", f"Two entries of “{field.label}” have the id “{wanted}”. Give each its own.", hard=True)
        row_id = wanted if wanted and wanted not in taken else _new_id(path, values, taken)
        taken.add(row_id)
        return {"id": row_id, **values}

    def linked(self, section: Section, values: Mapping[str, Value], content: Content) -> dict[str, Value]:
        """The values with only those links that lead to a row; a problem for each that does not."""
        result = dict(values)
        for field in section.fields:
            columns = [column for column in field.columns if column.refers]
            found = result.get(field.key)
            if not columns or not isinstance(found, list):
                continue
            known = {column.key: frozenset(row_ids(content, column.refers or "")) for column in columns}
            kept = [self._linked_row(row, columns, known, f"{section.key}.{field.key}") for row in found]
            result[field.key] = [row for row in kept if len(row) > 1]
            if not result[field.key]:
                del result[field.key]
        return result

    def _linked_row(
        self, row: Mapping[str, Value], columns: Sequence[Field], known: Mapping[str, Collection[str]], path: str
    ) -> Mapping[str, Value]:
        result = dict(row)
        for column in columns:
            links = row.get(column.key)
            if not isinstance(links, list):
                continue
            kept = [link for link in links if link in known[column.key]]
            if len(kept) < len(links):
                message = f"“{column.label}” points to an entry that no longer exists. Choose again."
                self.say(f"{path}.{row['id']}.{column.key}", message)
            result[column.key] = kept
            if not kept:
                del result[column.key]
        return result


def _text(field: Field, raw: object) -> str:
    text = (texts.one_line if field.type is FieldType.TEXT else texts.many_lines)(_string(field, raw))
    most = field.max_length or LONGEST[field.type]
    if len(text) > most:
        raise BadValue(f"“{field.label}” is {len(text):,} characters long; at most {most:,} fit. Shorten it by {len(text) - most:,}.")
    return text


def _number(field: Field, raw: object) -> int | float | str:
    if isinstance(raw, str):
        typed = texts.one_line(raw).replace(" ", "")
        if not typed:
            return ""
        if not _NUMBER.fullmatch(typed) or re.search(r",\d{3}$", typed):
            raise BadValue(f"“{field.label}” is not a number. Write it in digits, such as 12{'' if _whole(field) else ' or 12.5'}.")
        number: int | float = float(typed.replace(",", "."))
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        number = raw
    else:
        raise BadValue(f"“{field.label}” is a number.", hard=True)
    if isinstance(number, float) and not math.isfinite(number):
        raise BadValue(f"“{field.label}” is not a finite number. Write it in digits, such as 12.")
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if _whole(field) and not isinstance(number, int):
        raise BadValue(f"“{field.label}” is a whole number. Write it without a fraction.")
    least = -LARGEST_NUMBER if field.minimum is None else field.minimum
    most = LARGEST_NUMBER if field.maximum is None else field.maximum
    if not least <= number <= most:
        raise BadValue(f"“{field.label}” lies between {_plain(least)} and {_plain(most)}. Change the number.")
    return number


def _yes_no(field: Field, raw: object) -> bool | str:
    if isinstance(raw, bool):
        return raw
    typed = texts.one_line(_string(field, raw)).casefold()
    if typed and typed not in _YES_NO:
        raise BadValue(f"Answer “{field.label}” with yes or no.")
    return _YES_NO.get(typed, "")


def _choice(field: Field, raw: object) -> str:
    value = _string(field, raw).strip()
    if value and value not in (option.value for option in codelists.choices(field)):
        raise BadValue(f"“{_clipped(value)}” is not one of the answers to “{field.label}”. Choose one of the list.")
    return value


def _choices(field: Field, raw: object) -> list[str]:
    wanted = {_choice(field, entry) for entry in _list(field, raw)}
    return [option.value for option in codelists.choices(field) if option.value in wanted]


def _day(field: Field, raw: object) -> str:
    text = texts.one_line(_string(field, raw))
    if not text:
        return ""
    try:
        if not _DAY.fullmatch(text) or not 1900 <= date.fromisoformat(text).year < 2200:
            raise ValueError(text)
    except ValueError as error:
        raise BadValue(f"“{field.label}” is not a day of the calendar. Write year, month and day like 2027-03-31.") from error
    return text


def _url(field: Field, raw: object) -> str:
    text = texts.one_line(_string(field, raw))
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"[\s<>\"\\^`{|}]", text) or len(text) > LONGEST_URL:
        raise BadValue(f"“{field.label}” is not a web address. Write it in full, such as https://example.org/page.")
    return text


def _email(field: Field, raw: object) -> str:
    return texts.email(_string(field, raw))


def _tags(field: Field, raw: object) -> list[str]:
    entries = re.split(r"[,;\n]", raw) if isinstance(raw, str) else _list(field, raw)
    tags: dict[str, str] = {}
    for entry in entries:
        tag = texts.one_line(_string(field, entry))
        if len(tag) > LONGEST_TAG:
            raise BadValue(f"The tag “{_clipped(tag)}” is too long; a tag has at most {LONGEST_TAG} characters. Shorten it.")
        if tag:
            tags.setdefault(tag.casefold(), tag)
    if len(tags) > MOST_TAGS:
        raise BadValue(f"“{field.label}” has {len(tags)} tags; at most {MOST_TAGS} fit. Remove some.")
    return list(tags.values())


def _links(field: Field, raw: object) -> list[str]:
    links = [_string(field, entry) for entry in _list(field, raw)]
    if any(link and not _ROW_ID.fullmatch(link) for link in links):
        raise BadValue(f"“{field.label}” links by the ids of entries: 1 to 16 lower-case letters and digits.", hard=True)
    return list(dict.fromkeys(link for link in links if link))


_CLEANERS: Mapping[FieldType, Callable[[Field, object], Value]] = {
    FieldType.TEXT: _text,
    FieldType.LONGTEXT: _text,
    FieldType.INTEGER: _number,
    FieldType.DECIMAL: _number,
    FieldType.YESNO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.DATE: _day,
    FieldType.URL: _url,
    FieldType.EMAIL: _email,
    FieldType.TAGS: _tags,
    FieldType.LINKS: _links,
}


def _string(field: Field, raw: object) -> str:
    if not isinstance(raw, str):
        raise BadValue(f"“{field.label}” is a text.", hard=True)
    return raw


def _list(field: Field, raw: object) -> list[object]:
    if isinstance(raw, str):
        return [raw]
    if not isinstance(raw, list) or len(raw) > 1_000:
        raise BadValue(f"“{field.label}” is a list of at most 1,000 texts.", hard=True)
    return raw


def _new_id(path: str, values: Mapping[str, Value], taken: Collection[str]) -> str:
    """An id for a row that came without one: made from what it says, so that two people who add rows at once get different ids."""
    seed = hashlib.sha256(path.encode() + canonical(values)).hexdigest()
    return next(candidate for candidate in _candidates(seed) if candidate not in taken)


def _candidates(seed: str) -> Iterator[str]:
    yield f"r{seed[:11]}"
    for number in range(MOST_ROWS + 1):
        yield f"r{seed[:11]}{number}"


def _whole(field: Field) -> bool:
    return field.type is FieldType.INTEGER


def _plain(number: float) -> str:
    return f"{number:,.15g}"


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _shown(raw: object) -> str:
    """The text as typed; lists that a page shows as one text are joined again."""
    if isinstance(raw, list):
        return ", ".join(entry for entry in raw if isinstance(entry, str))
    return raw if isinstance(raw, str) else ""


def _whole_characters(text: str) -> str:
    """The text with a mark in place of lone surrogates, so that a page can show it."""
    return text.encode("utf-8", "replace").decode("utf-8")

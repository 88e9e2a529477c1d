"""Lists of codes in which people search while they write: occupations, skills, fields of study, levels, countries, languages.

A list is data: shipped under ``library/codes/``, or imported into an instance. What is chosen is copied into the answer as code, label
and address, with the edition of the list, so that a later list never changes a document.
"""

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from cowork.domain.specifications import codelists

OWN = "own-"
"""How the names of lists begin that an instance imports beside those that come with Cowork."""
MOST_ENTRIES = 50_000
LONGEST = {"code": 100, "label": 200, "uri": 2_000}
NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")

_FOLDER = files("cowork.domain.specifications").joinpath("library", "codes")
_COLUMNS = {
    "code": ("code", "notation", "codegroup", "o*net-soc code", "element id", "id of code"),
    "label": ("label", "preferredlabel", "title", "element name", "name"),
    "uri": ("uri", "concepturi", "address", "url", "origin uri"),
    "also": ("also", "altlabels", "alternative labels"),
}
"""For each thing that is read, the names of its column in files as they are published, in lower case."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry. `also` are other names; `more` are further answers that choosing it fills, by their key."""

    code: str
    label: str
    uri: str = ""
    also: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list in one edition. `framework` is the word of the form for where it comes from, if it has one; `credit` is shown with it."""

    name: str
    title: str
    edition: str
    credit: str
    entries: tuple[Code, ...]
    framework: str = ""

    @property
    def digest(self) -> str:
        """What tells two editions apart."""
        parts = "\n".join(f"{entry.code}\t{entry.label}\t{entry.uri}\t{'; '.join(entry.also)}" for entry in self.entries)
        return hashlib.sha256(f"{self.name}\n{self.edition}\n{parts}".encode("utf-8", "replace")).hexdigest()

    def fills(self, entry: Code) -> dict[str, str]:
        """What choosing an entry writes, by the key of the answer beside it."""
        own = {"code": entry.code, "label": entry.label, "uri": entry.uri}
        found = {**own, "edition": self.edition, "framework": self.framework, **entry.more}
        return {key: value for key, value in found.items() if value}


class BadList(ValueError):
    """A file that cannot be imported. `problems` holds one sentence for each fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@cache
def names() -> tuple[str, ...]:
    """The lists that come with Cowork and can be searched, those of code lists included."""
    return (*_described(), *sorted(codelists.names() - set(_described())))


def may_name(name: str) -> bool:
    """Whether a form may name this list: it comes with Cowork, or an instance may import it."""
    return name in names() or (len(name) > len(OWN) and name.startswith(OWN) and NAME.fullmatch(name) is not None)


@cache
def shipped(name: str) -> CodeList:
    """A list that comes with Cowork. KeyError when there is none of that name."""
    about = _described().get(name)
    if about is None:
        return _of_codelist(name)
    text = _FOLDER.joinpath(about["file"]).read_text("utf-8")
    entries = tuple(_shipped_entry(row, about.get("base", "")) for row in csv.DictReader(text.splitlines()))
    return CodeList(name, about["title"], about["edition"], about["credit"], entries, about.get("framework", ""))


@cache
def _described() -> dict[str, dict[str, str]]:
    return {about["name"]: about for about in tomllib.loads(_FOLDER.joinpath("lists.toml").read_text("utf-8"))["list"]}


def _shipped_entry(row: Mapping[str, str], base: str) -> Code:
    more = {key: value for key, value in row.items() if key not in ("code", "label", "id", "also") and value}
    return Code(row["code"], row["label"], f"{base}{row['id']}" if row["id"] else "", _several(row.get("also", "")), more)


def _of_codelist(name: str) -> CodeList:
    entries = tuple(
        Code(option.value, option.label, codelists.uris(name).get(option.value, ""), _several(codelists.also(name).get(option.value, "")))
        for option in codelists.options(name)
    )
    return CodeList(name, name, "Cowork 1", "", entries)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())


def read(text: str, name: str, title: str, edition: str, credit: str, framework: str = "") -> CodeList:
    """A list from the text of a CSV file with a line of headings. The columns of ESCO's and O*NET's own files are understood.

    Raises BadList with every problem, by line, up to twenty of them.
    """
    problems = [] if may_name(name) and name not in codelists.names() else [_bad_name(name)]
    for word, value, most in (("title", title, 100), ("edition", edition, 20), ("credit", credit, 500)):
        if not value.strip() or len(value) > most:
            problems.append(f"The list needs a {word} of at most {most} characters.")
    try:
        lines = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True)))
    except csv.Error as error:
        raise BadList((*problems, f"This is not a CSV file: {error}.")) from error
    head = [cell.strip().casefold() for cell in lines[0]] if lines else []
    places = {key: next((head.index(known) for known in accepted if known in head), None) for key, accepted in _COLUMNS.items()}
    if places["label"] is None:
        raise BadList((*problems, "The first line names the columns, and none of them is “label”, “preferredLabel” or “title”."))
    entries = tuple(_read_entries(lines[1:], places, problems))
    if not entries:
        problems.append("There is no entry in it.")
    if len(entries) > MOST_ENTRIES:
        problems.append(f"It has {len(entries):,} entries; at most {MOST_ENTRIES:,} fit. Leave out those that nobody here will need.")
    if problems:
        raise BadList(tuple(problems[:20]))
    return CodeList(name, title.strip(), edition.strip(), credit.strip(), entries, framework)


def _bad_name(name: str) -> str:
    known = ", ".join(_described())
    return f"A list cannot be called “{name}”. To replace one, use its name: {known}. For a list of your own begin with “{OWN}”."


def _read_entries(lines: Iterable[list[str]], places: Mapping[str, int | None], problems: list[str]) -> Iterable[Code]:
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, 2):
        found = {key: _cell(line, at) for key, at in places.items()}
        label, code, uri = (" ".join(found[key].split()) for key in ("label", "code", "uri"))
        if not any(cell.strip() for cell in line):
            continue
        if not label:
            problems.append(f"Line {number} has no label.")
        for key, value in (("label", label), ("code", code), ("uri", uri)):
            if len(value) > LONGEST[key]:
                problems.append(f"Line {number} has a {key} of {len(value):,} characters; at most {LONGEST[key]:,} fit.")
        if uri and not uri.startswith(("http://", "https://")):
            problems.append(f"Line {number} has an address that does not begin with http:// or https://.")
        if label and (code or uri, label) not in seen:
            seen.add((code or uri, label))
            yield Code(code, label, uri, _several(found["also"])[:30])


def _cell(line: list[str], at: int | None) -> str:
    return line[at] if at is not None and at < len(line) else ""

"""Answers as a page shows them: as safe markup, as the text that a reader sees in it, and with passages of that text marked.

Comments and suggestions are anchored in the text that is seen. `replaced` finds the same place in the Markdown that was written, and
proves it: the text that is seen must change there and nowhere else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import display
from cowork.domain.specifications.form import Field, FieldType
from cowork.exports import prose

TAGS = prose.TAGS | {"a"}
ATTRIBUTES = {**prose.ATTRIBUTES, "a": {"href"}}
SCHEMES = {"http", "https", "mailto"}

LONGEST_REMEMBERED, MOST_REMEMBERED = 2_000, 4_096
"""Answers and comments are read far more often than written, so what they became is kept: some megabytes a process at most."""

MOST_TRIED = 24
"""At how many places a passage is looked for in what was written."""
_SENTINEL = "\ue000passage\ue001"
_MARKS = r"[*_~`\\]{0,4}"
_SPACE = rf"{_MARKS}\s+(?:[>\-*+]\s+)?{_MARKS}"

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"]).disable("image")


def markdown_html(text: str) -> Markup:
    """Safe HTML blocks. Headings become bold lines, so that the page's own headings stay the only ones; pictures stay text."""
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _rendered(text)


def _rendered(text: str) -> Markup:
    source = prose.printable(text)
    tokens = _MARKDOWN.parse(source)
    if any(token.level > prose.MAX_NESTING for token in tokens):
        return prose.as_typed(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"))  # noqa: S704


_remembered = lru_cache(maxsize=MOST_REMEMBERED)(_rendered)


def shown(field: Field, value: Value, content: Content) -> Markup | None:
    """The answer as markup, or None where there is none. `content` names the rows that links lead to."""
    if value is None or value in ("", []):
        return None
    match field.type:
        case FieldType.LONGTEXT:
            return markdown_html(str(value))
        case FieldType.URL:
            return address(str(value))
        case FieldType.EMAIL:
            return Markup('<a href="mailto:{0}">{0}</a>').format(str(value))
        case FieldType.LINKS:
            return Markup("<br>").join(escape(entry) for entry in display.entries(field, value, content)) or None
        case FieldType.TAGS | FieldType.CHOICES:
            return Markup(", ").join(escape(entry) for entry in display.entries(field, value, content)) or None
        case _:
            return escape(display.shown(field, value, content)) or None


def address(value: str) -> Markup:
    """A link whose visible text is its target, so that nothing can be disguised; plain text for anything that is no web address."""
    if not value.lower().startswith(("https://", "http://")) or any(character.isspace() for character in value):
        return escape(value)
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(value)


def seen(field: Field, value: Value, content: Content) -> str:
    """The text of an answer as a reader sees it, without its marks."""
    html = shown(field, value, content)
    return text_of(html) if html is not None else ""


def text_of(html: str) -> str:
    """The text of an HTML fragment, as a browser has it."""
    return "".join(part for kind, part in _parts(html) if kind == "text")


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to mark. `opening` and `closing` surround each stretch of it; `after` follows its end."""

    start: int
    end: int
    opening: Markup
    closing: Markup
    after: Markup


def marked(html: Markup, marks: Sequence[Mark]) -> Markup:
    """The fragment with its passages marked. Marks may overlap; no element is torn, and nothing is put into a link."""
    wanted = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    done: list[str] = []
    late: list[Markup] = []
    place, links = 0, 0
    for kind, part in _parts(html):
        if kind == "text":
            for text, around, ended in _stretches(part, place, wanted):
                done.append(_wrapped(text, around))
                late += [mark.after for mark in ended]
                if not links:
                    done, late = [*done, *late], []
            place += len(part)
            continue
        links += part.startswith("<a ") - (part == "</a>")
        done.append(part)
        if not links:
            done, late = [*done, *late], []
    return Markup("").join(Markup(part) for part in (*done, *late))  # noqa: S704 - made of safe parts


def _stretches(text: str, place: int, marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark], list[Mark]]]:
    """A text cut where marks begin or end: each stretch with the marks around it, and those that end with it."""
    end = place + len(text)
    cuts = sorted({place, end} | {cut for mark in marks for cut in (mark.start, mark.end) if place < cut < end})
    for start, stop in pairwise(cuts):
        around = [mark for mark in marks if mark.start < stop and start < mark.end]
        yield text[start - place : stop - place], around, [mark for mark in around if mark.end == stop]


def _wrapped(text: str, around: Sequence[Mark]) -> str:
    if not around or not text.strip():
        return str(escape(text))
    return "".join(mark.opening for mark in around) + str(escape(text)) + "".join(mark.closing for mark in reversed(around))


def _parts(html: str) -> list[tuple[str, str]]:
    parser = _Parts()
    parser.feed(str(html))
    parser.close()
    return parser.found


class _Parts(HTMLParser):
    """A fragment as its tags and texts. Everything that it is given is well-formed: we made it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(("tag", self.get_starttag_text() or f"<{tag}>"))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("tag", f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "text":
            self.found[-1] = ("text", self.found[-1][1] + data)
        else:
            self.found.append(("text", data))


def replaced(field: Field, source: str, start: int, end: int, new: str) -> str | None:
    """What was written, with the passage (start, end) of the text that is seen replaced; None where that cannot be proven.

    A passage that holds half of a bold stretch cannot, nor one with a link in it: its answer has to be replaced as a whole.
    """
    text = seen(field, source, {})
    wanted = text[:start] + _SENTINEL + text[end:]
    for first, last in _written(source, text, start, end):
        tried = source[:first] + _SENTINEL + source[last:]
        if seen(field, tried, {}) == wanted:
            return source[:first] + new + source[last:]
    return None


def _written(source: str, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the passage may stand in what was written, the likeliest first."""
    words = text[start:end]
    pattern = "".join(_SPACE if part.isspace() else _spelled(part) for part in re.split(r"(\s+)", words) if part)
    found = [match.span() for match in re.finditer(pattern, source)]
    share = len(source) / max(len(text), 1)
    return sorted(found, key=lambda span: abs(span[0] - start * share))[:MOST_TRIED]


def _spelled(word: str) -> str:
    """A word as it may be written: with marks of Markdown between its letters, but none at its ends."""
    return _MARKS.join(re.escape(letter) for letter in word)

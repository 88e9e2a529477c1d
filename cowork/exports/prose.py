"""Text that people wrote, made safe and fit for print: Markdown becomes a small set of HTML elements, lines lose control characters.

Whatever is written stays text: no links that act, no pictures, no headings of our own kind, no raw HTML.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

MAX_NESTING = 30
"""Text nested deeper than this (quotes in quotes, lists in lists) is printed as it was typed."""
MAX_BRACKETS = 500
"""So is text with more opening brackets: looking for links among them takes time that grows with the square of their number."""

TAGS = set("p br strong em s ul ol li blockquote code pre table thead tbody tr th td hr".split())
ATTRIBUTES = {"ol": {"start"}}

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # marks that reorder the text around them
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\U000e0000-\U000e007f]"  # tag characters
)
_UNKNOWN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Halves of surrogate pairs and code points that are no characters."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"])


def line(text: object) -> Markup:
    """One line of text, escaped, with white space collapsed."""
    return escape(" ".join(printable(str(text)).split()))


def printable(text: str) -> str:
    """The text without what cannot be printed or would disturb what stands around it. Line ends become ``\\n``."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNKNOWN.sub("\N{REPLACEMENT CHARACTER}", _UNPRINTABLE.sub("", normal))


def markdown(text: str) -> Markup:
    """Markdown as safe HTML blocks."""
    source = printable(text)
    if source.count("[") > MAX_BRACKETS:
        return as_typed(source)
    tokens = _MARKDOWN.parse(source)
    if any(token.level > MAX_NESTING for token in _every(tokens)):
        return as_typed(source)
    for token in tokens:
        if token.children:
            token.children = list(_inert(token.children))
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    html = _MARKDOWN.renderer.render(list(_with_bold_headings(tokens)), _MARKDOWN.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes=set())
    return Markup(clean)  # noqa: S704 - this is the one place where user text becomes HTML, and it has just been cleaned


def as_typed(text: str) -> Markup:
    """Plain text: paragraphs and line ends are kept, nothing else is read into it."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines = [[escape(row.strip()) for row in part.strip().split("\n")] for part in paragraphs]
    return Markup("").join(Markup("<p>{}</p>").format(Markup("<br>").join(rows)) for rows in lines)


def _every(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _inert(tokens: list[Token]) -> Iterator[Token]:
    """Inline tokens with links replaced by their text and address, and pictures by their description."""
    address, shown = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, shown = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            if address.removeprefix("mailto:") != shown:
                yield _words(f" ({address})")
        elif token.type == "image":
            yield _words(token.content or "picture")
        else:
            shown += token.content
            yield token


def _words(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _with_bold_headings(tokens: list[Token]) -> Iterator[Token]:
    """A heading in an answer is a bold line: the document's own headings stay the only ones."""
    bold = False
    for token in tokens:
        if token.type == "inline" and bold and token.children is not None:
            token.children = [Token("strong_open", "strong", 1), *token.children, Token("strong_close", "strong", -1)]
        bold = token.type == "heading_open"
        yield token

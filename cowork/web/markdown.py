"""Markdown that people wrote, as HTML for a page: parsed without raw HTML, then sanitised to a small list of elements."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from cowork.exports import prose

TAGS = prose.TAGS | {"a"}
ATTRIBUTES = {**prose.ATTRIBUTES, "a": {"href"}}
SCHEMES = {"http", "https", "mailto"}

LONGEST_REMEMBERED, MOST_REMEMBERED = 2_000, 4_096
"""Answers and comments are read far more often than written, so what they became is kept: some megabytes a process at most."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"]).disable("image")


def to_html(text: str) -> Markup:
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

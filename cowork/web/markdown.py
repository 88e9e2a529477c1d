"""Markdown that people wrote, as HTML for a page: parsed without raw HTML, then sanitised to a small list of elements."""

from markupsafe import Markup

from cowork.exports.answers import markdown_html


def to_html(text: str) -> Markup:
    """Safe HTML blocks: see `cowork.exports.answers`."""
    return markdown_html(text)

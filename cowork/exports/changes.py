"""The changes between two versions as a document: HTML from a comparison, and PDF/A-3a with PDF/UA-1 from that HTML.

What came in is underlined and stands in [+ +], what went is struck out and stands in [- -]: it reads the same without colour, on paper,
and aloud. The same comparison gives the same bytes.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cowork.domain.conditions import Content
from cowork.domain.specifications.compare import ChangeKind, Comparison, FieldChange, Segment, SegmentKind
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.marking import MarkedRow, in_place, moved_words
from cowork.exports import prose
from cowork.exports.pdf import moment
from cowork.ports import Attachment, Renderer, RenderMeta

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ATTACHMENT_NAME = "changes.json"
WORDS = {ChangeKind.ADDED: "added", ChangeKind.REMOVED: "removed", ChangeKind.CHANGED: "changed", ChangeKind.MOVED: "moved"}
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class VersionNamed:
    number: int
    at: datetime
    author: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChangesPaper:
    """Two versions compared, as one side reads them. `readers` says in words who that is; `new_content` is what they read of the new."""

    title: str
    proposal_id: str
    parties: tuple[str, ...]
    old: VersionNamed
    new: VersionNamed
    form: Form
    comparison: Comparison
    new_content: Content
    readers: str
    zone: str
    demonstration: bool


def render(paper: ChangesPaper, renderer: Renderer) -> bytes:
    """The PDF, with a list of the changed questions as data attached. Raises RenderFailed."""
    listed = data(paper)
    attachment = Attachment(ATTACHMENT_NAME, "application/json", "The changed questions as data", listed)
    identifier = hashlib.sha256(listed + html(paper).encode()).hexdigest()
    return renderer.render(html(paper), attachment, RenderMeta(identifier, paper.new.at, paper.new.at))


def data(paper: ChangesPaper) -> bytes:
    """Which questions changed, as JSON: paths and kinds, no answers."""
    changed = [{"path": change.path, "kind": change.kind.value} for section in paper.comparison.sections for change in section.fields]
    facts = {"proposal": paper.proposal_id, "old": paper.old.number, "new": paper.new.number, "changed": changed}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()


def html(paper: ChangesPaper) -> str:
    """The document as HTML; its style is ``templates/exports/specification.css``."""
    changed = set(paper.comparison.keys())
    return _ENVIRONMENT.get_template("exports/changes.html").render(
        paper=paper,
        title=prose.line(paper.title),
        moment=partial(moment, zone=paper.zone),
        stamp=f"{paper.new.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        count=sum(len(section.fields) for section in paper.comparison.sections),
        same=tuple(section.label for section in paper.form.sections if section.key not in changed),
        rows=partial(_rows, paper),
        words=WORDS,
    )


def _rows(paper: ChangesPaper, change: FieldChange) -> Iterator[tuple[MarkedRow, str]]:
    """The rows of a list that changed, each with what happened to it in words; those that stayed as they were are left out."""
    for row in in_place(change, paper.new_content):
        if row.change is not None:
            moved = moved_words(row.change)
            said = WORDS[row.change.kind] if row.change.kind is not ChangeKind.MOVED else ""
            yield row, ", ".join(part for part in (said, moved) if part)


def marked(segments: tuple[Segment, ...]) -> Markup:
    """Segments with their marks, as inline HTML."""
    return Markup("").join(_segment(segment) for segment in segments)


def _segment(segment: Segment) -> Markup:
    text = escape(prose.printable(segment.text))
    if segment.kind is SegmentKind.ADDED:
        return Markup('<ins><span class="mark">[+</span>{}<span class="mark">+]</span></ins>').format(text)
    if segment.kind is SegmentKind.REMOVED:
        return Markup('<del><span class="mark">[-</span>{}<span class="mark">-]</span></del>').format(text)
    return text


_ENVIRONMENT.filters |= {"line": prose.line, "marked": marked}

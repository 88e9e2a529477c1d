"""Agenda and minutes of a meeting as documents: HTML from a paper, and PDF/A-3a with PDF/UA-1 from that HTML, as data attached."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cowork.exports import prose
from cowork.exports.pdf import moment
from cowork.ports import Attachment, Renderer, RenderMeta

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class PaperVote:
    """A member's vote in words. `by` is the deputy who gave it, or empty."""

    name: str
    verdict: str
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A point. `about` says which stage and version; the last five are empty on an agenda."""

    number: int
    kind: str
    title: str
    about: str
    outcome: str = ""
    quorum: str = ""
    votes: tuple[PaperVote, ...] = ()
    conflicted: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    decision: str = ""
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """An agenda or minutes (`kind`). `attendance` groups names under words: ("Present", names). Times are UTC."""

    kind: str
    status: str
    title: str
    organisation: str
    office: str
    starts_at: datetime
    zone: str
    place: str
    items: tuple[PaperItem, ...]
    attendance: tuple[tuple[str, tuple[str, ...]], ...] = ()
    minutes: str = ""
    closed: str = ""
    demonstration: bool = False

    @property
    def is_minutes(self) -> bool:
        return self.kind == "Minutes"


def data(paper: Paper) -> bytes:
    """The paper as JSON."""
    values = dataclasses.asdict(paper) | {"starts_at": paper.starts_at.astimezone(UTC).isoformat()}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1).encode()


def render(paper: Paper, renderer: Renderer, made_at: datetime) -> bytes:
    """The PDF with the paper's data attached. Raises RenderFailed with a sentence."""
    content = data(paper)
    name = f"{paper.kind.lower()}.json"
    attachment = Attachment(name, "application/json", f"The {paper.kind.lower()} as data", content)
    return renderer.render(html(paper, made_at), attachment, RenderMeta(hashlib.sha256(content).hexdigest(), made_at, made_at))


def html(paper: Paper, made_at: datetime) -> str:
    """The document as HTML; its style is ``templates/exports/specification.css``."""
    stamp = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _ENVIRONMENT.get_template("exports/meeting.html").render(paper=paper, moment=partial(moment, zone=paper.zone), stamp=stamp)


_ENVIRONMENT.filters |= {"line": prose.line, "typed": prose.as_typed}

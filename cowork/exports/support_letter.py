"""A letter of support as an official document: PDF/A-3a and PDF/UA-1, with the signed JSON inside.

What its writer wrote stands in the body alone; letterhead, signature and fingerprint say what the record says.
"""

from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cowork.domain import letters
from cowork.domain.letters import SignedLetter
from cowork.domain.specifications import display
from cowork.exports import outline, prose
from cowork.exports.pdf import halves, moment
from cowork.ports import Attachment, Renderer, RenderMeta

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ATTACHMENT_NAME = "letter.json"

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class LetterPaper:
    """A signed letter with what its document says besides. `zone` is the IANA name of the zone in which times are shown."""

    letter: SignedLetter
    zone: str
    verify_url: str
    demonstration: bool = False


def render(paper: LetterPaper, renderer: Renderer) -> bytes:
    """The PDF. Raises RenderFailed with a sentence."""
    at = paper.letter.signed_at
    attachment = Attachment(ATTACHMENT_NAME, "application/json", "The signed letter as data", letters.as_bytes(paper.letter))
    return renderer.render(html(paper), attachment, RenderMeta(letters.digest(paper.letter), at, at))


def html(paper: LetterPaper) -> str:
    """The document as HTML; its style is ``templates/exports/specification.css``."""
    letter = paper.letter
    return _ENVIRONMENT.get_template("exports/letter.html").render(
        paper=paper,
        letter=letter,
        digest=letters.digest(letter),
        body=prose.markdown(letter.body),
        moment=partial(moment, zone=paper.zone),
        expires=display.day(letter.expires.isoformat()) if letter.expires else "",
        stamp=f"{letter.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        attachment_name=ATTACHMENT_NAME,
    )


_ENVIRONMENT.filters |= {"line": prose.line, "halves": halves, "address": outline.address}

"""Mails as people read them: a subject, plain text, and the same as HTML that needs no picture, style sheet or script."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from cowork.domain.notification_words import one_line, shortened

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SUBJECTS = {"daily": "Cowork today: {first}", "weekly": "Cowork this week: {first}"}

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a mail tells. `needed` says what the proposal still needs, `due` when it is due, in words; both may be empty.

    `meeting` says that it is about a meeting, of which whoever holds the office that meets is told.
    """

    headline: str
    title: str
    sentence: str
    needed: str
    due: str
    url: str
    action: str
    meeting: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def written(name: str, parts: Sequence[Part], digest: str, choices: str) -> Letter:
    """The mail to a person; `digest` is daily, weekly or empty, `choices` the address where they choose what they are told."""
    first = parts[0].headline
    if digest:
        more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
        first = SUBJECTS[digest].format(first=shortened(first, 150)) + more
    values = {
        "name": one_line(name), "parts": parts, "digest": digest, "choices": choices, "subject": shortened(first), "why": _why(parts),
    }  # fmt: skip
    text = _ENVIRONMENT.get_template("notifications/mail.txt").render(values)
    return Letter(shortened(first), text, _ENVIRONMENT.get_template("notifications/mail.html").render(values))


def _why(parts: Sequence[Part]) -> str:
    """Why a person gets a mail with these parts."""
    meeting, others = "you hold the office that meets", "you take part, or because you follow the proposal"
    found = [words for words, about in ((others, False), (meeting, True)) if any(part.meeting is about for part in parts)]
    return f"You get this because {', or because '.join(found)}."

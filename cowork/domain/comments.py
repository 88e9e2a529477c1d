"""Comments: threads one level deep, on a field, a section or the whole proposal, each in a lane."""

from dataclasses import dataclass

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.specifications.form import Form

MAX_BODY = 10_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a thread is about: nothing named is the whole proposal; a field implies its section."""

    section: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class OpenThreadCommand:
    """`lane` is None for a shared thread, or the organisation whose members alone read it. An objection holds approval."""

    body: str
    anchor: Anchor
    lane: OrganisationId | None
    objection: bool
    version: int


def clean_body(body: str) -> str:
    """The comment's Markdown, or Invalid."""
    text = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid([("body", "Write the comment before you send it.")])
    if len(text) > MAX_BODY:
        raise Invalid([("body", f"Shorten the comment to {MAX_BODY:,} characters.")])
    return text


def check_anchor(form: Form, anchor: Anchor) -> None:
    """Refuse an anchor that the form does not have."""
    if anchor.section is None and anchor.field is None:
        return
    try:
        section = form.section(anchor.section or "")
        if anchor.field is not None:
            section.field(anchor.field)
    except KeyError:
        raise Invalid([("anchor", "Choose what the comment is about: a section or field of this form.")]) from None


def check_lane(command: OpenThreadCommand, own: frozenset[OrganisationId]) -> None:
    """Refuse a lane of a party the person does not belong to, and a hidden objection: what holds approval must be seen by all."""
    if command.lane is not None and command.lane not in own:
        raise Invalid([("lane", "Choose who sees this: everybody here, or your own organisation.")])
    if command.lane is not None and command.objection:
        raise Invalid([("objection", "An objection holds approval, so every party must see it. Share it, or comment without objecting.")])

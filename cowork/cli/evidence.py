"""The files of the demonstration: short tables and minutes as they are written in the stories, and letters that are signed here."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cowork.domain.files import FileKind, Particulars, place_of
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.letters import Signature
from cowork.services import files, letters
from cowork.services.context import Context
from cowork.services.files import AttachCommand, Upload


def attach(context: Context, actor: Actor, proposal: ProposalId, lane: OrganisationId | None, more: Mapping[str, Any]) -> None:
    """Attach a text as the story has it. Its days are counted from the day of the step."""
    today = context.now().date()
    dated, expires, place = _day(more, "dated", today), _day(more, "expires", today), place_of(more.get("place", ""))
    said = Particulars(FileKind(more["kind"]), more["title"], lane, dated, expires, place)
    upload = Upload(more["name"], "\n".join(more["text"]).encode() + b"\n")
    files.attach(context, actor, proposal, AttachCommand((upload,), said))


def _day(more: Mapping[str, Any], name: str, today: date) -> date | None:
    return today + timedelta(days=int(more[name])) if name in more else None


def sign(context: Context, actor: Actor, proposal: ProposalId, more: Mapping[str, Any]) -> None:
    """Write a letter and sign it. Its document is made by the worker, so that seeding stays quick."""
    letter = letters.begin(context, actor, proposal)
    letters.save(context, actor, proposal, letter, 1, more["title"], "\n".join(more["text"]))
    expires = context.now().date() + timedelta(days=int(more["expires"]))
    letters.sign(context, actor, proposal, letter, 2, Signature(actor.name, more["position"], True, expires))


def begin(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Begin a letter that nobody has signed."""
    letters.begin(context, actor, proposal)

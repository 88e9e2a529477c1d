"""Naming those who decide at a stage of one proposal."""

import re
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.naming import in_whose_name, people_in_words, too_few
from cowork.services import naming
from cowork.services.naming import NameCommand, NamingSeat, Place
from cowork.web import access
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.reviews.decisions import placed

blueprint = Blueprint("naming", __name__)

Answer = Response | str | tuple[str, int]
LONGEST_KEY = 100
MOST_LETTERS = 10_000


@dataclass(frozen=True, slots=True)
class ShownSeat:
    """A seat for which the reader names people. `people` are (key, name, what is to be said of them, chosen, fixed); `by_address` is
    whether others of the `party` can be added by their addresses; `seen` who is named already; `short` says that too few can be
    chosen, if so.
    """

    id: str
    place: str
    title: str
    where: str
    asked: str
    guidance: str
    waits: bool
    people: tuple[tuple[str, str, str, bool, bool], ...]
    by_address: bool
    party: str
    party_name: str
    short: str
    seen: tuple[str, ...]
    emails: str
    reason: str
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NamePage:
    """`stale` says why nothing was recorded, where somebody else was faster."""

    frame: ProposalFrame
    seats: tuple[ShownSeat, ...]
    errors: tuple[tuple[str, str], ...]
    why_not: str
    stale: str = ""


@access.route(blueprint, "/proposals/<string:proposal>/naming", Action.READ_PROPOSAL)
def people(proposal: ProposalId) -> Answer:
    """For which stages the reader names people, and who is named."""
    return _shown(proposal)


@access.route(blueprint, "/proposals/<string:proposal>/naming", Action.NAME_PEOPLE, methods=("POST",))
def name(proposal: ProposalId) -> Answer:
    """Name the people of one seat."""
    try:
        progress = naming.name(access.context(), access.actor(), proposal, command_of(request.form))
    except Invalid as error:
        return _shown(proposal, request.form, error.problems), 422
    except Conflict as error:
        return _shown(proposal, request.form, stale=str(error)), 409
    flash(f"It is recorded who decides there. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/naming", 303)


def place_of(text: str) -> Place:
    """Stage, seat and party as a page of ours sends them; what is none names no seat."""
    stage, _, rest = text[: 3 * LONGEST_KEY].partition(":")
    seat, _, party = rest.partition(":")
    return stage, seat, party


def command_of(form: MultiDict[str, str]) -> NameCommand:
    """What was posted."""
    typed = form.get("emails", "")[:MOST_LETTERS].lower()
    return NameCommand(
        place_of(form.get("place", "")),
        tuple(PersonId(key[:LONGEST_KEY]) for key in form.getlist("person")),
        tuple(dict.fromkeys(word for word in re.split(r"[,;\s]+", typed) if word)),
        tuple(PersonId(key[:LONGEST_KEY]) for key in form.getlist("seen")),
        form.get("reason", ""),
    )


def _shown(
    proposal: ProposalId, form: MultiDict[str, str] | None = None, errors: tuple[tuple[str, str], ...] = (), stale: str = ""
) -> str:
    """The page, with what was typed. Where it is `stale` those are ticked who are named now."""
    found = naming.page(access.context(), access.actor(), proposal)
    place = place_of(form.get("place", "")) if form is not None else None
    seats = tuple(
        _seat(number, one, form if one.place == place else None, errors if one.place == place else (), stale=bool(stale))
        for number, one in enumerate(found.seats, 1)
    )
    nothing = "" if seats else "No stage of this review needs you to name people now."
    why_not = found.case.why_not(Action.NAME_PEOPLE) or nothing
    summary = tuple((f"{seat.id}-{field}", sentence) for seat in seats for field, sentence in seat.errors)
    page = NamePage(proposal_frame(found.case, "review"), seats, summary, why_not, stale)
    return render_template("reviews/naming.html", page=page, frame=page.frame)


def _seat(
    number: int, one: NamingSeat, form: MultiDict[str, str] | None, errors: tuple[tuple[str, str], ...], *, stale: bool
) -> ShownSeat:
    """A seat with what was typed for it, if that was refused."""
    known = one.known
    principal = in_whose_name(one.seat.bench, access.actor().person)
    behalf = f", for {principal.name}" if principal is not None else ""
    listed = tuple(dict.fromkeys([*known.named, *(one.candidates or ())]))
    chosen = set(form.getlist("person")) if form is not None and not stale else set(known.named)
    return ShownSeat(
        id=f"seat-{number}",
        place=":".join(one.place),
        title=known.title,
        where=placed(one.seat.bench.office_title, known.party_name) + behalf,
        asked=people_in_words(one.naming),
        guidance=one.stage.stage.guidance,
        waits=one.waits,
        people=tuple(
            (person, known.names.get(person, ""), _said_of(one, person), person in chosen, bool(known.decided) and person in known.named)
            for person in listed
        ),
        by_address=one.candidates is None,
        party=known.party,
        party_name=known.party_name,
        short=too_few(one.naming, known, access.actor().person),
        seen=known.named,
        emails=form.get("emails", "") if form is not None else "",
        reason=form.get("reason", "") if form is not None else "",
        errors=errors,
    )


def _said_of(one: NamingSeat, person: PersonId) -> str:
    """What whoever names people should know of this one."""
    known = one.known
    if person in known.decided:
        return "Has decided"
    if person in known.recused:
        return "Has stood aside, and does not count"
    if person in known.writers:
        return "Writes this proposal, and cannot be named"
    if person in known.apart:
        return "Decided at another stage, and cannot be named"
    if person == access.actor().person:
        return "This is you, and nobody names themselves"
    return "Named" if person in known.named else ""

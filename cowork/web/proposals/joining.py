"""Asking to take part: drafts that one's own organisation may find, asking for more on the People page, and answering there."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId, ProposalId, RequestId
from cowork.domain.joining import RequestStanding
from cowork.domain.policy import Action
from cowork.domain.proposals import PartyFacts, Right, Role
from cowork.services import joining
from cowork.services.cases import Case
from cowork.services.joining import AskCommand
from cowork.store.joining import RequestFull
from cowork.web import access
from cowork.web.proposals.forms import ROLE_WORDS

blueprint = Blueprint("joining", __name__)

TO: dict[Right, str] = {Right.READ: "read", Right.COMMENT: "comment on", Right.SUGGEST: "suggest changes to", Right.EDIT: "edit"}
ASKED: dict[Right, str] = {Right.COMMENT: "Comment", Right.SUGGEST: "Suggest changes", Right.EDIT: "Edit"}
STANDING_WORDS: dict[RequestStanding, tuple[str, str]] = {
    RequestStanding.OPEN: ("Waits for an answer", "info"),
    RequestStanding.ACCEPTED: ("Accepted", "success"),
    RequestStanding.DECLINED: ("Declined", "warning"),
    RequestStanding.WITHDRAWN: ("Taken back", "neutral"),
}
CUT = 60


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request in words. `wish` says what is asked for, `tag` how it stands."""

    full: RequestFull
    wish: str
    tag: tuple[str, str]
    open: bool


@dataclass(frozen=True, slots=True)
class AskingPart:
    """What the People page shows of asking. `own` is the newest of the reader's requests; `houses` are what they can ask for."""

    own: ShownRequest | None
    waiting: tuple[ShownRequest, ...]
    may_ask: bool
    houses: tuple[PartyFacts, ...]
    sections: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    rights: tuple[tuple[str, str], ...]
    parties: tuple[tuple[PartyFacts, bool], ...]


def part(case: Case) -> AskingPart:
    """The part of the People page about asking."""
    found = joining.asking(access.context(), case)
    labels = {section.key: section.label for section in case.form.sections}
    own = [shown(one, labels) for one in found.own]
    facts = case.state.facts
    return AskingPart(
        own[-1] if own else None,
        tuple(shown(one, labels) for one in found.waiting),
        case.may(Action.ASK_TO_JOIN) and not (own and own[-1].open),
        tuple(party for party in facts.parties if party.organisation in case.actor.memberships),
        tuple(labels.items()),
        tuple((role.value, words) for role, words in ROLE_WORDS.items()),
        tuple((right.value, words) for right, words in ASKED.items()),
        tuple((party, party.organisation in found.opened) for party in facts.parties if case.chooses(party.organisation)),
    )


def shown(full: RequestFull, labels: Mapping[str, str]) -> ShownRequest:
    """A request in words."""
    if full.role is not None:
        wish = f"to take part as {ROLE_WORDS[full.role].lower()}"
    else:
        wish = f"to {TO[full.right or Right.COMMENT]} “{labels.get(full.section, full.section)}”"
    return ShownRequest(full, wish, STANDING_WORDS[full.standing], full.standing is RequestStanding.OPEN)


@access.route(blueprint, "/proposals/open", Action.LIST_PROPOSALS)
def open_drafts() -> str:
    """The drafts of one's own organisations that accept requests."""
    return _open_page()


def _open_page(problems: tuple[tuple[str, str], ...] = (), words: str = "", about: str = "") -> str:
    found = joining.found(access.context(), access.actor())
    newest = {one.proposal: shown(one, {}) for one in found.asked if one.role is not None}
    listed = {draft.proposal for draft in found.drafts}
    others = [one for key, one in newest.items() if key not in listed and not one.open]
    roles = [(role.value, label) for role, label in ROLE_WORDS.items()]
    return render_template(
        "proposals/open.html", drafts=found.drafts, newest=newest, others=others, roles=roles, problems=problems, words=words, about=about
    )


@access.route(blueprint, "/proposals/open/<string:proposal>", Action.ASK_TO_JOIN, methods=("POST",))
def ask_to_join(proposal: ProposalId) -> Response | tuple[str, int]:
    """Ask to take part in a draft that one's organisation may find, or take that back."""
    try:
        _asked(proposal)
    except Invalid as error:
        return _open_page(tuple(("", said) for _, said in error.problems), request.form.get("words", ""), proposal), 422
    return redirect("/proposals/open", 303)


@access.route(blueprint, "/proposals/<string:proposal>/requests", Action.ASK_TO_JOIN, methods=("POST",))
def ask(proposal: ProposalId) -> Response:
    """Ask for a stronger role or a right in a section, or take that back."""
    try:
        _asked(proposal)
    except Invalid as error:
        flash(str(error), "error")
    return redirect(f"/proposals/{proposal}/people#ask", 303)


def _asked(proposal: ProposalId) -> None:
    form, context, actor = request.form, access.context(), access.actor()
    if "take-back" in form:
        joining.take_back(context, actor, proposal)
        flash("You took back what you had asked for.", "success")
        return
    role, right = form.get("role", ""), form.get("right", "")
    command = AskCommand(
        OrganisationId(form.get("organisation", "")[:CUT]), Role(role) if role in set(Role) else None, form.get("section", "")[:CUT],
        Right(right) if right in set(Right) else None, form.get("words", ""),
    )  # fmt: skip
    joining.ask(context, actor, proposal, command)
    flash("You asked. You are told when somebody answers.", "success")


@access.route(blueprint, "/proposals/<string:proposal>/requests/<string:wanted>", Action.ANSWER_REQUEST, methods=("POST",))
def answer(proposal: ProposalId, wanted: RequestId) -> Response:
    """Accept or decline a request."""
    accepted = "accept" in request.form
    try:
        joining.answer(access.context(), access.actor(), proposal, wanted, accepted, request.form.get("words", ""))
        flash("Accepted: they have what they asked for." if accepted else "Declined. They are told so.", "success")
    except Invalid as error:
        flash(str(error), "error")
    return redirect(f"/proposals/{proposal}/people#requests", 303)


@access.route(blueprint, "/proposals/<string:proposal>/open", Action.MANAGE_PARTICIPANTS, methods=("POST",))
def open_party(proposal: ProposalId) -> Response:
    """Let one's own organisation find this draft, or not."""
    organisation, opened = OrganisationId(request.form.get("organisation", "")[:CUT]), "opened" in request.form
    try:
        joining.open_party(access.context(), access.actor(), proposal, organisation, opened)
        found = "Members of your organisation can find this draft and ask to join."
        flash(found if opened else "This draft is not found any more.", "success")
    except Invalid as error:
        flash(str(error), "error")
    return redirect(f"/proposals/{proposal}/people#open", 303)


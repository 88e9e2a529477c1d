"""The alignment page: the matrix with what employers signed, its gaps, and the grids in which rows are tied to each other."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.grids import MOST_LINKS
from cowork.services import alignment
from cowork.services.alignment import LinkCommand
from cowork.services.specifications import StaleSave
from cowork.web import access
from cowork.web.parameters import number
from cowork.web.specifications import matrix

blueprint = Blueprint("alignment", __name__)

Answer = Response | str | tuple[str, int]
STALE = "Somebody else removed or changed a row while you ticked. Your ticks are below, on the newest version: check them and save again."
NOTHING = "Nothing changed, so no version was made."
SAVED_ONLY = "{saved} These are your links; nothing is signed yet."


@access.route(blueprint, "/proposals/<string:proposal>/alignment", Action.READ_PROPOSAL)
def page(proposal: ProposalId) -> Answer:
    """The matrix, its gaps, its grids, and what was signed."""
    return _page(proposal, opened=frozenset(request.args.getlist("open")))


@access.route(blueprint, "/proposals/<string:proposal>/alignment/links", Action.EDIT_PROPOSAL, methods=("POST",))
def link(proposal: ProposalId) -> Answer:
    """Save the ticks of all grids, and sign what the same person ticked to sign."""
    command = LinkCommand(number(request.form.get("base")), _ticks(request.form))
    found = alignment.link(access.context(), access.actor(), proposal, command)
    if isinstance(found, StaleSave):
        return _page(proposal, errors=[("grids", STALE)], ticked=command.links, signs=frozenset(request.form.getlist("sign"))), 409
    saved = f"Saved as version {found.saved.version}." if found.saved.changed else ""
    opened = urlencode([("open", key) for key in found.relations])
    place = matrix.anchor(found.relations[0]) if found.relations else "sign" if _signs(request.form) else "grids"
    if _signs(request.form):
        return _sign(proposal, saved, f"{'?' if opened else ''}{opened}#{place}", command if found.relations else None)
    flash(saved or NOTHING, "success")
    return redirect(f"/proposals/{proposal}/alignment{'?' if opened else ''}{opened}#{place}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/alignment/sign", Action.SIGN_ROWS, methods=("POST",))
def sign(proposal: ProposalId) -> Answer:
    """Sign the ticked statements, or take one's own signature of one back."""
    return _sign(proposal, "", "#sign")


def _signs(form: MultiDict[str, str]) -> bool:
    return "sign" in form or "take_back" in form


def _sign(proposal: ProposalId, saved: str, place: str, ticked: LinkCommand | None = None) -> Answer:
    """Sign what is ticked, and take back what was asked to be. `saved` says what became of the links that were ticked with it."""
    form, context, actor = request.form, access.context(), access.actor()
    party = OrganisationId(form["organisation"]) if form.get("organisation") else None
    wanted = [(key, digest) for key, _, digest in (value.rpartition("@") for value in form.getlist("sign"))]
    said = [saved] if saved else []
    try:
        if wanted or "take_back" not in form:
            count = alignment.sign(context, actor, proposal, wanted, party, ticked)
            said.append(f"You signed {count} {'row' if count == 1 else 'rows'}." if count else "You had signed these rows before.")
    except (Invalid, Conflict) as error:
        sentences = [sentence for _, sentence in error.problems] if isinstance(error, Invalid) else [str(error)]
        errors = [("sign", f"{SAVED_ONLY.format(saved=saved)} {sentence}" if saved else sentence) for sentence in sentences]
        return _page(proposal, errors=errors, signs=frozenset(form.getlist("sign"))), 422 if isinstance(error, Invalid) else 409
    if "take_back" in form:
        had = alignment.take_back(context, actor, proposal, form["take_back"], party)
        said.append("Your signature is taken back." if had else "You had not signed this row.")
    flash(" ".join(said), "success")
    return redirect(f"/proposals/{proposal}/alignment{place}", 303)


def _ticks(form: MultiDict[str, str]) -> dict[str, frozenset[tuple[str, str]]]:
    """The ticked pairs of rows of every grid that was sent. What stands for no pair is no tick."""
    pairs = form.getlist("link")
    if len(pairs) > MOST_LINKS:
        raise BadRequest
    ticked: dict[str, set[tuple[str, str]]] = {key: set() for key in form.getlist("relation")}
    for relation, down, across in (pair.split("/") for pair in pairs if pair.count("/") == 2):
        if down and across and relation in ticked:
            ticked[relation].add((down, across))
    return {key: frozenset(found) for key, found in ticked.items()}


@access.route(blueprint, "/proposals/<string:proposal>/alignment/ask", Action.COMMENT, methods=("POST",))
def ask(proposal: ProposalId) -> Answer:
    """Ask the employers to sign."""
    alignment.ask(access.context(), access.actor(), proposal)
    flash("The employers’ authors are asked to sign.", "success")
    return redirect(f"/proposals/{proposal}/alignment", 303)


def _page(
    proposal: ProposalId,
    *,
    errors: Sequence[tuple[str, str]] = (),
    ticked: Mapping[str, frozenset[tuple[str, str]]] | None = None,
    opened: frozenset[str] = frozenset(),
    signs: frozenset[str] = frozenset(),
) -> str:
    view = alignment.view(access.context(), access.actor(), proposal)
    shown = matrix.page(view, access.actor().person, errors, ticked or {}, opened, signs)
    return render_template("specifications/alignment.html", page=shown, frame=shown.frame)

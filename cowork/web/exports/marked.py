"""The changes between two versions as a marked-up PDF: asking for it, and taking it away."""

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.services import marked
from cowork.web import access
from cowork.web.exports.views import as_download
from cowork.web.parameters import number

blueprint = Blueprint("marked", __name__)


@access.route(blueprint, "/proposals/<string:proposal>/changes/pdf", Action.EXPORT_PROPOSAL, methods=("POST",))
def ask(proposal: ProposalId) -> AnyResponse:
    """Ask for the document of two versions. It is made once for each side and kept."""
    old, new = number(request.form.get("old")), number(request.form.get("new"))
    if marked.request(access.context(), access.actor(), proposal, old, new).standing != "done":
        flash("The marked-up PDF is being made. This page shows when it is ready; you can leave it and come back.", "info")
    return redirect(f"/proposals/{proposal}/changes?old={old}&new={new}#pdf", 303)


@access.route(blueprint, "/proposals/<string:proposal>/changes/<string:old>/<string:new>/changes.pdf", Action.EXPORT_PROPOSAL)
def pdf(proposal: ProposalId, old: str, new: str) -> Response:
    """The finished document."""
    return as_download(marked.file(access.context(), access.actor(), proposal, number(old), number(new)))

"""Exporting a version: asking for its PDF, waiting for it, taking it away; and the same facts as data."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.services import exports
from cowork.services.exports import ExportFile
from cowork.web import access
from cowork.web.exports.pages import export_view
from cowork.web.parameters import number, optional_number

blueprint = Blueprint("exports", __name__)


@access.route(blueprint, "/proposals/<string:proposal>/export", Action.EXPORT_PROPOSAL)
def export(proposal: str) -> str:
    """What a version can be exported as, and where its PDF is in the making."""
    wanted = optional_number(request.args.get("version"))
    found = exports.page(access.context(), access.actor(), ProposalId(proposal), wanted)
    view = export_view(found)
    return render_template("exports/export.html", view=view, frame=view.frame)


@access.route(blueprint, "/proposals/<string:proposal>/export", Action.EXPORT_PROPOSAL, methods=("POST",))
def ask(proposal: str) -> AnyResponse:
    """Ask for the PDF of a version. It is made once and kept."""
    wanted = number(request.form.get("version"))
    standing = exports.request_pdf(access.context(), access.actor(), ProposalId(proposal), wanted)
    if standing.standing != "done":
        flash("The document is being made. This page shows when it is ready; you can leave it and come back.", "info")
    return redirect(f"/proposals/{proposal}/export?version={wanted}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/versions/<string:version>/specification.pdf", Action.EXPORT_PROPOSAL)
def pdf(proposal: str, version: str) -> Response:
    """The finished PDF of a version."""
    return as_download(exports.pdf_file(access.context(), access.actor(), ProposalId(proposal), number(version)))


@access.route(blueprint, "/proposals/<string:proposal>/versions/<string:version>/specification.json", Action.EXPORT_PROPOSAL)
def json(proposal: str, version: str) -> Response:
    """A version's shared specification as canonical JSON."""
    return as_download(exports.json_file(access.context(), access.actor(), ProposalId(proposal), number(version)))


def as_download(file: ExportFile) -> Response:
    """A file as an attachment: browsers save it and run nothing of it."""
    response = Response(file.content, mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'")
    return response

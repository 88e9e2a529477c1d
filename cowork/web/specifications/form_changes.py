"""Moving a draft to the newest questions of its parties: what that changes, and doing it."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.policy import Action
from cowork.services import questions
from cowork.web import access
from cowork.web.proposals.pages import proposal_frame

blueprint = Blueprint("form_changes", __name__)

Page = str | tuple[str, int] | Response
PAGE = "/proposals/<string:proposal>/questions"


@access.route(blueprint, PAGE, Action.EDIT_PROPOSAL)
def asked(proposal: str) -> Page:
    found = questions.newer(access.context(), access.actor(), ProposalId(proposal))
    if found is None:
        flash("This proposal asks the newest questions of its parties already.", "info")
        return redirect(f"/proposals/{proposal}/draft", 303)
    return render_template("specifications/form_changes.html", found=found, frame=proposal_frame(found.case, "draft"))


@access.route(blueprint, PAGE, Action.EDIT_PROPOSAL, methods=("POST",))
def take_over(proposal: str) -> Page:
    seen = Digest(request.form.get("form", ""))
    version = questions.take_over(access.context(), access.actor(), ProposalId(proposal), seen)
    flash(f"The newest questions are taken over. This is version {version}.", "success")
    return redirect(f"/proposals/{proposal}/draft", 303)

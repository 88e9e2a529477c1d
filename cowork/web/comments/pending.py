"""Comments that a reviewer has not sent: changing, discarding and sending them."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import CommentId, ProposalId
from cowork.domain.policy import Action
from cowork.services import pending
from cowork.web import access
from cowork.web.proposals.pages import proposal_frame

blueprint = Blueprint("pending", __name__)

Answer = Response | str | tuple[str, int]


@access.route(blueprint, "/proposals/<string:proposal>/pending/<string:comment>", Action.COMMENT)
def edit(proposal: ProposalId, comment: CommentId) -> Answer:
    """A comment that is not sent, to be changed; the review page for one that is no longer kept."""
    return _page(proposal, comment)


@access.route(blueprint, "/proposals/<string:proposal>/pending/<string:comment>", Action.COMMENT, methods=("POST",))
def save(proposal: ProposalId, comment: CommentId) -> Answer:
    """Another text for it."""
    body = request.form.get("body", "")
    try:
        pending.edit(access.context(), access.actor(), proposal, comment, body)
    except Invalid as error:
        page = _page(proposal, comment, body, error.problems)
        return (page, 422) if isinstance(page, str) else page
    flash("Your comment is changed. Nobody else sees it yet.", "success")
    return redirect(f"/proposals/{proposal}/review#pending-{comment}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/pending/<string:comment>/discard", Action.COMMENT, methods=("POST",))
def discard(proposal: ProposalId, comment: CommentId) -> Answer:
    """Throw it away."""
    pending.discard(access.context(), access.actor(), proposal, comment)
    flash("Your comment is discarded.", "success")
    return redirect(f"/proposals/{proposal}/review", 303)


@access.route(blueprint, "/proposals/<string:proposal>/pending/send", Action.COMMENT, methods=("POST",))
def send(proposal: ProposalId) -> Answer:
    """Send all of them without a decision."""
    try:
        count = pending.send(access.context(), access.actor(), proposal)
    except Invalid as error:
        flash(str(error), "error")
        return redirect(f"/proposals/{proposal}/review", 303)
    flash("Your comment is sent." if count == 1 else f"Your {count} comments are sent.", "success")
    return redirect(f"/proposals/{proposal}/review", 303)


def _page(proposal: ProposalId, comment: CommentId, body: str | None = None, errors: tuple[tuple[str, str], ...] = ()) -> Response | str:
    case, kept = pending.mine(access.context(), access.actor(), proposal)
    one = next((found for found in kept if found.id == comment), None)
    if one is None:
        flash("This comment is sent or discarded already.", "info")
        return redirect(f"/proposals/{proposal}/review", 303)
    frame = proposal_frame(case, "review")
    return render_template("comments/pending.html", frame=frame, one=one, body=one.body if body is None else body, errors=errors)

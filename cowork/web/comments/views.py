"""Comments posted from the pages of a proposal: opening threads, replies, resolving and reopening."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Invalid
from cowork.domain.ids import CommentId, OrganisationId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.services import comments, pending
from cowork.web import access
from cowork.web.parameters import number
from cowork.web.paths import own_path
from cowork.web.reviews.views import shown
from cowork.web.specifications.commenting import Asked

blueprint = Blueprint("comments", __name__)

KEEP = "keep"
KEPT = "Kept for your review. Nobody else sees it until you send it with your decision."

Answer = Response | str | tuple[str, int]


@access.route(blueprint, "/proposals/<string:proposal>/threads", Action.COMMENT, methods=("POST",))
def open_thread(proposal: ProposalId) -> Answer:
    """Open a thread with its first comment, or keep it until the decision is sent."""
    form = request.form
    asked = Asked(
        "", form.get("section", ""), form.get("field", ""), form.get("lane", ""), form.get("body", ""), "objection" in form,
        quote=form.get("quote", ""),
    )  # fmt: skip
    lane = OrganisationId(asked.lane) if asked.lane else None
    command = OpenThreadCommand(asked.body, posted_anchor(), lane, asked.objection, number(form.get("version")))
    try:
        if form.get("then") == KEEP:
            key = pending.keep(access.context(), access.actor(), proposal, command)
            flash(KEPT, "success")
            return back_to(proposal, f"pending-{key}")
        thread = comments.open_thread(access.context(), access.actor(), proposal, command)
    except Invalid as error:
        return _refused(proposal, asked, error)
    flash("Your comment is sent.", "success")
    return _back(proposal, thread)


def posted_anchor() -> Anchor:
    """What a form is about: of a row and the offset of a quote only the browser speaks, when words were selected in the page."""
    form = request.form
    start = form.get("start", "")
    return Anchor(
        form.get("section") or None, form.get("field") or None, form.get("row") or None, form.get("column") or None,
        form.get("quote", "").replace("\r\n", "\n"), int(start) if start.isascii() and start.isdigit() and len(start) <= 6 else None,
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/threads/<string:thread>/replies", Action.COMMENT, methods=("POST",))
def reply(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Answer in a thread."""
    body = request.form.get("body", "")
    try:
        if request.form.get("then") == KEEP:
            key = pending.keep_reply(access.context(), access.actor(), proposal, thread, body)
            flash(KEPT, "success")
            return back_to(proposal, f"pending-{key}")
        comments.reply(access.context(), access.actor(), proposal, thread, body)
    except Invalid as error:
        return _refused(proposal, Asked(thread, body=body), error)
    flash("Your reply is sent.", "success")
    return _back(proposal, thread)


@access.route(blueprint, "/proposals/<string:proposal>/threads/<string:thread>/resolve", Action.RESOLVE_THREAD, methods=("POST",))
def resolve(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Mark a thread as resolved."""
    try:
        comments.resolve(access.context(), access.actor(), proposal, thread)
    except Invalid as error:
        flash(str(error), "error")
        return _back(proposal, thread)
    flash("The thread is resolved. It can be reopened.", "success")
    return _back(proposal, thread)


@access.route(blueprint, "/proposals/<string:proposal>/threads/<string:thread>/reopen", Action.RESOLVE_THREAD, methods=("POST",))
def reopen(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Open a resolved thread again."""
    comments.reopen(access.context(), access.actor(), proposal, thread)
    flash("The thread is open again.", "success")
    return _back(proposal, thread)


@access.route(blueprint, "/proposals/<string:proposal>/threads/<string:thread>/place", Action.COMMENT, methods=("POST",))
def place(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Say which words a thread is about."""
    try:
        asked = posted_anchor()
        comments.place(access.context(), access.actor(), proposal, thread, asked, number(request.form.get("version")))
    except Invalid as error:
        flash(str(error), "error")
        return _back(proposal, thread)
    flash("The comment stands beside these words now.", "success")
    return _back(proposal, thread)


@access.route(
    blueprint, "/proposals/<string:proposal>/threads/<string:thread>/comments/<string:comment>/withdraw", Action.COMMENT, methods=("POST",)
)
def withdraw(proposal: ProposalId, thread: ThreadId, comment: CommentId) -> Answer:
    """Take back a comment of one's own that nobody has answered."""
    comments.withdraw(access.context(), access.actor(), proposal, thread, comment)
    flash("Your comment is taken back. Its text is gone; that there was one stays on record.", "success")
    return _back(proposal, thread)


def _back(proposal: ProposalId, thread: ThreadId) -> Response:
    return back_to(proposal, f"thread-{thread}")


def back_to(proposal: ProposalId, place_in_page: str) -> Response:
    """To a place in the page that a form was sent from."""
    page = own_path(request.form.get("next")) or f"/proposals/{proposal}/review"
    return redirect(f"{page.partition('#')[0]}#{place_in_page}", 303)


def _refused(proposal: ProposalId, asked: Asked, error: Invalid) -> Answer:
    """The review page with what was typed, and what is wrong with it."""
    sentences = tuple(sentence for _, sentence in error.problems)
    kept = replace(asked, errors=sentences)
    return shown(proposal, asked=kept), 422

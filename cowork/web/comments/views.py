"""Comments posted from the pages of a proposal: opening threads, replies, resolving and reopening."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.services import comments
from cowork.web import access
from cowork.web.parameters import number
from cowork.web.paths import own_path
from cowork.web.reviews.pages import Asked
from cowork.web.reviews.views import shown

blueprint = Blueprint("comments", __name__)

Answer = Response | str | tuple[str, int]


@access.route(blueprint, "/proposals/<string:proposal>/threads", Action.COMMENT, methods=("POST",))
def open_thread(proposal: ProposalId) -> Answer:
    """Open a thread with its first comment."""
    form = request.form
    asked = Asked("", form.get("section", ""), form.get("field", ""), form.get("lane", ""), form.get("body", ""), "objection" in form)
    anchor = Anchor(asked.section or None, asked.field or None)
    lane = OrganisationId(asked.lane) if asked.lane else None
    command = OpenThreadCommand(asked.body, anchor, lane, asked.objection, number(form.get("version")))
    try:
        thread = comments.open_thread(access.context(), access.actor(), proposal, command)
    except Invalid as error:
        return _refused(proposal, asked, error)
    flash("Your comment is sent.", "success")
    return _back(proposal, thread)


@access.route(blueprint, "/proposals/<string:proposal>/threads/<string:thread>/replies", Action.COMMENT, methods=("POST",))
def reply(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Answer in a thread."""
    body = request.form.get("body", "")
    try:
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


def _back(proposal: ProposalId, thread: ThreadId) -> Response:
    """To the thread, on the page it was written from."""
    page = own_path(request.form.get("next")) or f"/proposals/{proposal}/review"
    return redirect(f"{page.partition('#')[0]}#thread-{thread}", 303)


def _refused(proposal: ProposalId, asked: Asked, error: Invalid) -> Answer:
    """The review page with what was typed, and what is wrong with it."""
    sentences = tuple(sentence for _, sentence in error.problems)
    kept = replace(asked, errors=sentences)
    return shown(proposal, asked=kept), 422

"""The review, submission, decision and route pages of a proposal."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase
from cowork.services import changes, meetings, proposals, reviews
from cowork.services.reviews import SubmitCommand
from cowork.web import access
from cowork.web.meetings.pages import heard_rows
from cowork.web.parameters import number
from cowork.web.reviews import decisions, routes, stale
from cowork.web.reviews.pages import review_page
from cowork.web.specifications.commenting import Asked, asked_by

blueprint = Blueprint("reviews", __name__)

Answer = Response | str | tuple[str, int]


@access.route(blueprint, "/proposals/<string:proposal>/review", Action.READ_PROPOSAL)
def review(proposal: ProposalId) -> Answer:
    """The text, the comments, where it stands, and the decision asked of the reader."""
    asked = asked_by(request.args["comment"], request.args.get("quote", "")) if "comment" in request.args else None
    return shown(proposal, asked=asked, typed=decisions.typed_of(request.args) if "principal" in request.args else None)


def shown(proposal: ProposalId, *, asked: Asked | None = None, typed: decisions.Typed | None = None) -> str:
    """The review page, with what was typed in a comment or decision that was refused."""
    context, actor = access.context(), access.actor()
    found = reviews.page(context, actor, proposal, request.args.get("since", ""))
    changes.look(context, actor, proposal, found.draft.version.number, found.points.look)
    page = review_page(context, found, asked=asked, typed=typed)
    return render_template("reviews/review.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/decisions", Action.DECIDE, methods=("POST",))
def decide(proposal: ProposalId) -> Answer:
    """Record a decision on exactly the version that the page showed."""
    return _recorded(proposal)


@access.route(blueprint, "/proposals/<string:proposal>/replies", Action.REPLY, methods=("POST",))
def reply(proposal: ProposalId) -> Answer:
    """Record what somebody who is consulted answers, be it one of its authors."""
    return _recorded(proposal)


def _recorded(proposal: ProposalId) -> Answer:
    typed = decisions.typed_of(request.form)
    if "row" in request.form:
        return shown(proposal, typed=decisions.with_row(typed))
    try:
        command = decisions.command_of(request.form)
        progress = reviews.decide(access.context(), access.actor(), proposal, command)
    except Invalid as error:
        return shown(proposal, typed=replace(typed, errors=error.problems)), 422
    except Conflict as error:
        return stale.shown(proposal, typed, str(error), request.form.get("version")), 409
    what = "vote on" if progress.stage(command.stage).stage.secret else f"{decisions.DONE[command.verdict]} of"
    flash(f"Your {what} version {command.version} is recorded. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/review", 303)


@access.route(blueprint, "/proposals/<string:proposal>/route", Action.READ_PROPOSAL)
def route(proposal: ProposalId) -> Answer:
    """Who decides when: as it stands, or as a dry run of submitting."""
    page = routes.route_page(reviews.route(access.context(), access.actor(), proposal))
    heard = heard_rows(meetings.of_proposal(access.context(), access.actor(), proposal))
    return render_template("reviews/route.html", page=page, frame=page.frame, heard_rows=heard)


@access.route(blueprint, "/proposals/<string:proposal>/submit", Action.READ_PROPOSAL)
def submission(proposal: ProposalId) -> Answer:
    """What is missing, and whom it would go to."""
    return _submission(proposal)


@access.route(blueprint, "/proposals/<string:proposal>/submit", Action.SUBMIT_PROPOSAL, methods=("POST",))
def submit(proposal: ProposalId) -> Answer:
    """Send the version that the page showed through the workflow."""
    note = request.form.get("note", "")
    command = SubmitCommand(number(request.form.get("version")), Digest(request.form.get("digest", "")), note)
    try:
        progress = reviews.submit(access.context(), access.actor(), proposal, command)
    except Invalid as error:
        return _submission(proposal, note=note, errors=routes.submit_errors(error)), 422
    except Conflict as error:
        return _submission(proposal, note=note, stale_words=str(error)), 409
    outline = proposals.case(access.context(), access.actor(), proposal).state.phase is Phase.OUTLINE
    flash(f"Version {command.version} is {'at intake' if outline else 'in review'}. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/route", 303)


def _submission(proposal: ProposalId, note: str = "", errors: tuple[tuple[str, str], ...] = (), stale_words: str = "") -> str:
    found = reviews.route(access.context(), access.actor(), proposal)
    page = routes.route_page(found, note=note, errors=errors, stale=stale_words)
    return render_template("reviews/submit.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/withdraw", Action.READ_PROPOSAL)
def withdrawal(proposal: ProposalId) -> Answer:
    """Ask before a proposal is taken out of review."""
    page = routes.route_page(reviews.route(access.context(), access.actor(), proposal))
    return render_template("reviews/withdraw.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/withdraw", Action.WITHDRAW_PROPOSAL, methods=("POST",))
def withdraw(proposal: ProposalId) -> Answer:
    """Take a proposal out of review."""
    reviews.withdraw(access.context(), access.actor(), proposal)
    flash("The proposal is withdrawn. Its authors can edit it and submit it again.", "success")
    return redirect(f"/proposals/{proposal}/draft", 303)

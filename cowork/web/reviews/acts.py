"""Taking back a decision, and everything else that is done to a running review beside deciding."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import ConditionId, DecisionId, ProposalId
from cowork.domain.policy import Action
from cowork.services import conditions, undoing
from cowork.web import access
from cowork.web.reviews.acting import ActPage, act_page, condition_asked
from cowork.web.reviews.decisions import DONE

blueprint = Blueprint("acts", __name__)

Answer = Response | str | tuple[str, int]


def asked(page: ActPage, template: str = "reviews/act.html") -> str:
    """The page of an act."""
    return render_template(template, page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/decisions/<string:decision>/undo", Action.UNDO_DECISION)
def undoing_page(proposal: ProposalId, decision: DecisionId) -> Answer:
    """What taking a decision back leads to."""
    return _undoing(proposal, decision)


def _undoing(proposal: ProposalId, decision: DecisionId, reason: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    found = undoing.page(access.context(), access.actor(), proposal, decision)
    made = found.decision.decision
    lead = (
        f"Your {DONE[made.verdict]} of version {made.version} no longer counts, and you can decide anew.",
        "It stays in the history, struck out, with your reason.",
        f"After that: {found.after.sentence}",
    )
    path = f"decisions/{decision}/undo"
    return asked(
        act_page(
            found.case, path, "Take back your decision?", lead, "Take it back", kind="danger", tab="review",
            reason_label="Why you take it back", reason=reason, errors=errors,
        )
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/decisions/<string:decision>/undo", Action.UNDO_DECISION, methods=("POST",))
def undo(proposal: ProposalId, decision: DecisionId) -> Answer:
    """Take a decision back."""
    reason = request.form.get("reason", "")
    try:
        progress = undoing.undo(access.context(), access.actor(), proposal, decision, reason)
    except Invalid as error:
        return _undoing(proposal, decision, reason, error.problems), 422
    flash(f"Your decision is taken back. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/review", 303)


@access.route(blueprint, "/proposals/<string:proposal>/conditions/<string:condition>", Action.READ_PROPOSAL)
def condition_page(proposal: ProposalId, condition: ConditionId) -> Answer:
    """A condition of an approval, and what the reader may do about it."""
    return _condition(proposal, condition)


def _condition(proposal: ProposalId, condition: ConditionId, note: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    found = conditions.page(access.context(), access.actor(), proposal, condition)
    return asked(condition_asked(found, note, errors), "reviews/condition.html")


@access.route(blueprint, "/proposals/<string:proposal>/conditions/<string:condition>", Action.SETTLE_CONDITION, methods=("POST",))
def settle_condition(proposal: ProposalId, condition: ConditionId) -> Answer:
    """Report a condition as done, close it or waive it."""
    note, act = request.form.get("reason", ""), request.form.get("act", "report")
    try:
        if act == "report":
            progress = conditions.report(access.context(), access.actor(), proposal, condition, note)
        else:
            progress = conditions.close(access.context(), access.actor(), proposal, condition, note, waive=act == "waive")
    except Invalid as error:
        return _condition(proposal, condition, note, error.problems), 422
    done = {"report": "reported as done", "waive": "waived"}.get(act, "closed")
    flash(f"The condition is {done}. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/review", 303)

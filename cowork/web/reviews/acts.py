"""Taking back a decision, and everything else that is done to a running review beside deciding."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.ids import ConditionId, DecisionId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.progress import Hold, StageStanding
from cowork.services import conditions, steering, undoing
from cowork.services.reviewing import Review
from cowork.web import access
from cowork.web.reviews.acting import ActPage, act_page, condition_asked
from cowork.web.reviews.decisions import DONE, what_it_is

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
    word = what_it_is(found.review, made.stage, made.verdict)
    anew = "decide" if word == "decision" else word
    kept = "That you had voted stays in the history, struck out; how, nobody learns." if made.secret else ""
    lead = (
        f"Your {DONE[made.verdict]} of version {made.version} no longer counts, and you can {anew} anew.",
        kept or "It stays in the history, struck out, with your reason.",
        f"Then: {found.after.sentence}",
    )
    path = f"decisions/{decision}/undo"
    return asked(
        act_page(
            found.case, path, f"Take back your {word}?", lead, "Take it back", kind="danger", tab="review",
            reason_label="" if made.secret else "Why you take it back", reason=reason, errors=errors,
        )
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/decisions/<string:decision>/undo", Action.UNDO_DECISION, methods=("POST",))
def undo(proposal: ProposalId, decision: DecisionId) -> Answer:
    """Take a decision back."""
    reason = request.form.get("reason", "")
    context, actor = access.context(), access.actor()
    try:
        found = undoing.page(context, actor, proposal, decision)
        progress = undoing.undo(context, actor, proposal, decision, reason)
    except Invalid as error:
        return _undoing(proposal, decision, reason, error.problems), 422
    made = found.decision.decision
    flash(f"Your {what_it_is(found.review, made.stage, made.verdict)} is taken back. {progress.sentence}", "success")
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


def _steered(proposal: ProposalId, path: str, action: Action, reason: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    """The page that asks before a review is held or resumed."""
    case, review = steering.review_of(access.context(), access.actor(), proposal)
    held = review.progress.held
    why_not = case.why_not(action)
    if not why_not:
        why_not = _why_not_hold(path, held)
    if path == "hold":
        lead = ["Nobody can decide until it is resumed, and no term runs. What was decided so far stays."]
        title, button = "Put this review on hold?", "Put it on hold"
        return asked(act_page(case, path, title, lead, button, reason=reason, errors=errors, why_not=why_not))
    lead = [f"{held.by_name} put it on hold: {held.reason}" if held else "", "The terms go on where they stopped."]
    return asked(act_page(case, path, "Resume this review?", lead, "Resume it", reason=reason, errors=errors, why_not=why_not))


def _why_not_hold(path: str, held: Hold | None) -> str:
    if path == "hold" and held is not None:
        return f"{held.by_name} has put this review on hold already."
    return "This review is not on hold." if path == "resume" and held is None else ""


@access.route(blueprint, "/proposals/<string:proposal>/hold", Action.READ_PROPOSAL)
def holding(proposal: ProposalId) -> Answer:
    """Ask before a review is put on hold."""
    return _steered(proposal, "hold", Action.HOLD_REVIEW)


@access.route(blueprint, "/proposals/<string:proposal>/hold", Action.HOLD_REVIEW, methods=("POST",))
def hold(proposal: ProposalId) -> Answer:
    """Put a review on hold."""
    reason = request.form.get("reason", "")
    try:
        steering.hold(access.context(), access.actor(), proposal, reason)
    except Invalid as error:
        return _steered(proposal, "hold", Action.HOLD_REVIEW, reason, error.problems), 422
    flash("The review is on hold. Nobody is asked for a decision until it is resumed.", "success")
    return redirect(f"/proposals/{proposal}/route", 303)


@access.route(blueprint, "/proposals/<string:proposal>/resume", Action.READ_PROPOSAL)
def resuming(proposal: ProposalId) -> Answer:
    """Ask before a review is resumed."""
    return _steered(proposal, "resume", Action.HOLD_REVIEW)


@access.route(blueprint, "/proposals/<string:proposal>/resume", Action.HOLD_REVIEW, methods=("POST",))
def resume(proposal: ProposalId) -> Answer:
    """Resume a review."""
    reason = request.form.get("reason", "")
    try:
        progress = steering.resume(access.context(), access.actor(), proposal, reason)
    except Invalid as error:
        return _steered(proposal, "resume", Action.HOLD_REVIEW, reason, error.problems), 422
    flash(f"The review goes on. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/route", 303)


@access.route(blueprint, "/proposals/<string:proposal>/revive", Action.READ_PROPOSAL)
def reviving(proposal: ProposalId) -> Answer:
    """Ask before a rejected proposal is taken up again."""
    return _reviving(proposal)


def _reviving(proposal: ProposalId, reason: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    case, _ = steering.review_of(access.context(), access.actor(), proposal)
    lead = ("Its authors can edit it and submit it again, for a new round. The rejection and everything before it stay in the history.",)
    return asked(
        act_page(
            case, "revive", "Revive this proposal?", lead, "Revive it", reason=reason, errors=errors,
            why_not=case.why_not(Action.REVIVE_PROPOSAL),
        )
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/revive", Action.REVIVE_PROPOSAL, methods=("POST",))
def revive(proposal: ProposalId) -> Answer:
    """Take up a rejected proposal again."""
    reason = request.form.get("reason", "")
    try:
        steering.revive(access.context(), access.actor(), proposal, reason)
    except Invalid as error:
        return _reviving(proposal, reason, error.problems), 422
    flash("The proposal is revived. Edit it, then submit it again.", "success")
    return redirect(f"/proposals/{proposal}/draft", 303)


@access.route(blueprint, "/proposals/<string:proposal>/stages/<string:stage>/override", Action.READ_PROPOSAL)
def overriding(proposal: ProposalId, stage: str) -> Answer:
    """Ask before a stage is passed."""
    return _overriding(proposal, stage)


def _overriding(proposal: ProposalId, stage: str, reason: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    case, review = steering.review_of(access.context(), access.actor(), proposal)
    title = next((one.title for one in review.workflow.stages if one.key == stage), None)
    if title is None:
        raise NotFound("stage")
    lead = (
        f"“{title}” counts as over, without what it asks. What was decided there stays on record.",
        "It stands with your name and reason on the route, on the review page and in the approval record of the document.",
    )
    return asked(
        act_page(
            case, f"stages/{stage}/override", f"Pass “{title}” as an administrator?", lead, "Pass this stage", kind="danger",
            reason=reason, errors=errors, why_not=case.why_not(Action.OVERRIDE_STAGE) or _why_not_pass(review, stage),
        )
    )  # fmt: skip


def _why_not_pass(review: Review, stage: str) -> str:
    standing = review.progress.stage(stage).standing
    return "" if standing is StageStanding.OPEN else "This stage is not open now, so there is nothing to pass."


@access.route(blueprint, "/proposals/<string:proposal>/stages/<string:stage>/override", Action.OVERRIDE_STAGE, methods=("POST",))
def override(proposal: ProposalId, stage: str) -> Answer:
    """Pass a stage as an administrator."""
    reason = request.form.get("reason", "")
    try:
        progress = steering.override(access.context(), access.actor(), proposal, stage, reason)
    except Invalid as error:
        return _overriding(proposal, stage, reason, error.problems), 422
    flash(f"The stage is passed. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/route", 303)

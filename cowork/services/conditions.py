"""Conditions of approvals: whoever sees to one reports it as done, whoever set it closes or waives it; then the review moves on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain import acts as rules
from cowork.domain.acts import ConditionStanding, reason_of
from cowork.domain.errors import Conflict, NotFound
from cowork.domain.events import ConditionClosed, ConditionReported, ConditionWaived, Event
from cowork.domain.identity import Actor
from cowork.domain.ids import ConditionId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.progress import Progress
from cowork.domain.workflows.voting import electorate
from cowork.services import reviewing
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.store import interventions, unit
from cowork.store.interventions import ConditionFull

DONE = "Say what was done, so that it can be checked."
WHY_CLOSED = "Say how you know that it is met."
WHY_WAIVED = "Say why it is no longer needed."


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition with what the actor may do about it. `stage_title` is where it was set; `holds` says that approval waits for it."""

    condition: ConditionFull
    stage_title: str
    holds: bool
    may_report: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class ConditionPage:
    case: Case
    view: ConditionView


def views(context: Context, case: Case, review: Review) -> tuple[ConditionView, ...]:
    """The conditions of a proposal's approvals, in the order they were set; those of approvals that were taken back are left out."""
    undone = {made.id for made in review.decisions if made.decision.undone_at is not None}
    return tuple(_view(context, case, review, one) for one in review.acts.conditions if one.decision not in undone)


def _view(context: Context, case: Case, review: Review, one: ConditionFull) -> ConditionView:
    may = case.may(Action.SETTLE_CONDITION)
    titles = {stage.key: stage.title for stage in review.workflow.stages}
    return ConditionView(
        one,
        titles.get(one.stage, one.stage),
        one.standing not in reviewing.CLOSED,
        may and not rules.why_not_report(one.standing, one.owner, case.actor.person),
        may and not _why_not_close(context, case, review, one),
    )


def _why_not_close(context: Context, case: Case, review: Review, one: ConditionFull) -> str:
    benches = [bench for bench in review.sitting if bench.stage == one.stage and one.party in bench.parties]
    sits = any(case.actor.person in electorate(bench, context.now()) for bench in benches)
    administers = case.actor.admin_of(one.party)
    return rules.why_not_close(one.standing, case.actor.person, one.owner, one.set_by, sits=sits, administers=administers)


def page(context: Context, actor: Actor, proposal: ProposalId, condition: ConditionId) -> ConditionPage:
    """A condition for its page. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        review = reviewing.load(session, context, case.state)
        if review is None:
            raise NotFound("condition")
        return ConditionPage(case, _view(context, case, review, _of(review, condition)))


def _of(review: Review, condition: ConditionId) -> ConditionFull:
    found = next((one for one in review.acts.conditions if one.id == condition), None)
    if found is None:
        raise NotFound("condition")
    return found


def report(context: Context, actor: Actor, proposal: ProposalId, condition: ConditionId, note: str) -> Progress:
    """Say that a condition is met. It still holds approval until it is closed. Raises Conflict, or Invalid without a note."""
    with unit.writing() as session:
        case, review = _opened(session, context, actor, proposal)
        found = _of(review, condition)
        if reason := rules.why_not_report(found.standing, found.owner, actor.person):
            raise Conflict(reason)
        text = reason_of(note, DONE)
        columns = {"standing": ConditionStanding.REPORTED.value, "report": text, "reported_by": actor.person, "reported_at": context.now()}
        return _changed(session, context, case, found, columns, ConditionReported(condition, review.round.id))


def close(context: Context, actor: Actor, proposal: ProposalId, condition: ConditionId, note: str, *, waive: bool = False) -> Progress:
    """Close a condition as met, or waive it. The last one makes the approval final. Raises Conflict, or Invalid without a note."""
    with unit.writing() as session:
        case, review = _opened(session, context, actor, proposal)
        found = _of(review, condition)
        if reason := _why_not_close(context, case, review, found):
            raise Conflict(reason)
        text = reason_of(note, WHY_WAIVED if waive else WHY_CLOSED)
        standing = ConditionStanding.WAIVED if waive else ConditionStanding.CLOSED
        columns = {"standing": standing.value, "closing_note": text, "closed_by": actor.person, "closed_at": context.now()}
        event: Event = ConditionWaived(condition, review.round.id) if waive else ConditionClosed(condition, review.round.id)
        return _changed(session, context, case, found, columns, event)


def _opened(session: Session, context: Context, actor: Actor, proposal: ProposalId) -> tuple[Case, Review]:
    case = open_case(session, actor, proposal, Action.SETTLE_CONDITION, lock=True)
    review = reviewing.load(session, context, case.state)
    if review is None:
        raise NotFound("condition")
    return case, review


def _changed(
    session: Session, context: Context, case: Case, found: ConditionFull, columns: Mapping[str, object], event: Event
) -> Progress:
    """Write the change and let the review move on."""
    if not interventions.change_condition(session, found.id, found.standing, **columns):
        raise Conflict("Somebody else has changed this condition at the same moment. Load the page again.")
    after = reviewing.load(session, context, case.state)
    if after is None:
        raise NotFound("condition")
    reviewing.settle(session, context, case.state, after, case.actor.person, [event])
    return after.progress

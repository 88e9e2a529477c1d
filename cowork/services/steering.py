"""Holding and resuming a review, passing a stage as an administrator, and reviving what was rejected."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from cowork.domain import acts as rules
from cowork.domain.acts import LEAST_REASON_OF_OVERRIDE, reason_of
from cowork.domain.errors import Conflict
from cowork.domain.events import Event, ProposalRevived, ReviewHeld, ReviewResumed, StageOverridden
from cowork.domain.identity import Actor
from cowork.domain.ids import InterventionId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.workflows.interventions import InterventionKind
from cowork.domain.workflows.progress import Progress
from cowork.services import reviewing
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.store import interventions, reviews, unit

WHY_HELD = "Say why the review stops, so that everybody knows what it waits for."
WHY_RESUMED = "Say why the review goes on."
WHY_REVIVED = "Say why it is taken up again."
WHY_PASSED = f"Say in at least {LEAST_REASON_OF_OVERRIDE} characters why this stage is passed: everybody reads it."


def opened(session: Session, context: Context, actor: Actor, proposal: ProposalId, action: Action, *, lock: bool) -> tuple[Case, Review]:
    """A proposal in review with where it stands. Raises Conflict where there is none."""
    case = open_case(session, actor, proposal, action, lock=lock)
    review = reviewing.load(session, context, case.state)
    if review is None:
        raise Conflict("This proposal was never submitted, so there is no review to change.")
    return case, review


def intervene(
    session: Session, context: Context, case: Case, review: Review, kind: InterventionKind, payload: Mapping[str, Any], reason: str,
    event: Event, **columns: object,
) -> Progress:  # fmt: skip
    """Keep what was done to the running round, and let the review move on from there. `columns` are of the proposal's row."""
    return intervene_together(session, context, case, review, [(kind, payload, event)], reason, **columns)


def intervene_together(
    session: Session, context: Context, case: Case, review: Review, acts: Sequence[tuple[InterventionKind, Mapping[str, Any], Event]],
    reason: str, **columns: object,
) -> Progress:  # fmt: skip
    """The same of several acts at once, each with its event."""
    now = context.now()
    for kind, payload, _ in acts:
        key = InterventionId(context.new_id())
        interventions.add_intervention(session, key, case.state.id, review.round.id, kind, payload, case.actor.person, now, reason)
    after = reviewing.load(session, context, case.state)
    if after is None:
        raise Conflict("This review has ended. Open the proposal to see how it went.")
    reviewing.settle(session, context, case.state, after, case.actor.person, [event for _, _, event in acts], **columns)
    return after.progress


def review_of(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Case, Review]:
    """Where a review stands, for a page that asks before something is done to it. Raises NotFound, or Conflict before any review."""
    with unit.reading() as session:
        return opened(session, context, actor, proposal, Action.READ_PROPOSAL, lock=False)


def hold(context: Context, actor: Actor, proposal: ProposalId, reason: str) -> Progress:
    """Stop a review: nobody decides and no term runs until it is resumed. Raises Conflict, or Invalid without a reason."""
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.HOLD_REVIEW, lock=True)
        rules.may_be_held(review.progress)
        text = reason_of(reason, WHY_HELD)
        return intervene(session, context, case, review, InterventionKind.HOLD, {}, text, ReviewHeld(review.round.id))


def resume(context: Context, actor: Actor, proposal: ProposalId, reason: str) -> Progress:
    """Let a review that was put on hold go on. Raises Conflict, or Invalid without a reason."""
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.HOLD_REVIEW, lock=True)
        rules.may_be_resumed(review.progress)
        text = reason_of(reason, WHY_RESUMED)
        return intervene(session, context, case, review, InterventionKind.RESUME, {}, text, ReviewResumed(review.round.id))


def override(context: Context, actor: Actor, proposal: ProposalId, stage: str, reason: str) -> Progress:
    """Pass an open stage as an administrator. Raises Conflict where it is not open, Invalid for a reason that says too little."""
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.OVERRIDE_STAGE, lock=True)
        rules.may_be_overridden(review.progress, stage)
        text = reason_of(reason, WHY_PASSED, LEAST_REASON_OF_OVERRIDE)
        event = StageOverridden(review.round.id, stage)
        return intervene(session, context, case, review, InterventionKind.OVERRIDE, {"stage": stage}, text, event)


def revive(context: Context, actor: Actor, proposal: ProposalId, reason: str) -> None:
    """Take up a rejected proposal again: its authors can edit and submit it; everything that happened is kept."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.REVIVE_PROPOSAL, lock=True)
        text = reason_of(reason, WHY_REVIVED)
        newest = reviews.rounds(session, proposal)[0]
        key, now = InterventionId(context.new_id()), context.now()
        interventions.add_intervention(session, key, proposal, newest.id, InterventionKind.REVIVED, {}, actor.person, now, text)
        record(
            session, context, case.state, actor.person, [ProposalRevived(newest.id)], standing=Standing.CHANGES_REQUESTED.value,
            sentence="Revived after its rejection. Its authors can edit and submit it again.", stages="", due_at=None, look_at=None,
            court="",
        )  # fmt: skip

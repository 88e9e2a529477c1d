"""Taking back one's own decision while nothing has built on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cowork.domain import reviews as rules
from cowork.domain.acts import reason_of
from cowork.domain.errors import Conflict, NotFound
from cowork.domain.events import DecisionUndone
from cowork.domain.identity import Actor
from cowork.domain.ids import DecisionId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.workflows.progress import Outcome, Progress, StageStanding, Verdict
from cowork.services import reviewing
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.store import interventions, reviews, unit
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull, RoundFull

WHY = "Say why you take it back: it stays in the history with your reason."


@dataclass(frozen=True, slots=True)
class UndoPage:
    """A decision that the actor may take back, and where the review would stand without it."""

    case: Case
    review: Review
    decision: DecisionFull
    after: Progress


def without(context: Context, review: Review, decision: DecisionId) -> Review:
    """The review as it would stand if a decision were taken back now. Conditions that it set fall with it."""
    made = tuple(
        replace(full, decision=replace(full.decision, undone_at=context.now())) if full.id == decision else full
        for full in review.decisions
    )
    kept = tuple(condition for condition in review.submission.conditions if condition.decision != decision)
    running = replace(review.round, outcome=Outcome.IN_REVIEW.value, ended_at=None)
    submission = replace(review.submission, conditions=kept)
    return reviewing.evaluated(context, replace(review, round=running, decisions=made, submission=submission))


def why_not(context: Context, state: ProposalState, review: Review, decision: DecisionId, person: PersonId) -> str:
    """Why this person cannot take a decision back, or an empty text. What a meeting minuted is not one person's to take back."""
    if any(full.id == decision and full.via == "meeting" for full in review.decisions):
        return "This decision was minuted in a meeting, so it stays on record. Ask the chair to put it on the next agenda."
    after = without(context, review, decision)
    made = [full.decision for full in review.decisions]
    runs = _runs(state, review.round, made_in(review, decision))
    return rules.why_not_undo(decision, person, made, runs, review.progress, after.progress)


def made_in(review: Review, decision: DecisionId) -> int:
    """The number of the round in which a decision was made; 0 for one that does not exist."""
    return next((full.decision.round for full in review.decisions if full.id == decision), 0)


def _runs(state: ProposalState, round_: RoundFull, number: int) -> bool:
    """Whether the decision's round is the newest, not approved, and not followed by an edit, a withdrawal or a revival."""
    stands = state.standing.value == round_.outcome and state.standing is not Standing.APPROVED
    return number == round_.number and stands and state.version == round_.version


def offered(context: Context, case: Case, review: Review | None, decisions: Sequence[DecisionFull]) -> tuple[DecisionFull, ...]:
    """The decisions that the actor may take back now and that still count, the newest first."""
    if review is None or not case.may(Action.UNDO_DECISION):
        return ()
    own = [full for full in decisions if case.actor.person in (full.decision.person, full.decision.by) and not full.decision.undone_at]
    newest = [full for full in reversed(own) if full.decision.round == review.round.number and _counts(context, review, full)]
    return tuple(full for full in newest if not why_not(context, case.state, review, full.id, case.actor.person))


def _counts(context: Context, review: Review, full: DecisionFull) -> bool:
    """Whether the review stands where it does because of this decision too: it counts in its seat, or has sent the proposal back."""
    made, progress = full.decision, review.progress
    if made.back_to is not None:
        return _openings(without(context, review, full.id).progress) != _openings(progress)
    if any(full.id in one.decisions for one in progress.referrals):
        return True
    seats = [
        place
        for stage in progress.stages
        for place in stage.seats
        if (stage.stage.key, place.seat.key) == (made.stage, made.seat) and made.party in place.bench.parties
    ]
    if made.verdict is Verdict.RECUSE:
        return any(holder.person == made.person for place in seats for holder in place.recused)
    return any(one.id == full.id for place in seats for one in (*place.positions, *place.counted, *place.blocking))


def _openings(progress: Progress) -> list[tuple[StageStanding, datetime | None]]:
    return [(stage.standing, stage.opened_at) for stage in progress.stages]


def page(context: Context, actor: Actor, proposal: ProposalId, decision: DecisionId) -> UndoPage:
    """What taking a decision back would lead to. Raises NotFound, Refused, or Conflict with what stands in the way."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.UNDO_DECISION)
        return _opened(context, case, reviewing.load(session, context, case.state), decision)


def _opened(context: Context, case: Case, review: Review | None, decision: DecisionId) -> UndoPage:
    full = next((full for full in review.decisions if full.id == decision), None) if review is not None else None
    if review is None or full is None:
        raise NotFound("decision")
    if reason := why_not(context, case.state, review, decision, case.actor.person):
        raise Conflict(reason)
    return UndoPage(case, review, full, without(context, review, decision).progress)


def undo(context: Context, actor: Actor, proposal: ProposalId, decision: DecisionId, reason: str) -> Progress:
    """Take a decision back; a round that it had ended runs on.

    Raises Conflict once somebody has built on it, Invalid without a reason.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.UNDO_DECISION, lock=True)
        found = _opened(context, case, reviewing.load(session, context, case.state), decision)
        text = "" if found.decision.decision.secret else reason_of(reason, WHY)  # a reason would tell how they had voted
        round_ = found.review.round
        reopened = case.state.standing is not Standing.IN_REVIEW
        interventions.undo(session, decision, actor.person, context.now(), text)
        more: dict[str, object] = {}
        if reopened:
            reviews.reopen_round(session, round_.id)
            more["standing"] = Standing.IN_REVIEW.value
        after = without(context, found.review, decision)
        event = DecisionUndone(decision, round_.id, found.decision.decision.stage, reopened)
        reviewing.settle(session, context, case.state, after, actor.person, [event], **more)
        return after.progress

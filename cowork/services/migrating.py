"""Letting a running review go on under another version of its workflow: an explicit act, after it was shown who is affected."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.acts import RouteChanges, reason_of, route_changes
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.events import RoundMigrated
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.interventions import Intervention, InterventionKind, amended
from cowork.domain.workflows.progress import Progress
from cowork.services import reviewing, seating
from cowork.services.cases import Case
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.services.steering import intervene, opened
from cowork.store import definitions, reviews, unit, workflows
from cowork.store.workflows import Published

WHY_MIGRATED = "Say why the review goes on under another version: those who are asked anew read it."


@dataclass(frozen=True, slots=True)
class MigrationPage:
    """The versions that a review can go on under; for the chosen one what it changes. `seen` comes back with the confirmation."""

    case: Case
    review: Review
    versions: tuple[Published, ...]
    target: Workflow | None
    changes: RouteChanges | None
    after: Review | None
    seen: str


def page(context: Context, actor: Actor, proposal: ProposalId, target: Digest | None = None) -> MigrationPage:
    """What a review would become under a version of its workflow, the newest by default. Raises NotFound for an unknown one."""
    with unit.reading() as session:
        case, review = opened(session, context, actor, proposal, Action.READ_PROPOSAL, lock=False)
        versions = _versions(session, case, review)
        chosen = _chosen(versions, target)
        if chosen is None or why_not(review):
            return MigrationPage(case, review, versions, None, None, None, "")
        after = _under(session, context, case, review, chosen.digest)
        changes = route_changes(review.progress, after.progress)
        return MigrationPage(case, review, versions, after.workflow, changes, after, str(case.state.event_head))


def why_not(review: Review) -> str:
    """Why a review stays under its workflow; empty where it can go on under another version. Counted under another one, the votes of a
    secret ballot could be told apart.
    """
    given = any(full.decision.secret and full.decision.round == review.round.number for full in review.decisions)
    return "In this round people have voted in a secret ballot, so it stays under the workflow under which they did." if given else ""


def _versions(session: Session, case: Case, review: Review) -> tuple[Published, ...]:
    """Every other version of the workflow that the review runs under, as far as its parties may use it: those of the same owner first,
    the newest first.
    """
    parties = {party.organisation for party in case.state.facts.parties}
    found = workflows.published(session, parties, review.workflow.key)
    owner = next((one.owner for one in found if one.digest == review.round.workflow), None)
    others = [one for one in found if one.digest != review.round.workflow]
    return tuple(sorted(others, key=lambda one: (one.owner != owner, -one.version, one.digest)))


def _chosen(versions: tuple[Published, ...], target: Digest | None) -> Published | None:
    if target is None:
        return next(iter(versions), None)
    found = next((card for card in versions if card.digest == target), None)
    if found is None:
        raise NotFound("version of this workflow")
    return found


def _under(session: Session, context: Context, case: Case, review: Review, target: Digest) -> Review:
    """The review as it would stand under another workflow. Nothing is written."""
    payload = {"from": review.round.workflow, "to": target}
    act = Intervention(InterventionKind.MIGRATED, payload, case.actor.person, case.actor.name, context.now(), "", {})
    acts = replace(review.acts, interventions=(*review.acts.interventions, (review.round.number, act)))
    workflow = amended(definitions.workflow(session, target), acts.of_round(review.round.number))
    own = acts.for_seats(workflow, review.round.number, case.state.intake_rounds)
    seats = seating.gather(session, context, case.state.facts, workflow, own)
    asked = reviewing.asked_facts(session, case.state, case.form, workflow, review.round, review.version)
    submission = reviewing.submission_of(
        case.state, case.form, workflow, review.round, review.version, review.decisions, acts, seats, asked
    )
    return reviewing.evaluated(context, replace(review, workflow=workflow, seating=seats, submission=submission))


def migrate(context: Context, actor: Actor, proposal: ProposalId, target: Digest, seen: str, reason: str) -> Progress:
    """Let the review go on under another version of its workflow.

    Raises Conflict when something has happened since it was shown (`seen`) or people have voted in secret, Invalid for another workflow
    or without a reason.
    """
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.MIGRATE_REVIEW, lock=True)
        chosen = next((card for card in _versions(session, case, review) if card.digest == target), None)
        if chosen is None:
            raise Invalid([("workflow", "Choose another version of the workflow under which this review runs.")])
        if reason_against := why_not(review):
            raise Conflict(reason_against)
        text = reason_of(reason, WHY_MIGRATED)
        if seen != str(case.state.event_head):
            raise Conflict("Something has happened in this review since. Open the page again, and read what it changes now.")
        reviews.migrate_round(session, review.round.id, target)
        payload, event = {"from": review.round.workflow, "to": target}, RoundMigrated(review.round.id, review.round.workflow, target)
        pinned = {"workflow": target, "workflow_title": chosen.title}
        return intervene(session, context, case, review, InterventionKind.MIGRATED, payload, text, event, **pinned)

"""Trying a workflow on a proposal that exists: the route it would take, without any effect."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId, RoundId
from cowork.domain.policy import Action, scope
from cowork.domain.workflows import facts, loading
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.progress import Outcome, Progress
from cowork.domain.workflows.standing import left_out
from cowork.services import reviewing, saving, seating
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.organisations import open_organisation
from cowork.services.reviewing import Review
from cowork.services.workflows import version_of, versions_of
from cowork.store import definitions, proposals, reviews, specifications, unit, workflows
from cowork.store.interventions import Acts
from cowork.store.organisations import OrganisationCard
from cowork.store.proposals import ListFilter, ProposalLine
from cowork.store.reviews import RoundFull

MOST_PROPOSALS = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """A workflow tried on a proposal. `progress` is None where none was chosen, or where the workflow has faults; `left_out` says
    which parties the workflow names that take no part.
    """

    card: OrganisationCard
    title: str
    workflow: Workflow | None
    problems: tuple[str, ...]
    proposals: tuple[ProposalLine, ...]
    case: Case | None
    version: int
    progress: Progress | None
    left_out: tuple[str, ...] = ()


def of_draft(context: Context, actor: Actor, organisation: OrganisationId, draft: str, proposal: ProposalId | None) -> Trial:
    """Try a draft. Raises NotFound, Refused."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS)
        found = workflows.draft(session, organisation, draft)
        if found is None:
            raise NotFound("draft")
        return _trial(session, context, actor, card, found.title, found.source, proposal)


def of_version(
    context: Context, actor: Actor, organisation: OrganisationId, key: str, number: int | None, proposal: ProposalId | None
) -> Trial:
    """Try a version. Raises NotFound."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        shown = version_of(versions_of(session, organisation, key), number)
        return _trial(session, context, actor, card, shown.title, definitions.source(session, shown.digest), proposal)


def _trial(
    session: Session,
    context: Context,
    actor: Actor,
    card: OrganisationCard,
    title: str,
    source: str,
    proposal: ProposalId | None,
) -> Trial:
    """What a condition asks is answered by what every party reads, so a workflow that asks anything else is not tried."""
    lines = tuple(proposals.page(session, scope(actor), ListFilter(organisation=card.id, limit=MOST_PROPOSALS)))
    problems = facts.faults(source, saving.newest_form(session, {card.id}))
    workflow = None if problems else loading.load(source)
    if proposal is None:
        return Trial(card, title, workflow, problems, lines, None, 0, None)
    case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
    if case.state.facts.party(card.id) is None:
        raise NotFound("proposal")
    progress = tried(session, context, case, workflow) if workflow else None
    absent = left_out(case.state.facts.parties, workflow) if workflow else ()
    return Trial(card, title, workflow, problems, lines, case, case.state.version, progress, absent)


def tried(session: Session, context: Context, case: Case, workflow: Workflow) -> Progress:
    """Where the newest version would stand if it were submitted now under this workflow. Nothing is written."""
    state = case.state
    version = specifications.version(session, state.id, state.version)
    if version is None:
        raise NotFound("version")
    now = context.now()
    round_ = RoundFull(
        RoundId(""), state.round + 1, version.number, workflow.digest, "", PersonId(""), "", now, Outcome.IN_REVIEW.value, None
    )
    decisions = tuple(reviews.decisions(session, state.id))
    seats = seating.gather(session, context, state.facts, workflow)
    asked = reviewing.asked_facts(session, state, case.form, workflow, round_, version)
    submission = reviewing.submission_of(state, case.form, workflow, round_, version, decisions, Acts(), seats, asked)
    begun = Review(round_, workflow, version, decisions, seats, Acts(), submission, Progress(Outcome.IN_REVIEW, (), (), (), "", ()))
    return reviewing.evaluated(context, begun).progress

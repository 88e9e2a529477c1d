"""Where a review stands: gathering what the evaluator needs, and writing down what follows from its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.events import ChangesRequested, Event, ProposalApproved, ProposalRejected
from cowork.domain.ids import DecisionId, JobId, OrganisationId, PersonId, ProposalId, RoundId
from cowork.domain.proposals import ProposalFacts, Standing
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Bench, Holder, Outcome, Progress, StageStanding, Submission
from cowork.services import saving
from cowork.services.cases import record
from cowork.services.context import Context
from cowork.store import comments, definitions, jobs, organisations, programmes, proposals, reviews, specifications
from cowork.store.organisations import OfficeHolder
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull, RoundFull
from cowork.store.specifications import VersionFull


@dataclass(frozen=True, slots=True)
class Review:
    """A round with everything that says where it stands."""

    round: RoundFull
    workflow: Workflow
    version: VersionFull
    decisions: tuple[DecisionFull, ...]
    benches: tuple[Bench, ...]
    progress: Progress


def calendar_of(facts: ProposalFacts) -> Calendar:
    """The working days that terms are counted in: Monday to Friday in the lead's time zone."""
    return Calendar(zone=facts.lead().zone)


def benches(
    facts: ProposalFacts, workflow: Workflow, holders: Sequence[OfficeHolder], writers: frozenset[PersonId]
) -> tuple[Bench, ...]:
    """Every seat of the workflow, once for each party of its side, with who holds its office. Writers of the text have a conflict."""
    by_office: dict[tuple[OrganisationId, str], list[OfficeHolder]] = {}
    for holder in holders:
        by_office.setdefault((holder.organisation, holder.kind), []).append(holder)
    result = []
    for stage in workflow.stages:
        for seat in stage.seats:
            for party in facts.parties:
                if party.side is not seat.side:
                    continue
                found = by_office.get((party.organisation, seat.office), [])
                people = [Holder(h.person, h.name) for h in found if h.person is not None]
                result.append(
                    Bench(
                        stage.key,
                        seat.key,
                        party.organisation,
                        party.name,
                        found[0].office if found else None,
                        found[0].title if found else seat.title,
                        tuple(person for person in people if person.person not in writers),
                        tuple(person for person in people if person.person in writers),
                    )
                )
    return tuple(result)


def gather_benches(session: Session, context: Context, facts: ProposalFacts, workflow: Workflow) -> tuple[Bench, ...]:
    """The benches as the offices are held today."""
    kinds = frozenset(seat.office for stage in workflow.stages for seat in stage.seats)
    parties = frozenset(party.organisation for party in facts.parties)
    holders = organisations.holders(session, parties, kinds, context.now().date())
    return benches(facts, workflow, holders, facts.authors() | facts.writers)


def load(session: Session, context: Context, state: ProposalState, rounds: Sequence[RoundFull] | None = None) -> Review | None:
    """The newest round of a proposal with where it stands, or None before the first submission. `rounds` where they are known already."""
    rounds = reviews.rounds(session, state.id) if rounds is None else rounds
    if not rounds:
        return None
    decisions = tuple(reviews.decisions(session, state.id))
    version = specifications.version(session, state.id, rounds[0].version)
    if version is None:
        raise LookupError(f"version {rounds[0].version} of proposal {state.id} is gone")
    return review_of(session, context, state, rounds[0], version, decisions)


def review_of(
    session: Session,
    context: Context,
    state: ProposalState,
    round_: RoundFull,
    version: VersionFull,
    decisions: tuple[DecisionFull, ...],
) -> Review:
    """A round evaluated, from what was loaded already."""
    workflow = definitions.workflow(session, round_.workflow)
    seats = gather_benches(session, context, state.facts, workflow)
    return Review(round_, workflow, version, decisions, seats, _progress(state, round_, workflow, version, decisions, seats))


def with_decision(review: Review, state: ProposalState, made: DecisionFull) -> Review:
    """The same review after one more decision."""
    decisions = (*review.decisions, made)
    progress = _progress(state, review.round, review.workflow, review.version, decisions, review.benches)
    return replace(review, decisions=decisions, progress=progress)


def _progress(
    state: ProposalState,
    round_: RoundFull,
    workflow: Workflow,
    version: VersionFull,
    decisions: Sequence[DecisionFull],
    seats: Sequence[Bench],
) -> Progress:
    submission = Submission(
        round_.number, version.number, round_.submitted_at, version.content, version.section_digests, state.open_objections
    )
    return evaluate(workflow, submission, [made.decision for made in decisions], seats, calendar_of(state.facts))


def preview(session: Session, context: Context, state: ProposalState, workflow: Workflow, version: VersionFull) -> Review:
    """A dry run: the round that would begin, and where it would stand, if this version were submitted now."""
    round_ = RoundFull(
        RoundId(""), state.round + 1, version.number, workflow.digest, "", PersonId(""), "", context.now(), Outcome.IN_REVIEW.value, None
    )
    return review_of(session, context, state, round_, version, tuple(reviews.decisions(session, state.id)))


def refresh(session: Session, context: Context, proposal: ProposalId, actor: PersonId | None = None) -> Progress | None:
    """Evaluate a running review anew and write what follows: who is asked, the sentence, and the end when it is reached."""
    state = proposals.state(session, proposal, lock=True)
    if state is None or state.standing is not Standing.IN_REVIEW:
        return None
    review = load(session, context, state)
    if review is None:
        return None
    settle(session, context, state, review, actor, [])
    return review.progress


def is_as_shown(session: Session, context: Context, state: ProposalState) -> bool:
    """Whether the projections of a proposal's review are what it would be evaluated to now. One that is not in review has none."""
    if state.standing is not Standing.IN_REVIEW:
        return True
    review = load(session, context, state)
    if review is None:
        return True
    asked = frozenset(replace(turn, office=None) for turn in review.progress.turns)
    shown = {"sentence": state.sentence, "stages": state.stages, "due_at": state.due_at}
    return asked == reviews.turns(session, state.id) and projections(review.progress) == shown


def settle(
    session: Session, context: Context, state: ProposalState, review: Review, actor: PersonId | None, events: list[Event], **more: object
) -> None:
    """Append what happened, write the projections of the review and, when it has ended, its end."""
    progress, now = review.progress, context.now()
    reviews.replace_turns(session, state.id, progress.turns, review.workflow)
    columns = {**more, **projections(progress)}
    if progress.outcome is not Outcome.IN_REVIEW:
        events = [*events, _ending(review)]
        columns["standing"] = Standing(progress.outcome.value).value
        reviews.end_round(session, review.round.id, progress.outcome.value, now)
    if progress.outcome is Outcome.APPROVED:
        _approve(session, context, state, review)
    record(session, context, state, actor, events, **columns)


def projections(progress: Progress) -> dict[str, object]:
    """The columns of a proposal's row that repeat where its review stands."""
    running = [stage for stage in progress.stages if stage.standing is StageStanding.OPEN]
    in_review = progress.outcome is Outcome.IN_REVIEW
    due = [stage.due_at for stage in running if stage.due_at is not None]
    return {
        "sentence": progress.sentence,
        "stages": ", ".join(stage.stage.title for stage in running)[:300] if in_review else "",
        "due_at": min(due) if due and in_review else None,
    }


def _ending(review: Review) -> Event:
    progress = review.progress
    if progress.outcome is Outcome.APPROVED:
        return ProposalApproved(review.round.id, review.version.number, review.version.digest, _counted(review))
    stage = progress.ended_by.stage if progress.ended_by else ""
    if progress.outcome is Outcome.REJECTED:
        return ProposalRejected(review.round.id, stage)
    return ChangesRequested(review.round.id, stage)


def _counted(review: Review) -> tuple[DecisionId, ...]:
    """The approvals on which the outcome rests, in the order they were made."""
    seats = [seat for stage in review.progress.stages for seat in stage.seats]
    counted = {(d.stage, d.seat, d.party, d.person, d.at) for seat in seats for d in seat.counted}
    made = [(full.id, full.decision) for full in review.decisions]
    return tuple(key for key, d in made if (d.stage, d.seat, d.party, d.person, d.at) in counted)


def _approve(session: Session, context: Context, state: ProposalState, review: Review) -> None:
    """Make the version the programme's approved specification and queue its official document."""
    title = saving.title_of(review.version.content) or state.title
    code = str(review.version.content.get("identity", {}).get("code") or "")
    number, now = review.version.number, context.now()
    programmes.approve(session, state.programme, title, code, state.id, number, review.version.digest, now)
    key = approved_key(state.id, number)
    jobs.enqueue(session, JobId(context.new_id()), "export-pdf", key, pdf_payload(state.id, number, key), now)


def approved_key(proposal: ProposalId, version: int) -> str:
    """The key of the job that makes an approved version's official document, once."""
    return f"pdf:{proposal}:{version}:approved"


def pdf_payload(proposal: ProposalId, version: int, key: str) -> dict[str, object]:
    """What a job that makes a document is told. The key says what it was asked for, so that the job notices when that is past."""
    return {"proposal": proposal, "version": version, "key": key}


def count_threads(session: Session, proposal: ProposalId) -> dict[str, object]:
    """The counters of open threads and objections, as columns."""
    total, objections = comments.counts(session, proposal)
    return {"open_threads": total, "open_objections": objections}

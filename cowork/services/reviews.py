"""Submitting, deciding, withdrawing, and the pages that show where a review stands."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain import reviews as rules
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.events import DecisionMade, ProposalSubmitted, ProposalWithdrawn
from cowork.domain.identity import Actor
from cowork.domain.ids import DecisionId, Digest, ProposalId, RoundId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.reviews import DecideCommand
from cowork.domain.specifications.completeness import completeness
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.evaluation import is_skipped, read_digests
from cowork.domain.workflows.progress import Outcome, Progress, Turn
from cowork.services import reviewing
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.services.specifications import Draft, draft_of
from cowork.store import comments, proposals, reviews, specifications, unit
from cowork.store.comments import ThreadFull
from cowork.store.reviews import DecisionFull, RoundFull
from cowork.store.specifications import VersionFull

MAX_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class SubmitCommand:
    """The version that the author saw, and a note to those who decide."""

    version: int
    digest: Digest
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A proposal to review: its text as the actor reads it, the threads, and where the review stands (None before any).

    `turns` are the decisions asked of the actor now; `seen` is the version of the actor's own last decision, if they made one.
    """

    draft: Draft
    threads: tuple[ThreadFull, ...]
    review: Review | None
    turns: tuple[Turn, ...]
    seen: VersionFull | None


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The route of a proposal. While nothing is in review `progress` is a dry run of submitting the newest version.

    `missing` are sentences about what stands in the way of submitting.
    """

    case: Case
    workflow: Workflow
    progress: Progress
    dry_run: bool
    missing: tuple[str, ...]
    rounds: tuple[RoundFull, ...]
    decisions: tuple[DecisionFull, ...]
    version: VersionFull


def page(context: Context, actor: Actor, proposal: ProposalId) -> ReviewPage:
    """The review page: the version in review, or the newest where nothing is. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        draft = draft_of(session, case)
        threads = tuple(comments.threads(session, proposal, case.lanes))
        review = reviewing.load(session, context, case.state, draft.version)
        turns: tuple[Turn, ...] = ()
        seen = None
        if review is not None:
            if case.state.standing is Standing.IN_REVIEW:
                turns = rules.may_still_decide(review.progress.turns, actor.person)
            own = [made.decision.version for made in review.decisions if made.decision.person == actor.person]
            if own and own[-1] != draft.version.number:
                seen = specifications.version(session, proposal, own[-1])
        return ReviewPage(draft, threads, review, turns, seen)


def route(context: Context, actor: Actor, proposal: ProposalId) -> RoutePage:
    """The route page. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        rounds = tuple(reviews.rounds(session, proposal))
        if case.state.standing in (Standing.IN_REVIEW, Standing.APPROVED, Standing.REJECTED):
            review = reviewing.load(session, context, case.state)
            if review is not None:
                return RoutePage(
                    case, review.workflow, review.progress, False, (), rounds, review.decisions, review.version
                )
        version = _version(session, proposal, case.state.version)
        progress = reviewing.preview(session, context, case.state, case.workflow, version)
        missing = obstacles(case, version, progress)
        made = tuple(reviews.decisions(session, proposal))
        return RoutePage(case, case.workflow, progress, True, missing, rounds, made, version)


def _version(session: Session, proposal: ProposalId, number: int) -> VersionFull:
    found = specifications.version(session, proposal, number)
    if found is None:
        raise NotFound("version")
    return found


def obstacles(case: Case, version: VersionFull, progress: Progress) -> tuple[str, ...]:
    """What stands in the way of submitting, as sentences: what is incomplete, and seats that nobody can take."""
    return tuple(dict.fromkeys([*_unanswered(case, version), *_absent_sides(case, version), *_empty_offices(progress)]))


def _unanswered(case: Case, version: VersionFull) -> list[str]:
    sections = completeness(case.form, version.content).sections
    counts = [(case.form.section(section.section).label, len(section.missing)) for section in sections if not section.complete]
    return [f"{label}: {count} {'answer is' if count == 1 else 'answers are'} missing or need mending." for label, count in counts]


def _absent_sides(case: Case, version: VersionFull) -> list[str]:
    sides = {party.side for party in case.state.facts.parties}
    return [
        f"“{stage.title}” asks {seat.title}, but no {seat.side.value} takes part. Choose another workflow."
        for stage in case.workflow.stages
        if not is_skipped(stage, version.content)
        for seat in stage.seats
        if seat.side not in sides
    ]


def _empty_offices(progress: Progress) -> list[str]:
    return [
        f"Nobody holds the office “{place.seat.title}” at {place.bench.party_name}, which “{stage.stage.title}” asks. "
        f"Ask an administrator of {place.bench.party_name} to name somebody."
        for stage in progress.stages
        for place in stage.seats
        if not place.met and not place.bench.holders and not place.bench.conflicted
    ]


def submit(context: Context, actor: Actor, proposal: ProposalId, command: SubmitCommand) -> Progress:
    """Send the newest version through the workflow. Raises Conflict for an older one, Invalid with what is missing."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.SUBMIT_PROPOSAL, lock=True)
        version = _version(session, proposal, case.state.version)
        if (command.version, command.digest) != (version.number, version.digest):
            raise Conflict(f"Version {version.number} was saved since you opened this page. Read it, then submit that one.")
        if len(command.note) > MAX_NOTE:
            raise Invalid([("note", f"Shorten the note to {MAX_NOTE:,} characters.")])
        dry = reviewing.preview(session, context, case.state, case.workflow, version)
        if missing := obstacles(case, version, dry):
            raise Invalid([("submit", sentence) for sentence in missing])
        return _submit(session, context, case, version, command.note.strip())


def _submit(session: Session, context: Context, case: Case, version: VersionFull, note: str) -> Progress:
    state, now = case.state, context.now()
    round_ = RoundFull(
        RoundId(context.new_id()), state.round + 1, version.number, state.workflow, note,
        case.actor.person, case.actor.name, now, Outcome.IN_REVIEW.value, None,
    )  # fmt: skip
    reviews.add_round(session, state.id, round_)
    asked = reviewing.gather_benches(session, context, state.facts, case.workflow)
    proposals.seat_offices(session, state.id, frozenset(b.office for b in asked if b.office is not None) - state.facts.seated)
    proposals.rebuild_access(session, proposals.facts(session, state.id, Standing.IN_REVIEW))
    event = ProposalSubmitted(round_.id, round_.number, version.number, version.digest, state.workflow)
    record(
        session, context, state, case.actor.person, [event], standing=Standing.IN_REVIEW.value, round=round_.number
    )
    progress = reviewing.refresh(session, context, state.id, case.actor.person)
    if progress is None:
        raise LookupError(f"proposal {state.id} is not in review after it was submitted")
    return progress


def decide(context: Context, actor: Actor, proposal: ProposalId, command: DecideCommand) -> Progress:
    """Record a decision and let the review move on.

    Everything is read again inside the transaction: the person, their office, the stage and the version. Raises Conflict when the
    version or the stage is no longer what the page showed, Refused for a conflict of interest, Invalid for a missing reason.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.DECIDE, lock=True)
        review = reviewing.load(session, context, case.state)
        if review is None:
            raise Conflict("This proposal is not in review, so there is nothing to decide.")
        written = comments.opened_since(session, proposal, actor.person, review.round.submitted_at)
        sections = frozenset(section.key for section in case.form.sections)
        rules.check(command, sections, (review.version.number, review.version.digest), written)
        turn = rules.turn_of(review.progress, actor.person, command.stage, command.seat)
        _record_decision(session, context, case, review, command, turn)
        progress = reviewing.refresh(session, context, proposal, actor.person)
        return progress or review.progress


def _record_decision(session: Session, context: Context, case: Case, review: Review, command: DecideCommand, turn: Turn) -> None:
    stage = review.workflow.stage(turn.stage)
    side = next(party.side for party in case.state.facts.parties if party.organisation == turn.party)
    digests = read_digests(stage, side, review.version.section_digests)
    made = rules.decision(command, turn, case.actor.name, review.round.number, digests, review.workflow.digest, context.now())
    bench = next(b for b in review.benches if (b.stage, b.seat, b.party) == (turn.stage, turn.seat, turn.party))
    key = DecisionId(context.new_id())
    full = DecisionFull(key, made, bench.office_title, bench.party_name, review.version.digest, command.reason.strip(), command.sections)
    reviews.add_decision(session, key, case.state.id, review.round.id, full, turn.office)
    event = DecisionMade(
        key, review.round.id, turn.stage, turn.seat, turn.party, turn.office, command.verdict,
        review.version.number, review.version.digest, command.sections,
    )  # fmt: skip
    record(session, context, case.state, case.actor.person, [event])



def withdraw(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Take a proposal out of review, so that it can be edited again. Decisions made so far are kept."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.WITHDRAW_PROPOSAL, lock=True)
        running = reviews.rounds(session, proposal)[0]
        reviews.end_round(session, running.id, Standing.WITHDRAWN.value, context.now())
        reviews.replace_turns(session, proposal, (), case.workflow)
        record(
            session, context, case.state, actor.person, [ProposalWithdrawn(running.id)],
            standing=Standing.WITHDRAWN.value, sentence="Withdrawn. Its authors can edit and submit it again.", stages="", due_at=None,
        )  # fmt: skip


def refresh_all(context: Context) -> int:
    """Evaluate every running review anew, for terms of office that began or ended by the calendar; how many there are."""
    with unit.reading() as session:
        running = proposals.in_review(session)
    for proposal in running:
        with unit.writing() as session:
            reviewing.refresh(session, context, proposal)
    return len(running)

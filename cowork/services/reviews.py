"""Submitting, deciding, withdrawing, and the pages that show where a review stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import files
from cowork.domain import reviews as rules
from cowork.domain.acts import sections_open, why_not_submit
from cowork.domain.conditions import facts_in, holds
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import ConditionSet, DecisionMade, Event, ProposalSubmitted, ProposalWithdrawn
from cowork.domain.identity import Actor
from cowork.domain.ids import ConditionId, DecisionId, Digest, PersonId, ProposalId, RoundId
from cowork.domain.policy import Action, is_seated
from cowork.domain.proposals import Standing
from cowork.domain.reports import Forecast
from cowork.domain.reviews import ConditionCommand, DecideCommand
from cowork.domain.specifications.compare import Comparison
from cowork.domain.specifications.completeness import completeness
from cowork.domain.workflows.calendar import day_of
from cowork.domain.workflows.definition import DECIDING, StageKind, Workflow
from cowork.domain.workflows.evaluation import read_digests
from cowork.domain.workflows.progress import Decision, OpenCondition, Progress, StageStanding, Turn, Verdict
from cowork.domain.workflows.secrecy import as_seen
from cowork.domain.workflows.standing import left_out
from cowork.services import changes, conditions, pending, reports, reviewing, suggesting, undoing
from cowork.services.cases import Case, open_case, write
from cowork.services.changes import NO_POINTS, Points
from cowork.services.conditions import ConditionView
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.services.specifications import Draft, draft_from, writable_sections
from cowork.services.telling import tell
from cowork.store import comments, interventions, live, proposals, reviews, specifications, unit
from cowork.store import reports as report_store
from cowork.store.comments import ThreadFull
from cowork.store.pending import Pending
from cowork.store.reviews import BALLOT, DecisionFull, RoundFull
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

    `turns` are the decisions asked of the actor now, `naming` where they are asked to name people; `seen` is the version since which
    changes are shown, if any (see `points`), and `comparison` shows them; `undoable` are the decisions that the actor can take back;
    `pending` the comments that they have not sent; `deciders` says who is asked to decide, where open suggestions make that matter.
    """

    draft: Draft
    threads: tuple[ThreadFull, ...]
    review: Review | None
    turns: tuple[Turn, ...]
    seen: VersionFull | None
    undoable: tuple[DecisionFull, ...] = ()
    conditions: tuple[ConditionView, ...] = ()
    points: Points = NO_POINTS
    pending: tuple[Pending, ...] = ()
    deciders: Mapping[PersonId, tuple[str, ...]] = field(default_factory=dict)
    comparison: Comparison | None = None
    naming: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The route of a proposal. While nothing is in review `progress` is a dry run of submitting the newest version.

    `missing` are sentences about what stands in the way of submitting, `requirements` about what later stages need, `left_out` about
    parties that the workflow names and that take no part. `decisions` are as the actor sees them.
    """

    case: Case
    workflow: Workflow
    progress: Progress
    dry_run: bool
    missing: tuple[str, ...]
    rounds: tuple[RoundFull, ...]
    decisions: tuple[DecisionFull, ...]
    version: VersionFull
    review: Review | None = None
    undoable: tuple[DecisionFull, ...] = ()
    conditions: tuple[ConditionView, ...] = ()
    requirements: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    forecast: Forecast | None = None


def page(context: Context, actor: Actor, proposal: ProposalId, since: str = "") -> ReviewPage:
    """The review page: the newest version, where its review stands, and what changed since a point in time. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        threads = tuple(comments.threads(session, proposal, case.lanes))
        rounds, last, submission = reviews.rounds_and_look(session, proposal, actor.person)
        decisions = tuple(reviews.decisions(session, proposal))
        if not reviewing.is_of_phase(case.state):
            rounds, submission = [], None
        points = changes.points_of(context, case, decisions, last, submission, since)
        seen = points.version or case.state.version
        wanted = {case.state.version, seen, *(round_.version for round_ in rounds[:1])}
        versions = {found.number: found for found in specifications.versions(session, proposal, tuple(sorted(wanted)))}
        review = None
        if rounds:
            review = reviewing.review_of(session, context, case.state, rounds[0], versions[rounds[0].version], decisions, rounds)
        free = sections_open(review.progress) if review is not None and case.may(Action.EDIT_IN_REVIEW) else frozenset()
        draft = draft_from(case, versions[case.state.version], free & writable_sections(case) if free else free)
        kept = pending.unsent(session, case)
        suggested = any(thread.suggestion is not None and thread.suggestion.open for thread in threads)
        asked = suggesting.deciders(session, context, case) if suggested else {}
        newest = case.state.version
        compared = changes.compared(session, context, case, versions[seen], versions[newest]) if seen != newest else None
    in_review = review is not None and case.state.standing is Standing.IN_REVIEW
    turns = rules.may_still_decide(review.progress.turns, actor.person) if review is not None and in_review else ()
    return ReviewPage(
        draft, threads, review, turns, versions[seen] if seen != newest else None,
        undoing.offered(context, case, review, decisions), _conditions(context, case, review), points, kept, asked, compared,
        tuple(t for t in review.progress.turns if t.names and t.person == actor.person) if review is not None and in_review else (),
    )  # fmt: skip


def _conditions(context: Context, case: Case, review: Review | None) -> tuple[ConditionView, ...]:
    return conditions.views(context, case, review) if review is not None else ()


def route(context: Context, actor: Actor, proposal: ProposalId) -> RoutePage:
    """The route page. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        rounds = tuple(reviews.rounds(session, proposal))
        review = reviewing.load(session, context, case.state, rounds) if rounds and reviewing.is_of_phase(case.state) else None
        undoable = undoing.offered(context, case, review, review.decisions) if review is not None else ()
        shown = _conditions(context, case, review)
        if review is not None and case.state.standing in (Standing.IN_REVIEW, Standing.APPROVED, Standing.REJECTED):
            return RoutePage(
                case, review.workflow, review.progress, False, (), rounds, _seen(case, review), review.version, review, undoable, shown,
                forecast=_outlook(session, context, proposal, review),
            )
        version = _version(session, proposal, case.state.version)
        dry = reviewing.preview(session, context, case.state, case.workflow, version)
        missing = (*_closed_window(context, dry), *obstacles(case, version, dry.progress))
        needed = later_requirements(dry)
        return RoutePage(
            case, case.workflow, dry.progress, True, missing, rounds, _seen(case, dry), version, review, undoable, shown, needed,
            left_out=left_out(case.state.facts.parties, case.workflow),
            forecast=_outlook(session, context, proposal, dry),
        )


def _seen(case: Case, review: Review) -> tuple[DecisionFull, ...]:
    """The decisions as the actor sees them."""
    return tuple(made.as_seen(case.actor.person) for made in review.decisions)


def _outlook(session: Session, context: Context, proposal: ProposalId, review: Review) -> Forecast | None:
    return reports.outlook(session, context, review.workflow, proposal, review.progress, review.seating.calendars)


def _version(session: Session, proposal: ProposalId, number: int) -> VersionFull:
    found = specifications.version(session, proposal, number)
    if found is None:
        raise NotFound("version")
    return found


def obstacles(case: Case, version: VersionFull, progress: Progress) -> tuple[str, ...]:
    """What stands in the way of submitting, as sentences: what is incomplete, and seats that nobody can take."""
    found = [*_unanswered(case, version), *_absent_sides(case, progress), *_empty_offices(progress), *_nobody_decides(progress)]
    return tuple(dict.fromkeys(found))


def _nobody_decides(progress: Progress) -> list[str]:
    """A route on which nothing is decided approves nothing: its conditions leave every deciding stage out."""
    deciding = [s for s in progress.stages if s.stage.kind in DECIDING or s.stage.kind is StageKind.NOTICE]
    if any(stage.standing is not StageStanding.SKIPPED for stage in deciding):
        return []
    return ["With these answers no stage of this workflow decides anything. Choose another workflow, or look at the answers it asks about."]


def _closed_window(context: Context, dry: Review) -> tuple[str, ...]:
    """The sentence that says when proposals are taken, outside of the times in which they are."""
    sentence = why_not_submit(dry.workflow.windows, dry.seating.calendars.lead.local_day(context.now()))
    return (sentence,) if sentence else ()


def later_requirements(dry: Review) -> tuple[str, ...]:
    """What stages need before they open and what is not there yet, as sentences. What depends on how stages end is left out."""
    needed = [s.stage for s in dry.progress.stages if s.standing is not StageStanding.SKIPPED]
    return tuple(
        f"“{stage.title}” begins only when {wanted.title}."
        for stage in needed
        for wanted in stage.requires
        if not any(fact.startswith("stage.") for fact in facts_in(wanted.that)) and not holds(wanted.that, dry.submission.facts)
    )


def _unanswered(case: Case, version: VersionFull) -> list[str]:
    sections = completeness(case.questions, version.content).sections
    counts = [(case.form.section(section.section).label, len(section.missing)) for section in sections if not section.complete]
    words = ("answer is missing or needs", "answers are missing or need")
    return [f"{label}: {count} {words[count > 1]} mending." for label, count in counts]


def _absent_sides(case: Case, progress: Progress) -> list[str]:
    skipped = {s.stage.key for s in progress.stages if s.standing is StageStanding.SKIPPED}
    sides = {party.side for party in case.state.facts.parties}
    return [
        f"“{stage.title}” asks {seat.title}, but no {seat.side.value} takes part. Choose another workflow."
        for stage in case.workflow.stages
        if stage.key not in skipped
        for seat in stage.seats
        if seat.side is not None and seat.side not in sides and stage.kind in DECIDING
    ]


def _empty_offices(progress: Progress) -> list[str]:
    return [
        f"Nobody holds the office “{place.seat.title}” at {place.bench.party_name}, which “{stage.stage.title}” asks. "
        f"Ask an administrator of {place.bench.party_name} to name somebody."
        for stage in progress.stages
        for place in stage.seats
        if stage.stage.kind in DECIDING and not place.met and not place.members and not (place.bench.conflicted or place.bench.apart)
        if place.seat.naming is None
    ] + [
        f"Nobody who could name the people for “{stage.stage.title}” holds the office “{place.bench.named_by}” at "
        f"{place.bench.party_name}. Ask an administrator of {place.bench.party_name} to fill it."
        for stage in progress.stages
        for place in stage.seats
        if stage.standing is not StageStanding.SKIPPED and place.seat.naming is not None and not (place.bench.namers or place.members)
    ]


def submit(context: Context, actor: Actor, proposal: ProposalId, command: SubmitCommand) -> Progress:
    """Send the newest version through the workflow. Raises Conflict for an older one, Invalid with what is missing."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.SUBMIT_PROPOSAL, lock=True)
        version = _version(session, proposal, case.state.version)
        if (command.version, command.digest) != (version.number, version.digest):
            raise Conflict(f"Version {version.number} was saved since you opened this page. Read it, then submit that one.")
        if any(room.typed_at is not None for room in live.rooms(session, proposal, lock=True)):
            raise Conflict("Somebody wrote in it at this moment. Load the page again and read what they wrote, then submit that version.")
        if len(command.note) > MAX_NOTE:
            raise Invalid([("note", f"Shorten the note to {MAX_NOTE:,} characters.")])
        dry = reviewing.preview(session, context, case.state, case.workflow, version)
        if missing := (*_closed_window(context, dry), *obstacles(case, version, dry.progress)):
            raise Invalid([("submit", sentence) for sentence in missing])
        return _submit(session, context, case, dry, command.note.strip())


def _submit(session: Session, context: Context, case: Case, dry: Review, note: str) -> Progress:
    """Begin the round of the dry run in earnest."""
    state, actor = case.state, case.actor
    round_ = replace(
        dry.round, id=RoundId(context.new_id()), note=note, submitted_by=actor.person, submitted_by_name=actor.name
    )
    review = replace(dry, round=round_)
    reviews.add_round(session, state.id, round_)
    event = ProposalSubmitted(round_.id, round_.number, round_.version, dry.version.digest, state.workflow)
    begun: dict[str, object] = {"standing": Standing.IN_REVIEW.value, "round": round_.number}
    reviewing.settle(session, context, state, review, actor.person, [event], **begun)
    return review.progress


def decide(context: Context, actor: Actor, proposal: ProposalId, command: DecideCommand) -> Progress:
    """Record a decision and let the review move on.

    Comments that the actor has kept for it are sent with it. Everything is read again inside the transaction: the person, their office,
    the stage and the version. Raises Conflict when the review has ended, or the version or the stage is no longer what the page showed,
    Refused for a conflict of interest, Invalid for a missing reason.
    """
    with unit.writing() as session:
        case = _open_to_decide(session, actor, proposal)
        review = reviewing.load(session, context, case.state)
        if review is None:
            raise Conflict("This proposal is not in review, so there is nothing to decide.")
        if rules.decides(command, review.workflow) and (reason := case.why_not(Action.DECIDE)):
            raise Refused(reason)
        kept = pending.unsent(session, case)
        # Comments stand in for a reason where changes are asked for: only then are they counted.
        silent = command.verdict is Verdict.REQUEST_CHANGES and not command.reason.strip()
        written = comments.opened_since(session, proposal, actor.person, review.round.submitted_at) if silent else 0
        written += sum(one.lane is None for one in kept)
        sections = frozenset(section.key for section in case.questions.sections)
        rules.check(command, sections, (review.version.number, review.version.digest), written, review.workflow)
        turn = rules.turn_of(review.progress, actor.person, command)
        rules.may_give(command.verdict, review.workflow, turn, turn.principal in case.state.facts.authors())
        said = pending.released(session, context, case, kept) if kept else []
        columns, review = _recounted(session, context, case, review) if kept else ({}, review)
        made, event = _decision(context, case, review, command, turn)
        reviews.add_decision(session, made.id, proposal, review.round.id, made, turn.office)
        review, more = _with_conditions(session, context, case, review, made, command.conditions)
        after = reviewing.with_decision(context, review, made)
        reviewing.settle(session, context, case.state, after, actor.person, [*said, event, *more], **columns)
        return after.progress


def _open_to_decide(session: Session, actor: Actor, proposal: ProposalId) -> Case:
    """The case for somebody who decides or replies. Whoever was asked in a review that has ended since is told how (Conflict)."""
    case = open_case(session, actor, proposal, Action.READ_PROPOSAL, lock=True)
    if case.state.round and case.state.standing is not Standing.IN_REVIEW and is_seated(actor, case.state.facts):
        raise Conflict(f"This review has ended, so there is nothing left to decide. {case.state.sentence}")
    if reason := case.why_not(Action.REPLY):
        raise Refused(reason)
    return case


def _recounted(session: Session, context: Context, case: Case, review: Review) -> tuple[dict[str, object], Review]:
    """The counters of threads after comments were sent, and the review with the objections that are open now."""
    columns = reviewing.count_threads(session, case.state.id)
    objections = comments.counts(session, case.state.id)[1]
    return columns, replace(review, submission=replace(review.submission, open_objections=objections))


def _decision(context: Context, case: Case, review: Review, command: DecideCommand, turn: Turn) -> tuple[DecisionFull, DecisionMade]:
    """The decision as it is kept, and its event."""
    stage = review.workflow.stage(turn.stage)
    side = next(party.side for party in case.state.facts.parties if party.organisation == turn.party)
    digests = read_digests(stage, side, review.submission.digests)
    if command.files is not None and command.files != files.seen(digests):
        raise Conflict("A file that belongs to this proposal was changed since you looked. Look at its files, then decide again.")
    bench = review.bench_of(turn)
    name = next(holder.name for holder in bench.holders if holder.person == turn.principal)
    key, digest = DecisionId(context.new_id()), review.version.digest
    now = context.now()
    made = rules.decision(command, turn, name, review.round.number, digests, review.workflow.digest, now, stage.secret)
    made = replace(made, id=key, by_name=case.actor.name if made.by else "")
    full = DecisionFull(
        key, made, bench.office_title, bench.names()[turn.party], digest, command.reason.strip(), command.sections,
        ordinal_of(review, made), BALLOT if made.secret else "page",
    )  # fmt: skip
    event = DecisionMade(
        key, review.round.id, turn.stage, turn.seat, turn.party, turn.office, as_seen(made, None).verdict,
        review.version.number, digest, command.sections,
    )  # fmt: skip
    return full, event


def ordinal_of(review: Review, made: Decision) -> int:
    """How many decisions this person gave in this seat on this version before: with it a decision is unique in the database."""
    place = (made.stage, made.seat, made.party, made.person, made.version, made.round)
    others = (d.decision for d in review.decisions)
    return sum((d.stage, d.seat, d.party, d.person, d.version, d.round) == place for d in others)


def _with_conditions(
    session: Session, context: Context, case: Case, review: Review, made: DecisionFull, asked_for: tuple[ConditionCommand, ...]
) -> tuple[Review, list[Event]]:
    """Keep the conditions of an approval: the review with them, and their events. Raises Invalid for an owner who takes no part."""
    people = {p.person: p.name for p in case.state.facts.participants}
    calendar = review.seating.calendars.of(made.decision.party)
    if problems := rules.due_problems(asked_for, calendar.local_day(context.now())):
        raise Invalid(problems)
    found: list[OpenCondition] = []
    events: list[Event] = []
    for asked in asked_for:
        if asked.owner not in people:
            raise Invalid([("conditions", "Choose for each condition who sees to it: one of those who take part.")])
        key = ConditionId(context.new_id())
        interventions.add_condition(
            session, key, case.state.id, review.round.id, made.id, asked.text.strip(), asked.owner, asked.due
        )
        due_at = calendar.end_of(asked.due) if asked.due else None
        found.append(OpenCondition(key, made.id, asked.text.strip(), people[asked.owner], due_at))
        events.append(ConditionSet(key, made.id, review.round.id, made.decision.stage, asked.owner))
    submission = replace(review.submission, conditions=(*review.submission.conditions, *found))
    return replace(review, submission=submission), events


def withdraw(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Take a proposal out of review, so that it can be edited again. Decisions made so far are kept."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.WITHDRAW_PROPOSAL, lock=True)
        running = reviews.rounds(session, proposal)[0]
        reviews.end_round(session, running.id, Standing.WITHDRAWN.value, context.now())
        report_store.end_runs(session, proposal, context.now())
        turns = reviews.replace_turns(session, proposal, (), case.workflow)
        write(
            session, context, case.state, actor.person, [ProposalWithdrawn(running.id)],
            standing=Standing.WITHDRAWN.value, sentence="Withdrawn. Its authors can edit and submit it again.", stages="", due_at=None,
            look_at=None, court="",
        )  # fmt: skip
        tell(session, context, proposal, case.state.event_count, 1, turns)


def running(context: Context, since: datetime | None = None) -> list[ProposalId]:
    """The proposals whose review runs; or only those for a party of which a new day has begun `since` then."""
    now = context.now()
    with unit.reading() as session:
        found = proposals.zones_in_review(session)
    begun = {zone for _, zone in found if since is None or day_of(since, zone) != day_of(now, zone)}
    return list(dict.fromkeys(proposal for proposal, zone in found if zone in begun))


def refresh_by_calendar(context: Context, proposal: ProposalId) -> bool:
    """Write anew where a running review stands, if terms of office that began or ended by the calendar have changed it; whether so.

    It looks before it writes, so that nobody who decides or saves has to wait for it.
    """
    with unit.reading() as session:
        state = proposals.state(session, proposal)
        if state is None or reviewing.is_as_shown(session, context, state):
            return False
    with unit.writing() as session:
        reviewing.refresh(session, context, proposal)
    return True

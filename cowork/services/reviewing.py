"""Where a review stands: gathering what the evaluator needs, and writing down what follows from its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cowork.domain import files
from cowork.domain.conditions import Condition, Content, facts_in
from cowork.domain.events import ChangesRequested, Event, OutlineApproved, ProposalApproved, ProposalRejected
from cowork.domain.ids import DecisionId, JobId, PersonId, ProposalId, RoundId
from cowork.domain.policy import readers_of
from cowork.domain.proposals import Phase, Standing
from cowork.domain.reports import runs
from cowork.domain.specifications import signing
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.form import Form, readable
from cowork.domain.workflows import interventions, renewing
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Bench, OpenCondition, Outcome, Progress, StageStanding, Submission, Turn
from cowork.services import changed_sections, referring, saving, seating
from cowork.services.cases import asked_in, write
from cowork.services.context import Context
from cowork.services.seating import Seating
from cowork.services.telling import informed_by, tell
from cowork.store import comments, definitions, jobs, programmes, proposals, reports, reviews, signatures, specifications
from cowork.store import interventions as acts_store
from cowork.store.interventions import Acts, ConditionFull
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull, RoundFull
from cowork.store.specifications import VersionFull

OUTLINE_APPROVED = "outline-approved"
"""How a round ends in which an outline was accepted: the proposal is a draft again, with the whole form."""

CLOSED = frozenset({"closed", "waived"})
"""The standings in which a condition of an approval no longer holds anything up."""


@dataclass(frozen=True, slots=True)
class Review:
    """A round with everything that says where it stands. `workflow` is the one it runs under, its extra stages included."""

    round: RoundFull
    workflow: Workflow
    version: VersionFull
    decisions: tuple[DecisionFull, ...]
    seating: Seating
    acts: Acts
    submission: Submission
    progress: Progress

    @property
    def benches(self) -> tuple[Bench, ...]:
        return self.seating.benches

    @property
    def sitting(self) -> tuple[Bench, ...]:
        """The benches as they were evaluated: with substitutes, without those who are to be apart."""
        return tuple(seat.bench for stage in self.progress.stages for seat in stage.seats)

    def bench_of(self, turn: Turn) -> Bench:
        """The bench on which a turn is asked. Raises LookupError where there is none."""
        for bench in self.sitting:
            if (bench.stage, bench.seat) == (turn.stage, turn.seat) and turn.party in bench.parties:
                return bench
        raise LookupError(f"no bench at {turn.stage}/{turn.seat} for {turn.party}")


def load(session: Session, context: Context, state: ProposalState, rounds: Sequence[RoundFull] | None = None) -> Review | None:
    """The newest round of a proposal with where it stands, or None before the first submission. `rounds` where they are known already."""
    rounds = reviews.rounds(session, state.id) if rounds is None else rounds
    if not rounds:
        return None
    decisions = tuple(reviews.decisions(session, state.id))
    version = specifications.version(session, state.id, rounds[0].version)
    if version is None:
        raise LookupError(f"version {rounds[0].version} of proposal {state.id} is gone")
    return review_of(session, context, state, rounds[0], version, decisions, rounds)


def review_of(
    session: Session,
    context: Context,
    state: ProposalState,
    round_: RoundFull,
    version: VersionFull,
    decisions: tuple[DecisionFull, ...],
    rounds: Sequence[RoundFull] = (),
    acts: Acts | None = None,
) -> Review:
    """A round evaluated, from what was loaded already. `rounds` are all of the proposal's, where the round has predecessors; `acts` are
    what was done to them, where that is known.
    """
    if acts is None:
        touched = any(one.touched for one in (round_, *rounds))
        acts = acts_store.acts(session, state.id) if touched else Acts()
    own = acts.of_round(round_.number)
    workflow = interventions.amended(definitions.workflow(session, round_.workflow), own)
    seats = seating.gather(session, context, state.facts, workflow, acts.for_seats(workflow, round_.number, state.intake_rounds))
    form = definitions.form(session, state.form)
    asked = asked_facts(session, state, form, workflow, round_, version)
    submission = submission_of(state, form, workflow, round_, version, decisions, acts, seats, asked)
    made = [one.decision for one in decisions]
    submission = renewing.renewed(workflow, submission, made, seats.benches, context.now())
    return evaluated(context, Review(round_, workflow, version, decisions, seats, acts, submission, _NOWHERE))


_NOWHERE = Progress(Outcome.IN_REVIEW, (), (), (), "", ())
"""Before the first evaluation."""


def evaluated(context: Context, review: Review) -> Review:
    """The review with its progress worked out anew, as of now; an approved round as of its end, so that nothing in it runs out."""
    decisions = [made.decision for made in review.decisions]
    progress = evaluate(
        review.workflow, review.submission, decisions, review.benches, review.seating.calendars, _as_of(context, review.round)
    )
    return replace(review, progress=progress, submission=replace(review.submission, referrals=progress.referrals))


def _as_of(context: Context, round_: RoundFull) -> datetime:
    return round_.ended_at or context.now()


def with_decision(context: Context, review: Review, *made: DecisionFull) -> Review:
    """The same review after further decisions."""
    return evaluated(context, replace(review, decisions=(*review.decisions, *made)))


def submission_of(
    state: ProposalState,
    form: Form,
    workflow: Workflow,
    round_: RoundFull,
    version: VersionFull,
    decisions: Sequence[DecisionFull],
    acts: Acts,
    seats: Seating,
    asked: Content,
) -> Submission:
    """What is in review, as the evaluator is given it. `asked` are the facts of `asked_facts`."""
    own = acts.of_round(round_.number)
    return Submission(
        round=round_.number,
        version=version.number,
        submitted_at=round_.submitted_at,
        facts={**facts_of(state, form, workflow, round_, version.content), **asked},
        digests={**version.section_digests, **files.digests(state.attached)},
        open_objections=state.open_objections,
        conditions=tuple(_condition(one, seats) for one in acts.conditions if _is_open(one, decisions)),
        holds=interventions.holds(own),
        overrides=interventions.overrides(own),
        sittings=acts.sittings,
        earlier_workflows=interventions.earlier_workflows(own),
        facts_at=version.at if version.at > round_.submitted_at else None,
        referrals=interventions.referrals(acts.interventions),
        renewals=interventions.renewals(acts.interventions),
    )


def facts_of(state: ProposalState, form: Form, workflow: Workflow, round_: RoundFull, content: Content) -> Content:
    """The answers with what conditions may ask beside them: the sections "proposal", "files" and, where the workflow asks it, "complete".

    A file counts when it had not expired on the day of the submission, so that no stage is undone by the calendar.
    """
    sides = [party.side.value for party in state.facts.parties]
    day = round_.submitted_at.astimezone(ZoneInfo(state.facts.lead().zone)).date()
    proposal = {
        "kind": state.kind.value, "round": round_.number - state.intake_rounds, "employers": sides.count("employer"),
        "universities": sides.count("university"), "month": day.month, "day": day.day,
    }  # fmt: skip
    facts = {**content, "proposal": proposal, files.SECTION: files.facts(state.attached, day)}
    if any(fact.startswith("complete.") for condition in _conditions(workflow) for fact in facts_in(condition)):
        asked = completeness(asked_in(state, form), content)
        facts["complete"] = {section.section: section.complete for section in asked.sections}
    return facts


def asked_facts(
    session: Session, state: ProposalState, form: Form, workflow: Workflow, round_: RoundFull, version: VersionFull
) -> Content:
    """The sections "signed" and "changed", each where the workflow asks it."""
    signed = signed_facts(session, state, form, workflow, version.content)
    if not any(fact.startswith("changed.") for condition in _conditions(workflow) for fact in facts_in(condition)):
        return signed
    return {**signed, **changed_sections.facts(session, state, form, round_, version)}


def signed_facts(session: Session, state: ProposalState, form: Form, workflow: Workflow, content: Content) -> Content:
    """The section "signed" where a workflow asks it: whether every row of a list is signed by an employer as it reads."""
    if not any(fact.startswith("signed.") for condition in _conditions(workflow) for fact in facts_in(condition)):
        return {}
    given, shared = signatures.standing(session, state.id), readable(form, content, frozenset())
    lists = {"tasks": signing.TASKS, "outcomes": signing.OUTCOMES}
    return {"signed": {key: signing.all_signed(shared, path, given) for key, path in lists.items()}}


def _conditions(workflow: Workflow) -> list[Condition]:
    when = [stage.when for stage in workflow.stages if stage.when is not None]
    return [*when, *(needed.that for stage in workflow.stages for needed in stage.requires)]


def _is_open(one: ConditionFull, decisions: Sequence[DecisionFull]) -> bool:
    """Whether a condition holds approval: it is neither closed nor waived, and the approval it belongs to was not taken back."""
    undone = {made.id for made in decisions if made.decision.undone_at is not None}
    return one.standing not in CLOSED and one.decision not in undone


def _condition(one: ConditionFull, seats: Seating) -> OpenCondition:
    due_at = seats.calendars.of(one.party).end_of(one.due) if one.due else None
    return OpenCondition(one.id, one.decision, one.text, one.owner_name, due_at, one.party if one.standing == "reported" else None)


def preview(session: Session, context: Context, state: ProposalState, workflow: Workflow, version: VersionFull) -> Review:
    """A dry run: the round that would begin, and where it would stand, if this version were submitted now."""
    round_ = RoundFull(
        RoundId(""), state.round + 1, version.number, workflow.digest, "", PersonId(""), "", context.now(), Outcome.IN_REVIEW.value, None
    )
    if not state.round:
        return review_of(session, context, state, round_, version, ())
    rounds = reviews.rounds(session, state.id)
    return review_of(session, context, state, round_, version, tuple(reviews.decisions(session, state.id)), rounds)


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
    return frozenset(review.progress.turns) == reviews.turns(session, state.id) and projections(state, review.progress) == shown(state)


def shown(state: ProposalState) -> dict[str, object]:
    """The projections of a review as the proposal's row has them."""
    return {
        "sentence": state.sentence, "stages": state.stages, "due_at": state.due_at, "look_at": state.look_at, "court": state.court,
    }  # fmt: skip


def settle(
    session: Session, context: Context, state: ProposalState, review: Review, actor: PersonId | None, events: list[Event], **more: object
) -> None:
    """Append what happened, write the projections of the review and, when it has ended, its end."""
    progress, now = review.progress, context.now()
    _seat(session, state, review, now)
    turns = reviews.replace_turns(session, state.id, progress.turns, review.workflow)
    columns = {**more, **projections(state, progress)}
    by = actor or review.round.submitted_by
    events = [*events, *referring.record(session, context, state.id, review.round.id, review.acts, review.submission, progress, by)]
    opens = progress.outcome is Outcome.APPROVED and state.phase is Phase.OUTLINE
    if progress.outcome is not Outcome.IN_REVIEW:
        events = [*events, OutlineApproved(review.round.id, review.version.number, review.version.digest) if opens else _ending(review)]
        columns["standing"] = Standing(progress.outcome.value).value
        reviews.end_round(session, review.round.id, OUTLINE_APPROVED if opens else progress.outcome.value, now)
    if opens:
        columns |= _whole_form(session, state, review)
    elif progress.outcome is Outcome.APPROVED:
        _approve(session, context, state, review)
    ended_at = None if progress.outcome is Outcome.IN_REVIEW else now
    reports.write_runs(session, state.id, review.round.number, review.workflow.key, runs(progress, review.submission.holds, ended_at))
    write(session, context, state, actor, events, **columns)
    tell(session, context, state.id, state.event_count, len(events), turns, informed_by(progress))


def _whole_form(session: Session, state: ProposalState, review: Review) -> dict[str, object]:
    """The columns of an outline that was accepted: a draft of the whole form, with everything that was typed, on its way to approval."""
    whole = replace(state, phase=Phase.FULL)
    workflow = definitions.workflow(session, state.full_workflow or state.workflow)
    return {
        "standing": Standing.DRAFT.value, "phase": Phase.FULL.value, "workflow": workflow.digest, "workflow_title": workflow.title,
        "full_workflow": None, "intake_rounds": review.round.number, "stages": "", "due_at": None, "look_at": None, "court": "",
        "sentence": "The outline was accepted. Its authors write the whole proposal now.",
        **saving.projections(whole, definitions.form(session, state.form), review.version.content),
    }  # fmt: skip


def is_of_phase(state: ProposalState) -> bool:
    """Whether the newest round is one of the phase that the proposal is in: those of an accepted outline are history."""
    return state.round > state.intake_rounds


def _seat(session: Session, state: ProposalState, review: Review, now: datetime) -> None:
    """Let everybody who is asked read the proposal, from the moment they are."""
    offices, people = seating.asked((*review.benches, *review.sitting), now)
    new_offices, new_people = offices - state.facts.seated, people - state.facts.seated_people
    if new_offices or new_people:
        proposals.seat_offices(session, state.id, new_offices)
        proposals.seat_people(session, state.id, new_people)
        facts = replace(state.facts, seated=state.facts.seated | offices, seated_people=state.facts.seated_people | people)
        proposals.let_read(session, facts, readers_of(facts) - readers_of(state.facts), state.updated_at)


def projections(state: ProposalState, progress: Progress) -> dict[str, object]:
    """The columns of a proposal's row that repeat where its review stands."""
    running = [stage for stage in progress.stages if stage.standing is StageStanding.OPEN]
    in_review = progress.outcome is Outcome.IN_REVIEW
    due = [stage.due_at for stage in running if stage.due_at is not None]
    names = {party.organisation: party.name for party in state.facts.parties}
    return {
        "sentence": progress.sentence,
        "stages": ", ".join(stage.stage.title for stage in running)[:300] if in_review else "",
        "due_at": min(due) if due and in_review else None,
        "look_at": progress.look_at,
        "court": ", ".join(names[party] for party in progress.court if party in names)[:500],
    }


def _ending(review: Review) -> Event:
    progress = review.progress
    if progress.outcome is Outcome.APPROVED:
        return ProposalApproved(review.round.id, review.version.number, review.version.digest, _counted(review))
    ending = sorted((s for s in progress.stages if s.ends), key=lambda s: s.met_at or review.round.submitted_at)
    refused = [stage.stage.against or stage.stage.key for stage in ending]
    stage = progress.ended_by.stage if progress.ended_by else next(iter(refused), "")
    if progress.outcome is Outcome.REJECTED:
        return ProposalRejected(review.round.id, stage)
    return ChangesRequested(review.round.id, stage, any(s.lapsed for s in ending if s.stage.key == stage))


def _counted(review: Review) -> tuple[DecisionId, ...]:
    """The approvals on which the outcome rests, and all votes of secret ballots that counted, in the order they were made."""
    seats = [seat for stage in review.progress.stages for seat in stage.seats]
    counted = {d.id for seat in seats for d in (*seat.counted, *(seat.positions if seat.secret and not seat.sealed else ()))}
    return tuple(full.id for full in review.decisions if full.id in counted)


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

"""Where a round stands: a pure function of its workflow, the submitted version, the decisions and the people in their offices.

Nothing is stored that could disagree with it. The rules, in short:

- A stage whose `when` is not true of the facts is skipped. A stage opens when all stages in its `after` are over; a skipped stage
  is over as soon as those before it are.
- A seat stands once for every party of its side. A stage is met when each of these benches fulfils the seat's rule; a seat
  without any bench, or without one for a party of its side, is never fulfilled.
- An approval counts while the sections that its stage reads are what they were when it was given, whichever round it was given
  in. It never counts where its author is conflicted or the workflow is another.
- The first request for changes or rejection of the present round ends it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter

from cowork.domain.conditions import Content, holds
from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Rule, RuleKind, Seat, Stage, Workflow
from cowork.domain.workflows.progress import (
    Bench,
    Decision,
    Holder,
    Outcome,
    Progress,
    SeatProgress,
    StageProgress,
    StageStanding,
    Submission,
    Turn,
    Verdict,
)
from cowork.domain.workflows.sentences import needs_of, sentence_of

_BenchKey = tuple[str, str, OrganisationId]


def evaluate(
    workflow: Workflow,
    submission: Submission,
    decisions: Sequence[Decision],
    benches: Sequence[Bench],
    calendar: Calendar,
) -> Progress:
    """Say where the round stands, who is asked now and what is still needed.

    `decisions` are all decisions of the proposal in any order, those of earlier rounds included; `benches` are the seats as they
    are held now. Raises graphlib.CycleError for a workflow whose stages wait for each other (loading refuses those).
    """
    known = [decision for decision in decisions if decision.round <= submission.round]
    seats = _seat_progress(workflow, submission, known, benches)
    stages = _stage_progress(workflow, submission, seats, calendar)
    ended_by = _ended_by(known, submission.round)
    outcome = _outcome(stages, submission, ended_by)
    in_review = outcome is Outcome.IN_REVIEW
    needs = needs_of(stages, submission.open_objections, calendar) if in_review else ()
    return Progress(
        outcome=outcome,
        stages=stages,
        turns=_turns(stages) if in_review else (),
        needs=needs,
        sentence=sentence_of(outcome, needs, ended_by, calendar),
        court=_court(stages) if in_review else (),
        ended_by=ended_by,
    )


def read_digests(stage: Stage, side: Side, digests: Mapping[str, str]) -> dict[str, str]:
    """The digests that a decision of this side on this stage depends on: what the stage reads, as far as the side can see it.

    Keys are "section" for what everybody reads and "section@university" or "section@employer" for the private lane of a side.
    A service records exactly this with each decision.
    """
    return {key: digest for key, digest in digests.items() if _is_read(stage, side, key)}


def _is_read(stage: Stage, side: Side, key: str) -> bool:
    section, _, lane = key.partition("@")
    return lane in ("", side.value) and (stage.reads is None or section in stage.reads)


def is_skipped(stage: Stage, facts: Content) -> bool:
    """Whether these facts make the stage unnecessary."""
    return stage.when is not None and not holds(stage.when, facts)


def _chronological(decision: Decision) -> tuple[object, ...]:
    """By time; the rest makes the order one and the same whatever order the decisions came in."""
    return (
        decision.at,
        decision.round,
        decision.version,
        decision.verdict.value,
        decision.stage,
        decision.seat,
        decision.party,
        decision.person,
        tuple(sorted(decision.digests.items())),
    )


def _seat_progress(
    workflow: Workflow, submission: Submission, decisions: Iterable[Decision], benches: Sequence[Bench]
) -> dict[str, tuple[SeatProgress, ...]]:
    """The benches of every stage, in the order of its seats, each with its valid approvals."""
    latest: dict[_BenchKey, dict[PersonId, Decision]] = {}
    for decision in sorted(decisions, key=_chronological):
        if decision.workflow == workflow.digest:
            latest.setdefault((decision.stage, decision.seat, decision.party), {})[decision.person] = decision
    return {
        stage.key: tuple(
            _bench_progress(stage, seat, bench, latest.get((stage.key, seat.key, bench.party), {}), submission)
            for seat in stage.seats
            for bench in _benches_of(workflow, stage, seat, benches)
        )
        for stage in workflow.stages
    }


def _benches_of(workflow: Workflow, stage: Stage, seat: Seat, benches: Sequence[Bench]) -> tuple[Bench, ...]:
    """The benches of a seat; an empty one stands for a party of its side that was given none, so that no key is left out."""
    given = tuple(bench for bench in benches if (bench.stage, bench.seat) == (stage.key, seat.key))
    seats = {(other.key, own.key) for other in workflow.stages for own in other.seats if own.side is seat.side}
    parties = {bench.party: bench.party_name for bench in benches if (bench.stage, bench.seat) in seats}
    absent = parties.keys() - {bench.party for bench in given}
    return given + tuple(
        Bench(stage.key, seat.key, party, name, None, seat.title, ()) for party, name in parties.items() if party in absent
    )


def _bench_progress(stage: Stage, seat: Seat, bench: Bench, latest: Mapping[PersonId, Decision], submission: Submission) -> SeatProgress:
    conflicted = {holder.person for holder in bench.conflicted}
    available = {holder.person: holder for holder in bench.holders if holder.person not in conflicted}
    current = read_digests(stage, seat.side, submission.digests)
    counted: list[Decision] = []
    stale: list[Decision] = []
    for person, decision in latest.items():
        if decision.verdict is not Verdict.APPROVE or person in conflicted:
            continue
        if seat.rule.kind is RuleKind.ALL and person not in available:
            continue  # everybody who holds the office now is asked: who held it before makes no difference
        (counted if read_digests(stage, seat.side, decision.digests) == current else stale).append(decision)
    counted.sort(key=_chronological)
    met_at = _fulfilled_at(seat.rule, counted, available)
    approved = {decision.person for decision in counted}
    missing = () if met_at else tuple(holder for person, holder in available.items() if person not in approved)
    return SeatProgress(
        seat=seat,
        bench=bench,
        needed=_needed(seat.rule, available),
        counted=tuple(counted),
        stale=tuple(sorted(stale, key=_chronological)),
        missing=missing,
        met=met_at is not None,
        met_at=met_at,
    )


def _needed(rule: Rule, available: Mapping[PersonId, Holder]) -> int:
    """How many approvals fulfil the rule. At least one: an office that nobody holds approves nothing."""
    if rule.kind is RuleKind.ALL:
        return max(len(available), 1)
    return max(rule.count or 1, 1) if rule.kind is RuleKind.AT_LEAST else 1


def _fulfilled_at(rule: Rule, counted: Sequence[Decision], available: Mapping[PersonId, Holder]) -> datetime | None:
    """When the approval came that fulfilled the rule; None while it is not fulfilled. `counted` is in order of time."""
    needed = _needed(rule, available)
    return counted[needed - 1].at if len(counted) >= needed else None


@dataclass(frozen=True, slots=True)
class _Times:
    opened_at: datetime | None
    over_at: datetime | None


def _stage_progress(
    workflow: Workflow, submission: Submission, seats: Mapping[str, tuple[SeatProgress, ...]], calendar: Calendar
) -> tuple[StageProgress, ...]:
    order = TopologicalSorter({stage.key: stage.after for stage in workflow.stages}).static_order()
    times: dict[str, _Times] = {}
    for key in order:
        stage = workflow.stage(key)
        before = [times[earlier].over_at for earlier in stage.after]
        ends = [moment for moment in before if moment is not None]
        opened_at = max([submission.submitted_at, *ends]) if len(ends) == len(before) else None
        over_at = opened_at if is_skipped(stage, submission.facts) else _met_at(stage, seats[key], opened_at)
        times[key] = _Times(opened_at, over_at)
    return tuple(_stage(stage, submission, seats[stage.key], times[stage.key], calendar) for stage in workflow.stages)


def _met_at(stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime | None) -> datetime | None:
    """When the last rule was fulfilled, but not before the stage opened; None while it is not open or something is missing."""
    held = {progress.seat.key for progress in seats}
    if opened_at is None or not seats or any(seat.key not in held for seat in stage.seats):
        return None
    moments = [progress.met_at for progress in seats if progress.met_at is not None]
    return max([opened_at, *moments]) if len(moments) == len(seats) else None


def _stage(stage: Stage, submission: Submission, seats: tuple[SeatProgress, ...], times: _Times, calendar: Calendar) -> StageProgress:
    if is_skipped(stage, submission.facts):
        return StageProgress(stage, StageStanding.SKIPPED, seats, None, None, None)
    if times.opened_at is None:
        return StageProgress(stage, StageStanding.WAITING, seats, None, None, None)
    due_at = calendar.add_working_days(times.opened_at, stage.due_days) if stage.due_days else None
    standing = StageStanding.OPEN if times.over_at is None else StageStanding.MET
    return StageProgress(stage, standing, seats, times.opened_at, due_at, times.over_at)


def _ended_by(decisions: Iterable[Decision], current_round: int) -> Decision | None:
    ending = (d for d in decisions if d.round == current_round and d.verdict is not Verdict.APPROVE)
    return min(ending, key=_chronological, default=None)


def _outcome(stages: Sequence[StageProgress], submission: Submission, ended_by: Decision | None) -> Outcome:
    if ended_by is not None:
        return Outcome.REJECTED if ended_by.verdict is Verdict.REJECT else Outcome.CHANGES_REQUESTED
    over = all(progress.standing in (StageStanding.MET, StageStanding.SKIPPED) for progress in stages)
    return Outcome.APPROVED if over and submission.open_objections == 0 else Outcome.IN_REVIEW


def _turns(stages: Sequence[StageProgress]) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            stage=progress.stage.key,
            seat=seat.seat.key,
            party=seat.bench.party,
            office=seat.bench.office,
            person=holder.person,
            opened_at=progress.opened_at,
            due_at=progress.due_at,
        )
        for progress in stages
        if progress.standing is StageStanding.OPEN and progress.opened_at is not None
        for seat in progress.seats
        for holder in seat.missing
    )


def _court(stages: Sequence[StageProgress]) -> tuple[OrganisationId, ...]:
    """The parties with something to do now: to decide, or to name somebody who can."""
    parties = (
        seat.bench.party for progress in stages if progress.standing is StageStanding.OPEN for seat in progress.seats if not seat.met
    )
    return tuple(dict.fromkeys(parties))

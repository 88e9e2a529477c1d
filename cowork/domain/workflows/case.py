"""One evaluation: what it is asked about, with the decisions that stand and the times at which the round was sent back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.workflows import voting
from cowork.domain.workflows.definition import Dissent, StageKind, Workflow
from cowork.domain.workflows.progress import APPROVALS, DISSENTS, Bench, Calendars, Decision, Submission, Verdict
from cowork.domain.workflows.substitutes import filled


@dataclass(frozen=True, slots=True)
class Case:
    """What `evaluate` was given, with the decisions that stand. `made` are these and those that were sent back.

    `cuts`: until when decisions count no more, by stage; `restarts`: when the stages that it was sent back to began anew.
    """

    workflow: Workflow
    submission: Submission
    decisions: tuple[Decision, ...]
    made: tuple[Decision, ...]
    benches: Mapping[tuple[str, str], tuple[Bench, ...]]
    sides: Mapping[OrganisationId, Side]
    calendars: Calendars
    now: datetime
    cuts: Mapping[str, datetime]
    restarts: Mapping[str, datetime]


def case_of(
    workflow: Workflow,
    submission: Submission,
    decisions: Iterable[Decision],
    benches: Sequence[Bench],
    calendars: Calendars,
    now: datetime,
) -> Case:
    """What stands of this, and what it was sent back to."""
    accepted = {workflow.digest, *submission.earlier_workflows}
    standing = sorted(
        (d for d in decisions if d.round <= submission.round and d.workflow in accepted and d.undone_at is None), key=chronological
    )
    by_seat: dict[tuple[str, str], tuple[Bench, ...]] = {}
    for bench in benches:
        own = filled(bench, standing, left_out(workflow, bench.stage, standing)) if bench.substitutes else bench
        by_seat[bench.stage, bench.seat] = (*by_seat.get((bench.stage, bench.seat), ()), own)
    cuts, restarts = _sent_back(workflow, standing, by_seat)
    kept = tuple(d for d in standing if d.verdict is Verdict.RECUSE or d.stage not in cuts or d.at > cuts[d.stage])
    sides = _sides(workflow, benches)
    return Case(workflow, submission, kept, tuple(standing), by_seat, sides, calendars, now, cuts, restarts)


def left_out(workflow: Workflow, stage: str, made: Iterable[Decision]) -> frozenset[PersonId]:
    """Who decided at the stages from which this one is apart, in their own name or as somebody's deputy, sent back or not.

    Who is only asked what they think decides nothing, nor does who abstains.
    """
    apart = {key for one in workflow.stages if one.key == stage for key in one.apart}
    asked = {one.key for one in workflow.stages if one.key in apart and one.kind is not StageKind.CONSULT}
    found = [d for d in made if d.stage in asked and d.verdict in APPROVALS | DISSENTS | {Verdict.OBJECT}]
    return frozenset(person for d in found for person in (d.person, d.by) if person is not None)


def _sides(workflow: Workflow, benches: Iterable[Bench]) -> dict[OrganisationId, Side]:
    """The side of each party, as far as the seats it has tell."""
    sides = {(stage.key, seat.key): seat.side for stage in workflow.stages for seat in stage.seats}
    found = {b.party: side for b in benches if (side := b.side or sides.get((b.stage, b.seat))) is not None}
    return found | {party: side for b in benches for party, side in b.sides().items()}


def _sent_back(
    workflow: Workflow, decisions: Iterable[Decision], benches: Mapping[tuple[str, str], tuple[Bench, ...]]
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Until when decisions count no more, by stage; and when the stages that it was sent back to began anew.

    Only somebody who sat there could send it back; what an earlier round sent back does not come alive in the next one.
    """
    cuts: dict[str, datetime] = {}
    restarts: dict[str, datetime] = {}
    known = {stage.key for stage in workflow.stages}
    for d in decisions:
        if d.back_to not in known or d.verdict is not Verdict.REQUEST_CHANGES or _counts(workflow, d):
            continue
        if not any(d.party in b.parties and voting.sits(b, d.person, d.at) for b in benches.get((d.stage, d.seat), ())):
            continue
        if d.stage in cuts and d.at <= cuts[d.stage]:
            continue  # it was itself overtaken by an earlier one
        restarts[d.back_to] = max(d.at, restarts.get(d.back_to, d.at))
        for key in workflow.behind(d.back_to):
            cuts[key] = max(d.at, cuts.get(key, d.at))
    return cuts, restarts


def _counts(workflow: Workflow, decision: Decision) -> bool:
    """Whether a dissent is one vote among several, so that alone it moves nothing."""
    for stage in workflow.stages:
        for seat in stage.seats:
            if (stage.key, seat.key) == (decision.stage, decision.seat):
                return seat.rule.dissent is Dissent.COUNTS
    return False


def chronological(decision: Decision) -> tuple[object, ...]:
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

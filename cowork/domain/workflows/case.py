"""One evaluation: what it is asked about, with the decisions that stand and the times at which the round was sent back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.workflows import once, voting
from cowork.domain.workflows.definition import Dissent, StageKind, Workflow
from cowork.domain.workflows.progress import APPROVALS, DISSENTS, Bench, Calendars, Decision, Referral, Submission, Verdict
from cowork.domain.workflows.substitutes import filled


@dataclass(frozen=True, slots=True)
class Case:
    """What `evaluate` was given, with the decisions that stand. `made` are these and those that were sent back.

    `cuts`: until when decisions count no more, by stage; `restarts`: when the stages that it was sent back to began anew;
    `referrals`: where a refusal sent it back by itself. `expired` are approvals of the stage in question that have run out.
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
    referrals: tuple[Referral, ...] = ()
    expired: tuple[Decision, ...] = ()


def case_of(
    workflow: Workflow,
    submission: Submission,
    decisions: Iterable[Decision],
    benches: Sequence[Bench],
    calendars: Calendars,
    now: datetime,
) -> Case:
    """What stands of this, and what it was sent back to."""
    decisions = tuple(decisions)
    accepted = {workflow.digest, *submission.earlier_workflows}
    accepted_ones = (d for d in decisions if d.round <= submission.round and d.workflow in accepted and d.undone_at is None)
    standing = sorted(once.in_every_seat(workflow, accepted_ones, benches), key=chronological)
    by_seat: dict[tuple[str, str], tuple[Bench, ...]] = {}
    for bench in benches:
        own = filled(bench, standing, left_out(workflow, bench.stage, standing)) if bench.substitutes else bench
        by_seat[bench.stage, bench.seat] = (*by_seat.get((bench.stage, bench.seat), ()), own)
    undone = {d.id for d in decisions if d.undone_at is not None}
    referrals = tuple(one for one in submission.referrals if not one.decisions & undone)
    sides = sides_of(workflow, benches)
    return _cut(Case(workflow, submission, (), tuple(standing), by_seat, sides, calendars, now, {}, {}, referrals))


def referred(case: Case, referral: Referral) -> Case:
    """The case after a refusal sent it back."""
    return _cut(replace(case, referrals=(*case.referrals, referral)))


def _cut(case: Case) -> Case:
    """The case with what was sent back in it, and with the decisions that stand after that."""
    cuts, restarts = _sent_back(case)
    kept = tuple(d for d in case.made if d.verdict is Verdict.RECUSE or d.stage not in cuts or d.at > cuts[d.stage])
    return replace(case, decisions=kept, cuts=cuts, restarts=restarts)


def left_out(workflow: Workflow, stage: str, made: Iterable[Decision]) -> frozenset[PersonId]:
    """Who decided at the stages from which this one is apart, in their own name or as somebody's deputy, sent back or not. Of a stage
    that runs beside this one, it is who decided there before they did here.

    Who is only asked what they think decides nothing, nor does who abstains.
    """
    apart = {key for one in workflow.stages if one.key == stage for key in one.apart}
    asked = {one.key for one in workflow.stages if one.key in apart and one.kind is not StageKind.CONSULT}
    if not asked:
        return frozenset()
    before, acts = workflow.before(stage), [d for d in made if d.verdict in APPROVALS | DISSENTS | {Verdict.OBJECT}]
    first_here: dict[PersonId, datetime] = {}
    for person, at in ((person, d.at) for d in acts if d.stage == stage for person in _actors(d)):
        first_here[person] = min(at, first_here.get(person, at))
    return frozenset(
        person
        for d in acts
        if d.stage in asked
        for person in _actors(d)
        if d.stage in before or person not in first_here or d.at <= first_here[person]
    )


def _actors(decision: Decision) -> tuple[PersonId, ...]:
    return tuple(person for person in (decision.person, decision.by) if person is not None)


def sides_of(workflow: Workflow, benches: Iterable[Bench]) -> dict[OrganisationId, Side]:
    """The side of each party, as far as the seats it has tell."""
    sides = {(stage.key, seat.key): seat.side for stage in workflow.stages for seat in stage.seats}
    found = {b.party: side for b in benches if (side := b.side or sides.get((b.stage, b.seat))) is not None}
    return found | {party: side for b in benches for party, side in b.sides().items()}


def _sent_back(case: Case) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Until when decisions count no more, by stage; and when the stages that it was sent back to began anew.

    Only somebody who sat there could send it back; what an earlier round sent back does not come alive in the next one.
    """
    cuts: dict[str, datetime] = {}
    restarts: dict[str, datetime] = {}
    known = {stage.key for stage in case.workflow.stages}
    acts: list[Decision | Referral] = sorted((*case.made, *case.referrals), key=lambda act: act.at)
    for act in acts:
        back_to = act.to if isinstance(act, Referral) else act.back_to
        if back_to is None or back_to not in known or not (isinstance(act, Referral) or _sends_back(case, act)):
            continue
        if isinstance(act, Decision) and act.stage in cuts and act.at <= cuts[act.stage]:
            continue  # it was itself overtaken by an earlier one
        restarts[back_to] = max(act.at, restarts.get(back_to, act.at))
        for key in case.workflow.behind(back_to):
            cuts[key] = max(act.at, cuts.get(key, act.at))
    return cuts, restarts


def _sends_back(case: Case, d: Decision) -> bool:
    """Whether a request for changes sends it back alone: not as one vote among several, nor from somebody who did not sit there."""
    if d.verdict is not Verdict.REQUEST_CHANGES or _counts(case.workflow, d):
        return False
    return any(d.party in b.parties and voting.sits(b, d.person, d.at) for b in case.benches.get((d.stage, d.seat), ()))


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

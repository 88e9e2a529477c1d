"""Where a round stands: a pure function of its workflow, the submitted version, the decisions, the people and the time.

Nothing is stored that could disagree with it. What a bench is worth is said in `voting`. The rules of the route, in short:

- A stage whose `when` is not true of the facts is skipped; `when` may ask how earlier stages ended (the section "stage"). A stage
  opens when all stages in its `after` are over and what it `requires` is there; a skipped stage is over as soon as those before it are.
- A seat stands once for every party that it names; `keys` says how many of these benches must be fulfilled, `needed` how many seats.
  A seat without any bench, or without one for a party of its side, is never fulfilled.
- A consultation is over when everybody has answered or its term ends; a notice when its term ends without an objection, or
  everybody has said that they have none; who is informed is asked nothing.
- Refused is a stage that can no longer be fulfilled. That ends the round, or (advisory stages) the route goes on. A request for
  changes that names an earlier stage sends the round back there: what was decided there and behind it until then counts no more.
- Approved is a round whose stages are over, at least one of them by approval, with no objection and no condition open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from graphlib import TopologicalSorter

from cowork.domain.conditions import Content, Value, facts_in, holds
from cowork.domain.ids import OrganisationId, Side
from cowork.domain.workflows import voting
from cowork.domain.workflows.definition import DECIDING, Dissent, Parties, Refusal, Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.progress import (
    DISSENTS,
    OVER,
    Bench,
    Calendars,
    Decision,
    Outcome,
    Override,
    Progress,
    SeatProgress,
    StageProgress,
    StageStanding,
    Submission,
    Turn,
    Verdict,
)
from cowork.domain.workflows.sentences import needs_of, sentence_of


@dataclass(frozen=True, slots=True)
class _Case:
    """One call of `evaluate`: what it was given, the decisions that stand, and the times at which the round was sent back."""

    workflow: Workflow
    submission: Submission
    decisions: tuple[Decision, ...]
    benches: Mapping[tuple[str, str], tuple[Bench, ...]]
    sides: Mapping[OrganisationId, Side]
    calendars: Calendars
    now: datetime
    cuts: Mapping[str, datetime]
    restarts: Mapping[str, datetime]


def evaluate(
    workflow: Workflow,
    submission: Submission,
    decisions: Sequence[Decision],
    benches: Sequence[Bench],
    calendars: Calendars,
    now: datetime,
) -> Progress:
    """Say where the round stands, who is asked now and what is still needed.

    `decisions` are all decisions of the proposal in any order, those of earlier rounds included; `benches` are the seats with
    everybody who sits, sat or will sit there, those of one party in a row. Raises graphlib.CycleError for a workflow whose stages
    wait for each other (loading refuses those).
    """
    case = _case(workflow, submission, decisions, benches, calendars, now)
    stages = _stages(case)
    ending = _ending(stages)
    outcome, ended_by = _outcome(stages, submission, ending)
    held = next((hold for hold in submission.holds if hold.until is None), None)
    running = outcome is Outcome.IN_REVIEW
    needs = needs_of(stages, submission, calendars) if running else ()
    return Progress(
        outcome=outcome,
        stages=stages,
        turns=_turns(stages) if running and held is None else (),
        needs=needs,
        sentence=sentence_of(outcome, needs, ended_by, ending, held, calendars.lead),
        court=_court(stages, submission) if running and held is None else (),
        ended_by=ended_by,
        held=held if running else None,
        look_at=_look_at(case, stages if held is None else ()) if running else None,
    )


def read_digests(stage: Stage, side: Side | None, digests: Mapping[str, str]) -> dict[str, str]:
    """See `voting.read_digests`."""
    return voting.read_digests(stage, side, digests)


def is_skipped(stage: Stage, facts: Content) -> bool:
    """Whether these facts make the stage unnecessary. False while that depends on stages that are not over."""
    return stage.when is not None and not _asks_stages(stage, facts) and not holds(stage.when, facts)


def _asks_stages(stage: Stage, facts: Content) -> bool:
    """Whether the condition asks about a stage that the facts do not know yet."""
    known = facts.get("stage", {})
    asked = (fact.partition(".") for fact in facts_in(stage.when)) if stage.when else ()
    return any(section == "stage" and key not in known for section, _, key in asked)


def _case(
    workflow: Workflow,
    submission: Submission,
    decisions: Iterable[Decision],
    benches: Sequence[Bench],
    calendars: Calendars,
    now: datetime,
) -> _Case:
    accepted = {workflow.digest, *submission.earlier_workflows}
    standing = sorted(
        (d for d in decisions if d.round <= submission.round and d.workflow in accepted and d.undone_at is None), key=_chronological
    )
    by_seat: dict[tuple[str, str], tuple[Bench, ...]] = {}
    for bench in benches:
        by_seat[bench.stage, bench.seat] = (*by_seat.get((bench.stage, bench.seat), ()), bench)
    cuts, restarts = _sent_back(workflow, standing, by_seat)
    kept = tuple(d for d in standing if d.verdict is Verdict.RECUSE or d.stage not in cuts or d.at > cuts[d.stage])
    sides = _sides(workflow, benches)
    return _Case(workflow, submission, kept, by_seat, sides, calendars, now, cuts, restarts)


def _sides(workflow: Workflow, benches: Iterable[Bench]) -> dict[OrganisationId, Side]:
    """The side of each party, as far as the seats it has tell."""
    sides = {(stage.key, seat.key): seat.side for stage in workflow.stages for seat in stage.seats}
    return {b.party: side for b in benches if (side := b.side or sides.get((b.stage, b.seat))) is not None}


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
        if not any(b.party == d.party and voting.sits(b, d.person, d.at) for b in benches.get((d.stage, d.seat), ())):
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


# Stages


def _stages(case: _Case) -> tuple[StageProgress, ...]:
    """Every stage, in the order of the workflow; worked out in the order of the route, because conditions look back."""
    order = TopologicalSorter({stage.key: stage.after for stage in case.workflow.stages}).static_order()
    found: dict[str, StageProgress] = {}
    over: dict[str, datetime | None] = {}
    results: dict[str, Value] = {}
    for key in order:
        stage = case.workflow.stage(key)
        ends = [over[earlier] for earlier in stage.after]
        reached = _reached(case, stage, ends)
        facts = {**case.submission.facts, "stage": results}
        progress, over[key] = _stage(case, stage, facts, reached)
        found[key] = progress
        if over[key] is not None:
            results[key] = _result(progress)
    return tuple(found[stage.key] for stage in case.workflow.stages)


def _reached(case: _Case, stage: Stage, ends: Sequence[datetime | None]) -> datetime | None:
    """When everything before a stage was over, and it could begin (again, where it was sent back to)."""
    known = [moment for moment in ends if moment is not None]
    if len(known) < len(ends):
        return None
    return max([case.submission.submitted_at, *known, *([case.restarts[stage.key]] if stage.key in case.restarts else [])])


def _result(progress: StageProgress) -> str:
    """How a stage ended, as conditions call it."""
    if progress.standing is not StageStanding.MET:
        return progress.standing.value
    verdicts = {d.verdict for seat in progress.seats for d in seat.counted}
    return "approved-with-conditions" if Verdict.APPROVE_WITH_CONDITIONS in verdicts else "approved"


def _stage(case: _Case, stage: Stage, facts: Content, reached: datetime | None) -> tuple[StageProgress, datetime | None]:
    """A stage, and when it was over."""
    if is_skipped(stage, facts) or not _required(stage, _seats(case, stage, None)):
        seats = _seats(case, stage, None)
        return StageProgress(stage, StageStanding.SKIPPED, seats, None, None, None), reached
    unmet = tuple(needed.title for needed in stage.requires if not holds(needed.that, facts))
    override = _override(case, stage)
    if reached is None or _asks_stages(stage, facts) or (unmet and override is None):
        seats = _seats(case, stage, None)
        waits = unmet if reached is not None else ()
        return StageProgress(stage, StageStanding.WAITING, seats, None, None, None, waits, override), None
    opened_at = max(reached, case.submission.facts_at or reached) if stage.requires else reached
    seats = _seats(case, stage, opened_at)
    due_at = max((seat.due_at for seat in seats if seat.due_at), default=_due_at(case, stage, None, opened_at))
    standing, over_at = _standing(case, stage, seats, opened_at, due_at)
    passed_at = max(opened_at, override.at) if override is not None else None
    if passed_at is not None and (over_at is None or standing is StageStanding.REFUSED or passed_at < over_at):
        standing, over_at = StageStanding.OVERRIDDEN, passed_at
    if standing is StageStanding.REFUSED and stage.refusal is not Refusal.CONTINUES:
        return StageProgress(stage, standing, seats, opened_at, due_at, over_at), None
    return StageProgress(stage, standing, seats, opened_at, due_at, over_at, (), override), over_at


def _override(case: _Case, stage: Stage) -> Override | None:
    """The first act that passed the stage since it was last sent back."""
    cut = case.cuts.get(stage.key)
    found = (o for o in case.submission.overrides if o.stage == stage.key and (cut is None or o.at > cut))
    return min(found, key=lambda override: override.at, default=None)


def _standing(
    case: _Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime, due_at: datetime | None
) -> tuple[StageStanding, datetime | None]:
    """How an open stage stands, and since when it is over."""
    if stage.kind is StageKind.INFORM:
        return StageStanding.MET, opened_at
    if stage.kind is StageKind.NOTICE:
        return _notice(case, stage, seats, opened_at, due_at)
    over_at = _met_at(stage, seats)
    if stage.kind is StageKind.CONSULT:
        ends = [at for at in (over_at, due_at) if at is not None and at <= case.now]
        return (StageStanding.MET, max(opened_at, min(ends))) if ends else (StageStanding.OPEN, None)
    if over_at is not None:
        return StageStanding.MET, max(opened_at, over_at)
    refused_at = _refused_at(stage, seats)
    return (StageStanding.REFUSED, max(opened_at, refused_at)) if refused_at else (StageStanding.OPEN, None)


def _notice(
    case: _Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime, due_at: datetime | None
) -> tuple[StageStanding, datetime | None]:
    """Silence is consent: over at the end of the term, or as soon as everybody has said that they do not object.

    An objection that stands when the term ends refuses it, or holds it until it is taken back or whoever made it has left.
    """
    for at in _notice_moments(case, seats, opened_at, due_at):
        then = replace(case, now=at)
        found = [_bench(then, stage, seat.seat, seat.bench, opened_at) for seat in seats]
        objected = any(_is_objected(seat) for seat in found)
        answered = any(d.verdict is not Verdict.RECUSE for seat in found for d in seat.positions)
        if answered and not objected and not any(seat.missing for seat in found):
            return StageStanding.MET, at
        if due_at is not None and at >= due_at and not (objected and stage.refusal is Refusal.HOLDS):
            return (StageStanding.REFUSED if objected else StageStanding.MET), at
    return StageStanding.OPEN, None


def _is_objected(seat: SeatProgress) -> bool:
    """Whether enough people object: one, unless the seat's rule asks for more of them."""
    return len(seat.blocking) >= (seat.seat.rule.fails_at or 1)


def _notice_moments(case: _Case, seats: Sequence[SeatProgress], opened_at: datetime, due_at: datetime | None) -> list[datetime]:
    """Every moment since a notice was opened at which it may have been over."""
    given = [d.at for seat in seats for d in case.decisions if (d.stage, d.seat, d.party) == _place(seat)]
    terms = [at for seat in seats for holder in seat.bench.holders for at in (holder.since, holder.until)]
    return sorted({at for at in (opened_at, due_at, *given, *terms) if at is not None and opened_at <= at <= case.now})


def _place(seat: SeatProgress) -> tuple[str, str, OrganisationId]:
    return seat.bench.stage, seat.seat.key, seat.bench.party


# Seats


def _seats(case: _Case, stage: Stage, opened_at: datetime | None) -> tuple[SeatProgress, ...]:
    """The benches of a stage, in the order of its seats."""
    return tuple(_bench(case, stage, seat, bench, opened_at) for seat in stage.seats for bench in _benches_of(case, stage, seat))


def _benches_of(case: _Case, stage: Stage, seat: Seat) -> tuple[Bench, ...]:
    """The benches of a seat; an empty one stands for a party of its side that was given none, so that no key is left out."""
    given = case.benches.get((stage.key, seat.key), ())
    if seat.parties is not Parties.EACH:
        return given
    names = {bench.party: bench.party_name for benches in case.benches.values() for bench in benches}
    there = {bench.party for bench in given}
    absent = [party for party, side in case.sides.items() if seat.side in (None, side) and party not in there]
    return given + tuple(
        Bench(stage.key, seat.key, party, names[party], None, seat.title, (), side=case.sides[party]) for party in absent
    )


def _bench(case: _Case, stage: Stage, seat: Seat, bench: Bench, opened_at: datetime | None) -> SeatProgress:
    place = (stage.key, seat.key, bench.party)
    cut = case.cuts.get(stage.key)
    sitting = next(
        (
            s
            for s in reversed(case.submission.sittings)
            if (s.stage, s.seat, s.party) == place and s.round == case.submission.round and (cut is None or s.closed_at > cut)
        ),
        None,
    )
    ballot = voting.Ballot(
        stage=stage,
        seat=seat,
        bench=bench,
        side=case.sides.get(bench.party, seat.side),
        decisions=[d for d in case.decisions if (d.stage, d.seat, d.party) == place],
        submission=case.submission,
        sitting=sitting,
        due_at=_due_at(case, stage, bench.party, opened_at),
        now=case.now,
    )
    return voting.count(ballot)


def _due_at(case: _Case, stage: Stage, party: OrganisationId | None, opened_at: datetime | None) -> datetime | None:
    """When the term of a stage ends by the calendar of a party (none: of the lead); time on hold does not count."""
    if stage.due_days is None or opened_at is None:
        return None
    calendar = case.calendars.of(party) if party else case.calendars.lead
    due_at, days = calendar.add_working_days(opened_at, stage.due_days), stage.due_days
    for hold in sorted(case.submission.holds, key=lambda hold: hold.since):
        start, end = max(hold.since, opened_at), hold.until or case.now
        if start < due_at and end > start:
            days += calendar.working_days_between(start, end)
            # No term ends while the round stands still, nor before the day on which it went on is over.
            due_at = max(calendar.add_working_days(opened_at, days), calendar.add_working_days(end, 0))
    return due_at


def _required(stage: Stage, seats: Sequence[SeatProgress]) -> list[Seat]:
    """The seats that ask somebody: one for partners is left out where there are none."""
    held = {seat.seat.key for seat in seats}
    return [seat for seat in stage.seats if seat.key in held or seat.parties is not Parties.PARTNERS]


def _met_at(stage: Stage, seats: Sequence[SeatProgress]) -> datetime | None:
    """When enough seats were fulfilled, each by enough of its benches; None while they are not."""
    required = _required(stage, seats)
    known = sorted(moment for seat in required if (moment := _seat_met_at(seat, seats)) is not None)
    wanted = min(stage.needed or len(required), len(required))
    return known[wanted - 1] if known and len(known) >= wanted else None


def _seat_met_at(seat: Seat, seats: Sequence[SeatProgress]) -> datetime | None:
    benches = [progress for progress in seats if progress.seat.key == seat.key]
    moments = sorted(progress.met_at for progress in benches if progress.met_at is not None)
    wanted = voting.amount(seat.keys, len(benches))
    return moments[wanted - 1] if len(moments) >= wanted else None


def _refused_at(stage: Stage, seats: Sequence[SeatProgress]) -> datetime | None:
    """When it became certain that too few seats will ever be fulfilled."""
    required = _required(stage, seats)
    lost = sorted(moment for seat in required if (moment := _seat_refused_at(seat, seats)) is not None)
    spare = len(required) - min(stage.needed or len(required), len(required))
    return lost[spare] if len(lost) > spare else None


def _seat_refused_at(seat: Seat, seats: Sequence[SeatProgress]) -> datetime | None:
    benches = [progress for progress in seats if progress.seat.key == seat.key]
    moments = sorted(progress.refused_at for progress in benches if progress.refused_at is not None)
    spare = len(benches) - voting.amount(seat.keys, len(benches))
    return moments[max(spare, 0)] if len(moments) > max(spare, 0) else None


# The round


def _ending(stages: Sequence[StageProgress]) -> StageProgress | None:
    """The stage whose refusal ends the round: the first one."""
    refused = [s for s in stages if s.standing is StageStanding.REFUSED and s.stage.refusal is not Refusal.CONTINUES]
    return min(refused, key=_over_at, default=None)


def _over_at(progress: StageProgress) -> datetime:
    if progress.met_at is None:
        raise ValueError("a stage that is over has a time")
    return progress.met_at


def _outcome(stages: Sequence[StageProgress], submission: Submission, ending: StageProgress | None) -> tuple[Outcome, Decision | None]:
    if ending is not None:
        said = [d for seat in ending.seats for d in seat.positions if d.verdict in DISSENTS | {Verdict.OBJECT}]
        single = [d for seat in ending.seats if seat.seat.rule.dissent is Dissent.ENDS for d in seat.positions if d.verdict in DISSENTS]
        ended_by = min(single, key=_chronological, default=None)
        said = [ended_by] if ended_by else said
        rejections = sum(d.verdict is Verdict.REJECT for d in said)
        return (Outcome.REJECTED if 2 * rejections > len(said) else Outcome.CHANGES_REQUESTED), ended_by
    over = all(progress.standing in OVER for progress in stages)
    approving = DECIDING | {StageKind.NOTICE}
    approved = any(s.standing in (StageStanding.MET, StageStanding.OVERRIDDEN) and s.stage.kind in approving for s in stages)
    free = submission.open_objections == 0 and not submission.conditions
    done = over and approved and free and not any(hold.until is None for hold in submission.holds)
    return (Outcome.APPROVED if done else Outcome.IN_REVIEW), None


def _turns(stages: Sequence[StageProgress]) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            stage=progress.stage.key,
            seat=seat.seat.key,
            party=seat.bench.party,
            office=holder.office or seat.bench.office,
            person=person,
            principal=holder.person,
            opened_at=progress.opened_at,
            due_at=seat.due_at,
        )
        for progress in stages
        if progress.standing is StageStanding.OPEN and progress.opened_at is not None
        for seat in progress.seats
        for holder in seat.missing
        for person in dict.fromkeys((holder.person, *(deputy.person for deputy in holder.deputies)))
    )


def _court(stages: Sequence[StageProgress], submission: Submission) -> tuple[OrganisationId, ...]:
    """The parties with something to do now: to decide, to name somebody who can, or to fulfil a condition."""
    parties = [
        seat.bench.party
        for progress in stages
        if progress.standing is StageStanding.OPEN and progress.stage.kind is not StageKind.NOTICE
        for seat in progress.seats
        if not seat.met and seat.refused_at is None
    ]
    owners = [condition.party for condition in submission.conditions if condition.party is not None]
    return tuple(dict.fromkeys([*parties, *owners]))


def _look_at(case: _Case, stages: Sequence[StageProgress]) -> datetime | None:
    """When time alone may change where the round stands: a term that closes something, or a term of office."""
    closing = [
        seat.due_at
        for progress in stages
        if progress.standing is StageStanding.OPEN
        for seat in progress.seats
        if seat.due_at and (seat.seat.rule.closes_at_term or progress.stage.kind not in DECIDING)
    ]
    closing += [s.due_at for s in stages if s.standing is StageStanding.OPEN and s.stage.kind not in DECIDING and s.due_at]
    terms = [
        at
        for benches in case.benches.values()
        for bench in benches
        for holder in (*bench.holders, *bench.conflicted)
        for at in (holder.since, holder.until)
        if at is not None
    ]
    return min((at for at in [*closing, *terms] if at > case.now), default=None)

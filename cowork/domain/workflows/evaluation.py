"""Where a round stands: a pure function of its workflow, the submitted version, the decisions, the people and the time.

Nothing is stored that could disagree with it. What a bench is worth is said in `voting`. The rules of the route, in short:

- A stage whose `when` is not true of the facts is skipped; `when` may ask how earlier stages ended (the section "stage"). A stage
  opens when all stages in its `after` are over and what it `requires` is there; a skipped stage is over as soon as those before it are.
- A seat stands once for every party that it names; `keys` says how many of these benches must be fulfilled, `needed` how many seats.
  A seat without any bench, or without one for a party of its side, is never fulfilled.
- A stage whose people are named for each proposal opens when enough of them are; until then those are asked who name them.
- A consultation is over when everybody has answered or its term ends; a notice when its term ends without an objection, or
  everybody has said that they have none; who is informed is asked nothing.
- Who decided at a stage from which another is `apart` has no seat at that one; what they did there counts for nothing.
- An appeal is open once the stage it is against was refused. One author is enough to lodge it; without one the round ends, when its term
  does or all authors accept, as that stage was refused. Where it is refused anew, they can anew.
- At a stage where everybody votes once a decision counts in every seat where that person sits, and so does a recusal.
- An end asks nobody: when the route comes to it, the round ends as it says.
- A vote or notice with `least_days` is not over before that time has passed since it opened.
- An approval at a stage with `valid_days` counts for so many calendar days; a stage that was over by it then opens anew.
- A stage with a `lapse` is refused, or passed, when its term ends and nothing sufficient was decided until then.
- Refused is a stage that can no longer be fulfilled. That ends the round, or the route goes on, or back; which of them can follow
  from whether it was rejected or changes were asked for.
- A request for changes that names an earlier stage, or a refusal that goes back by itself, sends the round back there: what was
  decided there and behind it until then counts no more.
- Of a secret ballot the progress says who has voted, and how many voted how once it is over; nothing of it says who voted how.
- Approved is a round whose stages are over, at least one of them by approval, with no objection and no condition open.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cowork.domain.ids import OrganisationId, Side
from cowork.domain.workflows import naming, once, secrecy, voting
from cowork.domain.workflows.case import Case, case_of
from cowork.domain.workflows.definition import DECIDING, Lapse, Stage, StageKind, Workflow
from cowork.domain.workflows.expiring import runs_out_at
from cowork.domain.workflows.progress import (
    OVER,
    Bench,
    Calendars,
    Decision,
    Outcome,
    Progress,
    StageProgress,
    StageStanding,
    Submission,
    Turn,
)
from cowork.domain.workflows.reasons import referred_in_words
from cowork.domain.workflows.route import settled
from cowork.domain.workflows.sentences import needs_of, sentence_of


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
    case, found = settled(case_of(workflow, submission, decisions, benches, calendars, now))
    stages = tuple(secrecy.veiled(progress) for progress in found)
    ending = _ending(stages)
    outcome, ended_by = _outcome(stages, submission, ending)
    held = next((hold for hold in submission.holds if hold.until is None), None)
    running = outcome is Outcome.IN_REVIEW
    needs = needs_of(stages, submission, calendars) if running else ()
    because = referred_in_words(stages, calendars.lead) if running else ""
    appealed = workflow.stage(ending.stage.against).title if ending is not None and ending.stage.against else ""
    return Progress(
        outcome=outcome,
        stages=stages,
        turns=_turns(workflow, stages) if running and held is None else (),
        needs=needs,
        sentence=sentence_of(outcome, needs, ended_by, ending, held, calendars, because, appealed),
        court=_court(stages, submission) if running and held is None else (),
        ended_by=ended_by,
        held=held if running else None,
        look_at=_look_at(case, stages if held is None else ()) if running else None,
        referrals=case.referrals,
        because=because,
    )


def read_digests(stage: Stage, side: Side | None, digests: Mapping[str, str]) -> dict[str, str]:
    """See `voting.read_digests`."""
    return voting.read_digests(stage, side, digests)


def _ending(stages: Sequence[StageProgress]) -> StageProgress | None:
    """The stage whose refusal ends the round: the first one."""
    refused = [s for s in stages if s.ends]
    return min(refused, key=_over_at, default=None)


def _over_at(progress: StageProgress) -> datetime:
    if progress.met_at is None:
        raise ValueError("a stage that is over has a time")
    return progress.met_at


def _outcome(stages: Sequence[StageProgress], submission: Submission, ending: StageProgress | None) -> tuple[Outcome, Decision | None]:
    if ending is not None and ending.refused_as is not None:
        return Outcome(ending.refused_as.value), ending.refused_by
    over = all(progress.standing in OVER for progress in stages)
    approving = DECIDING | {StageKind.NOTICE}
    approved = any(s.standing in (StageStanding.MET, StageStanding.OVERRIDDEN) and s.stage.kind in approving for s in stages)
    free = submission.open_objections == 0 and not submission.conditions
    done = over and approved and free and not any(hold.until is None for hold in submission.holds)
    return (Outcome.APPROVED if done else Outcome.IN_REVIEW), None


def _turns(workflow: Workflow, stages: Sequence[StageProgress]) -> tuple[Turn, ...]:
    decide = (
        Turn(
            stage=progress.stage.key,
            seat=seat.seat.key,
            party=seat.bench.party_of(holder),
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
    asked = once.asked_once(workflow, decide)
    taken = {(turn.stage, turn.seat, turn.party, turn.person, turn.principal) for turn in asked}
    return (*asked, *naming.turns(stages, taken))


def _court(stages: Sequence[StageProgress], submission: Submission) -> tuple[OrganisationId, ...]:
    """The parties with something to do now: to decide, to name somebody who can, or to fulfil a condition."""
    parties = [
        party
        for progress in stages
        if progress.standing is StageStanding.OPEN and progress.stage.kind is not StageKind.NOTICE
        for seat in progress.seats
        if not seat.met and seat.refused_at is None and (seat.missing or seat.open_until is None)
        for party in [seat.bench.party_of(holder) for holder in seat.missing]
        or (seat.bench.parties if progress.stage.kind in DECIDING else ())
    ]
    parties += [seat.bench.party for progress in stages if naming.asks(progress) for seat in progress.unnamed]
    owners = [condition.party for condition in submission.conditions if condition.party is not None]
    return tuple(dict.fromkeys([*parties, *owners]))


def _ends_with_its_term(stage: Stage) -> bool:
    """Whether the end of its term can end it, whatever the rules of its seats say."""
    return stage.kind not in DECIDING or stage.lapse is not Lapse.OPEN or (stage.weighing is not None and stage.weighing.closes_at_term)


def _look_at(case: Case, stages: Sequence[StageProgress]) -> datetime | None:
    """When time alone may change where the round stands: a term that closes something, or a term of office."""
    closing = [
        seat.due_at
        for progress in stages
        if progress.standing is StageStanding.OPEN
        for seat in progress.seats
        if seat.due_at and (seat.seat.rule.closes_at_term or progress.stage.kind not in DECIDING)
    ]
    ends = [s for s in stages if s.standing is StageStanding.OPEN and _ends_with_its_term(s.stage)]
    closing += [s.due_at for s in ends if s.due_at]
    closing += [seat.open_until for s in stages if s.standing is StageStanding.OPEN for seat in s.seats if seat.open_until]
    terms = [
        at
        for benches in case.benches.values()
        for bench in benches
        for holder in (*bench.holders, *bench.conflicted, *bench.substitutes, *bench.namers)
        for at in (holder.since, holder.until)
        if at is not None
    ]
    return min((at for at in [*closing, *terms, *_running_out(case, stages)] if at > case.now), default=None)


def _running_out(case: Case, stages: Sequence[StageProgress]) -> list[datetime]:
    """When the approvals that count now run out."""
    counted = [(s.stage, d) for s in stages for seat in s.seats for d in seat.counted]
    ends = (runs_out_at(stage, case.calendars.of(d.party), d) for stage, d in counted)
    return [end for end in ends if end is not None]

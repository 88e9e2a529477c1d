"""The stages of a round: which are skipped, which wait, how each open one stands and since when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from graphlib import TopologicalSorter

from cowork.domain.conditions import Content, Value, facts_in, holds
from cowork.domain.workflows import appeals, naming, notices, refusals
from cowork.domain.workflows.benches import due_at_of, met_at, refused_at, seats_asked, seats_ended, seats_of
from cowork.domain.workflows.case import Case, referred
from cowork.domain.workflows.definition import DECIDING, BackTo, Lapse, Refusal, RefusedAs, Stage, StageKind
from cowork.domain.workflows.expiring import without_expired
from cowork.domain.workflows.progress import Override, Referral, SeatEnd, SeatProgress, StageProgress, StageStanding, Verdict

ROUTE_SECTIONS = ("stage", "refused")
"""The sections of facts that say how earlier stages ended."""


def stages_of(case: Case) -> tuple[StageProgress, ...]:
    """Every stage, in the order of the workflow; worked out in the order of the route, because conditions look back."""
    order = TopologicalSorter({stage.key: stage.after for stage in case.workflow.stages}).static_order()
    found: dict[str, StageProgress] = {}
    over: dict[str, datetime | None] = {}
    results: dict[str, Value] = {}
    refused: dict[str, Value] = {}
    for key in order:
        stage = case.workflow.stage(key)
        ends = [over[earlier] for earlier in stage.after]
        reached = _reached(case, stage, ends)
        facts = {**case.submission.facts, "stage": results, "refused": refused}
        own = replace(case, decisions=appeals.against_this(stage, case.decisions, found))
        progress, over[key] = _stage(own, stage, facts, reached)
        found[key] = progress
        if over[key] is not None:
            results[key] = _result(progress)
            results |= {f"{key}.{seat}": how.value for seat, how in _seats_ended(progress).items()}
            refused |= {key: progress.refused_as.value} if progress.refused_as else {}
    return tuple(found[stage.key] for stage in case.workflow.stages)


def settled(case: Case) -> tuple[Case, tuple[StageProgress, ...]]:
    """The case and its stages once every refusal that sends the proposal back has done so, the earliest first.

    What was said until then counts no more, so a stage can be refused again only by later decisions, or at the end of a later term;
    therefore this ends.
    """
    while True:
        stages = stages_of(case)
        first = min((s for s in stages if s.ends and s.met_at), key=lambda s: s.met_at or case.now, default=None)
        if first is None or first.back is None:
            return case, tuple(replace(s, referred=_referred(case, s.stage)) for s in stages)
        case = referred(case, first.back)


def is_skipped(stage: Stage, facts: Content) -> bool:
    """Whether these facts make the stage unnecessary. False while that depends on stages that are not over."""
    return appeals.is_idle(stage, facts) or (
        stage.when is not None and not _asks_stages(stage, facts) and not holds(stage.when, facts)
    )


def _asks_stages(stage: Stage, facts: Content) -> bool:
    """Whether the condition asks about a stage that the facts do not know yet."""
    known = facts.get("stage", {})
    asked = (fact.split(".") for fact in facts_in(stage.when)) if stage.when else ()
    return any(section in ROUTE_SECTIONS and key not in known for section, key, *_ in asked)


def _reached(case: Case, stage: Stage, ends: Sequence[datetime | None]) -> datetime | None:
    """When everything before a stage was over, and it could begin (again, where it was sent back to)."""
    known = [moment for moment in ends if moment is not None]
    if len(known) < len(ends):
        return None
    return max([case.submission.submitted_at, *known, *([case.restarts[stage.key]] if stage.key in case.restarts else [])])


def _result(progress: StageProgress) -> str:
    """How a stage ended, as conditions call it."""
    if progress.standing is not StageStanding.MET:
        return progress.standing.value
    if progress.stage.kind is StageKind.APPEAL:
        return appeals.LODGED
    verdicts = {d.verdict for seat in progress.seats for d in seat.counted}
    return "approved-with-conditions" if Verdict.APPROVE_WITH_CONDITIONS in verdicts else "approved"


def _seats_ended(progress: StageProgress) -> dict[str, SeatEnd]:
    """How the seats of a stage that is over stood then; nothing of one that was skipped."""
    return seats_ended(progress.stage, progress.seats, progress.met_at) if progress.met_at is not None else {}


def _end(stage: Stage, facts: Content, reached: datetime | None) -> tuple[StageProgress, datetime | None]:
    """A stage at which the round ends when the route comes there; nothing follows it."""
    if is_skipped(stage, facts):
        return StageProgress(stage, StageStanding.SKIPPED, (), None, None, None), reached
    if reached is None or _asks_stages(stage, facts):
        return StageProgress(stage, StageStanding.WAITING, (), None, None, None), None
    return StageProgress(stage, StageStanding.REFUSED, (), reached, None, reached, refused_as=stage.outcome, ends=True), None


def _stage(case: Case, stage: Stage, facts: Content, reached: datetime | None) -> tuple[StageProgress, datetime | None]:
    """A stage, and when it was over."""
    if stage.kind is StageKind.END:
        return _end(stage, facts, reached)
    if is_skipped(stage, facts) or not seats_asked(stage, seats_of(case, stage, None)):
        return StageProgress(stage, StageStanding.SKIPPED, _unopened(case, stage), None, None, None), reached
    unmet = tuple(needed.title for needed in stage.requires if not holds(needed.that, facts))
    override = _override(case, stage)
    if reached is None or _asks_stages(stage, facts) or (unmet and override is None):
        seats = _unopened(case, stage)
        waits = unmet if reached is not None else ()
        return StageProgress(stage, StageStanding.WAITING, seats, None, None, None, waits, override), None
    reached = max(reached, case.submission.facts_at or reached) if stage.requires else reached
    opened_at = naming.are_named_at(seats_of(case, stage, None), reached, case.now)
    if opened_at is None and override is None:
        return _to_be_named(case, stage, reached), None
    opened_at = opened_at or reached
    case, opened_at = _anew(case, stage, opened_at)
    case, opened_at = _still_valid(case, stage, opened_at)
    override = _override(case, stage)
    seats = seats_of(case, stage, opened_at)
    due_at = _due_at(case, stage, seats, opened_at)
    standing, over_at = _standing(case, stage, seats, opened_at, due_at)
    lapsed = _lapses(case, stage, due_at, over_at)
    if lapsed:
        standing, over_at = _LAPSED[stage.lapse], due_at
    passed_at = max(opened_at, override.at) if override is not None else None
    if passed_at is not None and (over_at is None or standing is StageStanding.REFUSED or passed_at < over_at):
        standing, over_at, lapsed = StageStanding.OVERRIDDEN, passed_at, False
    found = StageProgress(stage, standing, seats, opened_at, due_at, over_at, (), override, lapsed)
    if standing is StageStanding.OPEN:
        return replace(found, unnamed=naming.unnamed(seats), reached_at=opened_at), over_at
    if standing is not StageStanding.REFUSED or over_at is None:
        return found, over_at
    if stage.kind is StageKind.APPEAL:
        return replace(found, refused_as=appeals.refused_as(stage, facts), ends=True), None
    found = _refused(case, found, opened_at, over_at)
    return found, None if found.ends else over_at


def _to_be_named(case: Case, stage: Stage, reached: datetime) -> StageProgress:
    """A stage that waits for people to be named."""
    seats = _unopened(case, stage)
    short = tuple(seat for seat in seats if naming.is_short(seat, case.now))
    return StageProgress(stage, StageStanding.WAITING, seats, None, None, None, unnamed=short, reached_at=reached)


def _anew(case: Case, stage: Stage, opened_at: datetime) -> tuple[Case, datetime]:
    """The case without meetings from before a change that voided what was said at a stage, and when that began anew; but what still
    stands of what was said may be enough all the same, unless that would tell who said it.
    """
    own = [one.at for one in case.submission.renewals if (one.stage, one.round) == (stage.key, case.submission.round)]
    at = max((at for at in own if opened_at <= at <= case.now), default=None)
    if at is None:
        return case, opened_at
    valid = replace(case, expired=without_expired(replace(case, now=at), stage, None)[0].expired)
    enough_at = met_at(stage, seats_of(valid, stage, opened_at), case.now) if stage.kind in DECIDING and not stage.secret else None
    if enough_at is not None and enough_at <= at:
        return case, opened_at
    return replace(case, cuts={**case.cuts, stage.key: max(at, case.cuts.get(stage.key, at))}), at


def _unopened(case: Case, stage: Stage) -> tuple[SeatProgress, ...]:
    """The benches of a stage that is not open, without approvals that have run out."""
    return seats_of(without_expired(case, stage, None)[0], stage, None)


def _still_valid(case: Case, stage: Stage, opened_at: datetime) -> tuple[Case, datetime]:
    """The case without approvals that have run out, and when the stage opened, or opened anew because of that."""
    if stage.valid_days is None:
        return case, opened_at

    def stands(then: Case, opened_at: datetime) -> StageStanding:
        seats = seats_of(then, stage, opened_at)
        due_at = _due_at(then, stage, seats, opened_at)
        standing, over_at = _standing(then, stage, seats, opened_at, due_at)
        passed = _override(then, stage) is not None
        return StageStanding.OVERRIDDEN if passed or _lapses(then, stage, due_at, over_at) else standing

    case, opened = without_expired(case, stage, opened_at, stands)
    return case, opened or opened_at


def _due_at(case: Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime) -> datetime | None:
    """When the term of a stage ends: the latest of its benches’."""
    return max((seat.due_at for seat in seats if seat.due_at), default=due_at_of(case, stage, None, opened_at))


def _refused(case: Case, found: StageProgress, opened_at: datetime, at: datetime) -> StageProgress:
    """A refused stage with what follows, by what had been said when it was refused, whoever came or left later."""
    stage, how, by = found.stage, RefusedAs.CHANGES_REQUESTED, None
    then = replace(case, decisions=tuple(d for d in case.decisions if d.at <= at), now=at)
    seats = seats_of(then, stage, opened_at)
    if stage.kind in DECIDING and not found.lapsed:
        how, by = refusals.refused_as(seats), refusals.refused_by(stage, seats)
    follows = refusals.after(refusals.consequence(stage, how), len(_referred(case, stage)))
    ends, back = follows is not Refusal.CONTINUES, None
    if isinstance(follows, BackTo):
        said = frozenset(d.id for seat in seats for d in seat.positions if d.id is not None)
        back = Referral(stage.key, follows.stage, at, case.submission.round, said)
    return replace(found, override=None if ends else found.override, refused_as=how, refused_by=by, ends=ends, back=back)


def _referred(case: Case, stage: Stage) -> tuple[Referral, ...]:
    """When its refusals sent the proposal back in this round."""
    return tuple(one for one in case.referrals if (one.stage, one.round) == (stage.key, case.submission.round))


_LAPSED = {Lapse.REFUSED: StageStanding.REFUSED, Lapse.PASSED: StageStanding.MET}


def _lapses(case: Case, stage: Stage, due_at: datetime | None, over_at: datetime | None) -> bool:
    """Whether the end of the term settled the stage, because it was not over by what was decided until then."""
    if stage.lapse is Lapse.OPEN or stage.kind not in DECIDING or due_at is None or due_at > case.now:
        return False
    return over_at is None or over_at > due_at


def _override(case: Case, stage: Stage) -> Override | None:
    """The first act that passed the stage since it was last sent back."""
    cut = case.cuts.get(stage.key)
    found = (o for o in case.submission.overrides if o.stage == stage.key and o.at <= case.now and (cut is None or o.at > cut))
    return min(found, key=lambda override: override.at, default=None)


def _standing(
    case: Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime, due_at: datetime | None
) -> tuple[StageStanding, datetime | None]:
    """How an open stage stands, and since when it is over."""
    if stage.kind is StageKind.INFORM:
        return StageStanding.MET, opened_at
    if stage.kind is StageKind.NOTICE:
        return notices.standing_of(case, stage, seats, opened_at, due_at)
    over_at = met_at(stage, seats, case.now)
    if stage.kind is StageKind.APPEAL:
        return appeals.standing_of(seats, over_at, opened_at, due_at, case.now)
    if stage.kind is StageKind.CONSULT:
        ends = [at for at in (over_at, due_at) if at is not None and at <= case.now]
        return (StageStanding.MET, max(opened_at, min(ends))) if ends else (StageStanding.OPEN, None)
    if over_at is not None:
        return StageStanding.MET, max(opened_at, over_at)
    lost_at = refused_at(stage, seats, case.now)
    return (StageStanding.REFUSED, max(opened_at, lost_at)) if lost_at else (StageStanding.OPEN, None)

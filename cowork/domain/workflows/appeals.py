"""Appeals of the authors against a refusal: whether there is something to appeal against, and when an appeal is lodged or too late."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from cowork.domain.conditions import Content, facts_in
from cowork.domain.workflows import refusals
from cowork.domain.workflows.definition import RefusedAs, Stage, StageKind
from cowork.domain.workflows.progress import Decision, SeatProgress, StageProgress, StageStanding

LODGED = "lodged"
"""How a stage at which an appeal was lodged ended, as conditions call it."""
_FINAL = {RefusedAs.REJECTED: "the rejection is final", RefusedAs.CHANGES_REQUESTED: "that decision is final"}


def is_idle(stage: Stage, facts: Content) -> bool:
    """Whether the stage appealed against is over and was not refused."""
    known = stage.kind is StageKind.APPEAL and stage.against in facts.get("stage", {})
    return known and stage.against not in facts.get("refused", {})


def depends(stage: Stage, appealable: Collection[str]) -> bool:
    """Whether it is an appeal, or runs only if one of these is lodged, so that nobody knows yet whether it is asked."""
    asked = facts_in(stage.when) if stage.when is not None else ()
    return stage.kind is StageKind.APPEAL or any(f"stage.{key}" in asked for key in appealable)


def against_this(stage: Stage, decisions: tuple[Decision, ...], found: Mapping[str, StageProgress]) -> tuple[Decision, ...]:
    """The decisions without what was said at an appeal before the refusal that it is against now; `found` are the stages before it.

    A refusal is another one where somebody decided anew. Where its stage only had to wait for an earlier one again, it is the same.
    """
    if stage.kind is not StageKind.APPEAL:
        return decisions
    since = _refused_since(found.get(stage.against))
    return tuple(d for d in decisions if d.stage != stage.key or (since is not None and d.at >= since))


def _refused_since(found: StageProgress | None) -> datetime | None:
    """When the last of what refused a stage was said, or its term was over; None where it is not refused."""
    if found is None or found.standing is not StageStanding.REFUSED or found.met_at is None:
        return None
    said = () if found.lapsed else (d.at for seat in found.seats for d in seat.positions if d.at <= found.met_at)
    return max(said, default=found.met_at)


def refused_as(stage: Stage, facts: Content) -> RefusedAs:
    """How the round ends where nobody appealed: as the stage was refused."""
    return RefusedAs(str(facts.get("refused", {}).get(stage.against, RefusedAs.REJECTED.value)))


def standing_of(
    seats: Sequence[SeatProgress], lodged_at: datetime | None, opened_at: datetime, due_at: datetime | None, now: datetime
) -> tuple[StageStanding, datetime | None]:
    """Over as soon as one author appeals; refused when the term ends without that, or all of them have accepted the decision."""
    ends = [at for at in (due_at, _accepted_at(seats)) if at is not None and at <= now]
    if lodged_at is not None and (not ends or lodged_at <= min(ends)):
        return StageStanding.MET, max(opened_at, lodged_at)
    return (StageStanding.REFUSED, max(opened_at, min(ends))) if ends else (StageStanding.OPEN, None)


def _accepted_at(seats: Sequence[SeatProgress]) -> datetime | None:
    """When the last of all authors had said something."""
    asked = [seat.answered_at for seat in seats if seat.members]
    known = [at for at in asked if at is not None]
    return max(known) if known and len(known) == len(asked) else None


def in_words(stage: Stage, titles: Mapping[str, str], refused: RefusedAs, due: str) -> str:
    """Until when the authors can appeal, and what follows if they do not."""
    against = titles.get(stage.against, stage.against)
    return f"{stage.title}: the authors can appeal against {against} until{due}; without an appeal {_FINAL[refused]}."


def final_in_words(against: str, refused: RefusedAs, day: str) -> str:
    """That nobody appealed. `day` is when that was certain."""
    if refused is RefusedAs.REJECTED:
        return f"Rejected at {against}, and nobody appealed by {day}."
    return f"Not approved at {against}, and nobody appealed by {day}: revise the proposal and submit it again."


def faults(stages: Iterable[Stage], stage: Stage, before: Iterable[str]) -> Iterable[str]:
    """What is wrong with the stage that an appeal is against. Keys that are missing are reported elsewhere."""
    known = {one.key: one for one in stages}
    if stage.kind is not StageKind.APPEAL or not stage.against:
        return
    if stage.against not in set(before):
        yield f'`against` names "{stage.against}", but that is not one of the stages before it'
    elif not refusals.going_on(known[stage.against]):
        yield (
            f'the refusal of "{stage.against}" ends the round or goes back, so nobody comes to appeal: '
            f'write `refusal = "continues"` in stage "{stage.against}"'
        )

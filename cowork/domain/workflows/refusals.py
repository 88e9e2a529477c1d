"""How a stage was refused, and what follows from that."""

from collections.abc import Mapping, Sequence

from cowork.domain.workflows.case import chronological
from cowork.domain.workflows.definition import DECIDING, BackTo, ByVerdict, Dissent, Refusal, RefusedAs, Stage
from cowork.domain.workflows.progress import DISSENTS, Decision, SeatProgress, Verdict


def consequence(stage: Stage, how: RefusedAs) -> Refusal | BackTo:
    """What a stage does that is refused so."""
    if isinstance(stage.refusal, ByVerdict):
        return stage.refusal.rejected if how is RefusedAs.REJECTED else stage.refusal.changes_requested
    return stage.refusal


def after(found: Refusal | BackTo, times: int) -> Refusal | BackTo:
    """What a refusal does that went back so many times already."""
    return found.then if isinstance(found, BackTo) and found.times is not None and times >= found.times else found


def going_on(stage: Stage) -> tuple[RefusedAs, ...]:
    """The ways of being refused after which the route can go on. Only a deciding stage is ever rejected."""
    known = RefusedAs if stage.kind in DECIDING else (RefusedAs.CHANGES_REQUESTED,)
    return tuple(how for how in known if _last(consequence(stage, how)) is Refusal.CONTINUES)


def sent_to(stage: Stage) -> tuple[str, ...]:
    """The earlier stages that its refusal sends the proposal back to."""
    found = (consequence(stage, how) for how in RefusedAs)
    return tuple(dict.fromkeys(one.stage for one in found if isinstance(one, BackTo)))


def _last(found: Refusal | BackTo) -> Refusal | None:
    """What a refusal does in the end; None where it goes back each time."""
    if isinstance(found, BackTo):
        return found.then if found.times is not None else None
    return found


def refused_as(seats: Sequence[SeatProgress]) -> RefusedAs:
    """What a single dissent that ends said, else the more frequent of the two; a request for changes where they are even."""
    single = _single(seats)
    against = {(d.person, d.at): d for seat in seats for d in seat.positions if d.verdict in DISSENTS | {Verdict.OBJECT}}
    said = [single] if single else list(against.values())
    rejections = sum(d.verdict is Verdict.REJECT for d in said)
    return RefusedAs.REJECTED if 2 * rejections > len(said) else RefusedAs.CHANGES_REQUESTED


def refused_by(stage: Stage, seats: Sequence[SeatProgress]) -> Decision | None:
    """Whose single dissent refused a stage. By weight it is the stage that refuses, not one of its votes."""
    return _single(seats) if stage.weighing is None else None


def _single(seats: Sequence[SeatProgress]) -> Decision | None:
    ending = [d for seat in seats if seat.seat.rule.dissent is Dissent.ENDS for d in seat.positions if d.verdict in DISSENTS]
    return min(ending, key=chronological, default=None)


_WORDS = {
    Refusal.ENDS: "the round ends", Refusal.CONTINUES: "it is recorded, and the route goes on",
    Refusal.HOLDS: "an objection holds the stage until it is taken back",
}  # fmt: skip


def in_words(stage: Stage, titles: Mapping[str, str]) -> tuple[str, ...]:
    """What its refusal does, a sentence for each of the two verdicts where that is not the same. `titles` are those of stages."""
    if not isinstance(stage.refusal, ByVerdict):
        return (_sentence(consequence_in_words(stage.refusal, titles)),)
    rejected, changes = stage.refusal.rejected, stage.refusal.changes_requested
    return (
        f"Rejected: {consequence_in_words(rejected, titles)}.",
        f"Changes asked for: {consequence_in_words(changes, titles)}.",
    )


def consequence_in_words(found: Refusal | BackTo, titles: Mapping[str, str]) -> str:
    """What follows, such as "it goes back to Committee, once in a round; after that the round ends"."""
    if isinstance(found, Refusal):
        return _WORDS[found]
    back = f"it goes back to {titles.get(found.stage, found.stage)}"
    if found.times is None:
        return back
    often = {1: "once", 2: "twice"}.get(found.times, f"{found.times} times")
    return f"{back}, {often} in a round; after that {_WORDS[found.then]}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."

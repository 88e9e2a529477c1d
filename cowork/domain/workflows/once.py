"""Stages at which everybody votes once: what somebody says in one seat counts in every seat of the stage where they sit.

So one vote is counted in two measures, such as the majority of a council and that of the professors in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Dissent, Seat, Stage, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Sitting, StageProgress, Turn
from cowork.domain.workflows.voting import electorate

Benches = Mapping[tuple[str, str], Sequence[Bench]]
"""The benches of each stage and seat."""


def in_every_seat(workflow: Workflow, decisions: Iterable[Decision], benches: Iterable[Bench]) -> Iterator[Decision]:
    """The decisions, each of a stage where votes count in every seat once more for every other seat of it where that person sits."""
    once = {stage.key for stage in workflow.stages if stage.votes_once}
    own = [bench for bench in benches if bench.stage in once]
    for d in decisions:
        yield d
        for bench in own:
            if bench.stage == d.stage and bench.seat != d.seat and d.party in bench.parties and _is_there(bench, d):
                yield replace(d, seat=bench.seat)


def dissent_counts(stage: StageProgress, seat: Seat, person: PersonId) -> bool:
    """Whether a dissent of somebody who is asked in a seat is one vote among several, in every seat in which it counts."""
    places = stage.seats if stage.stage.votes_once else ()
    own = [place.seat for place in places if any(holder.person == person for holder in place.members)]
    return all(one.rule.dissent is Dissent.COUNTS for one in (seat, *own))


def _is_there(bench: Bench, decision: Decision) -> bool:
    """Whether somebody has, had or will have a seat on a bench."""
    return any(holder.person == decision.person for holder in (*bench.holders, *bench.conflicted, *bench.substitutes))


def closes(stage: Stage, sitting: Sitting, bench: Bench, benches: Benches) -> bool:
    """Whether a meeting of one seat of such a stage was one of this bench too: because everybody who has a vote here has one there."""
    if not stage.votes_once or (sitting.stage, sitting.party) != (stage.key, bench.party) or bench.joint:
        return False
    met = [other for other in benches.get((stage.key, sitting.seat), ()) if other.party == sitting.party]
    here = electorate(bench, sitting.closed_at)
    return bool(here) and any(here <= electorate(other, sitting.closed_at) for other in met)


def asked_once(workflow: Workflow, turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Who is asked, at such a stage in the first of their seats only."""
    once, found = {stage.key for stage in workflow.stages if stage.votes_once}, dict[tuple[str, ...], Turn]()
    for turn in turns:
        place = (turn.stage, turn.party, turn.person, turn.principal)
        found.setdefault(place if turn.stage in once else (*place, turn.seat), turn)
    return tuple(found.values())

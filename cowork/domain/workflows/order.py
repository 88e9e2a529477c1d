"""The order in which stages follow each other: what waits for what, and what is wrong with it."""

from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from cowork.domain.conditions import facts_in
from cowork.domain.ids import Digest
from cowork.domain.workflows import appeals, refusals
from cowork.domain.workflows.definition import Stage, StageKind, Workflow


def faults(stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Place and fault: `after` that names no stage, circles, stages that can never open because of either, looking ahead."""
    keys = {stage.key for stage in stages}
    if "" in keys or len(keys) < len(stages):
        return  # faults of the keys are reported already; without sound keys there is no order to speak of
    for stage in stages:
        for earlier in stage.after:
            if earlier not in keys:
                yield _at(stage.key), f'`after` names "{earlier}", but there is no such stage'
    circle = _circle(stages)
    if len(set(circle)) == 1:
        yield _at(circle[0]), "`after` names the stage itself, so it could never open: name an earlier one"
    elif circle:
        chain = " after ".join(f'"{key}"' for key in circle)
        yield "Workflow", f"stages wait for each other in a circle ({chain}), so none of them can open: take one out of an `after`"
    lost = set(circle) | {stage.key for stage in stages if not keys.issuperset(stage.after)}
    for key in _behind(stages, lost):
        yield _at(key), "it can never be reached, because a stage before it cannot open"
    if not circle:
        yield from _behind_ends(stages)
        yield from _looking_ahead(stages)


def _behind_ends(stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Stages that wait for one at which the round ends."""
    ends = {stage.key for stage in stages if stage.kind is StageKind.END}
    for stage in stages:
        for key in stage.after:
            if key in ends:
                yield _at(stage.key), f'it follows "{key}", at which the round ends. Name in `after` the stages that it does follow'


def _looking_ahead(stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """What a stage asks of stages that are not before it, how they ended and who decided there: nobody could know yet."""
    flow = Workflow("", 1, "", "", "", tuple(stages), Digest(""))
    by_key = {stage.key: stage for stage in stages}
    for stage in stages:
        conditions = [*([stage.when] if stage.when else []), *(needed.that for needed in stage.requires)]
        asked = [fact.split(".") for condition in conditions for fact in facts_in(condition)]
        known = flow.before(stage.key)
        for key in stage.apart:
            if key in flow.behind(stage.key) or key not in by_key:
                yield _at(stage.key), f'`apart` names "{key}", but that is not one of the stages before it or beside it'
            elif key not in known and stage.key not in by_key[key].apart:
                yield _at(stage.key), f'`apart` names "{key}", which runs beside it: let that one name "{stage.key}" in its `apart` too'
        for key in refusals.sent_to(stage):
            if key not in known:
                yield _at(stage.key), f'its `refusal` goes back to "{key}", but that is not one of the stages before it'
        yield from ((_at(stage.key), fault) for fault in appeals.faults(stages, stage, known))
        for section, key, *seats in asked:
            if section in ("stage", "refused") and key not in known:
                yield _at(stage.key), f'a condition asks how stage "{key}" ended, but that is not one of those before it'
            elif section == "stage" and seats and seats[0] not in {seat.key for seat in flow.stage(key).seats}:
                yield _at(stage.key), f'a condition asks how seat "{seats[0]}" of stage "{key}" ended, but that stage has no such seat'


def _at(key: str) -> str:
    return f'Stage "{key}"'


def _circle(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The keys of stages that wait for each other, first and last the same; empty where there are none."""
    waits = {stage.key: stage.after for stage in stages}
    try:
        tuple(TopologicalSorter(waits).static_order())
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def _behind(stages: Sequence[Stage], lost: Collection[str]) -> tuple[str, ...]:
    """The stages that wait, directly or not, for one of these keys, in the order of the file."""
    unreachable = set(lost)
    grew = True
    while grew:
        more = {stage.key for stage in stages if stage.key not in unreachable and unreachable & set(stage.after)}
        unreachable |= more
        grew = bool(more)
    return tuple(stage.key for stage in stages if stage.key in unreachable and stage.key not in lost)

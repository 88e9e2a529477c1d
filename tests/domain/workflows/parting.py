"""Who may not decide at a stage because of what they decided at another, in the naive telling of the rules (see model.py)."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from cowork.domain.workflows.definition import DECIDING, Stage, Workflow
from cowork.domain.workflows.progress import Decision

DECIDES = {"approve", "approve-with-conditions", "request-changes", "reject", "object"}


def left_out(flow: Workflow, s: Stage, accepted: Iterable[Decision]) -> set[str]:
    """Who ever decided at the stages from which this one is apart, or gave the vote of somebody else there; beside it, who did before
    they decided here.
    """
    earlier, kinds = _earlier(flow, s.key), {one.key: one.kind for one in flow.stages}
    out, here = set[str](), set[str]()
    for d in sorted(accepted, key=lambda one: one.at):
        if d.verdict not in DECIDES:
            continue
        people = {str(person) for person in (d.person, d.by) if person}
        if d.stage == s.key:
            here |= people - out
        elif d.stage in s.apart and kinds[d.stage] != "consult":
            out |= people if d.stage in earlier else people - here
    return out


def _earlier(flow: Workflow, key: str) -> set[str]:
    after = {one.key: one.after for one in flow.stages}
    found, left = set[str](), [*after[key]]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += after[one]
    return found


def with_stages_apart(flow: Workflow) -> Workflow:
    """The same where all stages that run side by side and decide are apart from each other."""
    beside = [
        {one.key, other.key}
        for one, other in combinations([s for s in flow.stages if s.kind in DECIDING], 2)
        if one.key not in _earlier(flow, other.key) and other.key not in _earlier(flow, one.key)
    ]
    stages = [replace(s, apart=tuple(sorted({*s.apart}.union(*(pair for pair in beside if s.key in pair)) - {s.key}))) for s in flow.stages]
    return replace(flow, stages=tuple(stages))

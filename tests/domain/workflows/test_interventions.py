"""What people do to a running round, and what it amounts to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.ids import Digest, PersonId
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.interventions import (
    Intervention,
    InterventionKind,
    amended,
    earlier_workflows,
    extra_stage,
    holds,
    overrides,
    seated,
    with_stage,
)
from cowork.domain.workflows.progress import Outcome
from tests.domain.workflows.builders import MONDAY, NORTHFIELD, THIS, bench, decision, progress_of, stage, workflow

FLOW = workflow(stage("head"), stage("dean", after=("head",)))
TABLE = {
    "key": "ethics", "title": "Ethics board", "kind": "decide", "after": ["head"],
    "seat": [{"key": "board", "side": "university", "person": "Ada@northfield.example", "title": "Ethics board", "rule": "any"}],
}  # fmt: skip
PLACE = {"stage": "dean", "seat": "dean", "party": NORTHFIELD, "person": "new"}


def act(kind: InterventionKind, hours: float, payload: Mapping[str, object] | None = None) -> Intervention:
    return Intervention(kind, payload or {}, PersonId("dan"), "Dan", MONDAY + timedelta(hours=hours), "Because.", {"new": "New"})


def test_a_hold_lasts_until_it_is_resumed_and_a_second_one_meanwhile_changes_nothing() -> None:
    hold, resume = InterventionKind.HOLD, InterventionKind.RESUME
    found = holds([act(hold, 1), act(hold, 2), act(resume, 3), act(resume, 4), act(hold, 5)])
    assert [(one.since, one.until) for one in found] == [
        (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=3)),
        (MONDAY + timedelta(hours=5), None),
    ]


def test_an_extra_stage_is_passed_before_those_that_wait_for_it() -> None:
    more = amended(FLOW, [act(InterventionKind.EXTRA_STAGE, 1, {"stage": TABLE, "before": ["dean"]})])
    assert [(one.key, one.after) for one in more.stages] == [("head", ()), ("ethics", ("head",)), ("dean", ("head", "ethics"))]
    assert (more.digest, more.stage("ethics").kind) == (THIS, StageKind.DECIDE)
    assert more.stage("ethics").seats[0].people == ("ada@northfield.example",)
    benches = [bench("head", "Ada"), bench("dean", "Li"), bench("ethics", "Eve", seat_key="board")]
    said = [decision("head", "Ada", 1), decision("ethics", "Eve", 2, seat_key="board")]
    assert [turn.person for turn in progress_of(more, benches, said[:1]).turns] == ["eve"]
    assert progress_of(more, benches, [*said, decision("dean", "Li", 3)]).outcome is Outcome.APPROVED


def test_an_extra_stage_that_waits_for_nothing_known_runs_at_once() -> None:
    assert with_stage(FLOW, replace(stage("ethics"), after=("nowhere",)), ()).stages[-1].after == ()


def test_a_faulty_extra_stage_is_refused_with_its_first_fault() -> None:
    with pytest.raises(ValueError, match="`kind` is one of"):
        extra_stage({**TABLE, "kind": "ponder"})


def test_people_are_added_and_removed_without_touching_what_others_did() -> None:
    added = seated([bench("head", "Ada"), bench("dean", "Li")], [act(InterventionKind.PERSON_ADDED, 1, PLACE)])
    assert [holder.name for holder in added[1].holders] == ["Li", "New"]
    assert {turn.person for turn in progress_of(FLOW, list(added), [decision("head", "Ada", 2)]).turns} == {"li", "new"}
    twice = [act(InterventionKind.PERSON_ADDED, 1, PLACE), act(InterventionKind.PERSON_ADDED, 2, PLACE)]
    assert seated([bench("dean", "Li")], twice)[0].holders == added[1].holders
    removed = seated(added, [act(InterventionKind.PERSON_REMOVED, 3, PLACE)])
    assert [turn.person for turn in progress_of(FLOW, list(removed), [decision("head", "Ada", 2)]).turns] == ["li"]


def test_where_everybody_was_taken_off_by_hand_it_says_so() -> None:
    payload = {**PLACE, "person": "li"}
    alone = seated([bench("head", "Ada"), bench("dean", "Li")], [act(InterventionKind.PERSON_REMOVED, 3, payload)])
    assert [holder.name for holder in alone[1].removed] == ["Li"]
    told = progress_of(FLOW, list(alone), [decision("head", "Ada", 2)])
    assert told.needs[0] == (
        "Everybody who could decide as Dean of Northfield University was taken off Dean’s decision by hand: add somebody to it, or ask an "
        "organisation administrator of Northfield University to name somebody else."
    )
    back = seated(alone, [act(InterventionKind.PERSON_ADDED, 4, payload)])
    assert [turn.person for turn in progress_of(FLOW, list(back), [decision("head", "Ada", 2)]).turns] == ["li"]


def test_passing_and_migrating_are_told_apart() -> None:
    acts = [
        act(InterventionKind.OVERRIDE, 1, {"stage": "head"}),
        act(InterventionKind.OVERRIDE, 2, {"stage": "dean"}),
        act(InterventionKind.MIGRATED, 3, {"from": "e" * 64, "to": THIS}),
    ]
    assert [(one.stage, one.by_name) for one in overrides(acts)] == [("dean", "Dan"), ("head", "Dan")]
    assert earlier_workflows(acts) == {Digest("e" * 64)}

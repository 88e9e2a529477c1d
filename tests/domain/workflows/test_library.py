"""The shipped workflows, driven from submission to approval by the people in their offices."""

from datetime import timedelta

import pytest

from cowork.domain.ids import OfficeId, PersonId, Side
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.loading import shipped
from cowork.domain.workflows.progress import Bench, Decision, Holder, Outcome
from tests.domain.workflows.builders import IBM, MONDAY, NAMES, NORTHFIELD, UTC_WEEK, approval_by, submission

OFFICES = frozenset(
    {
        "partner-sign-off", "partner-lead", "department-head", "school-board", "quality-office", "business-office", "registry",
        "curriculum-committee", "badging-committee", "dean", "academic-board", "deputy-vice-chancellor", "workforce-office",
        "credential-office",
    }
)  # fmt: skip
"""The kinds of office that docs/workflows.md describes."""


def benches_of(flow: Workflow) -> list[Bench]:
    """Three people in every office."""
    found = []
    for stage in flow.stages:
        for seat in stage.seats:
            party = IBM if seat.side is Side.EMPLOYER else NORTHFIELD
            people = tuple(Holder(PersonId(f"{seat.office}-{n}"), f"{seat.title} {n}") for n in range(1, 4))
            found.append(Bench(stage.key, seat.key, party, NAMES[party], OfficeId(seat.office), seat.title, people))
    return found


@pytest.mark.parametrize("credit", ["credit", "non-credit"])
@pytest.mark.parametrize("flow", shipped(), ids=lambda flow: flow.key)
def test_a_shipped_workflow_leads_to_approval_when_everybody_asked_approves(flow: Workflow, credit: str) -> None:
    given = submission(facts={"identity": {"credit_bearing": credit}, "business": {"fee": 900}})
    benches, made = benches_of(flow), list[Decision]()
    while (progress := evaluate(flow, given, made, benches, UTC_WEEK)).outcome is Outcome.IN_REVIEW:
        turn = progress.turns[0]
        place = next(bench for bench in benches if (bench.stage, bench.seat) == (turn.stage, turn.seat))
        person = next(holder for holder in place.holders if holder.person == turn.person)
        made.append(approval_by(flow, given, place, person, MONDAY + timedelta(hours=len(made) + 1)))
    assert progress.outcome is Outcome.APPROVED
    assert any(decision.party == IBM for decision in made), "the employer has a key in every workflow"


@pytest.mark.parametrize("flow", shipped(), ids=lambda flow: flow.key)
def test_a_shipped_workflow_names_its_source_and_uses_documented_offices_only(flow: Workflow) -> None:
    assert flow.source
    assert {seat.office for stage in flow.stages for seat in stage.seats} <= OFFICES


def test_the_joint_workflow_asks_both_sides_first() -> None:
    flow = next(flow for flow in shipped() if flow.key == "joint-employer-university")
    progress = evaluate(flow, submission(), [], benches_of(flow), UTC_WEEK)
    assert set(progress.court) == {IBM, NORTHFIELD}

"""The shipped workflows, driven from submission to their end by the people in their offices, on every branch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from cowork.domain.conditions import Content
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.specifications import forms
from cowork.domain.workflows.definition import DECIDING, Parties, Refusal, Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.evaluation import evaluate, read_digests
from cowork.domain.workflows.loading import problems, shipped, sources
from cowork.domain.workflows.progress import (
    Bench,
    Decision,
    Holder,
    OfficeRole,
    Outcome,
    Progress,
    StageStanding,
    Submission,
    Turn,
    Verdict,
)
from tests.domain.workflows.builders import CALENDARS, IBM, MONDAY, NAMES, NORTHFIELD, SOUTHGATE, submission

OFFICES = frozenset(
    {
        "partner-sign-off", "partner-lead", "department-head", "school-board", "quality-office", "business-office", "registry",
        "curriculum-committee", "badging-committee", "dean", "academic-board", "deputy-vice-chancellor", "workforce-office",
        "credential-office",
    }
)  # fmt: skip
"""The kinds of office that docs/workflows.md describes."""
SIDES = {NORTHFIELD: Side.UNIVERSITY, SOUTHGATE: Side.UNIVERSITY, IBM: Side.EMPLOYER}
MEMBERS = 9
BRANCHES: dict[str, Content] = {
    "with credit, for a fee": {"identity": {"credit_bearing": "credit"}, "business": {"fee": 900}, "proposal": {"kind": "new"}},
    "without credit": {"identity": {"credit_bearing": "non-credit"}, "legal": {"exclusivity": False}, "proposal": {"kind": "revision"}},
}
"""Answers that take every route through the shipped workflows, together with what stages refuse."""

every_flow = pytest.mark.parametrize("flow", shipped(), ids=lambda flow: flow.key)
every_branch = pytest.mark.parametrize("branch", BRANCHES)


def parties_of(seat: Seat) -> Iterator[OrganisationId]:
    """The parties that a seat stands for; Northfield leads."""
    for party, side in SIDES.items():
        named = seat.parties is Parties.EACH or (seat.parties is Parties.LEAD) is (party == NORTHFIELD)
        if named and seat.side in (None, side):
            yield party


def benches_of(flow: Workflow) -> list[Bench]:
    """Nine people in every office of every party, the first of them its chair."""
    found = []
    for stage in flow.stages:
        for seat in stage.seats:
            for party in parties_of(seat):
                kinds = "-".join([*seat.offices, *seat.participants])
                people = tuple(
                    Holder(PersonId(f"{party}-{kinds}-{n}"), f"{seat.title} {n}", OfficeRole.MEMBER if n else OfficeRole.CHAIR)
                    for n in range(MEMBERS)
                )
                office = OfficeId(f"{party}-{kinds}") if seat.offices else None
                found.append(Bench(stage.key, seat.key, party, NAMES[party], office, seat.title, people, side=SIDES[party]))
    return found


@dataclass
class Story:
    """A round of one workflow. `refused` names stages where everybody says no; `silent`: nobody answers where nobody must."""

    flow: Workflow
    given: Submission
    refused: frozenset[str] = frozenset()
    silent: bool = False
    now: datetime = MONDAY + timedelta(hours=1)
    made: list[Decision] = field(default_factory=list)
    benches: list[Bench] = field(init=False)

    def __post_init__(self) -> None:
        self.benches = benches_of(self.flow)

    def progress(self) -> Progress:
        return evaluate(self.flow, self.given, self.made, self.benches, CALENDARS, self.now)

    def told(self) -> Progress:
        """How it ends: whoever is asked answers, one an hour; when nobody is left to answer, time passes until something may change."""
        for _ in range(2_000):
            progress = self.progress()
            if progress.outcome is not Outcome.IN_REVIEW:
                return progress
            turn = next((turn for turn in progress.turns if self.answers(turn)), None)
            if turn is not None:
                self.made.append(self.decision(turn))
                self.now += timedelta(hours=1)
            elif progress.look_at is not None and progress.look_at > self.now:
                self.now = progress.look_at
            else:
                return progress
        raise AssertionError("the round never ends")

    def answers(self, turn: Turn) -> bool:
        quiet = self.silent and turn.stage not in self.refused and self.flow.stage(turn.stage).kind not in DECIDING
        given = {(made.stage, made.seat, made.party, made.person) for made in self.made}
        return not quiet and (turn.stage, turn.seat, turn.party, turn.principal) not in given

    def verdict(self, stage: Stage) -> Verdict:
        if stage.kind is StageKind.CONSULT:
            return Verdict.COMMENT
        if stage.kind is StageKind.NOTICE:
            return Verdict.OBJECT if stage.key in self.refused else Verdict.NO_OBJECTION
        return Verdict.REJECT if stage.key in self.refused else Verdict.APPROVE

    def decision(self, turn: Turn) -> Decision:
        """What a service would record: bound to what the stage reads now."""
        stage = self.flow.stage(turn.stage)
        bench = next(own for own in self.benches if (own.stage, own.seat, own.party) == (turn.stage, turn.seat, turn.party))
        holder = next(own for own in bench.holders if own.person == turn.principal)
        read = read_digests(stage, SIDES[turn.party], self.given.digests)
        return Decision(
            turn.stage, turn.seat, turn.party, holder.person, holder.name, self.verdict(stage), self.given.round, self.given.version,
            read, self.now, self.flow.digest,
        )  # fmt: skip


def standings(progress: Progress) -> dict[str, StageStanding]:
    return {entry.stage.key: entry.standing for entry in progress.stages}


def story(flow: Workflow, branch: str, *refused: str, silent: bool = False) -> Story:
    return Story(flow, submission(facts=BRANCHES[branch]), frozenset(refused), silent)


REFUSALS = [
    pytest.param(flow, stage, id=f"{flow.key}-{stage.key}")
    for flow in shipped()
    for stage in flow.stages
    if stage.kind in DECIDING or stage.kind is StageKind.NOTICE
]


@every_branch
@every_flow
def test_a_shipped_workflow_leads_to_approval_when_everybody_asked_approves(flow: Workflow, branch: str) -> None:
    own = story(flow, branch)
    progress = own.told()
    assert progress.outcome is Outcome.APPROVED, progress.sentence
    assert set(standings(progress).values()) <= {StageStanding.MET, StageStanding.SKIPPED}
    asked = {party for stage in flow.stages for seat in stage.seats for party in parties_of(seat)}
    assert {IBM, NORTHFIELD} <= asked, "both sides take part in every workflow"
    assert any(made.party == IBM for made in own.made), "the employer is asked in every workflow"


@every_branch
@every_flow
def test_a_shipped_workflow_never_waits_for_those_who_need_not_answer(flow: Workflow, branch: str) -> None:
    own = story(flow, branch, silent=True)
    assert own.told().outcome is Outcome.APPROVED
    assert all(flow.stage(made.stage).kind in DECIDING for made in own.made)


def reached(flow: Workflow, stage: Stage) -> Story:
    """A story in which the stage is refused, on a branch that comes to it; advice before it is refused where it runs only then."""
    advice = [other.key for other in flow.stages if other.refusal is Refusal.CONTINUES]
    for also in ((), advice):
        for branch in BRANCHES:
            own = story(flow, branch, stage.key, *also)
            own.told()
            if any(made.stage == stage.key for made in own.made):
                return own
    raise AssertionError(f"no story comes to {stage.title}")


@pytest.mark.parametrize(("flow", "stage"), REFUSALS)
def test_a_refusal_does_what_the_stage_says(flow: Workflow, stage: Stage) -> None:
    own = reached(flow, stage)
    progress = own.progress()
    if stage.refusal is Refusal.CONTINUES:
        assert (progress.outcome, standings(progress)[stage.key]) == (Outcome.APPROVED, StageStanding.REFUSED)
    elif stage.refusal is Refusal.HOLDS:
        assert (progress.outcome, standings(progress)[stage.key]) == (Outcome.IN_REVIEW, StageStanding.OPEN)
        own.refused, own.made = frozenset(), [made for made in own.made if made.stage != stage.key]
        assert own.told().outcome is Outcome.APPROVED
    else:
        ended = Outcome.CHANGES_REQUESTED if stage.kind is StageKind.NOTICE else Outcome.REJECTED
        assert (progress.outcome, standings(progress)[stage.key]) == (ended, StageStanding.REFUSED)


@every_flow
def test_every_condition_of_a_shipped_workflow_is_true_in_one_story_and_false_in_another(flow: Workflow) -> None:
    advice = [stage.key for stage in flow.stages if stage.refusal is Refusal.CONTINUES]
    ends = [standings(story(flow, branch, *refused).told()) for branch in BRANCHES for refused in ((), advice)]
    for stage in flow.stages:
        seen = {end[stage.key] is StageStanding.SKIPPED for end in ends}
        assert seen == ({True, False} if stage.when else {False}), stage.title


@every_flow
def test_a_shipped_workflow_names_its_source_and_uses_documented_offices_only(flow: Workflow) -> None:
    assert flow.source
    assert {office for stage in flow.stages for seat in stage.seats for office in seat.offices} <= OFFICES
    assert {stage.escalate_to for stage in flow.stages} - {""} <= OFFICES
    assert not any(seat.people for stage in flow.stages for seat in stage.seats), "nobody's address is shipped"


def test_shipped_workflows_ask_only_about_what_the_form_has() -> None:
    paths = {f"{section.key}.{asked.key}" for section in forms.shipped().sections for asked in section.fields}
    assert [fault for source in sources() for fault in problems(source, paths)] == []


def test_the_joint_workflow_asks_both_sides_first() -> None:
    flow = next(flow for flow in shipped() if flow.key == "joint-employer-university")
    assert set(story(flow, "without credit").progress().court) == {IBM, NORTHFIELD, SOUTHGATE}

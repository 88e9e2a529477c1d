"""Stages that consult, give notice and inform; routes that go back, branch, are passed, held or held up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import ConditionId, DecisionId, PersonId, Side
from cowork.domain.workflows.definition import (
    ANY,
    Parties,
    Refusal,
    Requirement,
    Seat,
    StageKind,
    Threshold,
    ThresholdKind,
    Workflow,
)
from cowork.domain.workflows.progress import Deputy, Hold, OpenCondition, Outcome, Override, Progress, Verdict
from cowork.domain.workflows.route import is_skipped
from tests.domain.workflows.builders import (
    IBM,
    MONDAY,
    SOUTHGATE,
    at,
    at_least,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)

NO_OBJECTION, OBJECT, CHANGES = Verdict.NO_OBJECTION, Verdict.OBJECT, Verdict.REQUEST_CHANGES
HOUR = timedelta(hours=1)


def standings(progress: Progress) -> dict[str, str]:
    return {entry.stage.key: entry.standing.value for entry in progress.stages}


class TestConsulting:
    flow = workflow(stage("others", kind=StageKind.CONSULT, due_days=5), stage("dean", after=("others",)))
    benches = (bench("others", "Ada", "Ben"), bench("dean", "Li"))
    due = at(progress_of(flow, list(benches)), "others").due_at

    def test_it_is_over_when_everybody_has_answered(self) -> None:
        answers = [decision("others", "Ada", 1, Verdict.COMMENT), decision("others", "Ben", 2, Verdict.COMMENT)]
        assert self.due is not None
        one = progress_of(self.flow, list(self.benches), answers[:1], now=self.due - HOUR)
        assert standings(one) == {"others": "open", "dean": "waiting"}
        assert one.sentence.startswith("Still needed: Others’s decision: comments by Ben are welcome until Mon 30 Nov.")
        assert standings(progress_of(self.flow, list(self.benches), answers, now=self.due - HOUR)) == {"others": "met", "dean": "open"}

    def test_it_is_over_when_its_term_ends_whoever_is_silent(self) -> None:
        assert self.due is not None
        assert progress_of(self.flow, list(self.benches), now=self.due - HOUR).look_at == self.due
        late = progress_of(self.flow, list(self.benches), now=self.due)
        assert (standings(late), at(late, "dean").opened_at) == ({"others": "met", "dean": "open"}, self.due)

    def test_consulting_alone_approves_nothing(self) -> None:
        alone = progress_of(workflow(stage("others", kind=StageKind.CONSULT, due_days=5)), [self.benches[0]])
        assert alone.outcome is Outcome.IN_REVIEW
        assert "No stage of this way of approval has approved" in alone.sentence


def test_who_is_informed_is_asked_nothing() -> None:
    flow = workflow(stage("dean"), stage("registry", after=("dean",), kind=StageKind.INFORM))
    progress = progress_of(flow, [bench("dean", "Li"), bench("registry", "Rob")], [decision("dean", "Li", 2)])
    assert (progress.outcome, at(progress, "registry").opened_at) == (Outcome.APPROVED, MONDAY + 2 * HOUR)


class TestAdvice:
    flow = workflow(
        stage("council", refusal=Refusal.CONTINUES),
        stage("agency", after=("council",)),
        stage("appeal", after=("agency",), when=Fact("stage.council", "is", "refused")),
    )
    benches = (bench("council", "Ada"), bench("agency", "Li"), bench("appeal", "Sue"))

    def test_an_advisory_stage_that_refuses_lets_the_route_go_on(self) -> None:
        refused = decision("council", "Ada", 1, Verdict.REJECT)
        progress = progress_of(self.flow, list(self.benches), [refused, decision("agency", "Li", 2)])
        assert standings(progress) == {"council": "refused", "agency": "met", "appeal": "open"}
        assert progress.ended_by is None

    def test_a_condition_on_how_a_stage_ended_is_open_until_it_has(self) -> None:
        assert standings(progress_of(self.flow, list(self.benches)))["appeal"] == "waiting"
        assert not is_skipped(self.flow.stage("appeal"), {})
        done = progress_of(self.flow, list(self.benches), [decision("council", "Ada", 1), decision("agency", "Li", 2)])
        assert (standings(done)["appeal"], done.outcome) == ("skipped", Outcome.APPROVED)


class TestGoingBack:
    flow = workflow(stage("head"), stage("quality", after=("head",)), stage("dean", after=("quality",), due_days=5))
    benches = (bench("head", "Ada"), bench("quality", "Ben"), bench("dean", "Li"))
    so_far = (decision("head", "Ada", 1), decision("quality", "Ben", 2))
    back = replace(decision("dean", "Li", 3, CHANGES), back_to="quality")

    def test_what_was_decided_there_and_behind_it_counts_no_more(self) -> None:
        progress = progress_of(self.flow, list(self.benches), [*self.so_far, self.back])
        assert standings(progress) == {"head": "met", "quality": "open", "dean": "waiting"}
        assert (progress.outcome, at(progress, "quality").opened_at) == (Outcome.IN_REVIEW, self.back.at)
        assert [turn.person for turn in progress.turns] == ["ben"]

    def test_it_comes_forward_again_and_whoever_sent_it_back_is_asked_again(self) -> None:
        again = decision("quality", "Ben", 5)
        progress = progress_of(self.flow, list(self.benches), [*self.so_far, self.back, again])
        assert [turn.person for turn in progress.turns] == ["li"]
        done = progress_of(self.flow, list(self.benches), [*self.so_far, self.back, again, decision("dean", "Li", 6)])
        assert done.outcome is Outcome.APPROVED

    def test_taken_back_it_is_as_if_it_had_never_been(self) -> None:
        undone = replace(self.back, undone_at=MONDAY + 4 * HOUR)
        assert [turn.person for turn in progress_of(self.flow, list(self.benches), [*self.so_far, undone]).turns] == ["li"]


class TestStandingStill:
    flow = workflow(stage("dean", due_days=5))
    hold = Hold(MONDAY + timedelta(days=1), MONDAY + timedelta(days=3), "Ada", "The partner reorganises.")

    def test_while_it_is_held_nobody_is_asked(self) -> None:
        held = replace(submission(), holds=(replace(self.hold, until=None),))
        progress = progress_of(self.flow, [bench("dean", "Li")], given=held)
        assert (progress.turns, progress.court) == ((), ())
        assert progress.sentence == "On hold since Tue 24 Nov by Ada: The partner reorganises."

    def test_the_clock_stands_still_meanwhile(self) -> None:
        plain = at(progress_of(self.flow, [bench("dean", "Li")]), "dean").due_at
        resumed = replace(submission(), holds=(self.hold,))
        held = at(progress_of(self.flow, [bench("dean", "Li")], given=resumed), "dean").due_at
        assert plain is not None
        assert held == plain + timedelta(days=2)


class TestPassing:
    flow = workflow(stage("head"), stage("dean", after=("head",)))
    benches = (bench("head"), bench("dean", "Li"))

    def test_an_administrator_passes_a_stage_that_nobody_can_decide(self) -> None:
        passed = Override("head", MONDAY + HOUR, "Dan", "The office is vacant until spring.")
        progress = progress_of(self.flow, list(self.benches), given=replace(submission(), overrides=(passed,)))
        assert standings(progress) == {"head": "overridden", "dean": "open"}
        assert (at(progress, "head").override, at(progress, "dean").opened_at) == (passed, passed.at)


class TestConditionsAndRequirements:
    def test_approval_is_final_when_its_conditions_are_closed(self) -> None:
        flow, made = workflow(stage("dean")), decision("dean", "Li", 1, Verdict.APPROVE_WITH_CONDITIONS)
        open_one = OpenCondition(ConditionId("c"), DecisionId("d"), "Sign the brand licence.", "Ada", None)
        held = progress_of(flow, [bench("dean", "Li")], [made], replace(submission(), conditions=(open_one,)))
        assert (held.outcome, held.turns) == (Outcome.IN_REVIEW, ())
        assert held.sentence == "Still needed: A condition is open: “Sign the brand licence.” (Ada)."
        assert progress_of(flow, [bench("dean", "Li")], [made]).outcome is Outcome.APPROVED

    def test_a_stage_begins_when_what_it_requires_is_there(self) -> None:
        needed = Requirement("the legal register is complete", Fact("complete.legal", "is", True))
        flow = workflow(replace(stage("dean"), requires=(needed,)))
        waiting = progress_of(flow, [bench("dean", "Li")], given=submission(facts={"complete": {"legal": False}}))
        assert (standings(waiting), waiting.turns) == ({"dean": "waiting"}, ())
        assert waiting.needs == ("Dean’s decision begins when the legal register is complete.",)
        there = progress_of(flow, [bench("dean", "Li")], given=submission(facts={"complete": {"legal": True}}))
        assert standings(there) == {"dean": "open"}


class TestSeats:
    benches = (bench("board", "Ada"), bench("board", "Sue", party=SOUTHGATE), bench("board", "Tom", party=IBM))

    def shared(self, keys: Threshold) -> Workflow:
        own = Seat("board", None, ("board",), "Board", ANY, parties=Parties.EACH, keys=keys)
        return workflow(stage("board", own))

    @pytest.mark.parametrize(("keys", "enough"), [(3, 3), (2, 2), (1, 1)])
    def test_so_many_parties_must_turn_their_key(self, keys: int, enough: int) -> None:
        own, names = Threshold(ThresholdKind.COUNT, keys), ("Ada", "Sue", "Tom")
        said = [decision("board", name, 1, party=own_bench.party) for name, own_bench in zip(names, self.benches, strict=True)]
        for count in range(4):
            approved = progress_of(self.shared(own), list(self.benches), said[:count]).outcome is Outcome.APPROVED
            assert approved is (count >= enough)

    def test_one_of_three_that_refuses_is_no_refusal_when_two_are_enough(self) -> None:
        own = Threshold(ThresholdKind.COUNT, 2)
        refused = decision("board", "Tom", 1, Verdict.REJECT, party=IBM)
        progress = progress_of(self.shared(own), list(self.benches), [refused])
        assert (progress.outcome, {turn.person for turn in progress.turns}) == (Outcome.IN_REVIEW, {"ada", "sue"})
        second = decision("board", "Sue", 2, Verdict.REJECT, party=SOUTHGATE)
        assert progress_of(self.shared(own), list(self.benches), [refused, second]).outcome is Outcome.REJECTED

    def test_two_of_three_offices_are_enough(self) -> None:
        flow = workflow(stage("desk", seat("law"), seat("brand"), seat("money"), needed=2))
        benches = [bench("desk", name, seat_key=key) for key, name in (("law", "Ada"), ("brand", "Ben"), ("money", "Cy"))]
        said = [decision("desk", "Ada", 1, seat_key="law"), decision("desk", "Cy", 2, seat_key="money")]
        assert progress_of(flow, benches, said[:1]).outcome is Outcome.IN_REVIEW
        assert progress_of(flow, benches, said).outcome is Outcome.APPROVED

    def test_a_deputy_is_asked_too_and_counts_once_for_whom_they_stand(self) -> None:
        flow = workflow(stage("board", seat("board", at_least(2))))
        board = bench("board", "Ada", "Ben")
        ada = replace(board.holders[0], deputies=(Deputy(PersonId("ben"), "Ben"),))
        board = replace(board, holders=(ada, board.holders[1]))
        turns = {(turn.person, turn.principal) for turn in progress_of(flow, [board]).turns}
        assert turns == {("ada", "ada"), ("ben", "ada"), ("ben", "ben")}
        for_ada = replace(decision("board", "Ada", 1), by=PersonId("ben"))
        assert progress_of(flow, [board], [for_ada]).outcome is Outcome.IN_REVIEW
        assert progress_of(flow, [board], [for_ada, decision("board", "Ben", 2)]).outcome is Outcome.APPROVED

    def test_a_seat_for_partners_asks_nobody_where_there_are_none(self) -> None:
        partners = Seat("others", Side.EMPLOYER, ("sign-off",), "Others", ANY, parties=Parties.PARTNERS)
        flow = workflow(stage("release", seat("release"), partners))
        assert progress_of(flow, [bench("release", "Ada")], [decision("release", "Ada")]).outcome is Outcome.APPROVED


def test_deadlines_follow_the_calendar_of_each_party() -> None:
    facts: Mapping[str, Mapping[str, object]] = {"proposal": {"kind": "new"}}
    flow = workflow(stage("head", due_days=1, when=Fact("proposal.kind", "is", "new")))
    progress = progress_of(flow, [bench("head", "Ada")], given=submission(facts=facts))
    assert at(progress, "head").seats[0].due_at == at(progress, "head").due_at

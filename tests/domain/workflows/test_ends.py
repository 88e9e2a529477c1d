"""Stages at which the round ends, and how the seats of earlier stages stood."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.conditions import Condition
from cowork.domain.conditions import Test as Fact
from cowork.domain.workflows.benches import seats_ended
from cowork.domain.workflows.definition import Refusal, RefusedAs, Rule, Stage, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.progress import Decision, Outcome, Override, Progress, Verdict
from tests.domain.workflows.builders import MONDAY, at, bench, decision, progress_of, seat, stage, submission, workflow

ANY = Rule(Threshold(ThresholdKind.COUNT, 1))
BENCHES = [bench("board", "Ada", seat_key="one"), bench("board", "Ben", seat_key="two"), bench("dean", "Li")]


def end(when: Condition, outcome: RefusedAs = RefusedAs.REJECTED, after: tuple[str, ...] = ("board",)) -> Stage:
    return Stage("end", "Nobody agrees.", StageKind.END, (), after, when=when, outcome=outcome)


def told(when: Condition, *said: Decision, needed: int = 1, outcome: RefusedAs = RefusedAs.REJECTED) -> Progress:
    board = replace(stage("board", seat("one", ANY), seat("two", ANY), needed=needed), refusal=Refusal.CONTINUES)
    return progress_of(workflow(board, end(when, outcome), stage("dean", after=("board",))), BENCHES, list(said))


def says(who: str, verdict: Verdict, hours: float) -> Decision:
    return decision("board", who, hours, verdict, seat_key="one" if who == "Ada" else "two")


REFUSED = Fact("stage.board", "is", "refused")


def test_the_round_ends_when_the_route_comes_to_it() -> None:
    against = [says("Ada", Verdict.REJECT, 1), says("Ben", Verdict.REQUEST_CHANGES, 2)]
    ended = told(REFUSED, *against)
    assert (ended.outcome, at(ended, "end").standing, at(ended, "end").met_at) == (Outcome.REJECTED, "refused", MONDAY + timedelta(hours=2))
    assert (ended.sentence, ended.turns) == ("Rejected on Mon 23 Nov: Nobody agrees.", ())
    asked = told(REFUSED, *against, outcome=RefusedAs.CHANGES_REQUESTED)
    assert asked.sentence == "Not approved on Mon 23 Nov: Nobody agrees. Revise the proposal and submit it again."


def test_it_is_skipped_where_its_condition_is_not_true_and_holds_nothing_up() -> None:
    going_on = told(REFUSED, says("Ada", Verdict.APPROVE, 1), decision("dean", "Li", 2))
    assert (going_on.outcome, at(going_on, "end").standing) == (Outcome.APPROVED, "skipped")


def test_while_the_stages_before_it_run_it_waits_and_nobody_is_told_that_it_follows() -> None:
    waits = told(REFUSED)
    assert at(waits, "end").standing == "waiting"
    assert "Nobody agrees" not in waits.sentence


@pytest.mark.parametrize(
    ("said", "one", "two"),
    [
        ((says("Ada", Verdict.REJECT, 1), says("Ben", Verdict.REJECT, 2)), "refused", "refused"),
        ((says("Ada", Verdict.REJECT, 1), says("Ben", Verdict.APPROVE, 2)), "refused", "approved"),
        ((says("Ada", Verdict.APPROVE, 1),), "approved", "open"),
    ],
)
def test_a_later_stage_can_ask_how_each_seat_stood(said: tuple[Decision, ...], one: str, two: str) -> None:
    for key, how in (("one", one), ("two", two)):
        for asked in ("approved", "refused", "open"):
            found = told(Fact(f"stage.board.{key}", "is", asked), *said)
            assert (at(found, "end").standing == "refused") is (asked == how), (key, asked)


def test_of_a_stage_that_was_skipped_there_is_nothing_to_say_of_its_seats() -> None:
    board = stage("board", seat("one", ANY), when=Fact("a.b", "is", 1))
    flow = workflow(board, end(Fact("stage.board.one", "present", True)), stage("dean", after=("board",)))
    assert at(progress_of(flow, BENCHES), "end").standing == "skipped"


def test_of_a_stage_that_was_passed_it_is_how_they_stood_then() -> None:
    passed = replace(submission(), overrides=(Override("board", MONDAY + timedelta(hours=2), "Admin", "Ill."),))
    flow = workflow(stage("board", seat("one", ANY), seat("two", ANY)), end(Fact("stage.board.two", "is", "open")))
    found = progress_of(flow, BENCHES, [says("Ada", Verdict.APPROVE, 1)], passed)
    assert (at(found, "board").standing, found.outcome) == ("overridden", Outcome.REJECTED)
    assert seats_ended(at(found, "board").stage, at(found, "board").seats, MONDAY) == {"one": "open", "two": "open"}

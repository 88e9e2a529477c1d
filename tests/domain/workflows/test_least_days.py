"""Votes and notices that stay open for a least time, however many have voted."""

from dataclasses import replace
from datetime import datetime, timedelta

from cowork.domain.workflows.benches import least_until, seats_of
from cowork.domain.workflows.case import case_of
from cowork.domain.workflows.definition import Chair, Dissent, Refusal, Rule, StageKind, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.progress import Hold, OfficeRole, Outcome, StageStanding, Verdict
from tests.domain.workflows.builders import (
    ANY,
    CALENDARS,
    MONDAY,
    at,
    bench,
    decision,
    people,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)

OPEN_UNTIL = datetime.fromisoformat("2026-11-25T23:59:59+00:00")
SECOND = timedelta(seconds=1)
MAJORITY = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
BOARD = [bench("board", "Ada", "Ben", "Cy")]
NO = Verdict.REJECT


def flow(rule: Rule = MAJORITY, kind: StageKind = StageKind.VOTE, due_days: int | None = 5) -> Workflow:
    own = () if kind is StageKind.NOTICE else (seat("board", rule),)
    return workflow(replace(stage("board", *own, kind=kind, due_days=due_days, refusal=Refusal.ENDS), least_days=2))


def test_a_vote_that_is_decided_stays_open_and_asks_the_others() -> None:
    said = [decision("board", "Ada", 1), decision("board", "Ben", 2)]
    early = progress_of(flow(), BOARD, said, now=MONDAY + timedelta(hours=3))
    assert (early.outcome, early.look_at, [turn.person for turn in early.turns]) == (Outcome.IN_REVIEW, OPEN_UNTIL, ["cy"])
    assert early.sentence == (
        "Still needed: Northfield University: Board votes (a majority of all members; 2 for, 0 against; Cy can vote) at Board’s decision, "
        "which stays open until Wed 25 Nov, due Mon 30 Nov."
    )
    assert progress_of(flow(), BOARD, said, now=OPEN_UNTIL - SECOND).outcome is Outcome.IN_REVIEW
    over = progress_of(flow(), BOARD, said, now=OPEN_UNTIL)
    assert (over.outcome, at(over, "board").met_at) == (Outcome.APPROVED, OPEN_UNTIL)


def test_what_holds_when_the_least_time_is_over_decides() -> None:
    undone = replace(decision("board", "Ada", 1), undone_at=MONDAY + timedelta(hours=5))
    said = [undone, decision("board", "Ben", 2), decision("board", "Ada", 6, NO), decision("board", "Cy", 7, NO)]
    assert progress_of(flow(), BOARD, said, now=OPEN_UNTIL).outcome is Outcome.REJECTED
    assert progress_of(flow(), BOARD, said[:2], now=OPEN_UNTIL).outcome is Outcome.IN_REVIEW
    late = progress_of(flow(), BOARD, [said[1], decision("board", "Cy", 70)], now=OPEN_UNTIL + timedelta(days=2))
    assert at(late, "board").met_at == MONDAY + timedelta(hours=70)


def test_a_single_no_that_ends_the_round_ends_it_then() -> None:
    said = [decision("board", "Ada", 1, NO)]
    assert progress_of(flow(ANY), BOARD, said, now=OPEN_UNTIL - SECOND).outcome is Outcome.IN_REVIEW
    ended = progress_of(flow(ANY), BOARD, said, now=OPEN_UNTIL)
    assert (ended.outcome, at(ended, "board").met_at) == (Outcome.REJECTED, OPEN_UNTIL)


def test_where_everybody_has_voted_it_is_in_nobodys_court() -> None:
    said = [decision("board", name, hour) for hour, name in enumerate(("Ada", "Ben", "Cy"), 1)]
    waits = progress_of(flow(), BOARD, said, now=OPEN_UNTIL - SECOND)
    assert (waits.turns, waits.court, waits.look_at) == ((), (), OPEN_UNTIL)
    assert "the result comes when the vote closes" in waits.sentence
    unfinished = progress_of(flow(), BOARD, said[:1], now=OPEN_UNTIL - SECOND)
    assert unfinished.court == ("northfield",)


def test_the_chair_is_asked_to_break_a_tie_once_the_vote_may_end() -> None:
    rule = Rule(Threshold(ThresholdKind.MAJORITY), chair=Chair.BREAKS_TIES, dissent=Dissent.COUNTS)
    chaired = replace(BOARD[0], holders=(replace(people("Ada")[0], role=OfficeRole.CHAIR), *people("Ben", "Cy")))
    said = [decision("board", "Ben", 1), decision("board", "Cy", 2, NO)]
    assert progress_of(flow(rule), [chaired], said, now=OPEN_UNTIL - SECOND).turns == ()
    assert [turn.person for turn in progress_of(flow(rule), [chaired], said, now=OPEN_UNTIL).turns] == ["ada"]


def test_a_notice_to_which_everybody_consents_stays_open_too() -> None:
    said = [decision("board", name, hour, Verdict.NO_OBJECTION) for hour, name in enumerate(("Ada", "Ben", "Cy"), 1)]
    told = flow(kind=StageKind.NOTICE)
    early = progress_of(told, BOARD, said, now=OPEN_UNTIL - SECOND)
    assert (early.look_at, early.needs[0]) == (OPEN_UNTIL, "Board’s decision: nobody objects; it stays open until Wed 25 Nov.")
    over = at(progress_of(told, BOARD, said, now=OPEN_UNTIL), "board")
    assert (over.standing, over.met_at) == (StageStanding.MET, OPEN_UNTIL)
    silent = at(progress_of(told, BOARD), "board")
    assert silent.met_at == silent.due_at, "silence is consent at the end of the term only"


def test_a_hold_moves_the_moment_by_its_working_days() -> None:
    own, held = flow(), replace(submission(), holds=(Hold(MONDAY + timedelta(days=1), MONDAY + timedelta(days=3), "Ada", "Waiting."),))
    found = [case_of(own, given, [], BOARD, CALENDARS, MONDAY + timedelta(days=4)) for given in (submission(), held)]
    ends = [least_until(case, own.stages[0], seats_of(case, own.stages[0], MONDAY), MONDAY) for case in found]
    assert ends == [OPEN_UNTIL, OPEN_UNTIL + timedelta(days=2)]
    assert least_until(found[0], stage("dean"), (), MONDAY) == MONDAY

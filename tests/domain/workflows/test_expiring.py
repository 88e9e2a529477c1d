"""Approvals that run out: when, what that opens anew, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Dissent, Lapse, Refusal, Rule, Stage, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.expiring import runs_out_at
from cowork.domain.workflows.progress import (
    Calendars,
    Decision,
    Outcome,
    Override,
    Progress,
    Renewal,
    Sitting,
    StageStanding,
    Submission,
    Verdict,
)
from cowork.domain.workflows.reasons import expiry_in_words
from tests.domain.workflows.builders import (
    ALL,
    ANY,
    MONDAY,
    NORTHFIELD,
    UTC_WEEK,
    at,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)  # fmt: skip

BENCHES = [bench("ethics", "Ada", "Ben", "Cy"), bench("board", "Li")]
DAY = timedelta(days=1)
TWO = Rule(Threshold(ThresholdKind.COUNT, 2))
ENDS = datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)
"""When what was approved on Monday 23 Nov has run out, where it counts for two days."""


def ethics(rule: Rule = TWO, **more: object) -> Stage:
    return replace(stage("ethics", seat("ethics", rule)), valid_days=2, **more)  # type: ignore[arg-type]  # fields of a stage


def flow(first: Stage) -> Workflow:
    return workflow(first, stage("board", after=("ethics",)))


def told(*said: Decision, now: datetime = ENDS, first: Stage | None = None, given: Submission | None = None) -> Progress:
    return progress_of(flow(first or ethics()), BENCHES, list(said), given, now)


BOTH = (decision("ethics", "Ada", 1), decision("ethics", "Ben", 2))


def test_it_counts_for_so_many_calendar_days_of_the_party_and_ends_with_the_last() -> None:
    made = decision("ethics", "Ada", 14.5)  # 23:30 in London is half past twelve, on the next day, in Auckland
    assert runs_out_at(ethics(), UTC_WEEK, made) == ENDS
    assert runs_out_at(ethics(), Calendar(zone="Pacific/Auckland"), made) == datetime(2026, 11, 26, 10, 59, 59, tzinfo=UTC)
    assert runs_out_at(stage("ethics"), UTC_WEEK, made) is None
    assert runs_out_at(ethics(), UTC_WEEK, replace(made, verdict=Verdict.ABSTAIN)) is None


def test_the_stage_opens_anew_and_those_behind_it_wait() -> None:
    before, after = told(*BOTH, now=ENDS - timedelta(seconds=1)), told(*BOTH)
    assert [at(before, key).standing for key in ("ethics", "board")] == ["met", "open"]
    assert before.look_at == ENDS
    assert [at(after, key).standing for key in ("ethics", "board")] == ["open", "waiting"]
    assert (at(after, "ethics").opened_at, sorted(turn.person for turn in after.turns)) == (ENDS, ["ada", "ben", "cy"])


def test_the_page_says_why_people_are_asked_again() -> None:
    assert told(*BOTH).needs[1:3] == (
        "Ada’s approval of 23 Nov 2026 ran out on 25 Nov 2026.",
        "Ben’s approval of 23 Nov 2026 ran out on 25 Nov 2026.",
    )
    assert expiry_in_words(ethics(), BOTH[0], UTC_WEEK) == "Ada’s approval of 23 Nov 2026 ran out on 25 Nov 2026"


def test_only_whose_approval_ran_out_is_asked_again() -> None:
    later = decision("ethics", "Ben", 30)
    found = told(BOTH[0], later, first=ethics(ALL))
    assert at(found, "ethics").standing == "open"
    third = told(BOTH[0], later, decision("ethics", "Cy", 31), first=ethics(ALL))
    assert [turn.person for turn in third.turns] == ["ada"]
    assert [d.person_name for d in at(third, "ethics").seats[0].expired] == ["Ada"]


def test_given_again_it_counts_from_then_and_the_term_runs_from_when_it_opened_anew() -> None:
    first = ethics(due_days=1)
    assert at(told(*BOTH, first=first), "ethics").due_at == datetime(2026, 11, 26, 23, 59, 59, tzinfo=UTC)
    again = (decision("ethics", "Ada", 80), decision("ethics", "Cy", 81))
    found = told(*BOTH, *again, now=MONDAY + 4 * DAY)
    assert (at(found, "ethics").standing, at(found, "ethics").met_at) == ("met", MONDAY + timedelta(hours=81))
    done = told(*BOTH, *again, decision("board", "Li", 82), now=MONDAY + 4 * DAY)
    assert done.outcome is Outcome.APPROVED


def test_what_had_run_out_before_a_change_does_not_keep_a_stage_from_beginning_anew() -> None:
    later = ENDS + timedelta(hours=12)
    given = replace(submission(), renewals=(Renewal("ethics", later, 1, frozenset({later})),))
    assert at(told(BOTH[0], given=given, now=later + DAY, first=ethics(ANY)), "ethics").opened_at == later
    sooner = replace(given, renewals=(Renewal("ethics", ENDS - DAY, 1, frozenset({ENDS})),))
    assert at(told(BOTH[0], given=sooner, now=ENDS - timedelta(hours=1), first=ethics(ANY)), "ethics").standing == "met"


def test_of_a_vote_that_was_lost_and_waits_again_nobody_says_that_it_needs_more_people() -> None:
    vote = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
    council = stage("council", seat("council", vote), after=("ethics",), refusal=Refusal.CONTINUES)
    lost = [decision("council", name, hour, Verdict.REJECT) for hour, name in enumerate(("Ada", "Ben"), 2)]
    benches = [bench("ethics", "Eve"), bench("council", "Ada", "Ben", "Cy", "Di")]
    flow = workflow(replace(stage("ethics"), valid_days=2), council)
    waits = progress_of(flow, benches, [decision("ethics", "Eve", 1), *lost], now=MONDAY + timedelta(days=4))
    assert at(waits, "council").standing is StageStanding.WAITING
    assert not any("can give one" in need for need in waits.needs)


def test_it_runs_out_in_a_later_round_too() -> None:
    second = submission(2, at=MONDAY + DAY)
    changes = decision("board", "Li", 3, Verdict.REQUEST_CHANGES)
    assert at(told(*BOTH, changes, given=second, now=MONDAY + DAY), "ethics").standing == "met"
    late = told(*BOTH, changes, given=replace(second, submitted_at=MONDAY + 5 * DAY), now=MONDAY + 5 * DAY)
    assert (at(late, "ethics").standing, at(late, "ethics").opened_at) == ("open", MONDAY + 5 * DAY)


@pytest.mark.parametrize("how", ["refused", "overridden", "met"])
def test_a_stage_that_was_over_by_anything_else_stays_what_it_is(how: str) -> None:
    majority = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS, quorum=Threshold(ThresholdKind.ALL))
    first, given, said = ethics(majority, refusal=Refusal.CONTINUES), submission(), list(BOTH[:1])
    if how == "refused":
        said += [decision("ethics", name, 3 + n, Verdict.REJECT) for n, name in enumerate(("Ben", "Cy"))]
    elif how == "overridden":
        given = replace(given, overrides=(Override("ethics", MONDAY + timedelta(hours=3), "Admin", "Ill."),))
    else:
        first = replace(first, due_days=1, lapse=Lapse.PASSED)
    found = told(*said, first=first, given=given, now=MONDAY + 9 * DAY)
    assert at(found, "ethics").standing == how
    assert at(found, "board").standing == "open"


def test_a_meeting_that_was_closed_before_refuses_nothing_afterwards() -> None:
    of_votes = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
    sitting = Sitting("ethics", "ethics", NORTHFIELD, 1, MONDAY + timedelta(hours=4), frozenset({"ada", "ben"}))  # type: ignore[arg-type]  # people
    given = replace(submission(), sittings=(sitting,))
    assert at(told(*BOTH, first=ethics(of_votes), given=given, now=MONDAY + DAY), "ethics").standing == "met"
    assert at(told(*BOTH, first=ethics(of_votes), given=given), "ethics").standing == "open"


def test_other_parties_keep_their_own_days() -> None:
    zones = Calendars(UTC_WEEK, {NORTHFIELD: Calendar(zone="Pacific/Auckland")})
    late = [decision("ethics", "Ada", 14.5), decision("ethics", "Ben", 14.6)]
    found = evaluate(flow(ethics()), submission(), late, BENCHES, zones, ENDS)
    assert (at(found, "ethics").standing, found.look_at) == ("met", datetime(2026, 11, 26, 10, 59, 59, tzinfo=UTC))

"""One vote that counts in every seat of a stage where somebody sits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.ids import DecisionId, PersonId
from cowork.domain.workflows.definition import Base, Dissent, Refusal, Rule, StageKind, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.once import closes, in_every_seat
from cowork.domain.workflows.progress import Bench, Decision, Deputy, Outcome, Progress, Sitting, Verdict
from tests.domain.workflows.builders import (
    MONDAY,
    NORTHFIELD,
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

MAJORITY = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
PRESENT = replace(MAJORITY, of=Base.PRESENT)
COUNCIL = bench("council", "Ada", "Ben", "Cy", "Di", "Ed", seat_key="all")
PROFESSORS = bench("council", "Ada", "Ben", "Cy", seat_key="professors")
YES, NO = Verdict.APPROVE, Verdict.REJECT


def flow(rule: Rule = MAJORITY, kind: StageKind = StageKind.VOTE, refusal: Refusal = Refusal.ENDS) -> Workflow:
    own = stage("council", seat("all", rule), seat("professors", rule), kind=kind, due_days=5, refusal=refusal)
    return workflow(replace(own, votes_once=True))


def said(*votes: tuple[str, Verdict], seat_key: str = "all") -> list[Decision]:
    return [decision("council", name, hour, verdict, seat_key=seat_key) for hour, (name, verdict) in enumerate(votes, 1)]


def run(*votes: tuple[str, Verdict], rule: Rule = MAJORITY) -> Progress:
    return progress_of(flow(rule), [COUNCIL, PROFESSORS], said(*votes))


def test_everybody_is_asked_once_in_the_first_of_their_seats() -> None:
    turns = run().turns
    assert [(turn.person, turn.seat) for turn in turns] == [(name, "all") for name in ("ada", "ben", "cy", "di", "ed")]


def test_a_vote_counts_in_both_and_both_are_needed() -> None:
    waits = run(("Ada", YES), ("Di", YES), ("Ed", YES))
    assert [(place.met, len(place.counted)) for place in at(waits, "council").seats] == [(True, 3), (False, 1)]
    assert {(turn.person, turn.seat) for turn in waits.turns} == {("ben", "professors"), ("cy", "professors")}
    assert progress_of(flow(), [COUNCIL, PROFESSORS], [*said(("Ada", YES), ("Di", YES), ("Ed", YES)),
        decision("council", "Ben", 9, seat_key="professors")]).outcome is Outcome.APPROVED  # fmt: skip


def test_without_it_they_are_asked_in_each() -> None:
    twice = workflow(stage("council", seat("all", MAJORITY), seat("professors", MAJORITY)))
    assert len(progress_of(twice, [COUNCIL, PROFESSORS]).turns) == 8


def test_a_dissent_is_one_dissent_where_the_two_verdicts_are_weighed() -> None:
    changes = Verdict.REQUEST_CHANGES
    refused = run(("Ada", NO), ("Di", changes), ("Ben", NO))
    assert refused.outcome is Outcome.REJECTED
    even = run(("Ada", NO), ("Di", changes), ("Ed", changes), ("Ben", NO))
    assert even.outcome is Outcome.CHANGES_REQUESTED, "two and two, not four and two"


def test_recusal_and_taking_back_count_in_both() -> None:
    gone = run(("Ada", Verdict.RECUSE))
    assert [[h.name for h in place.recused] for place in at(gone, "council").seats] == [["Ada"], ["Ada"]]
    undone = replace(said(("Ada", YES))[0], id=DecisionId("d1"), undone_at=MONDAY + timedelta(hours=2))
    assert [len(p.counted) for p in at(progress_of(flow(), [COUNCIL, PROFESSORS], [undone]), "council").seats] == [0, 0]


def test_a_deputy_acts_in_both_at_once() -> None:
    acting = (replace(people("Ada")[0], deputies=(Deputy(PersonId("zoe"), "Zoe"),)),)
    benches = [replace(COUNCIL, holders=acting), replace(PROFESSORS, holders=acting)]
    assert [(turn.person, turn.principal) for turn in progress_of(flow(), benches).turns] == [("ada", "ada"), ("zoe", "ada")]
    by_zoe = replace(said(("Ada", YES))[0], by=PersonId("zoe"))
    assert progress_of(flow(), benches, [by_zoe]).outcome is Outcome.APPROVED


def test_an_objection_to_a_notice_counts_in_both_too() -> None:
    two = replace(MAJORITY, fails_at=Threshold(ThresholdKind.COUNT, 2))
    notice = flow(two, StageKind.NOTICE)
    objected = progress_of(notice, [COUNCIL, PROFESSORS], said(("Ada", Verdict.OBJECT), ("Ben", Verdict.OBJECT)))
    assert [len(place.blocking) for place in at(objected, "council").seats] == [2, 2]


@pytest.mark.parametrize(("met", "closed"), [("all", True), ("professors", False)])
def test_a_meeting_closes_the_seats_whose_people_all_had_a_vote_in_it(met: str, closed: bool) -> None:
    own = Sitting("council", met, NORTHFIELD, 1, MONDAY + timedelta(hours=8), frozenset(map(PersonId, ("ada", "ben"))))
    places = {("council", "all"): [COUNCIL], ("council", "professors"): [PROFESSORS]}
    other = PROFESSORS if met == "all" else COUNCIL
    voting = flow().stages[0]
    assert closes(voting, own, other, places) is closed
    assert closes(replace(voting, votes_once=False), own, other, places) is False
    given = replace(submission(), sittings=(own,))
    end = progress_of(flow(PRESENT), [COUNCIL, PROFESSORS], said(("Ada", YES), ("Ben", YES)), given)
    assert (end.outcome is Outcome.APPROVED) is closed


def test_what_was_said_elsewhere_or_by_somebody_who_sits_in_one_seat_stays_there() -> None:
    other: Bench = bench("dean", "Ada")
    both = [*said(("Di", YES)), decision("dean", "Ada", 3)]
    assert list(in_every_seat(flow(), both, [COUNCIL, PROFESSORS, other])) == both

"""Separation of duties: nobody decides at a stage that is apart from one at which they decided."""

from dataclasses import replace

import pytest

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.progress import Deputy, Outcome, Verdict
from tests.domain.workflows.builders import ALL, MONDAY, at, bench, decision, progress_of, seat, stage, submission, workflow
from tests.domain.workflows.model import Model
from tests.domain.workflows.strategies import run, with_stages_apart

FLOW = workflow(stage("check"), replace(stage("release", after=("check",)), apart=("check",)))
BENCHES = [bench("check", "Ada", "Ben"), bench("release", "Ada", "Ben")]
BY_ADA = decision("check", "Ada", 1)


def test_who_decided_there_is_not_asked_here_and_is_named() -> None:
    progress = progress_of(FLOW, BENCHES, [BY_ADA])
    assert [turn.person for turn in progress.turns] == ["ben"]
    assert [holder.name for holder in at(progress, "release").seats[0].bench.apart] == ["Ada"]
    assert progress.sentence == (
        "Still needed: Northfield University: Ben (Release) must approve at Release’s decision. "
        "Ada decided at Check’s decision, and may not decide at Release’s decision."
    )
    assert progress_of(FLOW, BENCHES, [BY_ADA, decision("release", "Ben", 2)]).outcome is Outcome.APPROVED


def test_what_they_decided_here_counts_for_nothing() -> None:
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        progress = progress_of(FLOW, BENCHES, [BY_ADA, decision("release", "Ada", 2, verdict)])
        assert (progress.outcome, [turn.person for turn in progress.turns]) == (Outcome.IN_REVIEW, ["ben"])
        assert at(progress, "release").seats[0].lapsed == ()


def test_who_gave_somebody_elses_vote_has_decided_too_and_is_no_deputy_here() -> None:
    by_deputy = replace(BY_ADA, by=PersonId("ben"))
    assert progress_of(FLOW, BENCHES, [by_deputy]).turns == ()
    board = bench("release", "Cy")
    board = replace(board, holders=(replace(board.holders[0], deputies=(Deputy(PersonId("ada"), "Ada"), Deputy(PersonId("di"), "Di"))),))
    assert {turn.person for turn in progress_of(FLOW, [BENCHES[0], board], [BY_ADA]).turns} == {"cy", "di"}
    given = replace(decision("release", "Cy", 2), by=PersonId("ada"))
    assert progress_of(FLOW, [BENCHES[0], board], [BY_ADA, given]).outcome is Outcome.IN_REVIEW


def test_where_nobody_is_left_it_says_so_and_who_can_help() -> None:
    alone = progress_of(FLOW, [bench("check", "Ada"), bench("release", "Ada")], [BY_ADA])
    assert alone.turns == ()
    assert alone.needs[0] == (
        "Everybody who holds the office of Release at Northfield University has decided at another stage and may not decide at "
        "Release’s decision: ask an organisation administrator of Northfield University to name somebody else."
    )


def test_leaving_it_to_others_is_no_decision_and_what_was_undone_none_either() -> None:
    flow = workflow(stage("check", seat("check", ALL)), FLOW.stages[1])
    said = [BY_ADA, decision("check", "Ben", 2, Verdict.RECUSE)]
    assert [turn.person for turn in progress_of(flow, BENCHES, said).turns] == ["ben"]
    said = [replace(decision("check", "Ben", 0.5), undone_at=MONDAY), BY_ADA]
    assert [turn.person for turn in progress_of(FLOW, BENCHES, said).turns] == ["ben"]


def test_an_approval_of_an_earlier_round_counts_no_more_once_its_giver_decided_at_the_other_stage() -> None:
    kept = [decision("check", "Ben", 1), decision("release", "Ada", 2)]
    again = submission(2, {**submission().digests, "need": "n2"})
    flow = workflow(replace(FLOW.stages[0], reads=("need",)), replace(FLOW.stages[1], reads=("legal",)))
    second = decision("check", "Ada", 30, round_number=2, digests=again.digests)
    assert progress_of(flow, BENCHES, kept).outcome is Outcome.APPROVED
    found = progress_of(flow, BENCHES, [*kept, second], again)
    assert found.outcome is Outcome.IN_REVIEW
    assert found.turns == (), "Ben decided at the check in the first round, Ada in the second"


def test_a_decision_that_was_sent_back_still_bars_who_made_it() -> None:
    back = replace(decision("release", "Ben", 2, Verdict.REQUEST_CHANGES), back_to="check")
    benches = [bench("check", "Ada", "Ben", "Cy"), bench("release", "Ada", "Ben", "Cy")]
    made = [BY_ADA, back, decision("check", "Cy", 3)]
    assert [turn.person for turn in progress_of(FLOW, benches, made).turns] == ["ben"]
    assert progress_of(FLOW, benches, [*made, decision("release", "Ada", 4)]).outcome is Outcome.IN_REVIEW


@pytest.mark.parametrize("verdict", [Verdict.ABSTAIN, Verdict.NO_OBJECTION, Verdict.TABLE, Verdict.RECUSE])
def test_who_decided_nothing_is_not_barred(verdict: Verdict) -> None:
    said = [decision("check", "Ben", 1, verdict), decision("check", "Ada", 2)]
    assert [turn.person for turn in progress_of(FLOW, BENCHES, said).turns] == ["ben"]


def test_who_was_only_asked_what_they_think_is_not_barred() -> None:
    flow = workflow(stage("check", due_days=5, kind=StageKind.CONSULT), FLOW.stages[1])
    said = [decision("check", name, hour, Verdict.COMMENT) for hour, name in enumerate(("Ada", "Ben"), 1)]
    assert {turn.person for turn in progress_of(flow, BENCHES, said).turns} == {"ada", "ben"}


BESIDE = workflow(
    replace(stage("law", after=()), apart=("money",)),
    replace(stage("money", after=()), apart=("law",)),
    stage("dean", after=("law", "money")),
)
TWO = [bench("law", "Ada", "Ben"), bench("money", "Ada", "Ben"), bench("dean", "Di")]


def test_of_two_stages_side_by_side_nobody_decides_at_both_whichever_they_take_first() -> None:
    assert len(progress_of(BESIDE, TWO, []).turns) == 4
    for first, other in (("law", "money"), ("money", "law")):
        progress = progress_of(BESIDE, TWO, [decision(first, "Ada", 1)])
        assert [(turn.stage, turn.person) for turn in progress.turns] == [(other, "ben")]
        assert at(progress, first).standing == "met"
        assert f"Ada decided at {first.title()}’s decision, and may not decide at {other.title()}’s decision." in progress.sentence
        void = progress_of(BESIDE, TWO, [decision(first, "Ada", 1), decision(other, "Ada", 2)])
        assert (at(void, first).standing, at(void, other).standing) == ("met", "open"), "the first of the two counts, and only that"
        both = [decision(first, "Ada", 1), decision(other, "Ben", 2)]
        assert [turn.stage for turn in progress_of(BESIDE, TWO, both).turns] == ["dean"]


def test_who_takes_back_what_they_decided_at_one_can_decide_at_the_stage_beside_it() -> None:
    taken = replace(decision("law", "Ada", 1), undone_at=MONDAY)
    assert len(progress_of(BESIDE, TWO, [taken]).turns) == 4
    progress = progress_of(BESIDE, TWO, [taken, decision("money", "Ada", 2)])
    assert [(turn.stage, turn.person) for turn in progress.turns] == [("law", "ben")]


@pytest.mark.parametrize("first", [0, 40])
def test_where_stages_beside_each_other_are_apart_evaluator_and_model_agree(first: int) -> None:
    barred = 0
    for number in range(first, first + 40):
        for step in with_stages_apart(number):
            progress = run(step.case)
            own = step.case
            model = Model(own.flow, own.given, own.decisions, own.benches, own.calendars, own.now).whole()
            assert sorted((t.stage, t.seat, t.party, t.person, t.principal) for t in progress.turns) == sorted(model.turns()), number
            assert {s.stage.key: s.standing.value for s in progress.stages} == {key: s.standing for key, s in model.stands.items()}
            barred += sum(len(seat.bench.apart) for s in progress.stages for seat in s.seats)
    assert barred

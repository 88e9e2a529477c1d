"""The evaluator against a naive model and against what must always be true, over random workflows and histories.

COWORK_HISTORIES sets how many histories are tried (500 by default).
"""

import os
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Decision, Outcome, Progress, StageStanding, Verdict
from tests.domain.workflows.builders import MONDAY, UTC_WEEK, approval_by
from tests.domain.workflows.model import Model
from tests.domain.workflows.strategies import KEYS, Case, cases, histories

HISTORIES = int(os.environ.get("COWORK_HISTORIES", "500"))
often = settings(max_examples=HISTORIES)
enough = settings(max_examples=max(HISTORIES // 4, 1))


def run(case: Case) -> Progress:
    return evaluate(case.flow, case.given, case.decisions, case.benches, UTC_WEEK)


def spots_and_people(decisions: list[Decision]) -> list[tuple[tuple[str, str, str], str]]:
    return sorted(((d.stage, d.seat, d.party), d.person) for d in decisions)


def counted(progress: Progress) -> list[Decision]:
    return [d for entry in progress.stages for seat in entry.seats for d in seat.counted]


def stale(progress: Progress) -> list[Decision]:
    return [d for entry in progress.stages for seat in entry.seats for d in seat.stale]


def met(progress: Progress) -> set[str]:
    return {entry.stage.key for entry in progress.stages if entry.standing is StageStanding.MET}


def agrees_with_the_model(case: Case) -> None:
    model, told = Model(case.flow, case.given, case.decisions, case.benches), run(case)
    opened, over = model.times
    for entry in told.stages:
        key, skipped = entry.stage.key, entry.standing is StageStanding.SKIPPED
        assert entry.standing == model.standing(entry.stage)
        assert entry.opened_at == (None if skipped else opened.get(key))
        assert entry.met_at == (None if skipped else over.get(key))
    assert told.outcome == model.outcome()
    assert sorted(((t.stage, t.seat, t.party), t.person) for t in told.turns) == sorted(model.turns())
    assert set(told.court) == {party for _, _, party in model.asked()}
    assert spots_and_people(counted(told)) == spots_and_people(model.decisions_worth["counted"])
    assert spots_and_people(stale(told)) == spots_and_people(model.decisions_worth["stale"])


@often
@given(cases())
def test_whatever_the_store_holds_evaluator_and_model_agree(case: Case) -> None:
    agrees_with_the_model(case)


@often
@given(histories())
def test_at_every_step_of_a_round_evaluator_and_model_agree(history: list[Case]) -> None:
    for case in history:
        agrees_with_the_model(case)


@enough
@given(histories())
def test_approved_means_that_every_key_of_every_stage_was_turned_by_valid_approvals(history: list[Case]) -> None:
    for case in history:
        progress = run(case)
        if progress.outcome is not Outcome.APPROVED:
            continue
        assert case.given.open_objections == 0
        for entry in progress.stages:
            if entry.standing is StageStanding.SKIPPED:
                continue
            assert {seat.seat.key for seat in entry.seats} == {seat.key for seat in entry.stage.seats}
            for seat in entry.seats:
                assert len({d.person for d in seat.counted}) >= seat.needed >= 1
                assert all(d.verdict is Verdict.APPROVE and d in case.decisions for d in seat.counted)


@enough
@given(cases())
def test_no_approval_of_a_conflicted_person_ever_counts_and_nobody_conflicted_is_asked(case: Case) -> None:
    progress = run(case)
    for entry in progress.stages:
        for seat in entry.seats:
            conflicted = {holder.person for holder in seat.bench.conflicted}
            assert not conflicted & {d.person for d in (*seat.counted, *seat.stale)}
            assert not conflicted & {holder.person for holder in seat.missing}


@enough
@given(cases())
def test_an_edit_voids_exactly_the_approvals_whose_stage_reads_the_section(case: Case) -> None:
    before = run(case)
    for key in KEYS:
        edited = replace(case, given=replace(case.given, digests={**case.given.digests, key: "new"}))
        after = {id(d) for d in counted(run(edited))}
        section, _, lane = key.partition("@")
        for entry in before.stages:
            reads = entry.stage.reads is None or section in entry.stage.reads
            for seat in entry.seats:
                voided = reads and lane in ("", seat.seat.side)
                assert all((id(d) in after) is not voided for d in seat.counted)


@enough
@given(cases(), st.data())
def test_the_order_in_which_decisions_are_given_makes_no_difference(case: Case, data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(case.decisions)))
    assert run(replace(case, decisions=shuffled)) == run(case)


@enough
@given(cases(), st.data())
def test_one_more_valid_approval_never_takes_a_stage_back(case: Case, data: st.DataObject) -> None:
    assume(case.benches)
    place = data.draw(st.sampled_from(case.benches))
    assume(place.holders)
    person = data.draw(st.sampled_from(place.holders))
    moment = MONDAY + timedelta(hours=data.draw(st.integers(-50, 50)), milliseconds=1)
    extra = approval_by(case.flow, case.given, place, person, moment)
    before, after = run(case), run(replace(case, decisions=(*case.decisions, extra)))
    assert met(before) <= met(after)
    if before.outcome is Outcome.APPROVED:
        assert after.outcome is Outcome.APPROVED


@enough
@given(cases())
def test_only_open_stages_of_a_running_round_ask_anybody(case: Case) -> None:
    progress = run(case)
    open_now = {entry.stage.key for entry in progress.stages if entry.standing is StageStanding.OPEN}
    assert {turn.stage for turn in progress.turns} <= open_now
    assert {turn.party for turn in progress.turns} <= set(progress.court)
    if progress.outcome is not Outcome.IN_REVIEW:
        assert (progress.turns, progress.court, progress.needs) == ((), (), ())


@enough
@given(cases())
def test_a_running_round_always_says_what_is_needed_in_one_line(case: Case) -> None:
    progress = run(case)
    assert (progress.outcome is Outcome.IN_REVIEW) == bool(progress.needs)
    assert all(need.endswith(".") for need in progress.needs)
    assert progress.sentence.endswith(".")
    assert "\n" not in progress.sentence


@enough
@given(cases())
def test_times_follow_each_other(case: Case) -> None:
    progress = run(case)
    over = {entry.stage.key: entry.met_at for entry in progress.stages}
    for entry in progress.stages:
        if entry.opened_at is None:
            continue
        assert entry.opened_at >= case.given.submitted_at
        assert all((over[key] or entry.opened_at) <= entry.opened_at for key in entry.stage.after)
        assert entry.met_at is None or entry.met_at >= entry.opened_at
        if entry.stage.due_days:
            assert entry.due_at == UTC_WEEK.add_working_days(entry.opened_at, entry.stage.due_days)

"""The evaluator against a naive model and against what must always be true, over random histories lived step by step.

Each history is told by its number (`strategies.history`), so that a failure names all it takes to see it again. 500 run always,
10,000 with `script/test --only -m exhaustive`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from cowork.domain.workflows import refusals
from cowork.domain.workflows.definition import DECIDING, Base, Dissent, Rule, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.expiring import runs_out_at
from cowork.domain.workflows.progress import APPROVALS, OVER, OfficeRole, Outcome, Progress, SeatProgress, StageStanding, Verdict
from tests.domain.workflows.builders import MONDAY, at, bench, decision, progress_of, seat, stage, workflow
from tests.domain.workflows.model import Model
from tests.domain.workflows.strategies import (
    Case,
    Step,
    approve,
    by_weight,
    by_weight_and_parties,
    history,
    next_round,
    run,
    vote,
    with_appeals,
    with_names,
)

QUICK, ALL = 500, 10_000
BLOCK = 50
PROPERTIES = 80
"""How many histories each property is tried on."""

Told = dict[str, object]


def told(case: Case, progress: Progress) -> Told:
    """What the evaluator says, line by line."""
    lines: Told = {"outcome": progress.outcome.value, "court": sorted(progress.court)}
    lines["turns"] = sorted((t.stage, t.seat, t.party, t.person, t.principal) for t in progress.turns)
    lines["referrals"] = list(progress.referrals)
    for s in progress.stages:
        lines[s.stage.key] = (s.standing.value, s.opened_at, s.met_at, s.due_at, s.unmet, s.refused_as)
        for b in s.seats:
            counted = sorted(d.person for d in b.counted)
            lines[f"{s.stage.key}/{b.seat.key}/{b.bench.party}"] = (b.met_at, b.refused_at, b.tied, counted)
    return lines


def expected(case: Case) -> Told:
    """What the model says, in the same words."""
    model = Model(case.flow, case.given, case.decisions, case.benches, case.calendars, case.now).whole()
    lines: Told = {"outcome": model.outcome(), "court": sorted(model.in_court()), "turns": sorted(model.turns())}
    lines["referrals"] = model.referrals
    for s in case.flow.stages:
        stand = model.stands[s.key]
        lines[s.key] = (stand.standing, stand.opened, stand.ended, stand.due, stand.unmet, stand.how)
        for table in model.tables(s, stand.opened):
            state, since = table.history
            met, refused = since if state == "met" else None, since if state == "refused" else None
            counted = [] if s.secret else sorted(table.counted())
            lines[f"{s.key}/{table.seat.key}/{table.bench.party}"] = (met, refused, state == "tied", counted)
    return lines


def differences(case: Case) -> dict[str, tuple[object, object]]:
    """Line → what the evaluator and what the model says, where they do not agree."""
    one, two = told(case, run(case)), expected(case)
    return {key: (one.get(key), two.get(key)) for key in sorted({*one, *two}) if one.get(key) != two.get(key)}


def agree(first: int, last: int, told_by: Callable[[int], Iterable[Step]] = history) -> None:
    for number in range(first, last):
        for place, step in enumerate(told_by(number)):
            found = differences(step.case)
            assert not found, f"{told_by.__name__} {number}, step {place} ({step.act}): {found}"


@pytest.mark.parametrize("first", range(0, QUICK, BLOCK))
def test_at_every_step_of_a_history_evaluator_and_model_agree(first: int) -> None:
    agree(first, first + BLOCK)


@pytest.mark.parametrize("first", range(0, 1_000, 250))
def test_whatever_the_rule_a_bench_is_decided_at_the_vote_at_which_the_model_says(first: int) -> None:
    agree(first, first + 250, vote)


@pytest.mark.parametrize("first", range(0, 400, 200))
def test_a_vote_by_weight_is_decided_when_the_model_says(first: int) -> None:
    agree(first, first + 200, by_weight)


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_a_vote_by_weight_that_so_many_parties_must_be_for_too_is_decided_when_the_model_says(first: int) -> None:
    agree(first, first + 100, by_weight_and_parties)


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_where_people_are_named_for_the_proposal_evaluator_and_model_agree(first: int) -> None:
    agree(first, first + 100, with_names)


def test_who_names_people_is_asked_for_nothing_else_and_nothing_is_decided_without_enough() -> None:
    asked = 0
    for number in range(100):
        for step in with_names(number):
            progress = run(step.case)
            asked += any(turn.names for turn in progress.turns)
            for s in progress.stages:
                short = [b for b in s.seats if b.seat.naming and len(b.bench.holders) < b.seat.naming.least]
                assert not any(b.met for b in short)
                assert not (short and s.standing is StageStanding.OPEN and s.override is None)
    assert asked


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_where_authors_can_appeal_evaluator_and_model_agree(first: int) -> None:
    agree(first, first + 100, with_appeals)


def test_histories_with_appeals_see_them_lodged_and_let_pass() -> None:
    found = set()
    for number in range(200):
        for step in with_appeals(number):
            found |= {s.standing for s in run(step.case).stages if s.stage.kind is StageKind.APPEAL}
    assert found >= {*StageStanding} - {StageStanding.OVERRIDDEN}


@pytest.mark.exhaustive
def test_five_thousand_histories_with_appeals_without_a_disagreement() -> None:
    agree(200, 5_000, with_appeals)


@pytest.mark.exhaustive
def test_five_thousand_histories_with_names_without_a_disagreement() -> None:
    agree(200, 5_000, with_names)


@pytest.mark.exhaustive
def test_five_thousand_votes_by_weight_without_a_disagreement() -> None:
    agree(400, 5_000, by_weight)


@pytest.mark.exhaustive
def test_twenty_thousand_votes_without_a_disagreement() -> None:
    agree(1_000, 20_000, vote)


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", range(QUICK, ALL, 500))
def test_ten_thousand_histories_without_a_disagreement(first: int) -> None:
    agree(first, min(first + 500, ALL))


def steps(start: int, histories: int = PROPERTIES) -> Iterator[tuple[Step, Progress]]:
    for number in range(start, start + histories):
        for step in history(number):
            yield step, run(step.case)


def over(progress: Progress) -> dict[str, tuple[StageStanding, datetime | None]]:
    return {s.stage.key: (s.standing, s.met_at) for s in progress.stages if s.standing in OVER}


def benches(progress: Progress) -> list[SeatProgress]:
    return [b for s in progress.stages for b in s.seats]


def test_the_histories_reach_every_kind_of_stage_and_every_way_to_stand() -> None:
    """A model that agrees over histories in which nothing happens would show nothing."""
    standings, kinds, outcomes, rounds = set(), set(), set(), set()
    for step, progress in steps(0, 200):
        standings |= {s.standing for s in progress.stages}
        kinds |= {s.stage.kind for s in progress.stages if s.standing is StageStanding.MET}
        outcomes.add(progress.outcome)
        rounds.add(step.case.given.round)
    usual = {*StageKind} - {StageKind.END, StageKind.APPEAL}
    assert (standings, kinds, outcomes, rounds) == (set(StageStanding), usual, set(Outcome), {1, 2, 3})


def test_the_order_in_which_decisions_are_given_makes_no_difference() -> None:
    for step, progress in steps(1_000):
        shuffled = list(step.case.decisions)
        Random(len(shuffled)).shuffle(shuffled)
        assert run(replace(step.case, decisions=tuple(shuffled))) == progress


def test_an_approval_of_somebody_who_is_asked_takes_nothing_back() -> None:
    for step, progress in steps(2_000):
        case = replace(step.case, now=step.case.now + timedelta(microseconds=1))
        case = approve(Random(len(case.decisions)), case, progress)
        before, after = over(progress), over(run(case))
        if case.decisions and case.decisions[-1].verdict in APPROVALS:
            assert {key: after.get(key) for key in before} == before
            assert (run(case).outcome is Outcome.APPROVED) or progress.outcome is not Outcome.APPROVED


def test_nothing_is_approved_without_a_stage_that_approves_and_all_of_them_over() -> None:
    for step, progress in steps(3_000, 150):
        if progress.outcome is Outcome.APPROVED:
            kinds = {s.stage.kind for s in progress.stages if s.standing in (StageStanding.MET, StageStanding.OVERRIDDEN)}
            assert kinds & {*DECIDING, StageKind.NOTICE}
            assert len(over(progress)) == len(progress.stages)
            assert not step.case.given.open_objections
            assert not step.case.given.conditions


def test_an_undone_decision_is_as_one_never_made() -> None:
    for step, progress in steps(4_000):
        if step.case.decisions:
            number = len(step.case.decisions) // 2
            made = step.case.decisions[number]
            before, after = step.case.decisions[:number], step.case.decisions[number + 1 :]
            undone = replace(step.case, decisions=(*before, replace(made, undone_at=step.case.now), *after))
            rest = tuple(one for one in step.case.given.referrals if made.id not in one.decisions)
            never = replace(step.case, decisions=(*before, *after), given=replace(step.case.given, referrals=rest))
            assert run(undone) == run(never), progress


def test_who_approved_is_not_asked_again_for_the_same_text() -> None:
    """A round that is submitted again as it was keeps the approvals that counted, but for those that have run out since."""
    for step, progress in steps(5_000, 150):
        if progress.outcome in (Outcome.CHANGES_REQUESTED, Outcome.REJECTED):
            again = next_round(Random(0), replace(step.case, now=step.case.now + timedelta(seconds=1)))
            before = step.case.given
            again = replace(again, given=replace(again.given, digests=before.digests, earlier_workflows=before.earlier_workflows))
            counted = [(b, d, step.case.flow.stage(b.bench.stage)) for b in benches(progress) for d in b.counted if d.verdict in APPROVALS]
            ends = [runs_out_at(s, step.case.calendars.of(d.party), d) for _, d, s in counted]
            lasting = [one for one, end in zip(counted, ends, strict=True) if end is None or end > again.now]
            kept = {(b.bench.stage, b.seat.key, b.bench.party, d.person) for b, d, _ in lasting}
            asked = {(t.stage, t.seat, t.party, t.principal) for t in run(again).turns}
            assert not kept & asked


def test_nobody_with_a_conflict_or_without_a_seat_ever_counts_or_is_asked() -> None:
    for step, progress in steps(6_000):
        for b in benches(progress):
            conflicted = {holder.person for holder in b.bench.conflicted}
            seated = {h.person for h in b.bench.holders if h.role is not OfficeRole.SECRETARY} - conflicted
            assert {d.person for d in (*b.counted, *b.positions, *b.blocking)} <= seated
            assert {holder.person for holder in (*b.missing, *b.members)} <= seated
        assert step.case.given.round in (1, 2, 3)


def test_nobody_decides_where_they_are_to_be_apart_from_what_they_decided() -> None:
    found = 0
    for step, progress in steps(6_500):
        for s in progress.stages:
            decided = [d for d in step.case.decisions if d.stage in s.stage.apart and d.undone_at is None]
            people = {holder.person for b in s.seats for holder in b.bench.apart}
            assert people <= {d.person for d in decided} | {d.by for d in decided}
            assert not people & {d.person for b in s.seats for d in (*b.counted, *b.positions, *b.stale, *b.lapsed)}
            assert not people & {holder.person for b in s.seats for holder in (*b.missing, *b.members)}
            assert not people & {turn.person for turn in progress.turns if turn.stage == s.stage.key}
            found += bool(people)
    assert found


def of_open_stages(case: Case) -> Told:
    """Everything but the benches of stages that wait, or were over without them."""
    progress = run(case)
    open_ = {s.stage.key for s in progress.stages if s.standing is StageStanding.OPEN}
    return {key: line for key, line in told(case, progress).items() if "/" not in key or key.split("/")[0] in open_}


def test_nothing_changes_before_the_moment_to_look_at_again() -> None:
    for step, progress in steps(7_000):
        if progress.outcome is Outcome.IN_REVIEW and progress.held is None:
            until = progress.look_at - timedelta(microseconds=1) if progress.look_at else step.case.now + timedelta(days=400)
            for later in {until, step.case.now + (until - step.case.now) / 3}:
                waited = replace(step.case, now=later)
                assert told(waited, run(waited)) == told(step.case, progress)


def test_what_is_over_stays_as_it_was_while_time_goes_by() -> None:
    """Nobody does anything; terms end, people take and leave offices. Where nothing runs out, and nothing goes back by itself."""
    for step, progress in steps(8_000, 2 * PROPERTIES):
        if any(s.valid_days or refusals.sent_to(s) for s in step.case.flow.stages):
            continue
        for days in (1, 9, 90):
            later = run(replace(step.case, now=step.case.now + timedelta(days=days)))
            before = over(progress)
            assert {key: over(later).get(key) for key in before} == before


def test_while_a_round_is_held_nobody_is_asked_and_nothing_ends_by_its_term() -> None:
    found = 0
    for step, progress in steps(9_000):
        held = [hold for hold in step.case.given.holds if hold.until is None]
        if held and progress.outcome is Outcome.IN_REVIEW:
            found += 1
            assert (progress.turns, progress.court, progress.held) == ((), (), held[-1])
            terms = {s.due_at for s in progress.stages if s.standing is StageStanding.MET and s.met_at == s.due_at} - {None}
            assert not any(due is not None and due > held[-1].since for due in terms)
    assert found


def has_enough_parties(progress: Progress) -> bool:
    """Whether every seat that asks for several keys has as many benches."""
    return all(sum(b.seat is seat for b in s.seats) >= seat.keys.number for s in progress.stages for seat in s.stage.seats)


def test_only_open_stages_of_a_running_round_ask_anybody_and_it_always_says_what_it_needs() -> None:
    for _, progress in steps(10_000):
        open_ = {s.stage.key for s in progress.stages if s.standing is StageStanding.OPEN}
        assert {turn.stage for turn in progress.turns} <= open_
        if progress.outcome is not Outcome.IN_REVIEW:
            assert (progress.turns, progress.court, progress.needs) == ((), (), ())
        elif progress.held is None and has_enough_parties(progress):
            assert progress.needs
            assert all(need in progress.sentence for need in progress.needs[:1])


@pytest.mark.parametrize(
    ("rule", "edge"),
    [
        (Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS), 11),
        (Rule(Threshold(ThresholdKind.TWO_THIRDS), quorum=Threshold(ThresholdKind.COUNT, 15), dissent=Dissent.COUNTS), 15),
        (Rule(Threshold(ThresholdKind.COUNT, 1), quorum=Threshold(ThresholdKind.COUNT, 13), dissent=Dissent.COUNTS), 13),
        (Rule(Threshold(ThresholdKind.MAJORITY), Base.VOTES, Threshold(ThresholdKind.TWO_THIRDS), dissent=Dissent.COUNTS), 14),
        (Rule(Threshold(ThresholdKind.PERCENT, 60), Base.PRESENT, dissent=Dissent.COUNTS), 12),
        (Rule(Threshold(ThresholdKind.ALL)), 20),
    ],
)
def test_twenty_at_the_edge_of_the_quorum_make_one_transition_in_whatever_order(rule: Rule, edge: int) -> None:
    """It is the decision at the edge that fulfils the rule, whoever gives it, and in whatever order the store returns them."""
    names = [f"V{number}" for number in range(20)]
    flow = workflow(stage("board", seat("board", rule)))
    seated = [bench("board", *names)]
    for number in range(60):
        chance = Random(number)
        chance.shuffle(names)
        votes = [decision("board", name, hours) for hours, name in enumerate(names, 1)]
        moments = set()
        for given in range(1, 21):
            stored = votes[:given]
            chance.shuffle(stored)
            moments.add(at(progress_of(flow, seated, stored), "board").met_at)
        assert moments == {None, MONDAY + timedelta(hours=edge)} - ({None} if edge == 1 else set())


def test_a_table_of_undone_votes_at_the_edge_goes_back_to_where_it_was() -> None:
    names = [f"V{number}" for number in range(20)]
    majority = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
    flow, seated = workflow(stage("board", seat("board", majority))), [bench("board", *names)]
    votes = [decision("board", name, hours) for hours, name in enumerate(names[:11], 1)]
    for number in range(11):
        undone = [replace(v, undone_at=MONDAY + timedelta(hours=20)) if place == number else v for place, v in enumerate(votes)]
        progress = progress_of(flow, seated, undone)
        assert progress.outcome is Outcome.IN_REVIEW
        assert votes[number].person in {turn.principal for turn in progress.turns}
        assert all(vote.verdict is Verdict.APPROVE for vote in votes)

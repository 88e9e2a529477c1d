"""Since when something is so: what time, leaving and changing one's mind do to what was already over. Each was once a fault."""

from dataclasses import replace
from datetime import datetime, timedelta

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import PersonId, Side
from cowork.domain.workflows.definition import Base, Dissent, Refusal, Rule, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.progress import Bench, Outcome, Override, Sitting, StageStanding, Verdict
from tests.domain.workflows.builders import (
    ALL,
    IBM,
    MONDAY,
    NORTHFIELD,
    SOUTHGATE,
    at,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)

CONSULT = stage("consult", due_days=1, kind=StageKind.CONSULT)
NOTICE = stage("notice", due_days=3, kind=StageKind.NOTICE, refusal=Refusal.HOLDS)
TUESDAY_NIGHT = datetime.fromisoformat("2026-11-24T23:59:59+00:00")
THURSDAY_NIGHT = datetime.fromisoformat("2026-11-26T23:59:59+00:00")


def hours(count: float) -> datetime:
    return MONDAY + timedelta(hours=count)


def leaving(given: Bench, name: str, after: float) -> Bench:
    """The bench with one who leaves so many hours after Monday morning."""
    return replace(given, holders=tuple(replace(h, until=hours(after)) if h.name == name else h for h in given.holders))


def test_a_consultation_that_ended_with_its_term_ended_then_though_the_silent_one_leaves_later() -> None:
    seated, said = [leaving(bench("consult", "Ada", "Ben"), "Ben", 80)], [decision("consult", "Ada", 1, Verdict.COMMENT)]
    for now in (hours(50), hours(200)):
        over = at(progress_of(workflow(CONSULT), seated, said, now=now), "consult")
        assert (over.standing, over.met_at) == (StageStanding.MET, TUESDAY_NIGHT)


def test_a_consultation_is_over_once_the_last_who_had_not_answered_has_left() -> None:
    seated, said = [leaving(bench("consult", "Ada", "Ben"), "Ben", 5)], [decision("consult", "Ada", 1, Verdict.COMMENT)]
    assert at(progress_of(workflow(CONSULT), seated, said, now=hours(6)), "consult").met_at == hours(5)


def test_a_notice_is_over_when_the_last_who_was_silent_leaves_not_before() -> None:
    seated, said = [leaving(bench("notice", "Ada", "Ben"), "Ben", 5)], [decision("notice", "Ada", 1, Verdict.NO_OBJECTION)]
    assert at(progress_of(workflow(NOTICE), seated, said, now=hours(4)), "notice").standing is StageStanding.OPEN
    assert at(progress_of(workflow(NOTICE), seated, said, now=hours(6)), "notice").met_at == hours(5)


def test_a_notice_that_ended_with_its_term_ended_then_whoever_leaves_later() -> None:
    seated, said = [leaving(bench("notice", "Ada", "Ben"), "Ben", 200)], [decision("notice", "Ada", 1, Verdict.NO_OBJECTION)]
    for now in (hours(100), hours(300)):
        assert at(progress_of(workflow(NOTICE), seated, said, now=now), "notice").met_at == THURSDAY_NIGHT


def test_an_objection_that_stood_when_the_term_ended_refuses_though_the_objector_leaves_later() -> None:
    flow = workflow(replace(NOTICE, refusal=Refusal.CONTINUES), stage("dean", after=("notice",)))
    said = [decision("notice", "Ada", 1, Verdict.NO_OBJECTION), decision("notice", "Ben", 2, Verdict.OBJECT)]
    seated = [leaving(bench("notice", "Ada", "Ben"), "Ben", 200), bench("dean", "Dee")]
    for now in (hours(100), hours(300)):
        over = at(progress_of(flow, seated, said, now=now), "notice")
        assert (over.standing, over.met_at) == (StageStanding.REFUSED, THURSDAY_NIGHT)


def test_the_last_to_answer_a_notice_can_take_an_objection_back() -> None:
    said = [decision("notice", "Ada", 1, Verdict.NO_OBJECTION), decision("notice", "Ben", 2, Verdict.OBJECT)]
    progress = progress_of(workflow(NOTICE), [bench("notice", "Ada", "Ben")], said, now=hours(3))
    assert [turn.principal for turn in progress.turns] == ["ben"]
    said.append(decision("notice", "Ben", 4, Verdict.NO_OBJECTION))
    assert at(progress_of(workflow(NOTICE), [bench("notice", "Ada", "Ben")], said, now=hours(5)), "notice").met_at == hours(4)


def test_an_objector_who_leaves_before_the_term_ends_no_longer_objects() -> None:
    flow, seated = workflow(NOTICE), [leaving(bench("notice", "Ben"), "Ben", 20)]
    over = at(progress_of(flow, seated, [decision("notice", "Ben", 2, Verdict.OBJECT)], now=hours(300)), "notice")
    assert (over.standing, over.met_at) == (StageStanding.MET, THURSDAY_NIGHT)


def test_a_bench_that_an_objection_blocked_is_fulfilled_when_it_is_taken_back() -> None:
    rule = Rule(Threshold(ThresholdKind.COUNT, 1), dissent=Dissent.COUNTS, objections_block=True)
    said = [decision("iesg", "Ben", 1, Verdict.OBJECT), decision("iesg", "Ada", 2), decision("iesg", "Ben", 3, Verdict.NO_OBJECTION)]
    over = at(progress_of(workflow(stage("iesg", seat("iesg", rule))), [bench("iesg", "Ada", "Ben", "Cy")], said), "iesg")
    assert over.met_at == hours(3)


def test_a_bench_is_fulfilled_when_a_member_recuses_themselves_not_before() -> None:
    flow, seated = workflow(stage("dean", seat("dean", ALL))), [bench("dean", "Ada", "Ben")]
    said = [decision("dean", "Ada", 1), decision("dean", "Ben", 2, Verdict.RECUSE)]
    assert at(progress_of(flow, seated, said), "dean").met_at == hours(2)


def test_a_recusal_outlives_that_the_round_is_sent_back() -> None:
    flow = workflow(stage("head", seat("head", ALL)), stage("dean", after=("head",)))
    back = replace(decision("dean", "Dee", 3, Verdict.REQUEST_CHANGES), back_to="head")
    said = [decision("head", "Ada", 1), decision("head", "Ben", 2, Verdict.RECUSE), back]
    progress = progress_of(flow, [bench("head", "Ada", "Ben"), bench("dean", "Dee")], said)
    assert [turn.principal for turn in progress.turns] == ["ada"]


def test_a_party_whose_bench_has_refused_has_nothing_to_do_while_others_may_still_carry_the_stage() -> None:
    rule = Rule(Threshold(ThresholdKind.COUNT, 1), fails_at=Threshold(ThresholdKind.COUNT, 1), dissent=Dissent.COUNTS)
    flow = workflow(stage("dean", seat("one", rule), seat("two", rule, Side.EMPLOYER), needed=1))
    seated = [bench("dean", "Ada", seat_key="one"), bench("dean", "Ben", seat_key="two", party=IBM)]
    assert progress_of(flow, seated).court == (NORTHFIELD, IBM)
    progress = progress_of(flow, seated, [decision("dean", "Ada", 1, Verdict.REJECT, seat_key="one")])
    assert (progress.outcome, progress.court) == (Outcome.IN_REVIEW, (IBM,))


def test_a_route_can_ask_whether_an_earlier_stage_approved_with_conditions() -> None:
    asked = Fact("stage.head", "is", "approved-with-conditions")
    flow, seated = workflow(stage("head"), stage("dean", after=("head",), when=asked)), [bench("head", "Ada"), bench("dean", "Dee")]
    plain, qualified = (decision("head", "Ada", 1, verdict) for verdict in (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS))
    assert at(progress_of(flow, seated, [plain]), "dean").standing is StageStanding.SKIPPED
    assert at(progress_of(flow, seated, [qualified]), "dean").standing is StageStanding.OPEN


def test_where_two_administrators_pass_a_stage_the_first_did() -> None:
    flow, seated = workflow(stage("head"), stage("dean", after=("head",))), [bench("head", "Ada"), bench("dean", "Dee")]
    passed = tuple(Override("head", hours(after), "Admin", "Ada is ill.") for after in (5, 2))
    progress = progress_of(flow, seated, given=replace(submission(), overrides=passed))
    assert (at(progress, "head").met_at, at(progress, "dean").opened_at) == (hours(2), hours(2))


def test_a_meeting_closes_the_vote_of_its_own_round_only_and_not_after_it_was_sent_back() -> None:
    rule = Rule(Threshold(ThresholdKind.MAJORITY), Base.PRESENT, dissent=Dissent.COUNTS)
    flow = workflow(stage("board", seat("board", rule)), stage("dean", after=("board",)))
    seated = [bench("board", "Ada", "Ben", "Cy"), bench("dean", "Dee")]
    sitting = Sitting("board", "board", NORTHFIELD, 1, hours(2), frozenset({PersonId("ada")}))
    met = replace(submission(), sittings=(sitting,))
    said = [decision("board", "Ada", 1)]
    assert at(progress_of(flow, seated, said, met), "board").met_at == hours(2)
    again = replace(submission(2), sittings=(sitting,))
    assert at(progress_of(flow, seated, said, again), "board").standing is StageStanding.OPEN
    back = replace(decision("dean", "Dee", 3, Verdict.REQUEST_CHANGES), back_to="board")
    said = [*said, back, decision("board", "Ada", 4)]
    assert at(progress_of(flow, seated, said, met), "board").standing is StageStanding.OPEN


def test_a_key_that_turns_later_by_itself_does_not_move_the_stage_that_needed_one_only() -> None:
    both = replace(seat("dean", ALL), keys=Threshold(ThresholdKind.COUNT, 1))
    seated = [bench("dean", "Ada"), leaving(bench("dean", "Ben", "Cy", party=SOUTHGATE), "Cy", 50)]
    said = [decision("dean", "Ben", 0.5, party=SOUTHGATE), decision("dean", "Ada", 1)]
    for now in (hours(2), hours(60)):
        assert at(progress_of(workflow(stage("dean", both)), seated, said, now=now), "dean").met_at == hours(1)


def test_of_two_stages_that_were_refused_the_first_ended_the_round() -> None:
    flow, seated = workflow(stage("dean"), stage("head")), [bench("dean", "Dee"), bench("head", "Ada")]
    said = [decision("head", "Ada", 1, Verdict.REQUEST_CHANGES), decision("dean", "Dee", 2, Verdict.REJECT)]
    assert progress_of(flow, seated, said).outcome is Outcome.CHANGES_REQUESTED


def test_a_request_for_changes_that_is_one_vote_of_many_sends_nothing_back() -> None:
    majority = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
    flow = workflow(stage("head"), stage("board", seat("board", majority), after=("head",)))
    back = replace(decision("board", "Ben", 2, Verdict.REQUEST_CHANGES), back_to="head")
    progress = progress_of(flow, [bench("head", "Ada"), bench("board", "Ben", "Cy", "Dee")], [decision("head", "Ada", 1), back])
    assert at(progress, "head").met_at == hours(1)

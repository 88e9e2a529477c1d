"""What the evaluator says of rounds that a person could tell as a story. Random histories are in test_rounds.py."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import Digest, PersonId, Side
from cowork.domain.workflows.evaluation import read_digests
from cowork.domain.workflows.progress import Holder, Outcome, Progress, StageStanding, Verdict
from tests.domain.workflows.builders import (
    ALL,
    DIGESTS,
    IBM,
    MONDAY,
    SOUTHGATE,
    at,
    at_least,
    bench,
    decision,
    people,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)

CREDIT = Fact("identity.credit_bearing", "is", "credit")
HEAD_THEN_DEAN = workflow(stage("head", reads=("outcomes",)), stage("dean", after=("head",), due_days=5))
HEAD_AND_DEAN = [bench("head", "Ada"), bench("dean", "Okafor", "Li")]


def standings(progress: Progress, *keys: str) -> list[str]:
    return [at(progress, key).standing.value for key in keys]


class TestOrder:
    def test_the_first_stage_opens_at_submission_and_the_next_one_waits(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN)
        assert standings(progress, "head", "dean") == ["open", "waiting"]
        assert at(progress, "head").opened_at == MONDAY
        assert [turn.person for turn in progress.turns] == ["ada"]

    def test_the_next_stage_opens_when_the_one_before_it_is_met(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", 3)])
        assert standings(progress, "head", "dean") == ["met", "open"]
        assert at(progress, "dean").opened_at == at(progress, "head").met_at == MONDAY + timedelta(hours=3)
        assert {turn.person for turn in progress.turns} == {"okafor", "li"}

    def test_a_join_opens_when_the_last_of_its_stages_is_met(self) -> None:
        flow = workflow(stage("quality"), stage("business"), stage("dean", after=("quality", "business")))
        benches = [bench("quality", "Ada"), bench("business", "Ben"), bench("dean", "Li")]
        one = [decision("quality", "Ada", 5)]
        assert standings(progress_of(flow, benches, one), "quality", "business", "dean") == ["met", "open", "waiting"]
        both = progress_of(flow, benches, [*one, decision("business", "Ben", 2)])
        assert at(both, "dean").opened_at == MONDAY + timedelta(hours=5)

    def test_all_stages_over_means_approved_and_asks_nobody(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", 1), decision("dean", "Li", 2)])
        assert progress.outcome is Outcome.APPROVED
        assert (progress.turns, progress.needs, progress.court, progress.sentence) == ((), (), (), "Approved.")

    def test_an_approval_given_while_the_stage_waited_opens_nothing_but_counts_once_its_stage_opens(self) -> None:
        early = [decision("dean", "Li", 1)]
        assert standings(progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, early), "head", "dean") == ["open", "waiting"]
        later = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [*early, decision("head", "Ada", 4)])
        assert later.outcome is Outcome.APPROVED
        assert at(later, "dean").met_at == MONDAY + timedelta(hours=4)


class TestConditions:
    flow = workflow(stage("head"), stage("business", after=("head",), when=CREDIT), stage("dean", after=("business",)))
    benches = (bench("head", "Ada"), bench("business", "Ben"), bench("dean", "Li"))

    def test_a_stage_whose_condition_is_false_is_skipped_and_the_next_looks_through_it(self) -> None:
        progress = progress_of(self.flow, list(self.benches), [decision("head", "Ada", 2)])
        assert standings(progress, "head", "business", "dean") == ["met", "skipped", "open"]
        assert at(progress, "dean").opened_at == MONDAY + timedelta(hours=2)

    def test_a_skipped_stage_does_not_open_the_next_while_those_before_it_run(self) -> None:
        assert standings(progress_of(self.flow, list(self.benches)), "business", "dean") == ["skipped", "waiting"]

    def test_a_fact_that_changes_in_review_brings_the_stage_back(self) -> None:
        facts = {"identity": {"credit_bearing": "credit"}}
        done = [decision("head", "Ada", 2), decision("dean", "Li", 3)]
        progress = progress_of(self.flow, list(self.benches), done, submission(facts=facts))
        assert standings(progress, "head", "business", "dean") == ["met", "open", "waiting"]


class TestRules:
    def test_any_needs_one_holder(self) -> None:
        flow = workflow(stage("board"))
        assert progress_of(flow, [bench("board", "Ada", "Ben")], [decision("board", "Ben")]).outcome is Outcome.APPROVED

    def test_all_needs_every_present_holder(self) -> None:
        flow = workflow(stage("board", seat("board", ALL)))
        benches = [bench("board", "Ada", "Ben")]
        one = progress_of(flow, benches, [decision("board", "Ben")])
        assert one.sentence == "Still needed: Northfield University: Ada (Board) must approve at Board’s decision."
        assert progress_of(flow, benches, [decision("board", "Ben"), decision("board", "Ada")]).outcome is Outcome.APPROVED

    def test_for_all_the_approval_of_somebody_who_left_is_not_asked_and_does_not_stand_in(self) -> None:
        flow = workflow(stage("board", seat("board", ALL)))
        progress = progress_of(flow, [bench("board", "Ada", "Ben")], [decision("board", "Cy"), decision("board", "Ben")])
        assert at(progress, "board").seats[0].needed == 2
        assert [holder.name for holder in at(progress, "board").seats[0].missing] == ["Ada"]

    def test_at_least_needs_so_many_different_people(self) -> None:
        flow = workflow(stage("board", seat("board", at_least(2))))
        benches = [bench("board", "Ada", "Ben", "Cy")]
        twice = progress_of(flow, benches, [decision("board", "Ada", 1), decision("board", "Ada", 2)])
        assert twice.needs == ("Northfield University: one more of Board (Ben or Cy) must approve at Board’s decision.",)
        done = progress_of(flow, benches, [decision("board", "Ada", 1), decision("board", "Cy", 6)])
        assert at(done, "board").met_at == MONDAY + timedelta(hours=6)

    def test_who_left_before_the_rule_was_fulfilled_no_longer_counts_and_the_page_says_so(self) -> None:
        flow = workflow(stage("board", seat("board", at_least(2))))
        gone = Holder(PersonId("gone"), "Gone", until=MONDAY + timedelta(hours=2))
        board = replace(bench("board", "Ada", "Ben"), holders=(*people("Ada", "Ben"), gone))
        progress = progress_of(flow, [board], [decision("board", "Gone", 1), decision("board", "Ada", 3)])
        assert progress.outcome is Outcome.IN_REVIEW
        assert [made.person_name for made in at(progress, "board").seats[0].lapsed] == ["Gone"]
        assert progress.needs == (
            "Northfield University: Ben (Board) must approve at Board’s decision. (Gone approved, but no longer holds the office.)",
        )

    def test_who_left_after_the_rule_was_fulfilled_changes_nothing(self) -> None:
        flow = workflow(stage("board", seat("board", at_least(2))))
        gone = Holder(PersonId("gone"), "Gone", until=MONDAY + timedelta(hours=4))
        board = replace(bench("board", "Ada"), holders=(*people("Ada"), gone))
        assert progress_of(flow, [board], [decision("board", "Gone", 1), decision("board", "Ada", 3)]).outcome is Outcome.APPROVED

    def test_a_member_who_joins_later_does_not_reopen_what_all_had_approved(self) -> None:
        flow = workflow(stage("board", seat("board", ALL)), stage("dean", after=("board",)))
        new = Holder(PersonId("new"), "New", since=MONDAY + timedelta(hours=4))
        board = replace(bench("board", "Ada"), holders=(*people("Ada"), new))
        progress = progress_of(flow, [board, bench("dean", "Li")], [decision("board", "Ada", 3)])
        assert standings(progress, "board", "dean") == ["met", "open"]

    def test_too_few_holders_is_said_plainly(self) -> None:
        flow = workflow(stage("board", seat("board", at_least(3))))
        assert progress_of(flow, [bench("board", "Ada", "Ben")]).needs == (
            (
                "Northfield University: Board’s decision needs 3 approvals by Board, but only 2 people can give one: "
                "ask an organisation administrator of Northfield University to name more people."
            ),
        )

    def test_each_party_of_the_side_turns_its_own_key(self) -> None:
        flow = workflow(stage("release", seat("release"), seat("sign-off", side=Side.EMPLOYER)))
        benches = [
            bench("release", "Ada"),
            bench("release", "Sue", party=SOUTHGATE),
            bench("release", "Tom", seat_key="sign-off", party=IBM),
        ]
        first = [decision("release", "Ada"), decision("release", "Tom", seat_key="sign-off", party=IBM)]
        progress = progress_of(flow, benches, first)
        assert progress.court == (SOUTHGATE,)
        assert progress.outcome is Outcome.IN_REVIEW
        assert progress_of(flow, benches, [*first, decision("release", "Sue", party=SOUTHGATE)]).outcome is Outcome.APPROVED

    def test_a_decision_at_one_party_turns_no_other_partys_key(self) -> None:
        flow = workflow(stage("release"))
        benches = [bench("release", "Ada"), bench("release", "Ada", party=SOUTHGATE)]
        assert progress_of(flow, benches, [decision("release", "Ada")]).court == (SOUTHGATE,)


class TestSeatsThatNobodyCanFill:
    def test_an_office_without_holders_is_never_met_and_says_whom_to_ask(self) -> None:
        progress = progress_of(workflow(stage("dean")), [bench("dean")])
        assert at(progress, "dean").standing is StageStanding.OPEN
        assert progress.court == ("northfield",)
        assert progress.needs == (
            (
                "Nobody holds the office of Dean at Northfield University: "
                "ask an organisation administrator of Northfield University to name somebody."
            ),
        )

    def test_a_party_left_without_a_bench_is_not_passed_over(self) -> None:
        flow = workflow(stage("head"), stage("dean", after=("head",)))
        benches = [bench("head", "Ada"), bench("dean", "Li"), bench("head", "Sue", party=SOUTHGATE)]
        done = [decision("head", "Ada"), decision("head", "Sue", party=SOUTHGATE), decision("dean", "Li")]
        progress = progress_of(flow, benches, done)
        assert progress.outcome is Outcome.IN_REVIEW
        assert progress.needs[0].startswith("Nobody holds the office of Dean at Southgate College")

    def test_a_side_without_any_party_is_never_met(self) -> None:
        flow = workflow(stage("release", seat("head"), seat("sign-off", side=Side.EMPLOYER)))
        progress = progress_of(flow, [bench("release", "Ada", seat_key="head")], [decision("release", "Ada", seat_key="head")])
        assert progress.outcome is Outcome.IN_REVIEW
        assert progress.needs == (
            "No employer takes part that could approve as Sign-Off at Release’s decision: invite an employer to this proposal.",
        )

    def test_all_of_nobody_is_not_everybody(self) -> None:
        flow = workflow(stage("board", seat("board", ALL)))
        progress = progress_of(flow, [bench("board", conflicted=("Ada",))], [decision("board", "Ada")])
        assert progress.outcome is Outcome.IN_REVIEW
        assert progress.needs[0].startswith("Everybody who holds the office of Board at Northfield University is an author")

    def test_a_later_stage_that_nobody_can_decide_is_told_at_once(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, [bench("head", "Ada"), bench("dean")])
        assert any(need.startswith("Nobody holds the office of Dean") for need in progress.needs)
        assert progress.court == ("northfield",)


class TestConflicts:
    def test_an_approval_by_an_author_does_not_count_and_authors_are_not_asked(self) -> None:
        flow = workflow(stage("dean"))
        progress = progress_of(flow, [bench("dean", "Li", "Ada", conflicted=("Ada",))], [decision("dean", "Ada")])
        assert progress.outcome is Outcome.IN_REVIEW
        assert [turn.person for turn in progress.turns] == ["li"]

    def test_all_asks_those_without_a_conflict_only(self) -> None:
        flow = workflow(stage("board", seat("board", ALL)))
        progress = progress_of(flow, [bench("board", "Li", conflicted=("Ada",))], [decision("board", "Li")])
        assert progress.outcome is Outcome.APPROVED


class TestStaleness:
    def test_an_edit_of_a_section_that_the_stage_reads_voids_its_approval(self) -> None:
        edited = submission(digests={**DIGESTS, "outcomes": "o2"})
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada")], edited)
        head = at(progress, "head").seats[0]
        assert (len(head.counted), len(head.stale)) == (0, 1)
        assert [turn.person for turn in progress.turns] == ["ada"]

    def test_an_edit_of_another_section_leaves_it(self) -> None:
        edited = submission(digests={**DIGESTS, "legal": "l2"})
        assert at(progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada")], edited), "head").standing == "met"

    def test_a_stage_that_reads_everything_is_voided_by_a_section_that_is_new(self) -> None:
        flow = workflow(stage("dean"))
        grown = submission(digests={**DIGESTS, "badge": "b1"})
        assert progress_of(flow, [bench("dean", "Li")], [decision("dean", "Li")], grown).outcome is Outcome.IN_REVIEW

    def test_an_edit_in_the_other_sides_private_lane_voids_nothing(self) -> None:
        flow = workflow(stage("dean"))
        edited = submission(digests={**DIGESTS, "legal@employer": "le2"})
        assert progress_of(flow, [bench("dean", "Li")], [decision("dean", "Li")], edited).outcome is Outcome.APPROVED

    def test_an_approval_of_an_earlier_round_carries_over_while_it_is_current(self) -> None:
        second = submission(2, at=MONDAY + timedelta(days=7))
        earlier = [decision("head", "Ada", 1), decision("dean", "Li", 2, Verdict.REQUEST_CHANGES)]
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, earlier, second)
        assert progress.outcome is Outcome.IN_REVIEW
        assert at(progress, "head").met_at == at(progress, "dean").opened_at == MONDAY + timedelta(days=7)

    def test_a_newer_decision_of_the_same_person_replaces_the_older(self) -> None:
        second = submission(2, at=MONDAY + timedelta(days=7))
        changed_mind = [decision("head", "Ada", 1), decision("head", "Ada", 2, Verdict.REQUEST_CHANGES)]
        assert at(progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, changed_mind, second), "head").standing == "open"

    def test_an_approval_under_another_workflow_does_not_count(self) -> None:
        foreign = decision("head", "Ada", of=Digest("e" * 64))
        assert at(progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [foreign]), "head").standing == "open"

    @pytest.mark.parametrize(
        ("reads", "side", "expected"),
        [
            (("legal",), Side.UNIVERSITY, {"legal", "legal@university"}),
            (("legal",), Side.EMPLOYER, {"legal", "legal@employer"}),
            (("need",), Side.EMPLOYER, {"need"}),
            (None, Side.UNIVERSITY, {"need", "outcomes", "legal", "legal@university"}),
        ],
    )
    def test_a_decision_depends_on_what_its_stage_reads_and_its_side_sees(
        self, reads: tuple[str, ...] | None, side: Side, expected: set[str]
    ) -> None:
        assert read_digests(stage("x", reads=reads), side, DIGESTS) == {key: DIGESTS[key] for key in expected}


class TestEnds:
    def test_a_request_for_changes_ends_the_round(self) -> None:
        asked = decision("head", "Ada", 26, Verdict.REQUEST_CHANGES)
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [asked])
        assert (progress.outcome, progress.ended_by, progress.turns) == (Outcome.CHANGES_REQUESTED, asked, ())
        assert progress.sentence == "Ada asked for changes on Tue 24 Nov: revise the proposal and submit it again."

    def test_the_first_of_several_ends_it(self) -> None:
        first, second = decision("head", "Ada", 1, Verdict.REJECT), decision("dean", "Li", 2, Verdict.REQUEST_CHANGES)
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [second, first])
        assert (progress.outcome, progress.ended_by) == (Outcome.REJECTED, first)
        assert progress.sentence == "Rejected by Ada on Mon 23 Nov."

    def test_an_earlier_rounds_rejection_does_not_end_the_present_one(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", 1, Verdict.REJECT)], submission(2))
        assert progress.outcome is Outcome.IN_REVIEW

    def test_a_later_rounds_decision_says_nothing_about_an_earlier_round(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", round_number=2)], submission(1))
        assert at(progress, "head").standing is StageStanding.OPEN

    @pytest.mark.parametrize(
        ("count", "need"),
        [
            (1, "1 open objection holds approval: it must be resolved or withdrawn."),
            (3, "3 open objections hold approval: they must be resolved or withdrawn."),
        ],
    )
    def test_open_objections_hold_approval_and_are_named(self, count: int, need: str) -> None:
        done = [decision("head", "Ada", 1), decision("dean", "Li", 2)]
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, done, submission(open_objections=count))
        assert (progress.outcome, progress.needs) == (Outcome.IN_REVIEW, (need,))


class TestTerms:
    def test_a_term_runs_in_working_days_from_the_opening_of_the_stage(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", 1)])
        dean = at(progress, "dean")
        assert dean.due_at is not None
        assert dean.due_at.isoformat() == "2026-11-30T23:59:59+00:00"
        assert {turn.due_at for turn in progress.turns} == {dean.due_at}

    def test_the_sentence_names_the_party_the_people_the_stage_and_the_day(self) -> None:
        progress = progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN, [decision("head", "Ada", 1)])
        assert progress.sentence == (
            "Still needed: Northfield University: one of Dean (Okafor or Li) must approve at Dean’s decision, due Mon 30 Nov."
        )

    def test_a_stage_without_a_term_has_no_due_day(self) -> None:
        assert at(progress_of(HEAD_THEN_DEAN, HEAD_AND_DEAN), "head").due_at is None

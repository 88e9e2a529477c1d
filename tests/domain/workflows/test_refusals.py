"""What follows when a stage is refused: by which verdict, and back to an earlier stage by itself."""

from dataclasses import replace
from datetime import timedelta

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import DecisionId
from cowork.domain.workflows import refusals
from cowork.domain.workflows.definition import (
    BackTo,
    ByVerdict,
    Dissent,
    Lapse,
    Refusal,
    RefusedAs,
    Rule,
    Threshold,
    ThresholdKind,
    Workflow,
)
from cowork.domain.workflows.progress import Decision, Outcome, Progress, Referral, Verdict
from tests.domain.workflows.builders import (
    LATER,
    MONDAY,
    at,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    submission,
    workflow,
)

MAJORITY = Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS)
NO, CHANGES = Verdict.REJECT, Verdict.REQUEST_CHANGES
BENCHES = [bench("committee", "Cy", "Di"), bench("board", "Ada", "Ben", "Eve"), bench("dean", "Li")]


def flow(refusal: Refusal | BackTo | ByVerdict, rule: Rule = MAJORITY) -> Workflow:
    """A committee, a board that may refuse, a dean."""
    board = replace(stage("board", seat("board", rule), after=("committee",)), refusal=refusal)
    return workflow(stage("committee"), board, stage("dean", after=("board",)))


def board(*said: Verdict, hours: float = 2) -> list[Decision]:
    return [decision("board", name, hours + n, verdict) for n, (name, verdict) in enumerate(zip(("Ada", "Ben", "Eve"), said, strict=False))]


def told(refusal: Refusal | BackTo | ByVerdict, *said: Decision, rule: Rule = MAJORITY) -> Progress:
    return progress_of(flow(refusal, rule), BENCHES, [decision("committee", "Cy", 1), *said])


class TestByVerdict:
    FINAL = ByVerdict(Refusal.ENDS, Refusal.CONTINUES)

    def test_the_more_frequent_of_the_two_verdicts_decides_what_follows(self) -> None:
        ended, went_on = told(self.FINAL, *board(NO, NO)), told(self.FINAL, *board(CHANGES, CHANGES))
        assert (ended.outcome, at(ended, "dean").standing) == (Outcome.REJECTED, "waiting")
        assert (went_on.outcome, at(went_on, "dean").standing) == (Outcome.IN_REVIEW, "open")
        assert (at(ended, "board").refused_as, at(went_on, "board").refused_as) == (RefusedAs.REJECTED, RefusedAs.CHANGES_REQUESTED)

    def test_where_they_are_even_changes_are_asked_for(self) -> None:
        assert told(self.FINAL, *board(NO, CHANGES)).outcome is Outcome.IN_REVIEW

    def test_a_single_dissent_that_ends_says_it_alone(self) -> None:
        any_of_them = Rule(Threshold(ThresholdKind.COUNT, 1))
        assert told(ByVerdict(Refusal.CONTINUES, Refusal.ENDS), *board(NO), rule=any_of_them).outcome is Outcome.IN_REVIEW
        asked = told(ByVerdict(Refusal.CONTINUES, Refusal.ENDS), *board(CHANGES), rule=any_of_them)
        assert (asked.outcome, asked.ended_by) == (Outcome.CHANGES_REQUESTED, board(CHANGES)[0])

    def test_a_term_that_lapsed_counts_as_a_request_for_changes(self) -> None:
        own = flow(self.FINAL)
        late = replace(own.stage("board"), due_days=1, lapse=Lapse.REFUSED)
        lapsed = progress_of(replace(own, stages=(own.stages[0], late, own.stages[2])), BENCHES, [decision("committee", "Cy", 1)])
        assert (at(lapsed, "board").standing, at(lapsed, "dean").standing) == ("refused", "open")

    def test_a_later_stage_can_ask_which_of_the_two_it_was(self) -> None:
        own = flow(Refusal.CONTINUES)
        dean = replace(own.stage("dean"), when=Fact("refused.board", "is", "rejected"))
        asked = replace(own, stages=(*own.stages[:2], dean))
        standings = [
            at(progress_of(asked, BENCHES, [decision("committee", "Cy", 1), *said]), "dean").standing
            for said in (board(NO, NO), board(CHANGES, CHANGES), board(Verdict.APPROVE, Verdict.APPROVE))
        ]
        assert standings == ["open", "skipped", "skipped"]

    def test_who_leaves_after_it_was_refused_changes_nothing_about_how(self) -> None:
        others = bench("board", "Fay", "Gus", "Hal", "Ida", "Jo", seat_key="others")
        leaving = tuple(replace(h, until=MONDAY + timedelta(hours=9)) if h.name == "Fay" else h for h in others.holders)
        two = replace(stage("board", seat("board", MAJORITY), seat("others", MAJORITY)), refusal=self.FINAL)
        asked = [decision("board", name, 1, CHANGES, seat_key="others") for name in ("Fay", "Gus")]
        found = progress_of(workflow(two, stage("dean", after=("board",))), [BENCHES[1], replace(others, holders=leaving), BENCHES[2]],
                            [*asked, *board(NO, NO)])  # fmt: skip
        assert (at(found, "board").refused_as, at(found, "dean").standing) == (RefusedAs.CHANGES_REQUESTED, "open")


class TestBackTo:
    ONCE = BackTo("committee", 1)

    def test_a_vote_that_fails_sends_it_back_and_what_was_decided_counts_no_more(self) -> None:
        back = told(self.ONCE, *board(NO, NO))
        assert [at(back, key).standing for key in ("committee", "board", "dean")] == ["open", "waiting", "waiting"]
        assert back.referrals == (Referral("board", "committee", MONDAY + timedelta(hours=3), 1),)
        assert back.sentence.startswith(
            "Board’s decision referred it back to Committee’s decision on Mon 23 Nov. Still needed: Northfield University: one of Committee"
        )
        assert sorted(turn.person for turn in back.turns) == ["cy", "di"]

    def test_the_route_comes_forward_again_and_the_page_no_longer_says_so(self) -> None:
        again = told(self.ONCE, *board(NO, NO), decision("committee", "Di", 5))
        assert [at(again, key).standing for key in ("committee", "board", "dean")] == ["met", "open", "waiting"]
        assert "referred" not in again.sentence
        done = told(
            self.ONCE, *board(NO, NO), decision("committee", "Di", 5), *board(*[Verdict.APPROVE] * 2, hours=6), decision("dean", "Li", 9)
        )
        assert done.outcome is Outcome.APPROVED

    def test_after_so_many_times_it_does_what_then_says(self) -> None:
        given = replace(submission(), referrals=told(self.ONCE, *board(NO, NO)).referrals)
        twice = [*board(NO, NO), decision("committee", "Di", 5), *board(NO, NO, hours=6)]
        for then, outcome in ((Refusal.ENDS, Outcome.REJECTED), (Refusal.CONTINUES, Outcome.IN_REVIEW)):
            ended = progress_of(flow(replace(self.ONCE, then=then)), BENCHES, twice, given)
            assert (ended.outcome, at(ended, "board").standing) == (outcome, "refused")

    def test_without_a_number_it_goes_back_each_time(self) -> None:
        given = replace(submission(), referrals=told(BackTo("committee"), *board(NO, NO)).referrals)
        twice = [*board(NO, NO), decision("committee", "Di", 5), *board(NO, NO, hours=6)]
        assert len(progress_of(flow(BackTo("committee")), BENCHES, twice, given).referrals) == 2

    def test_a_single_dissent_that_ends_sends_it_back_too(self) -> None:
        back = told(self.ONCE, *board(CHANGES), rule=Rule(Threshold(ThresholdKind.COUNT, 1)))
        assert (back.outcome, at(back, "committee").standing) == (Outcome.IN_REVIEW, "open")

    def test_terms_that_lapse_one_after_the_other_send_it_back_again_and_again(self) -> None:
        own = flow(BackTo("told"))
        told_first = stage("told")
        late = replace(own.stage("board"), due_days=1, lapse=Lapse.REFUSED, after=("told",))
        passed = replace(told_first, due_days=1, lapse=Lapse.PASSED)
        found = progress_of(replace(own, stages=(passed, late)), [bench("told", "Cy"), BENCHES[1]], [], now=LATER)
        assert len(found.referrals) == 9
        assert len({one.at for one in found.referrals}) == 9

    def test_on_record_it_holds_after_an_edit_and_falls_with_a_decision_that_is_taken_back(self) -> None:
        no = [replace(d, id=DecisionId(f"d{n}")) for n, d in enumerate(board(NO, NO))]
        found = told(self.ONCE, *no).referrals
        edited = replace(submission(digests={"need": "n2"}), referrals=found)
        assert at(progress_of(flow(self.ONCE), BENCHES, [decision("committee", "Cy", 1), *no], edited), "committee").standing == "open"
        taken_back = [no[0], replace(no[1], undone_at=LATER)]
        given = replace(submission(), referrals=found)
        after = progress_of(flow(self.ONCE), BENCHES, [decision("committee", "Cy", 1), *taken_back], given)
        assert (after.referrals, at(after, "board").standing) == ((), "open")

    def test_what_one_verdict_sends_back_the_other_can_end(self) -> None:
        both = ByVerdict(Refusal.ENDS, self.ONCE)
        assert told(both, *board(NO, NO)).outcome is Outcome.REJECTED
        assert told(both, *board(CHANGES, CHANGES)).outcome is Outcome.IN_REVIEW

    def test_an_earlier_refusal_that_ends_the_round_goes_first(self) -> None:
        own = flow(self.ONCE)
        beside = stage("veto", after=())
        benches = [*BENCHES, bench("veto", "Vi")]
        said = [decision("committee", "Cy", 1), decision("veto", "Vi", 1.5, NO), *board(NO, NO)]
        assert progress_of(replace(own, stages=(*own.stages, beside)), benches, said).outcome is Outcome.REJECTED


def test_it_is_said_in_words() -> None:
    titles = {"committee": "Committee"}

    def words(refusal: Refusal | BackTo | ByVerdict) -> tuple[str, ...]:
        return refusals.in_words(flow(refusal).stage("board"), titles)

    assert words(Refusal.ENDS) == ("The round ends.",)
    assert words(BackTo("committee")) == ("It goes back to Committee.",)
    assert words(ByVerdict(Refusal.ENDS, BackTo("committee", 2, Refusal.CONTINUES))) == (
        "Rejected: the round ends.",
        "Changes asked for: it goes back to Committee, twice in a round; after that it is recorded, and the route goes on.",
    )

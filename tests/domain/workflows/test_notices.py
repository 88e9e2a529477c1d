"""Notices: silence is consent, and so many objections, or objecting parties, stop it."""

from dataclasses import replace
from datetime import timedelta

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import OrganisationId, Side
from cowork.domain.workflows import notices, objections
from cowork.domain.workflows.benches import seats_of
from cowork.domain.workflows.case import case_of
from cowork.domain.workflows.definition import Base, Dissent, Refusal, Rule, Seat, StageKind, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.progress import Outcome, StageStanding, Verdict
from tests.domain.workflows.builders import CALENDARS, MONDAY, at, bench, decision, progress_of, seat, stage, submission, workflow
from tests.domain.workflows.test_routes import HOUR, NO_OBJECTION, OBJECT, standings


class TestNotices:
    def flow(self, refusal: Refusal) -> Workflow:
        return workflow(
            stage("colleges", kind=StageKind.NOTICE, due_days=15, refusal=refusal),
            stage("senate", after=("colleges",), when=Fact("stage.colleges", "is", "refused")),
        )

    benches = (bench("colleges", "Ada", "Ben"), bench("senate", "Sue"))

    def test_silence_is_consent_when_the_term_ends(self) -> None:
        flow = self.flow(Refusal.HOLDS)
        due = at(progress_of(flow, list(self.benches)), "colleges").due_at
        assert due is not None
        waiting = progress_of(flow, list(self.benches), now=due - HOUR)
        assert (waiting.outcome, waiting.court) == (Outcome.IN_REVIEW, ())
        assert waiting.needs[0] == "Colleges’s decision: agreed by silence unless somebody objects until Mon 14 Dec."
        assert progress_of(flow, list(self.benches), now=due).outcome is Outcome.APPROVED

    def test_it_is_over_at_once_when_everybody_says_that_they_do_not_object(self) -> None:
        said = [decision("colleges", "Ada", 1, NO_OBJECTION), decision("colleges", "Ben", 2, NO_OBJECTION)]
        early = progress_of(self.flow(Refusal.HOLDS), list(self.benches), said, now=MONDAY + 3 * HOUR)
        assert (early.outcome, at(early, "colleges").met_at) == (Outcome.APPROVED, MONDAY + 2 * HOUR)

    def test_leaving_it_to_others_is_no_consent(self) -> None:
        said = [decision("colleges", name, 1, Verdict.RECUSE) for name in ("Ada", "Ben")]
        early = progress_of(self.flow(Refusal.HOLDS), list(self.benches), said, now=MONDAY + 3 * HOUR)
        assert early.outcome is Outcome.IN_REVIEW
        assert progress_of(self.flow(Refusal.HOLDS), list(self.benches), said).outcome is Outcome.APPROVED

    def test_an_objection_holds_until_it_is_taken_back(self) -> None:
        flow, against = self.flow(Refusal.HOLDS), decision("colleges", "Ada", 1, OBJECT)
        held = progress_of(flow, list(self.benches), [against])
        assert held.outcome is Outcome.IN_REVIEW
        assert "Ada objects; that has to be taken back or overruled." in held.sentence
        back = decision("colleges", "Ada", 24 * 22, NO_OBJECTION)
        freed = progress_of(flow, list(self.benches), [against, back])
        assert (freed.outcome, at(freed, "colleges").met_at) == (Outcome.APPROVED, back.at)

    def test_an_objection_can_open_another_way(self) -> None:
        flow, against = self.flow(Refusal.CONTINUES), decision("colleges", "Ada", 1, OBJECT)
        assert standings(progress_of(flow, list(self.benches), [against])) == {"colleges": "refused", "senate": "open"}
        decided = progress_of(flow, list(self.benches), [against, decision("senate", "Sue", 24 * 20)], now=MONDAY + timedelta(days=30))
        assert decided.outcome is Outcome.APPROVED

    def test_it_can_take_several_objections_to_call_it_up(self) -> None:
        own = seat("colleges", Rule(Threshold(ThresholdKind.ALL), dissent=Dissent.COUNTS, fails_at=Threshold(ThresholdKind.COUNT, 2)))
        called = stage("colleges", own, kind=StageKind.NOTICE, due_days=15, refusal=Refusal.CONTINUES)
        flow = workflow(called, self.flow(Refusal.CONTINUES).stages[1])
        one, two = decision("colleges", "Ada", 1, OBJECT), decision("colleges", "Ben", 2, OBJECT)
        early = progress_of(flow, list(self.benches), [one], now=MONDAY + 3 * HOUR)
        assert early.needs[0].startswith(
            "Colleges’s decision: Ada objects, which is not enough to stop it (it takes 2 at Northfield University);"
        )
        assert standings(progress_of(flow, list(self.benches), [one])) == {"colleges": "met", "senate": "skipped"}
        assert standings(progress_of(flow, list(self.benches), [one, two])) == {"colleges": "refused", "senate": "open"}

    def test_it_can_take_a_third_of_the_parties_to_stop_it(self) -> None:
        third = Rule(Threshold(ThresholdKind.ALL), Base.PARTIES, fails_at=Threshold(ThresholdKind.ONE_THIRD), dissent=Dissent.COUNTS)
        own = Seat("partners", None, ("partners",), "Partners", third)
        flow = workflow(stage("call", own, kind=StageKind.NOTICE, due_days=5, refusal=Refusal.ENDS))
        parties = [OrganisationId(f"party{number}") for number in range(4)]
        benches = [replace(bench("call", "Ada", "Ben", seat_key="partners"), party=party, side=Side.EMPLOYER) for party in parties]
        said = [decision("call", "Ada", 1, OBJECT, seat_key="partners", party=parties[0])]
        said.append(decision("call", "Ben", 2, OBJECT, seat_key="partners", party=parties[0]))
        early = progress_of(flow, benches, said, now=MONDAY + 3 * HOUR)
        assert "not enough to stop it (2 of 4 parties have to object)" in early.sentence
        assert progress_of(flow, benches, said).outcome is Outcome.APPROVED, "two people of one party are one party"
        said.append(decision("call", "Ada", 3, OBJECT, seat_key="partners", party=parties[1]))
        assert "that has to be taken back or overruled" in progress_of(flow, benches, said, now=MONDAY + 4 * HOUR).sentence
        assert progress_of(flow, benches, said).outcome is Outcome.CHANGES_REQUESTED

    def test_an_objection_can_end_the_round(self) -> None:
        ended = progress_of(self.flow(Refusal.ENDS), list(self.benches), [decision("colleges", "Ada", 1, OBJECT)])
        assert ended.outcome is Outcome.CHANGES_REQUESTED


def test_a_notice_by_itself_is_over_when_its_term_ends_in_silence() -> None:
    told = stage("told", kind=StageKind.NOTICE, due_days=1)
    due = MONDAY + timedelta(days=1)
    case = case_of(workflow(told), submission(), [], [bench("told", "Ada")], CALENDARS, due)
    seats = seats_of(case, told, MONDAY)
    assert notices.standing_of(case, told, seats, MONDAY, due) == (StageStanding.MET, due)
    assert notices.standing_of(replace(case, now=due - HOUR), told, seats, MONDAY, due) == (StageStanding.OPEN, None)


def test_a_share_of_the_parties_is_rounded_up_and_at_least_one() -> None:
    third = Rule(Threshold(ThresholdKind.ALL), Base.PARTIES, fails_at=Threshold(ThresholdKind.ONE_THIRD))
    assert [objections.parties_needed(seat("call", third), count) for count in (1, 3, 4, 7)] == [1, 1, 2, 3]
    assert not objections.stop(seat("call", third), ()), "where no party is asked nobody can stop it"

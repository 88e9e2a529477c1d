"""What the end of a term does to a stage at which nothing sufficient was decided."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cowork.domain.workflows.definition import ANY, Base, Chair, Dissent, Lapse, Refusal, Rule, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.progress import Decision, OfficeRole, Outcome, Progress, StageStanding, Verdict
from tests.domain.workflows.builders import at, bench, decision, progress_of, seat, stage, workflow

DUE = datetime.fromisoformat("2026-11-24T23:59:59+00:00")
SECOND = timedelta(seconds=1)
VOTE = Rule(
    Threshold(ThresholdKind.MAJORITY), Base.VOTES, Threshold(ThresholdKind.COUNT, 3), dissent=Dissent.COUNTS, closes_at_term=True
)
BENCHES = [bench("board", "Ada", "Ben", "Cy", "Di"), bench("dean", "Lee")]


def flow(lapse: Lapse, rule: Rule = VOTE, refusal: Refusal = Refusal.ENDS) -> Workflow:
    board = replace(stage("board", seat("board", rule), due_days=1, refusal=refusal), lapse=lapse)
    return workflow(board, stage("dean", after=("board",)))


def told(lapse: Lapse, *said: Decision, now: datetime = DUE, rule: Rule = VOTE, refusal: Refusal = Refusal.ENDS) -> Progress:
    return progress_of(flow(lapse, rule, refusal), BENCHES, list(said), now=now)


TWO = (decision("board", "Ada", 1), decision("board", "Ben", 2))


@pytest.mark.parametrize(("lapse", "standing"), [(Lapse.OPEN, "open"), (Lapse.PASSED, "met"), (Lapse.REFUSED, "refused")])
def test_a_vote_that_missed_its_quorum_stays_open_passes_or_is_refused(lapse: Lapse, standing: str) -> None:
    before, after = told(lapse, *TWO, now=DUE - SECOND), told(lapse, *TWO)
    assert (at(before, "board").standing, before.look_at) == (StageStanding.OPEN, DUE)
    assert at(after, "board").standing == standing
    assert at(after, "board").lapsed is (lapse is not Lapse.OPEN)
    assert at(after, "board").met_at == (None if lapse is Lapse.OPEN else DUE)


def test_what_suffices_when_the_term_ends_decides_as_ever() -> None:
    for lapse in Lapse:
        approved = told(lapse, *TWO, decision("board", "Cy", 3, Verdict.REJECT))
        assert (at(approved, "board").standing, at(approved, "board").lapsed) == (StageStanding.MET, False)
        lost = told(lapse, *(replace(one, verdict=Verdict.REJECT) for one in TWO), decision("board", "Cy", 3))
        assert (lost.outcome, at(lost, "board").lapsed) == (Outcome.REJECTED, False)


def test_a_decision_without_a_vote_lapses_too_and_what_comes_later_changes_nothing() -> None:
    late = decision("board", "Ada", 48)
    for lapse, standing in ((Lapse.REFUSED, StageStanding.REFUSED), (Lapse.PASSED, StageStanding.MET), (Lapse.OPEN, StageStanding.MET)):
        found = at(told(lapse, late, now=DUE + timedelta(days=9), rule=ANY), "board")
        assert (found.standing, found.met_at) == (standing, late.at if lapse is Lapse.OPEN else DUE)


def test_a_tie_that_nobody_broke_lapses() -> None:
    tie = Rule(Threshold(ThresholdKind.MAJORITY), Base.VOTES, chair=Chair.BREAKS_TIES, dissent=Dissent.COUNTS, closes_at_term=True)
    assert at(told(Lapse.REFUSED, TWO[0], decision("board", "Ben", 2, Verdict.REJECT), rule=tie), "board").standing is StageStanding.REFUSED


@pytest.mark.parametrize("chair", [Chair.VOTES, Chair.BREAKS_TIES])
def test_a_tie_without_a_chair_who_breaks_it_ends_with_the_term_by_its_lapse(chair: Chair) -> None:
    tie = replace(VOTE, quorum=None, chair=chair)
    said = (TWO[0], decision("board", "Ben", 2, Verdict.REJECT))
    for lapse, standing in ((Lapse.PASSED, "met"), (Lapse.REFUSED, "refused"), (Lapse.OPEN, "refused")):
        found = told(lapse, *said, rule=tie)
        assert (at(found, "board").standing, at(found, "board").lapsed) == (standing, lapse is not Lapse.OPEN)
    everybody = (*said, decision("board", "Cy", 3, Verdict.ABSTAIN), decision("board", "Di", 4, Verdict.ABSTAIN))
    early = told(Lapse.PASSED, *everybody, rule=tie, now=DUE - SECOND)
    assert at(early, "board").standing is StageStanding.OPEN
    assert "Board’s decision passes when its term ends" in early.sentence


def test_a_chair_who_abstains_leaves_a_tie_to_the_lapse() -> None:
    tie = replace(VOTE, quorum=None, chair=Chair.BREAKS_TIES)
    board = replace(BENCHES[0], holders=(*BENCHES[0].holders[:2], replace(BENCHES[0].holders[2], role=OfficeRole.CHAIR)))
    said = [TWO[0], decision("board", "Ben", 2, Verdict.REJECT), decision("board", "Cy", 3, Verdict.ABSTAIN)]
    for lapse, standing in ((Lapse.PASSED, "met"), (Lapse.OPEN, "refused")):
        assert at(progress_of(flow(lapse, tie), [board, BENCHES[1]], said, now=DUE), "board").standing == standing


def test_a_round_that_ends_so_is_never_rejected_and_says_why() -> None:
    ended = told(Lapse.REFUSED, decision("board", "Ada", 1, Verdict.REJECT))
    assert ended.outcome is Outcome.CHANGES_REQUESTED
    assert ended.sentence == (
        "The term of Board’s decision ended on Tue 24 Nov without the decision it needs: revise the proposal and submit it again."
    )
    going_on = told(Lapse.REFUSED, *TWO, refusal=Refusal.CONTINUES)
    assert (going_on.outcome, at(going_on, "dean").standing) == (Outcome.IN_REVIEW, StageStanding.OPEN)


@pytest.mark.parametrize(("lapse", "words"), [(Lapse.REFUSED, "is refused"), (Lapse.PASSED, "passes")])
def test_what_is_still_needed_says_what_the_end_of_the_term_does(lapse: Lapse, words: str) -> None:
    sentence = f"Without the decision it needs, Board’s decision {words} when its term ends Tue 24 Nov."
    assert sentence in told(lapse, now=DUE - SECOND).needs
    assert not any("Without the decision" in need for need in told(Lapse.OPEN, now=DUE - SECOND).needs)

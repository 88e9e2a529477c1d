"""Secret ballots: what is shown of them, whose votes count, and what a workflow may not say of one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Base, Dissent, Lapse, Rule, StageKind, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.loading import load, problems
from cowork.domain.workflows.progress import Bench, Decision, Outcome, Override, Progress, StageStanding, Submission, Verdict
from cowork.domain.workflows.secrecy import as_seen
from cowork.domain.workflows.writing import to_toml
from tests.domain.workflows.builders import MONDAY, at, bench, decision, progress_of, seat, stage, submission, workflow
from tests.domain.workflows.strategies import run, with_ballots
from tests.domain.workflows.test_loading import FACTS, HEADING, OPENING, SEAT, text
from tests.domain.workflows.test_loading import stage as written
from tests.domain.workflows.test_rounds import agree

QUORUM = Threshold(ThresholdKind.COUNT, 2)
MAJORITY = Rule(Threshold(ThresholdKind.MAJORITY), Base.VOTES, QUORUM, dissent=Dissent.COUNTS, closes_at_term=True)
YES, NO, CHANGES, ABSTAIN = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES, Verdict.ABSTAIN
VERDICTS = (YES, NO, CHANGES, ABSTAIN)
BOARD = bench("board", "Ada", "Ben", "Cy", "Di", "Ed")
OPEN, OVER = MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)


def flow(rule: Rule = MAJORITY) -> Workflow:
    own = stage("board", seat("board", rule), kind=StageKind.VOTE, due_days=3)
    return workflow(replace(own, secret=True, least_days=3, lapse=Lapse.REFUSED))


def said(**votes: Verdict) -> list[Decision]:
    made = [decision("board", name, hour, verdict) for hour, (name, verdict) in enumerate(votes.items(), 1)]
    return [replace(d, secret=d.verdict is not Verdict.RECUSE) for d in made]


def stands(decisions: Sequence[Decision], now: object = OPEN, own: Bench = BOARD, given: Submission | None = None) -> Progress:
    return progress_of(flow(), [own], decisions, given or submission(), now=now)  # type: ignore[arg-type]


def test_while_it_runs_it_says_who_has_voted_and_the_rest_is_the_same_whatever_they_voted() -> None:
    first = stands(said(Ada=YES, Ben=YES, Cy=YES))
    assert first == stands(said(Ada=NO, Ben=CHANGES, Cy=ABSTAIN))
    place = at(first, "board").seats[0]
    assert [(d.person_name, d.verdict) for d in place.given] == [(name, Verdict.VOTED) for name in ("Ada", "Ben", "Cy")]
    assert place.tally is not None
    assert (place.sealed, place.tally.present, place.tally.approvals, place.tally.dissents) == (True, 3, 0, 0)
    rule = "a majority of the votes given, quorum 2, closes when the term ends"
    assert f"votes in secret ({rule}; 3 of 5 have voted; Di and Ed can vote)" in first.sentence


def test_enough_votes_end_it_no_earlier_than_its_term_and_then_the_counts_are_told() -> None:
    votes = said(Ada=YES, Ben=YES, Cy=YES, Di=NO, Ed=ABSTAIN)
    assert stands(votes).outcome is Outcome.IN_REVIEW
    over = stands(votes, OVER)
    place = at(over, "board").seats[0]
    assert over.outcome is Outcome.APPROVED
    assert place.tally is not None
    assert (place.tally.approvals, place.tally.dissents, place.tally.abstentions) == (3, 1, 1)
    assert {d.verdict for d in place.positions} == {Verdict.VOTED}
    assert place.counted == ()
    lost = stands(said(Ada=NO, Ben=NO, Cy=YES), OVER)
    assert lost.sentence.startswith("Rejected at Board’s decision on")
    assert "(1 for, 2 against)" in lost.sentence
    assert lost.ended_by is None


def test_without_its_quorum_it_ends_as_its_lapse_says_and_the_counts_are_told() -> None:
    over = stands(said(Ada=YES), OVER)
    assert at(over, "board").lapsed
    assert over.outcome is Outcome.CHANGES_REQUESTED


def test_a_stage_that_an_administrator_passed_keeps_its_counts_sealed() -> None:
    passed = Override("board", MONDAY + timedelta(hours=9), "Admin", "The board is dissolved.")
    given = replace(submission(), overrides=(passed,))
    first, second = (stands(said(Ada=one, Ben=other), OPEN, given=given) for one, other in ((YES, YES), (NO, ABSTAIN)))
    assert at(first, "board").standing is StageStanding.OVERRIDDEN
    assert at(first, "board").seats[0].sealed
    assert first == second


def test_a_vote_counts_whoever_leaves_is_taken_off_or_comes_to_write_the_proposal() -> None:
    votes = said(Ada=YES, Ben=YES, Cy=NO)
    left = replace(BOARD, holders=tuple(replace(h, until=MONDAY + timedelta(hours=4)) if h.name == "Ada" else h for h in BOARD.holders))
    barred = replace(BOARD, holders=BOARD.holders[1:], conflicted=BOARD.holders[:1])
    gone = replace(BOARD, holders=BOARD.holders[1:])
    for own in (left, barred, gone):
        tally = at(stands(votes, OVER, own), "board").seats[0].tally
        assert tally is not None
        assert (tally.approvals, tally.dissents) == (2, 1)
    assert PersonId("ada") not in {turn.person for turn in stands(said(Ben=YES), OPEN, barred).turns}


def test_whoever_stands_aside_is_named_and_has_no_vote() -> None:
    place = at(stands(said(Ada=Verdict.RECUSE, Ben=YES)), "board").seats[0]
    assert [holder.name for holder in place.recused] == ["Ada"]
    assert [d.person_name for d in place.given] == ["Ben"]


def test_in_the_next_round_everybody_votes_anew() -> None:
    again = replace(submission(), round=2, submitted_at=MONDAY + timedelta(days=10))
    asked = {turn.person for turn in stands(said(Ada=YES, Ben=NO), MONDAY + timedelta(days=11), given=again).turns}
    assert asked == {"ada", "ben", "cy", "di", "ed"}


def test_how_somebody_voted_is_seen_by_them_and_their_deputy_alone() -> None:
    (vote,) = said(Ada=NO)
    vote = replace(vote, by=PersonId("deputy"))
    assert [as_seen(vote, viewer).verdict for viewer in (PersonId("ada"), PersonId("deputy"))] == [NO, NO]
    assert [as_seen(vote, viewer).verdict for viewer in (PersonId("ben"), None)] == [Verdict.VOTED, Verdict.VOTED]
    assert as_seen(replace(vote, secret=False), None).verdict is NO


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_where_ballots_are_secret_evaluator_and_model_agree(first: int) -> None:
    agree(first, first + 100, with_ballots)


def test_while_ballots_run_other_votes_would_change_nothing_at_all() -> None:
    """In any history: what a person sees is the same if everybody who has voted in a ballot that is not over had voted otherwise."""
    tried = 0
    for number in range(200, 320):
        chance = Random(number)
        for step in with_ballots(number):
            case, progress = step.case, run(step.case)
            open_ = {s.stage.key for s in progress.stages if s.standing is StageStanding.OPEN and s.opened_at}
            since = {s.stage.key: s.opened_at for s in progress.stages}
            chosen = [
                d.secret and d.stage in open_ and d.at >= (since[d.stage] or d.at) and d.verdict in VERDICTS
                for d in case.decisions
            ]
            if not any(chosen):
                continue
            other = [chance.choice(VERDICTS) for _ in case.decisions]
            changed = [replace(d, verdict=v) if yes else d for d, v, yes in zip(case.decisions, other, chosen, strict=True)]
            assert run(replace(case, decisions=tuple(changed))) == progress, (number, step.act)
            tried += 1
    assert tried > 100


SECRET = 'ballot = "secret"\ndue_days = 5\nleast_days = 5\nlapse = "refused"\n'
COUNTING = SEAT.replace('"any"', '"majority"')


def ballot(lines: str = SECRET, seats: str = COUNTING, kind: str = "vote", more: str = "") -> str:
    return text(written(lines, seats=seats).replace('"decide"', f'"{kind}"') + more)


def test_it_is_read_and_written_as_it_was() -> None:
    found = load(ballot(), FACTS)
    assert found.stages[-1].secret
    assert load(to_toml(found)).stages == found.stages
    assert "ballot" not in to_toml(load(HEADING + OPENING))


AT, IN = 'Stage "dean": ', 'Stage "dean", seat "dean": '
FAULTS = [
    (ballot(SECRET.replace("secret", "open")), f'{AT}`ballot` is "secret": who has voted is shown'),
    (ballot(kind="decide"), f'{AT}a secret ballot is a vote: write `kind = "vote"`'),
    (ballot('ballot = "secret"'), f"{AT}a secret `ballot` is over when its term ends"),
    (ballot(SECRET.replace("least_days = 5\n", "")), f"{AT}a secret ballot is open for its whole term"),
    (ballot(SECRET.replace("least_days = 5", "least_days = 4")), f"{AT}a secret ballot is open for its whole term"),
    (ballot(SECRET.replace('lapse = "refused"', "")), f"{AT}a secret ballot ends with its term whatever was decided"),
    (ballot(SECRET + "valid_days = 9"), f"{AT}in a secret ballot nobody sees whose approval it is that runs out"),
    (ballot(SECRET + 'statement = "Yes."'), f"{AT}in a secret ballot nobody sees who approves, so there is no `statement`"),
    (ballot(seats=COUNTING + "weight = 2\n"), f"{AT}votes by weight show how each party voted"),
    (ballot(seats=SEAT), f"{IN}a dissent that ends the round at once shows whose it is"),
    (ballot(seats=SEAT.replace('"any"', '{ majority = true, dissent = "ends" }')), f"{IN}a dissent that ends the round at once"),
    (ballot(seats=SEAT.replace('"any"', '{ majority = true, chair = "breaks-ties" }')), f"{IN}a casting vote shows how the chair voted"),
    (ballot(seats=SEAT.replace('"any"', '{ at-least = 1, quorum = 2, objections = "block" }')), f"{IN}an objection is answered"),
    (ballot(more=written('apart = ["dean"]', key="last")), 'Stage "last": `apart` would show who abstained in the secret ballot "dean"'),
    (ballot('votes = "secret"'), f'{AT}a vote of which nobody learns who voted how is written as `ballot = "secret"`.'),
    (ballot("secret = true"), f'{AT}`secret` is not known here: a vote of which nobody learns who voted how is written as `ballot ='),
    (ballot('vote = "anonymous"'), f"{AT}`vote` is not known here: a vote of which nobody learns"),
    (ballot('ballots = "secret"'), f"{AT}`ballots` is not known here: a vote of which nobody learns"),
]


@pytest.mark.parametrize(("source", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_what_would_tell_how_somebody_voted_is_refused_with_what_to_write(source: str, told: str) -> None:
    found = problems(source, FACTS)
    assert any(fault.startswith(told) for fault in found), found
    assert all(fault.endswith(".") and ".." not in fault for fault in found)

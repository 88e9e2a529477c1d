"""Votes of parties that weigh more than one: majority and quorum by weight."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.ids import Side
from cowork.domain.workflows.definition import Base, Dissent, Lapse, Parties, Rule, Seat, Threshold, ThresholdKind, Weighing, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Outcome, Verdict
from cowork.domain.workflows.rule_words import weighing_in_words
from cowork.domain.workflows.weights import Weights, decided_at, faults, weighed
from tests.domain.workflows.builders import (
    IBM,
    LATER,
    MONDAY,
    NORTHFIELD,
    SOUTHGATE,
    at,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    workflow,
)

MAJORITY, THIRDS, ALL = (Threshold(kind) for kind in (ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS, ThresholdKind.ALL))
COUNTED = Rule(Threshold(ThresholdKind.COUNT, 1), dissent=Dissent.COUNTS)
EMPLOYER, UNIVERSITY = replace(seat("employer", side=Side.EMPLOYER), weight=2), replace(seat("university", COUNTED), weight=1)
VOTERS = {"Ed": ("employer", IBM), "Ned": ("university", NORTHFIELD), "Sue": ("university", SOUTHGATE)}
YES, NO = Verdict.APPROVE, Verdict.REJECT


def flow(needed: Threshold = MAJORITY, quorum: Threshold | None = None) -> Workflow:
    return workflow(replace(stage("board", EMPLOYER, UNIVERSITY), weighing=Weighing(needed, quorum)))


def benches(*names: str) -> list[Bench]:
    sides = {"employer": Side.EMPLOYER, "university": Side.UNIVERSITY}
    return [replace(bench("board", n, seat_key=VOTERS[n][0], party=VOTERS[n][1]), side=sides[VOTERS[n][0]]) for n in names or VOTERS]


def votes(**said: Verdict) -> list[Decision]:
    places = enumerate(said.items(), 1)
    return [decision("board", n, hour, verdict, seat_key=VOTERS[n][0], party=VOTERS[n][1]) for hour, (n, verdict) in places]



@pytest.mark.parametrize(
    ("said", "end"),
    [
        ({"Ed": YES}, Outcome.IN_REVIEW),
        ({"Ed": YES, "Ned": YES}, Outcome.APPROVED),
        ({"Ned": YES, "Sue": YES}, Outcome.IN_REVIEW),
        ({"Ed": YES, "Ned": NO, "Sue": YES}, Outcome.APPROVED),
        ({"Ned": NO}, Outcome.IN_REVIEW),
        ({"Ed": NO}, Outcome.REJECTED),
        ({"Ned": NO, "Sue": NO}, Outcome.REJECTED),
    ],
)
def test_a_majority_of_the_weight_decides(said: dict[str, Verdict], end: Outcome) -> None:
    assert progress_of(flow(), benches(), votes(**said)).outcome is end


def test_enough_weight_waits_for_the_quorum_and_ends_when_that_votes() -> None:
    three = Threshold(ThresholdKind.COUNT, 3)
    said = votes(Ed=YES, Ned=YES)
    waits = progress_of(flow(Threshold(ThresholdKind.COUNT, 2), three), benches(), said[:1])
    assert (waits.outcome, len(waits.turns)) == (Outcome.IN_REVIEW, 2)
    assert "Board’s decision is decided by weight: 2 of 4 for, 0 against; it takes 2 for, with 3 voting." in waits.needs
    against = votes(Ed=YES, Ned=NO)
    done = progress_of(flow(Threshold(ThresholdKind.COUNT, 2), three), benches(), against)
    assert (done.outcome, at(done, "board").met_at) == (Outcome.APPROVED, against[1].at)


def test_a_seat_that_no_party_can_fill_counts_and_is_never_for_it() -> None:
    found = at(progress_of(flow(ALL), benches("Ned", "Sue"), votes(Ned=YES, Sue=YES)), "board")
    weighing = Weighing(ALL, THIRDS)
    assert weighed(found.stage, weighing, found.seats) == Weights(total=4, approved=2, refused=0, needed=4, quorum=3, left=(2,))
    assert decided_at(found.stage, weighing, found.seats, LATER) == (None, None)
    assert found.standing == "open"


def test_where_too_few_parties_take_part_nothing_is_refused_and_it_says_so() -> None:
    short = progress_of(flow(Threshold(ThresholdKind.COUNT, 9)), benches(), votes(Ed=YES, Ned=YES))
    assert (short.outcome, [turn.person for turn in short.turns]) == (Outcome.IN_REVIEW, ["sue"])
    assert any(need.startswith("Board’s decision takes a weight of 9, but only 4 can vote: invite more parties") for need in short.needs)
    assert progress_of(flow(Threshold(ThresholdKind.COUNT, 9)), benches(), votes(Ned=NO)).outcome is Outcome.REJECTED


def test_how_much_it_takes_is_said_in_words() -> None:
    assert weighing_in_words(Weighing(MAJORITY, THIRDS)) == "more than half of the weight, quorum two thirds"
    assert weighing_in_words(Weighing(Threshold(ThresholdKind.COUNT, 3))) == "a weight of 3"


def test_a_round_that_ends_so_is_told_by_weight_and_not_as_one_persons() -> None:
    ended = progress_of(flow(), benches(), votes(Ed=NO))
    assert ended.ended_by is None
    assert ended.sentence == "Rejected at Board’s decision on Mon 23 Nov (by weight 0 of 4 for, 2 against)."


def test_a_stage_that_weighs_nothing_is_as_it_was() -> None:
    plain = workflow(stage("board", replace(EMPLOYER, weight=None), replace(UNIVERSITY, weight=None)))
    assert progress_of(plain, benches(), votes(Ed=YES, Ned=YES)).outcome is Outcome.IN_REVIEW
    assert progress_of(plain, benches(), votes(Ed=YES, Ned=YES, Sue=YES)).outcome is Outcome.APPROVED


def test_who_abstained_has_taken_part_in_the_quorum() -> None:
    quorum = Threshold(ThresholdKind.COUNT, 4)
    said = votes(Ed=YES, Ned=YES)
    assert progress_of(flow(quorum=quorum), benches(), said).outcome is Outcome.IN_REVIEW
    abstained = progress_of(flow(quorum=quorum), benches(), votes(Ed=YES, Ned=YES, Sue=Verdict.ABSTAIN))
    assert (abstained.outcome, at(abstained, "board").met_at) == (Outcome.APPROVED, votes(Ed=YES, Ned=YES, Sue=YES)[2].at)


def test_a_party_whose_only_holder_abstained_is_not_told_to_name_more_people() -> None:
    found = progress_of(flow(ALL), benches(), votes(Ned=Verdict.ABSTAIN))
    assert not any("to name more people" in need for need in found.needs)
    assert (
        "Northfield University: everybody who could approve as University at Board’s decision has answered, and that is not enough: "
        "whoever abstained can take that back, or an organisation administrator of Northfield University names somebody more."
    ) in found.needs


def of_the_votes(quorum: Threshold | None = None, closes: bool = False, lapse: Lapse = Lapse.OPEN) -> Workflow:
    board = replace(stage("board", EMPLOYER, UNIVERSITY, due_days=1), lapse=lapse)
    return workflow(replace(board, weighing=Weighing(MAJORITY, quorum, Base.VOTES, closes)))


OUT = Verdict.ABSTAIN


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ({"Ed": YES, "Ned": NO}, Outcome.IN_REVIEW),
        ({"Ed": YES, "Ned": NO, "Sue": OUT}, Outcome.APPROVED),
        ({"Ed": OUT, "Ned": YES, "Sue": OUT}, Outcome.APPROVED),
        ({"Ed": OUT, "Ned": YES, "Sue": NO}, Outcome.REJECTED),
        ({"Ed": OUT, "Ned": YES}, Outcome.IN_REVIEW),
    ],
)
def test_of_the_votes_given_who_abstains_falls_out(said: dict[str, Verdict], end: Outcome) -> None:
    assert progress_of(of_the_votes(), benches(), votes(**said)).outcome is end


def test_who_is_silent_when_it_closes_falls_out_if_the_quorum_has_voted() -> None:
    closing, three = of_the_votes(Threshold(ThresholdKind.COUNT, 3), closes=True), votes(Ned=OUT, Ed=YES)
    due = at(progress_of(closing, benches(), three), "board").due_at
    assert due is not None
    before = progress_of(closing, benches(), votes(Ed=OUT, Ned=YES), now=due - timedelta(seconds=1))
    assert (before.outcome, before.look_at) == (Outcome.IN_REVIEW, due)
    assert "2 abstained, 1 not voted; it takes more than half of the weight of the votes given, quorum 3, closes" in before.sentence
    done = progress_of(closing, benches(), votes(Ed=OUT, Ned=YES), now=due)
    assert (done.outcome, at(done, "board").met_at) == (Outcome.APPROVED, due)
    assert progress_of(closing, benches(), votes(Ned=YES, Sue=YES), now=LATER).outcome is Outcome.IN_REVIEW


def test_what_was_lost_when_it_closed_is_not_won_by_a_late_vote() -> None:
    late = replace(votes(Sue=YES)[0], at=LATER - timedelta(hours=1))
    said = [*votes(Ned=NO, Ed=OUT), late]
    assert progress_of(of_the_votes(closes=True), benches(), said).outcome is Outcome.REJECTED


@pytest.mark.parametrize(("lapse", "end"), [(Lapse.OPEN, Outcome.REJECTED), (Lapse.PASSED, Outcome.APPROVED)])
def test_a_tie_by_weight_is_lost_unless_the_end_of_the_term_settles_it(lapse: Lapse, end: Outcome) -> None:
    said = votes(Ed=YES, Ned=NO, Sue=NO)
    assert progress_of(of_the_votes(lapse=lapse), benches(), said).outcome is end


@pytest.mark.parametrize(("said", "lost"), [({"Ed": NO, "Ned": YES}, False), ({"Ed": NO, "Ned": OUT}, True)])
def test_where_a_tie_would_lapse_it_is_refused_once_none_can_come_about(said: dict[str, Verdict], lost: bool) -> None:
    found = progress_of(of_the_votes(lapse=Lapse.PASSED), benches(), votes(**said), now=MONDAY + timedelta(hours=5))
    assert (found.outcome is Outcome.REJECTED) is lost


def test_a_vote_by_weight_of_the_votes_is_said_in_words() -> None:
    weighing = Weighing(THIRDS, MAJORITY, Base.VOTES, closes_at_term=True)
    assert weighing_in_words(weighing) == "two thirds of the weight of the votes given, quorum more than half, closes when the term ends"


def test_a_weight_that_the_seats_of_the_lead_never_have_is_a_fault_before_it_is_published() -> None:
    def told(*seats: Seat, quorum: int = 1) -> tuple[str, ...]:
        weighing = Weighing(Threshold(ThresholdKind.COUNT, 4), Threshold(ThresholdKind.COUNT, quorum))
        return faults(workflow(replace(stage("board", *seats), weighing=weighing)))

    lead = replace(UNIVERSITY, parties=Parties.LEAD, weight=2)
    needed = 'Stage "board": `needed` asks for a weight of 4, but all its seats have 2 together: lower it.'
    assert told(lead) == (needed,)
    assert told(lead, quorum=3) == (needed, needed.replace("`needed`", "`quorum`").replace("of 4", "of 3"))
    assert told(lead, replace(lead, key="other")) == ()
    assert told(UNIVERSITY) == (), "nobody knows how many universities will take part"


def test_keys_of_a_seat_that_weights_beside_it_make_void_are_a_fault() -> None:
    some = replace(UNIVERSITY, weight=None, keys=Threshold(ThresholdKind.PERCENT, 55))

    def told(*seats: Seat) -> tuple[str, ...]:
        return faults(workflow(replace(stage("board", *seats), weighing=Weighing(MAJORITY))))

    assert told(EMPLOYER, replace(some, keys=ALL)) == ()
    assert faults(workflow(stage("board", EMPLOYER, some))) == ()
    (fault,) = told(EMPLOYER, some)
    assert fault.startswith('Stage "board", seat "university": another seat has a `weight`')


def doubled(parties: Threshold, of: Base = Base.MEMBERS, lapse: Lapse = Lapse.OPEN) -> Workflow:
    """Half of the weight, and so many of the three parties: the employer weighs 2, each university 1."""
    weighing = Weighing(MAJORITY, None, of, parties=parties)
    return workflow(replace(stage("board", EMPLOYER, UNIVERSITY), weighing=weighing, lapse=lapse, due_days=5))


def test_enough_weight_of_too_few_parties_is_not_enough_and_the_sentence_says_both() -> None:
    said = {"Ed": YES, "Ned": YES}
    three = Threshold(ThresholdKind.COUNT, 3)
    progress = progress_of(doubled(three), benches("Ed", "Ned", "Sue"), votes(**said))
    assert progress.outcome is Outcome.IN_REVIEW
    assert progress.needs[-1].endswith("by weight: 3 of 4 for, 0 against; it takes 3 for and 3 of 3 parties (2 so far).")
    assert progress_of(flow(), benches("Ed", "Ned", "Sue"), votes(**said)).outcome is Outcome.APPROVED
    assert progress_of(doubled(three), benches("Ed", "Ned", "Sue"), votes(**said, Sue=YES)).outcome is Outcome.APPROVED
    lost = progress_of(doubled(three), benches("Ed", "Ned", "Sue"), votes(**said, Sue=NO))
    assert lost.outcome is Outcome.REJECTED


def test_enough_parties_without_the_weight_are_not_enough_either() -> None:
    said = {"Ned": YES, "Sue": YES}
    assert progress_of(doubled(MAJORITY), benches("Ed", "Ned", "Sue"), votes(**said)).outcome is Outcome.IN_REVIEW
    assert progress_of(doubled(MAJORITY), benches("Ed", "Ned", "Sue"), votes(**said, Ed=NO)).outcome is Outcome.REJECTED


def test_more_parties_than_take_part_are_told_with_what_can_be_done() -> None:
    progress = progress_of(doubled(Threshold(ThresholdKind.COUNT, 4)), benches("Ed", "Ned", "Sue"), [])
    assert progress.needs[-1].startswith("Board’s decision takes 4 parties, but only 3 can vote: invite more parties")


def test_who_abstains_is_one_of_the_parties_but_not_of_those_that_vote() -> None:
    said = {"Ed": YES, "Ned": YES, "Sue": Verdict.ABSTAIN}
    assert progress_of(doubled(ALL), benches("Ed", "Ned", "Sue"), votes(**said)).outcome is Outcome.IN_REVIEW
    assert progress_of(doubled(ALL, Base.VOTES), benches("Ed", "Ned", "Sue"), votes(**said)).outcome is Outcome.APPROVED


def test_so_many_parties_are_said_in_words() -> None:
    wanted = Threshold(ThresholdKind.PERCENT, 55)
    assert weighing_in_words(Weighing(THIRDS, parties=wanted)) == "two thirds of the weight with 55 % of the parties"
    by_votes = Weighing(THIRDS, MAJORITY, Base.VOTES, parties=wanted)
    assert " of the votes given with 55 % of the parties that vote for or against, quorum" in weighing_in_words(by_votes)
    assert "3 parties" in weighing_in_words(Weighing(THIRDS, parties=Threshold(ThresholdKind.COUNT, 3)))

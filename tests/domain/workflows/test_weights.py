"""Votes of parties that weigh more than one: majority and quorum by weight."""

from dataclasses import replace

import pytest

from cowork.domain.ids import Side
from cowork.domain.workflows.definition import Dissent, Rule, Threshold, ThresholdKind, Weighing, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Outcome, Verdict
from cowork.domain.workflows.sentences import weighing_in_words
from cowork.domain.workflows.weights import Weights, decided_at, weighed
from tests.domain.workflows.builders import IBM, NORTHFIELD, SOUTHGATE, at, bench, decision, progress_of, seat, stage, workflow

MAJORITY, THIRDS, ALL = (Threshold(kind) for kind in (ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS, ThresholdKind.ALL))
COUNTED = Rule(Threshold(ThresholdKind.COUNT, 1), dissent=Dissent.COUNTS)
EMPLOYER, UNIVERSITY = replace(seat("employer", side=Side.EMPLOYER), weight=2), replace(seat("university", COUNTED), weight=1)
VOTERS = {"Ed": ("employer", IBM), "Ned": ("university", NORTHFIELD), "Sue": ("university", SOUTHGATE)}
NO = Verdict.REJECT


def flow(needed: Threshold = MAJORITY, quorum: Threshold | None = None) -> Workflow:
    return workflow(replace(stage("board", EMPLOYER, UNIVERSITY), weighing=Weighing(needed, quorum)))


def benches(*names: str) -> list[Bench]:
    sides = {"employer": Side.EMPLOYER, "university": Side.UNIVERSITY}
    return [replace(bench("board", n, seat_key=VOTERS[n][0], party=VOTERS[n][1]), side=sides[VOTERS[n][0]]) for n in names or VOTERS]


def votes(**said: Verdict) -> list[Decision]:
    places = enumerate(said.items(), 1)
    return [decision("board", n, hour, verdict, seat_key=VOTERS[n][0], party=VOTERS[n][1]) for hour, (n, verdict) in places]


YES = Verdict.APPROVE


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
    assert weighed(found.stage, weighing, found.seats) == Weights(total=4, approved=2, refused=0, needed=4, quorum=3)
    assert decided_at(found.stage, weighing, found.seats) == (None, None)
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

"""A joint bench: the people of several parties vote as one body, each for their own party."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.workflows.definition import Base, Dissent, Rule, Seat, Threshold, ThresholdKind
from cowork.domain.workflows.interventions import Intervention, InterventionKind, seated
from cowork.domain.workflows.joint import joined
from cowork.domain.workflows.loading import problems
from cowork.domain.workflows.progress import Bench, Decision, Verdict
from cowork.domain.workflows.rule_words import rule_in_words
from tests.domain.workflows.builders import DIGESTS, IBM, MONDAY, NORTHFIELD, at, bench, decision, progress_of, stage, submission, workflow
from tests.domain.workflows.test_loading import HEADING

VOTES = Rule(Threshold(ThresholdKind.MAJORITY), of=Base.VOTES, dissent=Dissent.COUNTS, each_party=2)
BOARD = Seat("board", None, ("board",), "Joint Board", VOTES, joint=True)
FLOW = workflow(stage("board", BOARD, reads=("legal",)))


def board(*northfield: str, ibm: tuple[str, ...] = ("Ida", "Ian"), conflicted: tuple[str, ...] = ()) -> Bench:
    own = replace(bench("board", *(northfield or ("Ann", "Bo", "Cy")), conflicted=conflicted), side=Side.UNIVERSITY)
    return joined([replace(bench("board", *ibm, party=IBM), side=Side.EMPLOYER), own], NORTHFIELD, "Joint Board")


def said(name: str, hours: float, verdict: Verdict = Verdict.APPROVE) -> Decision:
    """A vote of somebody, for their own party and bound to what its side reads."""
    party, lane = (IBM, "legal@employer") if name.startswith("I") else (NORTHFIELD, "legal@university")
    return decision("board", name, hours, verdict, party=party, digests={key: DIGESTS[key] for key in ("legal", lane)})


def test_there_is_one_bench_under_the_first_party_with_the_names_of_all() -> None:
    one = board()
    assert (one.party, one.party_name, one.office) == (NORTHFIELD, "Northfield University and IBM", None)
    assert [(one.party_of(holder), holder.name) for holder in one.holders] == [
        (NORTHFIELD, "Ann"), (NORTHFIELD, "Bo"), (NORTHFIELD, "Cy"), (IBM, "Ida"), (IBM, "Ian"),
    ]  # fmt: skip


def test_who_is_a_member_of_two_parties_has_one_vote_for_the_first() -> None:
    one = board("Ann", ibm=("Ann", "Ida"))
    assert [(holder.name, holder.party) for holder in one.holders] == [("Ann", NORTHFIELD), ("Ida", IBM)]


def test_everybody_is_asked_for_their_own_party_and_the_court_names_those_who_are_still_asked() -> None:
    progress = progress_of(FLOW, [board()], [said("Ida", 1), said("Ian", 2)])
    assert {(turn.party, turn.person) for turn in progress.turns} == {(NORTHFIELD, "ann"), (NORTHFIELD, "bo"), (NORTHFIELD, "cy")}
    assert progress.court == (NORTHFIELD,)
    assert progress_of(FLOW, [board()]).court == (NORTHFIELD, IBM)


def test_a_majority_of_the_whole_body_is_enough_and_the_quorum_asks_for_each_party() -> None:
    three = [said("Ann", 1), said("Bo", 2), said("Cy", 3)]
    progress = progress_of(FLOW, [board()], three)
    assert at(progress, "board").standing == "open"
    assert progress.sentence == (
        "Still needed: Northfield University and IBM: Joint Board votes (a majority of the votes given, quorum 2 of each party; "
        "3 for, 0 against; the quorum lacks 2 more of IBM; Ida and Ian can vote) at Board’s decision."
    )
    assert progress_of(FLOW, [board()], [*three, said("Ida", 4, Verdict.REJECT), said("Ian", 5, Verdict.REJECT)]).outcome == "approved"


def test_a_quorum_of_each_side_counts_the_parties_of_a_side_together() -> None:
    flow = workflow(stage("board", replace(BOARD, rule=replace(VOTES, each_party=0, each_side=1))))
    progress = progress_of(flow, [board()], [decision("board", name, n) for n, name in enumerate(("Ann", "Bo", "Cy"), 1)])
    assert "the quorum lacks 1 more of the employers" in progress.sentence


def test_a_quorum_that_a_party_cannot_reach_is_said_with_its_remedy() -> None:
    progress = progress_of(FLOW, [board(ibm=("Ida",))])
    assert progress.needs[0] == (
        "Northfield University and IBM: Board’s decision needs a quorum of 2 of each party, but too few people of IBM can take part: "
        "ask an organisation administrator there to name more people."
    )


@pytest.mark.parametrize(("section", "stale"), [("legal@employer", ["ida"]), ("legal@university", ["ann"]), ("legal", ["ann", "ida"])])
def test_a_vote_is_bound_to_the_private_lane_of_the_voters_own_side(section: str, stale: list[str]) -> None:
    edited = submission(digests={**DIGESTS, section: "new"})
    progress = progress_of(FLOW, [board()], [said("Ann", 1), said("Ida", 2)], edited)
    assert sorted(d.person for d in at(progress, "board").seats[0].stale) == stale


def test_an_administrator_adds_people_for_their_own_party_and_removes_only_those() -> None:
    def act(kind: InterventionKind, party: OrganisationId, person: str) -> Intervention:
        payload = {"stage": "board", "seat": "board", "party": party, "person": person}
        return Intervention(kind, payload, PersonId("admin"), "Admin", MONDAY + timedelta(hours=1), "", {"new": "New"})

    added = seated([board()], [act(InterventionKind.PERSON_ADDED, IBM, "new")])[0]
    assert added.party_of(added.holders[-1]) == IBM
    kept = seated([board()], [act(InterventionKind.PERSON_REMOVED, IBM, "ann")])[0]
    assert kept.removed == ()
    gone = seated([board()], [act(InterventionKind.PERSON_REMOVED, NORTHFIELD, "ann")])[0]
    assert [holder.name for holder in gone.removed] == ["Ann"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (VOTES, "a majority of the votes given, quorum 2 of each party"),
        (replace(VOTES, quorum=Threshold(ThresholdKind.COUNT, 6)), "a majority of the votes given, quorum 6 with 2 of each party"),
        (replace(VOTES, each_side=1), "a majority of the votes given, quorum 2 of each party and 1 of each side"),
    ],
)
def test_the_quorum_is_said_in_words(rule: Rule, words: str) -> None:
    assert rule_in_words(rule) == words


SEAT = (
    '{ key = "b", side = "both", bench = "joint", office = "board", title = "B", '
    "rule = { majority = true, quorum = { each-party = 1 } } }"
)


@pytest.mark.parametrize(
    ("seat", "fault"),
    [
        (SEAT.replace('bench = "joint", ', ""), "`each-party` and `each-side` count the people of a joint bench"),
        (SEAT.replace('"joint"', '"one"'), '`bench` is "joint", or left out where each party has its own'),
        (SEAT.replace("title", 'parties = "lead", title'), "one party alone has no joint bench"),
        (SEAT.replace("title", 'keys = "any", title'), "a joint bench votes as one body, so leave `keys` out"),
        (SEAT.replace("each-party", "each"), "`quorum` is a number of people"),
        (SEAT.replace("each-party = 1", "each-party = 1, each = 2"), "`each` is not known in a `quorum`. Known are: people,"),
        (SEAT.replace("each-party = 1", "people = 1"), "write the people of a `quorum` without a table"),
        (SEAT.replace("each-party = 1", "each-party = 0"), "`each-party` is a whole number from 1 to 1,000"),
    ],
)
def test_what_fits_no_joint_bench_is_a_fault(seat: str, fault: str) -> None:
    found = problems(HEADING + f'[[stage]]\nkey = "s"\ntitle = "S"\nkind = "vote"\nseat = [{seat}]\n')
    assert len(found) == 1, found
    assert fault in found[0]
    assert found[0].startswith('Stage "s", seat "b": ')

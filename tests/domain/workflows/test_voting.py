"""Votes as committees hold them: thresholds, quorums, ties, dissents, objections, meetings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.conditions import Value
from cowork.domain.ids import PersonId
from cowork.domain.workflows import rules
from cowork.domain.workflows.definition import Rule, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Holder, OfficeRole, Outcome, Progress, Sitting, StageStanding, Verdict
from cowork.domain.workflows.rule_words import rule_in_words
from cowork.domain.workflows.voting import sits
from tests.domain.workflows.builders import LATER, MONDAY, NORTHFIELD, at, bench, decision, progress_of, seat, stage, submission, workflow

NAMES = ("Ada", "Ben", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo")
YES, NO, CHANGES, OUT = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES, Verdict.ABSTAIN


def rule(**raw: Value) -> Rule:
    """A rule as it stands in TOML, with underscores for hyphens."""
    found = rules.read({key.replace("_", "-"): value for key, value in raw.items()})
    assert isinstance(found, Rule), found
    return found


def flow(own: Rule, due_days: int | None = None) -> Workflow:
    return workflow(stage("board", seat("board", own), due_days=due_days))


def members(count: int, chair: str = "") -> Bench:
    made = bench("board", *NAMES[:count])
    role = {name: OfficeRole.CHAIR if name == chair else OfficeRole.MEMBER for name in NAMES}
    return replace(made, holders=tuple(replace(holder, role=role[holder.name]) for holder in made.holders))


def votes(*said: Verdict) -> list[Decision]:
    """The members vote in turn, one an hour."""
    return [decision("board", name, hour, verdict) for hour, (name, verdict) in enumerate(zip(NAMES, said, strict=False), 1)]


def outcome(own: Rule, board: Bench, *said: Verdict, days: int | None = None) -> Outcome:
    return progress_of(flow(own, days), [board], votes(*said)).outcome


class TestMajorities:
    def test_a_majority_of_members_is_reached_without_everybody(self) -> None:
        own = rule(majority=True)
        assert outcome(own, members(5), YES, YES) is Outcome.IN_REVIEW
        assert outcome(own, members(5), YES, YES, YES) is Outcome.APPROVED

    def test_a_majority_that_can_no_longer_be_reached_refuses(self) -> None:
        own = rule(majority=True)
        assert outcome(own, members(5), NO, NO, YES) is Outcome.IN_REVIEW
        assert outcome(own, members(5), NO, NO, YES, NO) is Outcome.REJECTED
        assert outcome(own, members(5), CHANGES, CHANGES, YES, NO) is Outcome.CHANGES_REQUESTED

    def test_a_majority_of_those_present_waits_until_no_vote_can_change_it(self) -> None:
        own = rule(majority=True, of="present")
        assert outcome(own, members(5), YES, YES, OUT) is Outcome.IN_REVIEW
        assert outcome(own, members(5), YES, YES, OUT, OUT, YES) is Outcome.APPROVED

    def test_abstentions_fall_out_of_the_votes_given(self) -> None:
        own = rule(majority=True, of="votes")
        assert outcome(own, members(5), YES, YES, OUT, OUT, NO) is Outcome.APPROVED
        assert outcome(rule(majority=True, of="present"), members(5), YES, YES, OUT, OUT, NO) is Outcome.REJECTED

    def test_what_is_there_when_the_term_ends_decides_if_the_quorum_is_reached(self) -> None:
        own = rule(majority=True, of="votes", quorum=3, closes="at-term")
        enough, few = votes(YES, YES, NO), votes(YES, YES)
        due = at(progress_of(flow(own, 2), [members(9)], enough), "board").due_at
        assert due is not None
        before = progress_of(flow(own, 2), [members(9)], enough, now=due - timedelta(seconds=1))
        assert (before.outcome, before.look_at) == (Outcome.IN_REVIEW, due)
        assert progress_of(flow(own, 2), [members(9)], enough, now=due).outcome is Outcome.APPROVED
        assert progress_of(flow(own, 2), [members(9)], few, now=LATER).outcome is Outcome.IN_REVIEW

    def test_two_thirds_of_those_who_did_not_recuse_themselves(self) -> None:
        own = rule(**{"two-thirds": True})
        assert outcome(own, members(6), YES, YES, YES) is Outcome.IN_REVIEW
        assert outcome(own, members(6), YES, YES, Verdict.RECUSE, Verdict.RECUSE, Verdict.RECUSE) is Outcome.APPROVED


class TestLeastApprovals:
    own = rule(**{"majority": True, "of": "votes", "at-least": 3})

    @pytest.mark.parametrize(
        ("said", "end"),
        [
            ((YES, YES, YES, OUT, OUT), Outcome.APPROVED),
            ((YES, YES, YES, NO, NO), Outcome.APPROVED),
            ((YES, YES, NO, OUT, OUT), Outcome.REJECTED),
            ((YES, YES, OUT, OUT, OUT), Outcome.IN_REVIEW),
            ((YES, YES, OUT), Outcome.IN_REVIEW),
        ],
    )
    def test_a_majority_of_the_votes_is_not_enough_without_three_of_them(self, said: tuple[Verdict, ...], end: Outcome) -> None:
        assert outcome(self.own, members(5), *said) is end

    def test_where_too_few_sit_there_nothing_is_refused_and_it_says_so(self) -> None:
        short = progress_of(flow(self.own), [members(2)], votes(YES))
        assert short.outcome is Outcome.IN_REVIEW
        assert "Board’s decision needs 3 approvals by Board, but only 2 people can give one" in short.sentence

    @pytest.mark.parametrize(("least", "end"), [(3, Outcome.APPROVED), (4, Outcome.REJECTED)])
    def test_the_casting_vote_is_one_of_them(self, least: int, end: Outcome) -> None:
        own = rule(**{"majority": True, "of": "votes", "at-least": least, "chair": "breaks-ties"})
        assert outcome(own, members(5, "Ed"), YES, NO, NO, YES, YES) is end


class TestQuorumOfSoManyOfAKind:
    own = rule(**{"majority": True, "of": "votes", "quorum": 3, "with": {"specialist": 2}})

    @staticmethod
    def board(*specialists: str) -> Bench:
        made = members(5)
        return replace(made, holders=tuple(replace(h, kind="specialist" if h.name in specialists else "board") for h in made.holders))

    def test_it_is_not_reached_with_fewer_of_them(self) -> None:
        mixed = self.board("Di", "Ed")
        waits = progress_of(flow(self.own), [mixed], votes(YES, YES, YES, YES))
        assert waits.outcome is Outcome.IN_REVIEW
        assert "quorum 3 with 2 specialists; 4 for, 0 against, 1 specialist too few so far; Ed can vote" in waits.sentence
        assert progress_of(flow(self.own), [mixed], votes(YES, YES, YES, YES, OUT)).outcome is Outcome.APPROVED

    def test_where_too_few_hold_the_office_it_says_so(self) -> None:
        short = progress_of(flow(self.own), [self.board("Di")], votes(YES))
        assert "the quorum of Board’s decision needs 2 specialists, but too few who hold that office can take part" in short.sentence
        one_spoke = progress_of(flow(self.own), [self.board("Ada", "Ben")], votes(YES))
        assert "too few who hold" not in one_spoke.sentence


class TestQuorumOfKinds:
    own = rule(**{"majority": True, "of": "votes", "quorum": 3, "with": ["student-member", "external-member"]})

    @staticmethod
    def board(**kinds: str) -> Bench:
        made = members(5)
        return replace(made, holders=tuple(replace(holder, kind=kinds.get(holder.name, "board")) for holder in made.holders))

    def test_it_is_not_reached_without_somebody_of_each_kind(self) -> None:
        mixed = self.board(Di="student-member", Ed="external-member")
        waits = progress_of(flow(self.own), [mixed], votes(YES, YES, YES, YES))
        assert waits.outcome is Outcome.IN_REVIEW
        assert "a student member and an external member; 4 for, 0 against, no external member so far; Ed can vote" in waits.sentence
        done = progress_of(flow(self.own), [mixed], votes(YES, YES, YES, YES, OUT))
        assert (done.outcome, at(done, "board").met_at) == (Outcome.APPROVED, MONDAY + timedelta(hours=5))

    def test_where_nobody_of_a_kind_can_take_part_it_says_whom_to_name_and_who_else_can_vote(self) -> None:
        few = progress_of(flow(self.own), [self.board(Di="student-member")], votes(YES))
        assert few.needs == (
            (
                "Northfield University: the quorum of Board’s decision needs an external member, but nobody who holds that office can take "
                "part: ask an organisation administrator of Northfield University to name somebody."
            ),
            (
                "Northfield University: Board votes (a majority of the votes given, quorum 3 with a student member and an external member; "
                "1 for, 0 against, no student member and no external member so far; Ben, Cy, Di and Ed can vote) at Board’s decision."
            ),
        )

    def test_who_holds_two_of_the_offices_takes_part_as_both_and_votes_once(self) -> None:
        made = self.board(Di="student-member")
        board = replace(made, holders=(*made.holders, replace(made.holders[3], kind="external-member")))
        done = progress_of(flow(self.own), [board], votes(YES, YES, YES, YES, NO))
        tally = at(done, "board").seats[0].tally
        assert tally is not None
        assert (done.outcome, tally.members, tally.present, tally.lacking) == (Outcome.APPROVED, 5, 4, ())

    def test_a_secretary_or_somebody_whose_term_is_over_is_not_one_of_them(self) -> None:
        made = self.board(Di="student-member")
        over = replace(made.holders[0], kind="external-member", until=MONDAY)
        board = replace(made, holders=(over, *made.holders))
        assert progress_of(flow(self.own), [board], votes(YES, YES, YES, YES, YES)).outcome is Outcome.IN_REVIEW


class TestChair:
    own = rule(majority=True, of="votes", quorum={"percent": 50}, chair="breaks-ties")

    def test_the_chair_is_asked_only_when_the_votes_are_tied(self) -> None:
        open_vote = progress_of(flow(self.own), [members(5, "Ed")], votes(YES, YES, NO))
        assert [turn.person for turn in open_vote.turns] == ["di"]
        tied = progress_of(flow(self.own), [members(5, "Ed")], votes(YES, YES, NO, NO))
        assert [turn.person for turn in tied.turns] == ["ed"]
        assert tied.needs == ("Northfield University: the votes of Board are tied at Board’s decision, so the chair (Ed) decides.",)

    @pytest.mark.parametrize(("chair", "end"), [(YES, Outcome.APPROVED), (NO, Outcome.REJECTED), (OUT, Outcome.REJECTED)])
    def test_the_chair_breaks_the_tie(self, chair: Verdict, end: Outcome) -> None:
        assert outcome(self.own, members(5, "Ed"), YES, NO, NO, YES, chair) is end

    def test_without_a_tie_the_chairs_vote_is_not_needed(self) -> None:
        assert outcome(self.own, members(5, "Ed"), YES, YES, NO, YES) is Outcome.APPROVED
        assert outcome(self.own, members(5, "Ed"), NO, NO, NO, YES) is Outcome.REJECTED


class TestAfterTheTerm:
    own = rule(majority=True, of="votes", quorum=2, chair="breaks-ties", closes="at-term")

    def told(self, *late: Decision, own: Rule | None = None) -> Progress:
        return progress_of(flow(own or self.own, 1), [members(5, "Ed")], [*votes(YES, NO), *late])

    def test_in_a_tie_only_the_chair_is_asked_and_nobody_elses_vote_counts(self) -> None:
        late = decision("board", "Cy", 100)
        for tied in (self.told(), self.told(late)):
            assert (tied.outcome, [turn.person for turn in tied.turns]) == (Outcome.IN_REVIEW, ["ed"])
        assert self.told(late, decision("board", "Ed", 120, NO)).outcome is Outcome.REJECTED
        assert self.told(decision("board", "Ed", 120)).outcome is Outcome.APPROVED

    def test_where_the_quorum_was_missed_everybody_can_still_vote(self) -> None:
        own = rule(majority=True, of="votes", quorum=3, chair="breaks-ties", closes="at-term")
        assert {turn.person for turn in self.told(own=own).turns} >= {"cy", "di"}
        assert self.told(decision("board", "Cy", 100), own=own).outcome is Outcome.APPROVED

    def test_who_objected_can_still_take_it_back_and_nobody_else_speaks(self) -> None:
        own = rule(**{"at-least": 1, "quorum": 2, "objections": "block", "closes": "at-term"})
        said = votes(YES, Verdict.OBJECT)
        held = progress_of(flow(own, 1), [members(4)], [*said, decision("board", "Cy", 100, NO)])
        assert (held.outcome, [turn.person for turn in held.turns]) == (Outcome.IN_REVIEW, ["ben"])
        cleared = decision("board", "Ben", 110, Verdict.NO_OBJECTION)
        assert progress_of(flow(own, 1), [members(4)], [*said, cleared]).outcome is Outcome.APPROVED


class TestDissentsAndObjections:
    def test_a_vote_passes_unless_two_dissent(self) -> None:
        own = rule(**{"fails-at": 2, "quorum": 6, "closes": "at-term"})
        assert outcome(own, members(9), *[YES] * 6, NO, days=3) is Outcome.APPROVED
        assert outcome(own, members(9), *[YES] * 6, NO, NO, days=3) is Outcome.REJECTED
        assert outcome(own, members(9), *[YES] * 5, days=3) is Outcome.IN_REVIEW

    def test_a_share_of_dissents_refuses_a_vote_and_is_said_in_numbers(self) -> None:
        own = rule(**{"majority": True, "of": "votes", "fails-at": {"percent": 25}})
        open_vote = progress_of(flow(own), [members(9)], votes(YES, NO, NO))
        assert open_vote.outcome is Outcome.IN_REVIEW
        assert "fails on dissents of 25 % of the members; 3 against would refuse it; 1 for, 2 against;" in open_vote.sentence
        assert outcome(own, members(9), YES, YES, YES, YES, YES, NO, NO, NO) is Outcome.REJECTED
        assert outcome(own, members(9), YES, NO, Verdict.RECUSE, NO) is Outcome.REJECTED, "a quarter of the eight who are left"

    def test_a_ballot_needs_a_yes_a_quorum_and_no_objection(self) -> None:
        own = rule(**{"at-least": 1, "quorum": "two-thirds", "objections": "block"})
        nothing, against = Verdict.NO_OBJECTION, Verdict.OBJECT
        assert outcome(own, members(6), YES, nothing, nothing) is Outcome.IN_REVIEW
        assert outcome(own, members(6), YES, nothing, nothing, nothing) is Outcome.APPROVED
        blocked = progress_of(flow(own), [members(6)], votes(YES, nothing, against, nothing))
        assert blocked.outcome is Outcome.IN_REVIEW
        assert "Cy objects at Board’s decision; that has to be taken back or overruled." in blocked.sentence
        cleared = [*votes(YES, nothing, against, nothing), decision("board", "Cy", 9, nothing)]
        assert progress_of(flow(own), [members(6)], cleared).outcome is Outcome.APPROVED

    def test_where_it_closes_at_the_term_it_waits_for_whoever_could_still_object(self) -> None:
        own = rule(**{"at-least": 1, "objections": "block", "closes": "at-term"})
        due = at(progress_of(flow(own, 2), [members(3)], votes(YES)), "board").due_at
        assert due is not None
        before = progress_of(flow(own, 2), [members(3)], votes(YES), now=due - timedelta(seconds=1))
        assert (before.outcome, [turn.person for turn in before.turns]) == (Outcome.IN_REVIEW, ["ben", "cy"])
        assert progress_of(flow(own, 2), [members(3)], votes(YES), now=due).outcome is Outcome.APPROVED
        nothing = Verdict.NO_OBJECTION
        all_said = progress_of(flow(own, 2), [members(3)], votes(YES, nothing, nothing), now=due)
        assert (all_said.outcome, at(all_said, "board").met_at) == (Outcome.APPROVED, MONDAY + timedelta(hours=3))
        assert outcome(own, members(3), YES, Verdict.OBJECT, days=2) is Outcome.IN_REVIEW
        at_once = rule(**{"at-least": 1, "objections": "block"})
        assert outcome(at_once, members(3), YES, days=2) is Outcome.APPROVED

    def test_an_objection_of_somebody_who_left_the_body_does_not_hold_it(self) -> None:
        own = rule(**{"at-least": 1, "objections": "block"})
        gone = Holder(PersonId("ben"), "Ben", until=MONDAY + timedelta(hours=3))
        board = replace(members(1), holders=(*members(1).holders, gone))
        said = [decision("board", "Ben", 1, Verdict.OBJECT), decision("board", "Ada", 2)]
        assert progress_of(flow(own), [board], said).outcome is Outcome.APPROVED

    def test_putting_off_is_on_record_and_changes_nothing(self) -> None:
        progress = progress_of(flow(rule(majority=True)), [members(3)], votes(YES, Verdict.TABLE))
        assert [turn.person for turn in progress.turns] == ["ben", "cy"]


class TestMeetings:
    def test_a_closed_meeting_decides_by_who_was_present(self) -> None:
        own = rule(majority=True, of="present", quorum="majority")
        said = votes(YES, YES, NO)
        sat = Sitting("board", "board", NORTHFIELD, 1, MONDAY + timedelta(hours=5), frozenset(map(PersonId, ("ada", "ben", "cy"))))
        assert progress_of(flow(own), [members(5)], said).outcome is Outcome.IN_REVIEW
        met = progress_of(flow(own), [members(5)], said, replace(submission(), sittings=(sat,)))
        assert (met.outcome, at(met, "board").met_at) == (Outcome.APPROVED, sat.closed_at)
        tally = at(met, "board").seats[0].tally
        assert tally is not None
        assert (tally.members, tally.present, tally.approvals, tally.dissents, tally.quorum) == (5, 3, 2, 1, 3)

    def test_once_a_meeting_is_closed_nobody_but_the_chair_breaks_its_tie(self) -> None:
        own = rule(majority=True, of="votes", chair="breaks-ties")
        given = replace(submission(), sittings=(self.met("ada", "ben"),))
        said = votes(YES, NO)
        tied = progress_of(flow(own), [members(5, "Ed")], said, given)
        assert (tied.outcome, [turn.person for turn in tied.turns]) == (Outcome.IN_REVIEW, ["ed"])
        late = progress_of(flow(own), [members(5, "Ed")], [*said, decision("board", "Cy", 6)], given)
        assert (late.outcome, [turn.person for turn in late.turns]) == (Outcome.IN_REVIEW, ["ed"])
        broken = progress_of(flow(own), [members(5, "Ed")], [*said, decision("board", "Cy", 6), decision("board", "Ed", 7, NO)], given)
        assert broken.outcome is Outcome.REJECTED

    def test_who_was_absent_from_a_closed_meeting_is_not_asked_what_all_of_those_present_say(self) -> None:
        own = rule(all=True, of="present")
        given = replace(submission(), sittings=(self.met("ada", "ben", "cy"),))
        waits = progress_of(flow(own), [members(4)], votes(YES, YES), given)
        assert (waits.outcome, [turn.person for turn in waits.turns]) == (Outcome.IN_REVIEW, ["cy"])
        assert progress_of(flow(own), [members(4)], [*votes(YES, YES), decision("board", "Di", 6, NO)], given).outcome is Outcome.IN_REVIEW
        assert progress_of(flow(own), [members(4)], [*votes(YES, YES), decision("board", "Cy", 6)], given).outcome is Outcome.APPROVED

    @staticmethod
    def met(*present: str) -> Sitting:
        return Sitting("board", "board", NORTHFIELD, 1, MONDAY + timedelta(hours=5), frozenset(map(PersonId, present)))

    def test_a_meeting_without_its_quorum_decides_nothing(self) -> None:
        own = rule(majority=True, of="present", quorum=4)
        sat = Sitting("board", "board", NORTHFIELD, 1, MONDAY + timedelta(hours=5), frozenset(map(PersonId, ("ada", "ben", "cy"))))
        progress = progress_of(flow(own), [members(5)], votes(YES, YES, YES), replace(submission(), sittings=(sat,)))
        assert progress.outcome is Outcome.IN_REVIEW
        assert [turn.person for turn in progress.turns] == ["di", "ed"]


def test_a_secretary_has_no_vote() -> None:
    board = bench("board", "Ada", "Ben")
    board = replace(board, holders=(board.holders[0], replace(board.holders[1], role=OfficeRole.SECRETARY)))
    assert sits(board, PersonId("ada"), MONDAY)
    assert not sits(board, PersonId("ben"), MONDAY)
    assert outcome(rule(majority=True), board, YES) is Outcome.APPROVED


def test_at_the_quorums_edge_one_vote_makes_the_transition_whoever_comes_last() -> None:
    own = rule(**{"at-least": 5, "quorum": 8})
    said = votes(*[YES] * 7)
    assert progress_of(flow(own), [members(10)], said).outcome is Outcome.IN_REVIEW
    last = decision("board", "Hal", 30, OUT)
    met = progress_of(flow(own), [members(10)], [*said, last])
    assert (met.outcome, at(met, "board").met_at) == (Outcome.APPROVED, last.at)
    assert at(met, "board").standing is StageStanding.MET



@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("any", "one approval"),
        ("all", "everybody"),
        ({"at-least": 3}, "3 approvals"),
        ({"percent": 60, "of": "present"}, "60 % of those present"),
        ({"more-than": 75, "of": "votes", "quorum": {"more-than": 50}}, "more than 75 % of the votes given, quorum more than 50 %"),
        (
            {"majority": True, "of": "votes", "quorum": {"percent": 50}, "chair": "breaks-ties"},
            "a majority of the votes given, quorum 50 %, the chair breaks ties",
        ),
        ({"fails-at": 2, "quorum": 6, "closes": "at-term"}, "one approval, quorum 6, fails on 2 dissents, closes when the term ends"),
        ({"majority": True, "quorum": "one-third", "fails-at": {"percent": 25}},
         "a majority of all members, quorum a third, fails on dissents of 25 % of the members"),
        ({"majority": True, "of": "votes", "at-least": 3}, "a majority of the votes given and no fewer than 3 approvals"),
        ({"all": True, "of": "present", "at-least": 2}, "all of those present and no fewer than 2 approvals"),
        ({"two-thirds": True, "objections": "block"}, "two thirds of all members, no objection"),
        ({"all": True, "chair": "silent"}, "everybody, the chair does not vote"),
    ],
)
def test_a_rule_is_said_in_words(raw: Value, words: str) -> None:
    found = rules.read(raw)
    assert isinstance(found, Rule)
    assert rule_in_words(found) == words

"""A decision is taken only when it is complete and about the version in review, by somebody whose turn it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cowork.domain.errors import Conflict, CoworkError, Invalid, NotFound, TooMany
from cowork.domain.ids import Digest, PersonId
from cowork.domain.reviews import (
    LONGEST_CONDITION,
    MAX_REASON,
    ConditionCommand,
    DecideCommand,
    check,
    decides,
    decision,
    due_problems,
    may_still_decide,
    turn_of,
)
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.progress import Verdict
from tests.domain.workflows.builders import DIGESTS, MONDAY, THIS, bench, progress_of, stage, workflow

SECTIONS = frozenset({"need", "legal"})
SEEN = (4, Digest("a" * 64))
APPROVE = DecideCommand("dean", "dean", Verdict.APPROVE, *SEEN)
FLOW = workflow(stage("dean"), stage("board", after=("dean",)))
BENCHES = [bench("dean", "Ann"), bench("board", "Bob")]
ROUND = progress_of(FLOW, BENCHES)


def problems_of(command: DecideCommand, threads: int = 0) -> list[str]:
    """The places of what is missing in a decision."""
    try:
        check(command, SECTIONS, SEEN, threads, FLOW)
    except Invalid as error:
        return [place for place, _ in error.problems]
    return []


def test_an_approval_needs_nothing_but_the_version() -> None:
    assert problems_of(APPROVE) == []


@pytest.mark.parametrize("seen", [(5, SEEN[1]), (4, Digest("b" * 64))])
def test_a_decision_on_another_version_is_refused_whatever_it_says(seen: tuple[int, Digest]) -> None:
    with pytest.raises(Conflict, match=f"version {seen[0]} is in review"):
        check(APPROVE, SECTIONS, seen, 0, FLOW)


def test_asking_for_changes_needs_a_reason_and_sections() -> None:
    bare = replace(APPROVE, verdict=Verdict.REQUEST_CHANGES)
    assert problems_of(bare) == ["reason", "sections"]
    assert problems_of(replace(bare, reason="  \n")) == ["reason", "sections"]
    assert problems_of(replace(bare, reason="Too thin.", sections=("need",))) == []


def test_comments_made_while_reviewing_stand_for_the_reason() -> None:
    asked = replace(APPROVE, verdict=Verdict.REQUEST_CHANGES, sections=("need",))
    assert problems_of(asked, threads=1) == []
    assert problems_of(replace(asked, verdict=Verdict.REJECT), threads=1) == ["reason"]


def test_sections_that_the_form_does_not_have_are_named() -> None:
    with pytest.raises(Invalid, match="nowhere"):
        check(replace(APPROVE, sections=("need", "nowhere")), SECTIONS, SEEN, 0, FLOW)


def test_a_reason_may_be_as_long_as_it_says_and_no_longer() -> None:
    assert problems_of(replace(APPROVE, reason="a" * MAX_REASON)) == []
    assert problems_of(replace(APPROVE, reason="a" * (MAX_REASON + 1))) == ["reason"]


def test_only_whose_turn_it_is_decides() -> None:
    ann, bob = PersonId("ann"), PersonId("bob")
    assert turn_of(ROUND, ann, APPROVE).person == ann
    assert may_still_decide(ROUND.turns, bob) == ()
    for person, key in ((bob, "board"), (bob, "dean"), (ann, "board")):
        with pytest.raises(Conflict, match="not needed here now"):
            turn_of(ROUND, person, replace(APPROVE, stage=key, seat=key))


def test_a_reply_is_to_a_stage_that_is_known_to_consult_and_everything_else_decides() -> None:
    flow = workflow(stage("asked", kind=StageKind.CONSULT), stage("dean"))
    said = {key: decides(DecideCommand(key, key, Verdict.COMMENT, 1, Digest("d")), flow) for key in ("asked", "dean", "unknown")}
    assert said == {"asked": False, "dean": True, "unknown": True}


def test_a_decision_is_bound_to_the_version_and_to_what_its_stage_reads() -> None:
    turn = turn_of(ROUND, PersonId("ann"), APPROVE)
    made = decision(APPROVE, turn, "Ann", 2, DIGESTS, THIS, MONDAY)
    assert (made.person, made.version, made.round, made.verdict) == (PersonId("ann"), 4, 2, Verdict.APPROVE)
    assert dict(made.digests) == DIGESTS


def test_every_refusal_is_a_sentence_that_says_what_to_do() -> None:
    missing = Invalid([("a", "Give a."), ("b", "Give b.")])
    refusals: list[CoworkError] = [NotFound("proposal"), TooMany("Too many attempts. Wait.", 5), missing]
    assert [str(refusal)[-1] for refusal in refusals] == [".", ".", "."]
    assert str(missing) == "Give a. Give b."


TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (None, ""),
        (TODAY, ""),
        (TODAY + LONGEST_CONDITION, ""),
        (TODAY - timedelta(days=1), "Give a day from today on"),
        (date.min, "Give a day from today on"),
        (TODAY + LONGEST_CONDITION + timedelta(days=1), "Give a day within the next five years"),
        (date.max, "Give a day within the next five years"),
    ],
)
def test_a_condition_is_met_until_a_day_that_people_can_reach(due: date | None, told: str) -> None:
    found = due_problems([ConditionCommand("Name it.", PersonId("ann"), due), ConditionCommand("Show it.", PersonId("ann"))], TODAY)
    assert [sentence[: len(told)] for _, sentence in found] == ([told] if told else [])

"""Sentences that say who is awaited: names in full while there are few, counted when there are many, days as people write them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.dates import day_in_words
from cowork.domain.workflows.definition import Rule, Threshold, ThresholdKind
from cowork.domain.workflows.progress import Calendars, Outcome, Verdict
from cowork.domain.workflows.sentences import NAMES_SHOWN, sentence_of
from tests.domain.workflows.builders import (
    ALL,
    ANY,
    NORTHFIELD,
    SOUTHGATE,
    UTC_WEEK,
    at_least,
    bench,
    decision,
    progress_of,
    seat,
    stage,
    workflow,
)

PEOPLE = ("Ann", "Bob", "Cem", "Dia", "Eve", "Fay", "Gus", "Hal")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Ann (Board) must approve"),
        (2, "one of Board (Ann or Bob) must approve"),
        (5, "one of Board (Ann, Bob, Cem, Dia or Eve) must approve"),
        (8, "one of Board (Ann, Bob, Cem, Dia or 4 others) must approve"),
    ],
)
def test_those_who_can_approve_are_named_or_counted(count: int, words: str) -> None:
    progress = progress_of(workflow(stage("board")), [bench("board", *PEOPLE[:count])])
    assert words in progress.sentence


@given(st.integers(min_value=1, max_value=len(PEOPLE)))
def test_no_sentence_names_a_crowd(count: int) -> None:
    progress = progress_of(workflow(stage("board")), [bench("board", *PEOPLE[:count])])
    assert sum(name in progress.sentence for name in PEOPLE) <= NAMES_SHOWN + 1


def test_a_day_is_written_in_the_zone_of_whoever_leads() -> None:
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    assert day_in_words(late, UTC_WEEK) == "Fri 27 Nov"
    assert day_in_words(late, Calendar(zone="Pacific/Auckland")) == "Sat 28 Nov"


def test_an_approved_round_needs_nothing() -> None:
    assert sentence_of(Outcome.APPROVED, (), None, None, None, Calendars(UTC_WEEK)) == "Approved."


@pytest.mark.parametrize("rule", [ANY, ALL, at_least(2)])
def test_where_everybody_has_answered_and_nobody_is_left_to_ask_the_sentence_says_what_helps(rule: Rule) -> None:
    names = ("Ann", "Bob", "Cem")
    flow = workflow(stage("dean", seat("dean", rule)))
    progress = progress_of(flow, [bench("dean", *names)], [decision("dean", name, verdict=Verdict.ABSTAIN) for name in names])
    assert progress.outcome is Outcome.IN_REVIEW
    (sentence,) = progress.needs
    assert "()" not in sentence
    assert "whoever abstained can take that back" in sentence


def test_a_single_office_holder_who_abstained_can_take_that_back_or_somebody_more_is_named() -> None:
    progress = progress_of(workflow(stage("dean")), [bench("dean", "Ann")], [decision("dean", "Ann", verdict=Verdict.ABSTAIN)])
    assert "everybody who could approve as Dean at Dean’s decision has answered, and that is not enough" in progress.sentence


@pytest.mark.parametrize("approved", [(), ("Ann",), ("Ann", "Sue")])
def test_more_keys_than_parties_is_said_from_the_start_and_when_all_have_turned_theirs(approved: tuple[str, ...]) -> None:
    flow = workflow(stage("head"), stage("dean", replace(seat("dean"), keys=Threshold(ThresholdKind.COUNT, 4)), after=("head",)))
    where = {"Ann": NORTHFIELD, "Sue": SOUTHGATE}
    benches = [bench("head", "Hal"), *(bench("dean", name, party=party) for name, party in where.items())]
    before = progress_of(flow, benches)
    after = progress_of(flow, benches, [decision("head", "Hal"), *(decision("dean", name, party=where[name]) for name in approved)])
    for found in (before, after):
        assert found.outcome is Outcome.IN_REVIEW
        assert any("needs 4 parties to approve as Dean, but only 2 parties take part: invite 2 more" in told for told in found.needs)


def test_an_office_that_is_empty_at_two_stages_is_said_once() -> None:
    flow = workflow(stage("dean"), stage("again", seat("dean"), after=("dean",)))
    progress = progress_of(flow, [bench("dean"), bench("again", seat_key="dean")])
    assert len(progress.needs) == len(set(progress.needs))
    assert sum("Nobody holds the office of" in told for told in progress.needs) == 1

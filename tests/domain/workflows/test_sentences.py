"""Sentences that say who is awaited: names in full while there are few, counted when there are many, days as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.progress import Outcome
from cowork.domain.workflows.sentences import NAMES_SHOWN, day_in_words, sentence_of
from tests.domain.workflows.builders import UTC_WEEK, bench, progress_of, stage, workflow

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
    assert sentence_of(Outcome.APPROVED, (), None, None, None, UTC_WEEK) == "Approved."

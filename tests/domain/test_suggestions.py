"""What a suggestion does to the answers, when it is stale, and whose vote it costs."""

import pytest

from cowork.domain.errors import Invalid
from cowork.domain.suggestions import (
    MOST_CORRECTED,
    Stale,
    Suggestion,
    SuggestionKind,
    check_consent,
    counts_as_writer,
    taken_over,
    with_cell,
)

ROWS = [{"id": "a", "text": "First"}, {"id": "b", "text": "Second"}]
ANSWERS = {"items": ROWS, "note": "As it was"}


def of(kind: SuggestionKind, base: object, value: object) -> Suggestion:
    return Suggestion(kind, base, value)


def test_an_answer_is_replaced_as_long_as_it_is_what_it_was() -> None:
    made = of(SuggestionKind.FIELD, "As it was", "Better")
    assert taken_over(ANSWERS, "note", None, made) == "Better"
    with pytest.raises(Stale):
        taken_over({"note": "Changed"}, "note", None, made)


def test_an_answer_that_was_not_given_can_be_suggested() -> None:
    assert taken_over({}, "note", None, of(SuggestionKind.FIELD, None, "New")) == "New"


def test_an_entry_is_changed_in_its_place_and_keeps_its_identity() -> None:
    made = of(SuggestionKind.ROW, ROWS[0], {"id": "other", "text": "Better"})
    assert taken_over(ANSWERS, "items", "a", made) == [{"id": "a", "text": "Better"}, ROWS[1]]
    with pytest.raises(Stale):
        taken_over({"items": [{"id": "a", "text": "Changed"}]}, "items", "a", made)
    with pytest.raises(Stale):
        taken_over({"items": []}, "items", "a", made)


def test_an_entry_is_added_at_the_end_once() -> None:
    made = of(SuggestionKind.ADD, None, {"id": "c", "text": "Third"})
    after = taken_over(ANSWERS, "items", "c", made)
    assert after == [*ROWS, {"id": "c", "text": "Third"}]
    with pytest.raises(Stale):
        taken_over({"items": after}, "items", "c", made)


def test_an_entry_is_removed_unless_somebody_has_changed_it() -> None:
    made = of(SuggestionKind.REMOVE, ROWS[1], None)
    assert taken_over(ANSWERS, "items", "b", made) == [ROWS[0]]
    with pytest.raises(Stale):
        taken_over({"items": [{"id": "b", "text": "Changed"}]}, "items", "b", made)


def test_a_text_is_put_into_an_answer_or_into_one_cell() -> None:
    assert with_cell(ANSWERS, "note", None, None, "New") == "New"
    assert with_cell(ANSWERS, "items", "b", "text", "New") == [ROWS[0], {"id": "b", "text": "New"}]


def test_a_correction_leaves_a_vote_alone_and_more_than_that_does_not() -> None:
    comma = of(SuggestionKind.PASSAGE, "words", "words,")
    essay = of(SuggestionKind.PASSAGE, "words", "w" * (MOST_CORRECTED + 1))
    answer = of(SuggestionKind.FIELD, "a", "b")
    assert not counts_as_writer(comma, decides=True)
    assert counts_as_writer(essay, decides=True)
    assert counts_as_writer(answer, decides=True)
    assert counts_as_writer(comma, decides=False), "who has no vote is credited as a writer of every word"


def test_nobody_loses_a_vote_without_having_said_so() -> None:
    answer = of(SuggestionKind.FIELD, "a", "b")
    with pytest.raises(Invalid, match="asked to decide at Dean"):
        check_consent(answer, decides=True, stages="Dean")
    check_consent(answer, decides=False, stages="")
    check_consent(Suggestion(answer.kind, "a", "b", as_writer=True), decides=True, stages="Dean")
    check_consent(of(SuggestionKind.PASSAGE, "a", "b"), decides=True, stages="Dean")

"""Letters of support: the text they begin with, what can be signed, and the document that never changes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cowork.domain import letters
from cowork.domain.errors import Invalid
from cowork.domain.ids import Digest, LetterId, Side
from cowork.domain.letters import Particulars, Signature, SignedLetter

UNIVERSITIES = ["Northfield University", "Southgate College"]
SAID = Particulars("Machine\nLearning {0}", "Harbour Analytics", UNIVERSITIES, ["Explain a model", "Test one"])
LETTER = SignedLetter(
    LetterId("abc"), "Harbour Analytics", "Machine Learning", "Letter of support", "We need it.", "Ada Byron", "Head of Data", "A. Byron",
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC), date(2027, 3, 2), 4, Digest("d" * 64),
)  # fmt: skip
SIGNED = Signature(" Ada  Byron ", "Head of Data", True, date(2027, 1, 1))
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("side", Side)
def test_a_letter_begins_with_what_the_specification_says(side: Side) -> None:
    text = letters.begun(side, SAID)
    assert "Machine Learning {0}" in text
    assert "Northfield University and Southgate College" in text
    assert "- Explain a model\n- Test one" in text
    assert letters.prompts(text), "what only people know is left to them"


def test_an_empty_specification_asks_for_words() -> None:
    text = letters.begun(Side.EMPLOYER, Particulars("Title", "Us", [], []))
    assert "name the partners" in letters.prompts(text)


def test_a_draft_needs_a_title_and_words() -> None:
    assert letters.checked(" A  letter ", "Text\r\nmore\0 ") == ("A letter", "Text\nmore")
    assert letters.checked("A", "Fee \u202e001")[1] == "Fee 001", "it is signed as it is printed"
    for title, body in (("", "x"), ("x", " "), ("x" * 201, "x"), ("x", "x" * 8_001), ("A\u202eB", "x"), ("x", "bell\a")):
        with pytest.raises(Invalid):
            letters.checked(title, body)


def test_signing_takes_a_name_a_position_and_authority() -> None:
    assert letters.check_signature(SIGNED, "All is said.", TODAY, "ada byron").name == "Ada Byron"
    wrong = [
        (replace(SIGNED, name=" "), "Text", "name"), (replace(SIGNED, position=""), "Text", "position"),
        (replace(SIGNED, name="Grace Amponsah"), "Text", "name"),
        (replace(SIGNED, name="A\u202eb"), "Text", "name"), (replace(SIGNED, name="x" * 121), "Text", "name"),
        (replace(SIGNED, authority=False), "Text", "authority"), (replace(SIGNED, expires=TODAY), "Text", "expires"),
        (SIGNED, "We need [how many] people.", "body"),
    ]  # fmt: skip
    for given, body, field in wrong:
        with pytest.raises(Invalid) as refused:
            letters.check_signature(given, body, TODAY, "Ada Byron")
        assert field in dict(refused.value.problems)


def test_a_link_is_no_place_that_waits_for_words() -> None:
    assert letters.prompts("See [our page](https://example.org) and [say more].") == ("say more",)


def test_a_signed_letter_is_read_back_from_its_document() -> None:
    text = letters.as_bytes(LETTER).decode()
    assert letters.from_text(text) == LETTER
    assert letters.digest(letters.from_text(text)) == letters.digest(LETTER)
    assert letters.digest(replace(LETTER, body="We need it!")) != letters.digest(LETTER)
    assert LETTER.statement == "I sign this letter for Harbour Analytics and am entitled to do so."

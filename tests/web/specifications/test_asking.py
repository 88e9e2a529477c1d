"""Conditions of questions in words."""

import pytest

from cowork.domain.conditions import parse
from cowork.domain.specifications import forms
from cowork.web.specifications.asking import field_at, in_words, on_the_page

FORM = forms.shipped()
EXCLUSIVE = "“Is the offer exclusive to the partner?”"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"fact": "legal.exclusivity", "is": True}, f"{EXCLUSIVE} is “Yes”"),
        ({"not": {"fact": "legal.exclusivity", "is": True}}, f"{EXCLUSIVE} is not “Yes”"),
        ({"fact": "identity.country", "is": "NZ"}, "“Country of the issuer” is “New Zealand”"),
        ({"fact": "business.fee", "at-least": 1}, "“Fee for a learner” is at least 1"),
        ({"not": {"fact": "business.fee", "at-least": 1}}, "“Fee for a learner” is less than 1"),
        ({"not": {"fact": "business.fee", "at-most": 1}}, "“Fee for a learner” is more than 1"),
        ({"fact": "business.fee", "present": False}, "“Fee for a learner” is not answered"),
        ({"fact": "nothing.known", "is": "x"}, "“nothing.known” is “x”"),
        (
            {"any": [{"fact": "legal.exclusivity", "is": False}, {"fact": "business.fee", "present": True}]},
            f"{EXCLUSIVE} is “No” or “Fee for a learner” is answered",
        ),
        (
            {"not": {"any": [{"fact": "legal.exclusivity", "is": False}, {"fact": "business.fee", "present": True}]}},
            f"{EXCLUSIVE} is not “No” and “Fee for a learner” is not answered",
        ),
    ],
)
def test_conditions_are_said_as_a_person_would(condition: dict[str, object], words: str) -> None:
    assert in_words(FORM, parse(condition)) == words


def test_every_condition_of_the_shipped_form_can_be_said() -> None:
    for section in FORM.sections:
        for field in section.fields:
            if field.when is not None:
                words = in_words(FORM, field.when)
                assert "None" not in words
                assert words.startswith("“")


def test_presence_is_not_said_where_more_is_said_of_the_same_answer() -> None:
    field = field_at(FORM, "identity.level")
    assert field is not None
    assert field.when is not None
    assert in_words(FORM, field.when) == "“Level framework” is not “Not applicable”"


def test_a_question_that_depends_on_another_section_is_on_the_page_only_when_asked() -> None:
    section = FORM.section("workload")
    scheme = section.field("scheme")
    assert not on_the_page(section, scheme, {})
    assert on_the_page(section, scheme, {"identity": {"credit_bearing": "credit"}})
    legal = FORM.section("legal")
    assert on_the_page(legal, legal.field("exclusivity_scope"), {})

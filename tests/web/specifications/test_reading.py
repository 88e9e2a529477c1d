"""A specification to read: every asked field, no private lane of others, and nothing that acts."""

from dataclasses import replace

import pytest

from cowork.domain.ids import Side
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import Field, FieldLane, FieldType, may_read
from cowork.exports.answers import address
from cowork.exports.outline import Prose, chapters
from cowork.web.specifications.reading import ReadField, read
from tests.world import complete_content

FORM = forms.shipped()


def fields(sides: frozenset[Side] = frozenset()) -> dict[str, ReadField]:
    return {f"{section.key}.{field.key}": field for section in read(FORM, complete_content(), sides) for field in section.fields}


def test_every_field_that_is_asked_is_there_in_order() -> None:
    content = complete_content()
    asked = [f"{section.key}.{f.key}" for section, found in FORM.asked(content) for f in found if may_read(frozenset(), f.lane)]
    assert list(fields()) == asked


@pytest.mark.parametrize("sides", [frozenset(), frozenset({Side.UNIVERSITY}), frozenset({Side.EMPLOYER}), frozenset(Side)])
def test_a_private_field_is_read_by_its_side_alone(sides: frozenset[Side]) -> None:
    private = {
        f"{s.key}.{f.key}" for s in FORM.sections for f in s.fields if f.lane is not FieldLane.SHARED and not may_read(sides, f.lane)
    }
    assert set(fields(sides)) & private == set()


def test_answers_are_told_by_their_labels() -> None:
    found = fields()
    assert found["identity.level"].value is not None
    assert "6" in found["identity.level"].value
    assert found["identity.country"].value == "Ireland"
    assert found["delivery.first_start"].value == "18 January 2027"
    assert "<strong>explain its result" in str(found["identity.purpose"].value)


def test_a_question_of_an_organisation_says_who_asks_it() -> None:
    need = FORM.section("need")
    own = Field("q1_reason", "Reason", FieldType.LONGTEXT, asked_by="Harbour & Co")
    form = replace(FORM, sections=(replace(need, fields=(*need.fields, own)),))
    for content in ({}, {"need": {"q1_reason": "Because."}}):
        assert read(form, content)[0].fields[-1].asked_by == "Harbour & Co"
    chapter = chapters(form, {"need": {"q1_reason": "Because.", "problem": "A problem."}})[0]
    assert [block.label for block in chapter.blocks if isinstance(block, Prose)] == ["Problem", "Reason (asked by Harbour & Co)"]


def test_links_name_the_rows_they_lead_to() -> None:
    modules = fields()["modules.items"]
    cells = " ".join(str(cell) for row in modules.rows for cell in row.cells)
    assert "1. Explain how a supervised model learns" in cells


def test_what_is_not_answered_says_so() -> None:
    sections = read(FORM, {})
    assert all(not section.answered for section in sections)
    assert all(field.value is None for section in sections for field in section.fields)


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<b>bold</b>"])
def test_what_people_write_stays_text(nasty: str) -> None:
    texts = (FieldType.TEXT, FieldType.LONGTEXT, FieldType.URL, FieldType.EMAIL)
    content = {section.key: {field.key: nasty for field in section.fields if field.type in texts} for section in FORM.sections}
    for section in read(FORM, content):
        for field in section.fields:
            markup = str(field.value or "")
            assert "<script" not in markup
            assert "<img" not in markup
            assert "<b>" not in markup
            assert 'href="javascript' not in markup


def test_an_address_is_shown_as_what_it_is() -> None:
    shown = "https://a.example/?x=1&amp;y=2"
    assert address("https://a.example/?x=1&y=2") == f'<a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>'
    assert address("javascript:alert(1)") == "javascript:alert(1)"

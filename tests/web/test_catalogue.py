"""The frame, the macros and the error pages make pages in order, signed in and signed out."""

import pytest

from tests.laws.tree import TEMPLATES
from tests.pages import faults
from tests.web.pages_of_the_catalogue import PAGES, environment, rendered

ERRORS = sorted(path.stem for path in (TEMPLATES / "errors").glob("[0-9]*.html"))
NASTY = "<script>alert(1)</script>\"'&"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_catalogue_is_in_order(page: str) -> None:
    assert faults(rendered(page)) == []


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("changes", [{}, {"actor": None, "nav": []}])
def test_an_error_page_is_in_order(code: str, changes: dict[str, object]) -> None:
    html = rendered(f"errors/{code}", **changes)
    assert faults(html) == []
    assert f"Error {code}" in html
    if code != "401":
        assert "What to do next" in html


def test_an_error_page_gives_the_reason_that_the_rule_gave() -> None:
    html = rendered("errors/409", message="You looked at version 3, but version 4 is in review now.")
    assert "version 4 is in review now" in html
    assert "has changed since you opened it" not in html


def test_text_from_people_is_never_markup() -> None:
    source = (
        '{% from "macros/components.html" import button, tag, person, lane, notice, empty_state, definitions %}'
        '{% from "macros/proposals.html" import diff, matrix, needs %}'
        "{{ button(x, href=x) }}{{ tag(x) }}{{ person(x, none, x) }}{{ lane(x) }}{{ notice(x) }}{{ empty_state(x, x) }}"
        "{{ definitions([(x, x)]) }}{{ diff([('insert', x), ('delete', x), ('equal', x)]) }}{{ matrix(x, [x], [(x, [(x, 2)])]) }}"
        "{{ needs(x, [x, x]) }}"
    )
    html = environment().from_string(source).render(x=NASTY)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\"'&" not in html


def test_a_standing_has_a_word_and_a_shape() -> None:
    source = '{% from "macros/components.html" import standing %}{{ standing("changes-requested") }}'
    html = environment().from_string(source).render()
    assert "Changes requested" in html
    assert "<svg" in html


def test_marks_of_change_have_words_for_those_who_cannot_see_them() -> None:
    source = '{% from "macros/proposals.html" import diff %}{{ diff([("insert", "new"), ("delete", "old")]) }}'
    html = environment().from_string(source).render()
    assert "[added: " in html
    assert "[removed: " in html

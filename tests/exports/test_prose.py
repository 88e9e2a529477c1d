"""Text for print: what people wrote stays text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.exports import prose

NASTY = st.text(st.sampled_from("<>&\"'[]()!*_`#|- \n\tab1:/\u202e\u0000\ud83d\U0001f393א"), max_size=300)


@given(NASTY)
def test_only_the_elements_of_the_list_come_out(text: str) -> None:
    found = set(re.findall(r"</?([a-z0-9]+)", str(prose.markdown(text))))
    assert found - prose.TAGS == set()


@given(NASTY)
def test_no_attribute_comes_out_but_the_start_of_a_list(text: str) -> None:
    attributes = re.findall(r"<[a-z0-9]+ ([^>]*)>", str(prose.markdown(text)))
    assert [a for a in attributes if not re.fullmatch(r'start="\d+"', a)] == []


@given(NASTY)
def test_a_line_has_no_markup_and_no_control_characters(text: str) -> None:
    line = str(prose.line(text))
    assert "<" not in line
    assert re.search("[\x00-\x1f\u202a-\u202e\ud800-\udfff]", html.unescape(line)) is None


@given(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40))
def test_words_are_kept(text: str) -> None:
    assert prose.printable(text) in html.unescape(str(prose.markdown(text)))


def test_a_link_is_printed_with_its_address() -> None:
    assert prose.markdown("[site](https://a.example/x) <https://b.example>") == "<p>site (https://a.example/x) https://b.example</p>\n"


def test_a_heading_becomes_a_bold_line() -> None:
    assert prose.markdown("# Approved") == "<p><strong>Approved</strong></p>\n"


@pytest.mark.parametrize("text", [">" * 40 + " deep", "- " * 40 + "deep", "[" * 600 + "deep"])
def test_what_is_too_deep_is_printed_as_typed(text: str) -> None:
    assert html.unescape(str(prose.markdown(text))) == f"<p>{text}</p>"


def test_many_brackets_take_no_time_to_speak_of() -> None:
    assert prose.markdown("![" * 10_000).count("[") == 10_000

"""Answers as pages show them: marks that tear nothing, and places in what was written that are proven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from cowork.domain.specifications.form import Field, FieldType
from cowork.exports.answers import Mark, markdown_html, marked, replaced, seen, text_of

LONG = Field("text", "Text", FieldType.LONGTEXT)
LINE = Field("line", "Line", FieldType.TEXT)


def mark(start: int, end: int, after: str = "") -> Mark:
    return Mark(start, end, Markup("<mark>"), Markup("</mark>"), Markup(after))


def test_a_passage_is_marked_in_every_element_that_it_crosses() -> None:
    html = markdown_html("Some **bold words** here.")
    assert text_of(html) == "Some bold words here.\n"
    assert "<p>Some <strong><mark>bold</mark></strong>" not in marked(html, [mark(0, 9)])
    assert marked(html, [mark(2, 9)]).startswith("<p>So<mark>me </mark><strong><mark>bold</mark> words</strong>")


def test_marks_overlap_and_each_is_followed_by_what_belongs_to_it() -> None:
    html = Markup("abcdef")
    assert marked(html, [mark(0, 4, "1"), mark(2, 6, "2")]) == (
        "<mark>ab</mark><mark><mark>cd</mark></mark>1<mark>ef</mark>2"
    )


def test_nothing_is_put_into_a_link() -> None:
    html = markdown_html("See <https://example.org/page> there.")
    shown = marked(html, [mark(4, 11, '<a href="#x">1</a>')])
    assert '</a><a href="#x">1</a>' in shown


@given(st.text(alphabet="ab <>&\"'*_\n[]()`#-", max_size=60), st.data())
def test_marking_changes_no_character_of_the_text(text: str, data: st.DataObject) -> None:
    html = markdown_html(text)
    words = text_of(html)
    ends = st.integers(0, len(words))
    pairs = data.draw(st.lists(st.tuples(ends, ends), max_size=3))
    marks = [mark(min(pair), max(pair)) for pair in pairs]
    assert text_of(marked(html, marks)) == words


@given(st.text(alphabet="ab <>&;#\"'é🎓", max_size=40))
def test_a_line_is_seen_as_it_was_written(text: str) -> None:
    assert text_of(escape(text)) == text


@pytest.mark.parametrize(
    ("source", "words", "new", "after"),
    [
        ("A plain text.", "plain", "short", "A short text."),
        ("One **bold** word.", "bold", "strong", "One **strong** word."),
        ("One **bold** word.", "One bold word", "No word", "No word."),
        ("*a* and a", "a", "b", "*b* and a"),
        ("First.\n\nSecond.", "First.\nSecond", "Both", "Both."),
        ("1. 1 item\n2. 2 items", "2 items", "many", "1. 1 item\n2. many"),
        ("Line one\nline two.", "one\nline", "1, line", "Line 1, line two."),
        ("[The page](https://page.example/now) now", "now", "then", "[The page](https://page.example/now) then"),
    ],
)
def test_a_passage_is_replaced_in_what_was_written(source: str, words: str, new: str, after: str) -> None:
    text = seen(LONG, source, {})
    start = text.index(words)
    assert replaced(LONG, source, start, start + len(words), new) == after


@pytest.mark.parametrize(
    ("source", "words"), [("One **bold word** more.", "word more"), ("a &amp; b", "& b"), ("a [page](https://page.example) b", "a page b")]
)
def test_a_passage_whose_place_cannot_be_proven_is_not_replaced(source: str, words: str) -> None:
    text = seen(LONG, source, {})
    start = text.index(words)
    assert replaced(LONG, source, start, start + len(words), "new") is None


def test_the_second_of_two_like_words_is_the_one_that_is_replaced() -> None:
    source = "A word, *a word* and a word."
    text = seen(LONG, source, {})
    place = text.rindex("word")
    assert replaced(LONG, source, place, place + 4, "phrase") == "A word, *a word* and a phrase."


def test_a_line_is_replaced_by_its_offsets() -> None:
    assert replaced(LINE, "1 < 2 & *3*", 2, 3, ">") == "1 > 2 & *3*"

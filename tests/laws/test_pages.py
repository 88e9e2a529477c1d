"""The checker that looks at every page finds what it promises to find."""

import pytest

from tests.pages import faults

GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Proposals – Cowork</title></head><body>
<main><h1>Proposals</h1><form method="post" action="/x"><input type="hidden" name="csrf_token" value="1">
<label for="q">Words</label><input id="q" name="q"><ul><li><a href="#q">one</a></li></ul><button>Search</button></form>
<dialog id="d"><p>text</p></dialog><details><summary><h2>More</h2></summary></details></main></body></html>"""


def test_a_page_in_order_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<!doctype html>", "", "expected-doctype"),
        ('lang="en"', "", "no lang"),
        ("Proposals – Cowork", "", "no title"),
        ("<h1>Proposals</h1>", "<h2>Proposals</h2>", "0 <h1>"),
        ("<h2>More</h2>", "<h4>More</h4>", "skips a heading level"),
        ("<li>", "<div>", "stands directly in <ul>"),
        ('id="d"', 'id="q"', "occurs 2 times"),
        ('for="q"', 'for="p"', "not on the page"),
        ("<label ", "<b ", "has no label"),
        ("<button>Search", "<button><p>Search</p>", "stands inside <button>"),
        ("<button>Search", "<button>", "has no text"),
        ("<p>text</p>", "<img src='/x'>", "has no alt"),
        ("<p>text</p>", "<p><div>text</div></p>", "unexpected-end-tag"),
        ("<p>text</p>", "<p>{{ text }}</p>", "left over"),
        ("<p>text</p>", "<p>None</p>", "left over"),
        ("<p>text</p>", '<p style="color:red">x</p>', "has style"),
        ("<p>text</p>", "<script>x</script>", "inside the page"),
        ("<p>text</p>", '<a href="javascript:x">x</a>', "runs a script"),
        ('name="csrf_token"', 'name="other"', "CSRF"),
        ("<main>", "<main><section>", "end-tag-too-early"),
    ],
)
def test_a_fault_is_named(old: str, new: str, sentence: str) -> None:
    page = GOOD.replace(old, new)
    assert page != GOOD
    assert any(sentence in fault for fault in faults(page)), faults(page)

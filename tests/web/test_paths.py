"""Redirects stay here, places in lists survive an address, and Markdown never acts."""

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.web import keysets
from cowork.web.markdown import to_html
from cowork.web.paths import own_path, own_referrer

HOME = "https://cowork.example/some/page"


@given(st.text(alphabet="/\\.:?#@ ab\t\n%cowrkevil", max_size=30))
def test_a_path_that_is_taken_leads_to_this_site(text: str) -> None:
    found = own_path(text)
    if found is not None:
        # Browsers read a backslash as a slash and drop tabs and line ends before they look at an address.
        as_browsers = re.sub(r"[\t\n\r]", "", found).replace("\\", "/")
        assert urlsplit(urljoin(HOME, as_browsers)).netloc == "cowork.example"


@pytest.mark.parametrize("text", ["/", "/proposals?q=a%20b&view=board", "/proposals/abc/review#thread-1"])
def test_own_paths_are_taken_as_they_are(text: str) -> None:
    assert own_path(text) == text


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://localhost/proposals?q=1", "/proposals?q=1"), ("http://localhost", "/"), ("http://evil.example/", None), (None, None),
        ("", None), ("http://localhost//evil.example", None), ("http://[", None), ("https://localhost:8000/x", None),
    ],
)  # fmt: skip
def test_only_pages_of_this_host_are_gone_back_to(referrer: str | None, path: str | None) -> None:
    assert own_referrer(referrer, "localhost") == path


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), timezones=ZONES),
    st.from_regex(r"[a-z2-7]{16}", fullmatch=True),
)
def test_a_place_in_a_list_survives_an_address(at: datetime, key: str) -> None:
    assert keysets.read(keysets.written((at, key))) == (at, key)
    assert keysets.read(keysets.written((at, key)).replace("+", " ")) == (at, key)


@given(st.text(max_size=150))
def test_any_text_names_a_place_or_none(text: str) -> None:
    found = keysets.read(text)
    assert found is None or (found[0].tzinfo is not None and found[1].isalnum())


def test_no_place_is_written_as_nothing() -> None:
    assert keysets.written(None) == ""
    assert keysets.read("") is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and [a link](https://a.example)", 'href="https://a.example"'),
        ("# A heading", "<p>A heading</p>"),
        ("- one\n- two", "<li>one</li>"),
        ("<b>raw</b>", "&lt;b&gt;raw&lt;/b&gt;"),
        ("![picture](https://a.example/x.png)", "!<a"),
    ],
)
def test_markdown_becomes_plain_elements(text: str, html: str) -> None:
    assert html in to_html(text)


@given(st.text(alphabet="<>[]()!*_#`\"'=:/\\&; \njavscriptonedgx", max_size=120))
def test_markdown_never_acts(text: str) -> None:
    html = str(to_html(text)).lower()
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {tag for tag, _ in tags} <= set(
        "p br strong em s ul ol li blockquote code pre table thead tbody tr th td hr a".split()
    )
    for _, attributes in tags:
        assert not re.search(r"\son\w+\s*=", attributes)
        assert "javascript:" not in attributes.replace("%", "")


def test_markdown_nested_beyond_reason_stays_as_typed() -> None:
    assert "<blockquote>" not in to_html(">" * 60 + " deep")


NO_MOMENTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00+00:00", "2026-01-01T00:00:00"]


@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_a_place_at_a_moment_that_cannot_be_is_no_place(moment: str) -> None:
    assert keysets.read(f"{moment}~abc") is None

"""Hostile and odd input: a clear refusal or plain text on the page, never a fault, never active markup."""

import html5lib
import pytest
from flask.testing import FlaskClient

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.services import comments, specifications
from tests.pages import elements, faults
from tests.web.conftest import Site, seen, sign_in

AUTHOR, EMPLOYER = "author@northfield.example", "author@harbour.example"

NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "{{ config }}{% for x in y %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "' OR '1'='1' --",
    "%s%n%x",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\u202e\u2066txt.exe\u2069",
    "\u200b\u200d\ufeff",
    "a\x00b",
    "𝕳𝖊𝖑𝖑𝖔 مرحبا שלום 你好 🇮🇪👩‍🔬",
    "> " * 200 + "deep",
    "[" * 3000,
    "*" * 3000,
    "APPROVED\n\nSigned: The Dean ✔",
    "<!--", "]]>", "</textarea></form></main>", "&lt;b&gt;&amp;", "<style>*{display:none}</style>", "<meta http-equiv=refresh content=0>",
)  # fmt: skip

def active(html: str) -> list[str]:
    """What a browser would run, fetch from elsewhere or obey, other than what every page of ours holds."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = []
    for element in elements(tree):
        if element.tag in ("style", "iframe", "object", "embed", "base") or (element.tag == "script" and element.text):
            found.append(element.tag)
        for name, value in element.attrib.items():
            address = name in ("href", "src", "action", "formaction", "xlink:href")
            if name.startswith("on") or name == "style":
                found.append(f"{element.tag} {name}")
            allowed = ("/", "#", "?", "https://", "http://") if element.tag == "a" else ("/", "#", "?", "data:image/svg+xml,%3Csvg")
            if address and not value.startswith(allowed):
                found.append(f"{element.tag} {name}={value[:60]}")
    return found


def harmless(html: str, what: str) -> None:
    """The page is sound and holds nothing active of what was typed."""
    assert active(html) == [], what
    # Braces that a person typed look like a template's, which the page checker asks about.
    assert [fault for fault in faults(html) if "left over" not in fault or "{{" not in what] == [], what


@pytest.mark.parametrize("text", NASTY)
def test_nothing_typed_becomes_active(site: Site, text: str) -> None:
    with site.world() as world:
        proposal = world.draft()
    client = site.signed_in(AUTHOR)
    base = f"/proposals/{proposal}"
    response = client.post(f"{base}/draft/need", data={"base": "1", "a-problem": text, "a-audience": text, "note": text})
    assert response.status_code in ((400,) if "\x00" in text else (303, 422)), response.status_code
    if response.status_code != 303:
        harmless(response.get_data(as_text=True), text)
    sent = client.post(f"{base}/threads", data={"body": text, "lane": "", "version": "1", "section": "need", "field": "problem"})
    assert sent.status_code in (303, 400, 422)
    for page in ("draft", "draft/need", "review", "changes", "activity", "people", "export", "route", "checks"):
        answer = client.get(f"{base}/{page}")
        assert answer.status_code == 200, page
        harmless(answer.get_data(as_text=True), text)
    assert client.get("/proposals", query_string={"q": text}).status_code in (200, 400)


@pytest.mark.parametrize("text", NASTY[:16])
def test_a_title_is_only_a_title_wherever_it_is_shown(site: Site, text: str) -> None:
    client = site.signed_in(AUTHOR)
    with site.world() as world:
        data = {"title": text, "organisation": world.organisations["northfield"], "partners": world.organisations["harbour"]}
        data["workflow"] = world.workflow()
    response = client.post("/proposals/new", data=data)
    assert response.status_code in (303, 400, 422)
    harmless(client.get("/").get_data(as_text=True), text)
    harmless(client.get("/proposals").get_data(as_text=True), text)


def test_a_save_that_is_stale_shows_both_texts_as_text(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        world.save(EMPLOYER, proposal, "need", problem="<b onclick=alert(1)>theirs</b>")
    client = site.signed_in(AUTHOR)
    response = client.post(f"/proposals/{proposal}/draft/need", data={"base": "1", "a-problem": "<script>alert(1)</script> mine"})
    html = seen(response, 409)
    harmless(html, "conflict")
    assert "mine" in html
    assert "theirs" in html


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    client = site.client()
    response = sign_in(client, AUTHOR)
    assert response.status_code == 400
    assert "Load it again" in response.get_data(as_text=True)


def test_headers_forbid_frames_scripts_and_caches(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    headers = client.get("/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


TARGETS = ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "\\\\evil", "/%0d%0aX: y"]


@pytest.mark.parametrize("target", TARGETS)
def test_signing_in_leads_to_our_own_pages_only(site: Site, target: str) -> None:
    response = sign_in(site.client(), AUTHOR, next_page=target)
    location = response.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil" not in location or location.startswith("/%")


def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    client = site.signed_in(AUTHOR)
    huge = client.post(f"/proposals/{proposal}/draft/need", data={"base": "1", "a-problem": "x" * 10_000_000})
    assert huge.status_code == 413
    long = client.post(f"/proposals/{proposal}/draft/need", data={"base": "1", "a-problem": "x" * 100_000})
    html = seen(long, 422)
    assert "x" * 100_000 in html, "what was typed stays in the form"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/proposals", {"standing": "nonsense"}),
        ("/proposals", {"organisation": "x" * 400}),
        ("/proposals", {"after": "not-a-keyset"}),
        ("/proposals", {"q": "\x00"}),
        ("/proposals", {"q": "c++ AND a-b OR \"open NEAR( *"}),
        ("/proposals", {"view": "<script>"}),
        ("/programmes", {"after": "1"}),
        ("/programmes/verify", {"digest": "xyz"}),
        ("/programmes/verify", {"digest": "\u0660" * 64}),
        ("/sign-in", {"next": "//x"}),
    ],
)
def test_odd_queries_are_ignored_or_refused(site: Site, path: str, query: dict[str, str]) -> None:
    response = site.signed_in(AUTHOR).get(path, query_string=query)
    assert response.status_code in (200, 303, 400, 422)
    if response.status_code != 303:
        assert faults(response.get_data(as_text=True)) == []


@pytest.mark.parametrize("base", ["", "0", "x", "-1", "2", "99999999999999999999"])
def test_a_save_on_a_version_that_is_not_there_is_refused(site: Site, base: str) -> None:
    with site.world() as world:
        proposal = world.draft()
    response = site.signed_in(AUTHOR).post(f"/proposals/{proposal}/draft/need", data={"base": base, "a-problem": "Kept text"})
    assert response.status_code in (400, 404, 409, 422)
    assert "Kept text" in response.get_data(as_text=True), "nothing typed is lost"


CANARY = "Zephyrine-Quokka"


def test_a_private_answer_and_a_private_comment_reach_nobody_else(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.save(AUTHOR, proposal, "legal", university_note=f"{CANARY} note")
        own = OpenThreadCommand(f"{CANARY} remark", Anchor("need"), world.organisations["northfield"], False, 1)
        comments.open_thread(world.context, world.actor(AUTHOR), proposal, own)
        draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
        assert CANARY in str(draft.content), "the author's side reads it"
        world.submit(proposal)
    tabs = ["draft", "draft/legal", "review", "changes?old=1&new=2", "route", "people", "activity", "export", "checks"]
    files = ["versions/2/specification.json"]
    everywhere = ["/", "/proposals", f"/proposals?q={CANARY}", "/programmes", *[f"/proposals/{proposal}/{place}" for place in tabs + files]]
    for email in (EMPLOYER, "signer@harbour.example", "admin@rival.example"):
        client = site.signed_in(email)
        for address in everywhere:
            html = client_text(client, address)
            for echo in (f"q={CANARY}", f'value="{CANARY}"', f"“{CANARY}”"):
                html = html.replace(echo, "")  # the words that were searched for
            assert CANARY not in html, f"{email} {address}"
    assert CANARY in client_text(site.signed_in(AUTHOR), f"/proposals/{proposal}/review")


def client_text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)

"""The own account: profile, appearance, password and sessions."""

import re
from datetime import timedelta

import pytest

from cowork.web.identity.pages import browser_of
from tests.web.conftest import Site, seen, sign_in
from tests.world import PASSWORD

AUTHOR = "author@northfield.example"
NEW = "another long password entirely"


def test_the_profile_is_changed(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    assert 'value="Europe/Dublin"' in seen(client.get("/account"))
    data = {"name": "Ana  Author", "zone": "Asia/Tokyo", "theme": "dark", "shortcuts": "y"}
    assert client.post("/account", data=data).headers["Location"] == "/account"
    html = seen(client.get("/account"))
    for words in ('value="Ana Author"', 'value="Asia/Tokyo"', 'data-theme="dark"', "Your profile is saved.", 'data-flash="success"'):
        assert words in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give your name."),
        ({"name": "   "}, "Give your name"),
        ({"name": "x" * 201}, "200 characters"),
        ({"zone": "Mars/Base"}, "Choose a time zone from the list"),
        ({"zone": "../../etc/passwd"}, "Choose a time zone from the list"),
        ({"theme": "pink"}, "Not a valid choice"),
    ],
)
def test_a_profile_that_cannot_be_saved_is_explained(site: Site, changes: dict[str, str], words: str) -> None:
    data = {"name": "Ana", "zone": "Asia/Tokyo", "theme": "dark", **changes}
    html = seen(site.signed_in(AUTHOR).post("/account", data=data), 422)
    assert words in html
    assert "There is a problem" in html


def test_the_appearance_is_kept_for_members_and_for_visitors(site: Site) -> None:
    for client in (site.signed_in(AUTHOR), site.client()):
        back = client.post("/account/theme", data={"theme": "dark"}, headers={"Referer": "http://localhost/programmes?x=1"})
        assert (back.status_code, back.headers["Location"]) == (303, "/programmes?x=1")
        assert 'data-theme="dark"' in seen(client.get("/programmes"))
        assert client.post("/account/theme", data={"theme": "pink"}, headers={"Referer": "//evil.example"}).headers["Location"] == "/"
        assert 'data-theme="dark"' in seen(client.get("/programmes"))


def test_a_new_password_ends_every_other_session(site: Site) -> None:
    client, other = site.signed_in(AUTHOR), site.signed_in(AUTHOR)
    data = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert client.post("/account/password", data=data).status_code == 303
    assert "every other session" in seen(client.get("/account/security"))
    assert other.get("/account").status_code == 303
    assert sign_in(site.client(), AUTHOR).status_code == 422
    assert sign_in(site.client(), AUTHOR, NEW).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"old": "not it, not at all"}, "not your present password"),
        ({"old": ""}, "Give your present password."),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"new": "x" * 300, "again": "x" * 300}, "at most 200 characters"),
        ({"again": "different from it"}, "not the same"),
        ({"new": AUTHOR, "again": AUTHOR}, "easy to guess"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_and_never_shown(site: Site, changes: dict[str, str], words: str) -> None:
    data = {"old": PASSWORD, "new": NEW, "again": NEW, **changes}
    html = seen(site.signed_in(AUTHOR).post("/account/password", data=data), 422)
    assert words in html
    assert PASSWORD not in html
    assert NEW not in html


def test_sessions_are_listed_and_ended_one_by_one(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    other = site.client()
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
    other.post("/sign-in", data={"email": AUTHOR, "password": PASSWORD, "next": "/"}, headers=firefox)
    html = seen(client.get("/account/security"))
    assert "Firefox on Linux" in html
    assert html.count("This session") == 1
    ending = re.search(r"/account/sessions/\w+/end", html)
    assert ending is not None
    assert client.post(ending[0]).headers["Location"] == "/account/security"
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(site: Site) -> None:
    client, stranger = site.signed_in(AUTHOR), site.signed_in("admin@rival.example")
    site.signed_in(AUTHOR)
    ending = re.search(r"/account/sessions/\w+/end", seen(client.get("/account/security")))
    assert ending is not None
    assert stranger.post(ending[0]).status_code == 303
    assert ending[0] in seen(client.get("/account/security"))


def test_a_session_ends_by_itself(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    with site.world() as world:
        world.pass_time(timedelta(hours=2, minutes=1))
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "An unknown program"),
        ("curl/8.5", "An unknown program"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
    ],
)
def test_browsers_are_called_by_their_names(agent: str, words: str) -> None:
    assert browser_of(agent) == words

"""Signing in and out, and what a visitor meets."""

import pytest

from cowork.web.identity.pages import kept_texts
from tests.web.conftest import Site, seen, sign_in, without_token
from tests.world import PASSWORD

AUTHOR = "author@northfield.example"


def test_the_sign_in_page_is_in_order(site: Site) -> None:
    assert "Sign in" in seen(site.client().get("/sign-in"))


def test_signing_in_leads_to_where_one_wanted_to_go(site: Site) -> None:
    client = site.client()
    asked = client.get("/account?tab=1")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=/account%3Ftab%3D1")
    assert 'name="next" value="/account?tab=1"' in seen(client.get(asked.headers["Location"]))
    arrived = sign_in(client, AUTHOR, next_page="/account?tab=1")
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/account?tab=1")
    seen(client.get("/account"))


ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\x01", "http:/x", "/" + "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(site: Site, target: str) -> None:
    assert sign_in(site.client(), AUTHOR, next_page=target).headers["Location"] == "/"


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(site: Site) -> None:
    known = without_token(seen(sign_in(site.client(), AUTHOR, "a wrong password"), 422))
    unknown = without_token(seen(sign_in(site.client(), "x" + AUTHOR[1:], "a wrong password"), 422))
    assert "do not match" in known
    assert known == unknown.replace("x" + AUTHOR[1:], AUTHOR)


def test_what_was_typed_stays_and_the_password_does_not(site: Site) -> None:
    html = seen(sign_in(site.client(), AUTHOR, "a wrong password"), 422)
    assert AUTHOR in html
    assert "a wrong password" not in html


def test_empty_fields_are_named(site: Site) -> None:
    html = seen(sign_in(site.client(), "", ""), 422)
    assert "Give your e-mail address." in html
    assert "Give your password." in html


def test_too_many_attempts_are_held_back(site: Site) -> None:
    client = site.client()
    for _ in range(10):
        assert sign_in(client, AUTHOR, "a wrong password").status_code == 422
    held = sign_in(client, AUTHOR)
    assert "Wait five minutes" in seen(held, 429)
    assert held.headers["Retry-After"] == "300"


def test_signing_out_ends_the_session_for_good(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    cookie = client.get_cookie("cowork")
    assert cookie is not None
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    client.set_cookie("cowork", cookie.value)
    assert client.get("/account").status_code == 303


def test_a_post_after_the_session_ended_loses_nothing_typed(site: Site) -> None:
    typed = {"body": "A long thought.\nWith <b>lines</b>.", "password": PASSWORD, "csrf_token": "secret-token", "version": "7"}
    answer = site.client().post("/account", data=typed, headers={"Referer": "http://localhost/account?x=1"})
    html = seen(answer, 401)
    assert "session ended" in html
    assert "A long thought." in html
    assert "<b>lines" not in html
    assert PASSWORD not in html
    assert "secret-token" not in html
    assert 'name="next" value="/account?x=1"' in html


def test_a_referrer_of_another_site_is_not_gone_back_to(site: Site) -> None:
    html = seen(site.client().post("/account", headers={"Referer": "http://evil.example/account"}), 401)
    assert 'name="next" value="/"' in html


def test_whoever_is_signed_in_needs_no_sign_in_page(site: Site) -> None:
    assert site.signed_in(AUTHOR).get("/sign-in?next=/account").headers["Location"] == "/account"


def test_a_form_without_its_token_is_refused(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    html = seen(sign_in(site.client(), AUTHOR), 400)
    assert "too long" in html


def test_a_visitor_without_token_is_asked_to_sign_in_and_keeps_what_they_typed(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    assert "My new name" in seen(site.client().post("/account", data={"name": "My new name"}), 401)


def test_what_was_typed_is_shown_again_in_words_without_what_the_page_filled_in() -> None:
    posted = [("asked", "items"), ("a-items-0-id", "lo1"), ("a-items-0-Place", "0"), ("a-items-0-text", "Explain it"), ("then", "stay")]
    assert [(kept.label, kept.text) for kept in kept_texts([*posted, ("base", "3"), ("password", "x")])] == [("Items 1 text", "Explain it")]

"""Flask-Login behind one module: the cookie holds a token, the token names a session that the database keeps and can end."""

from typing import cast

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from cowork.domain.identity import Actor
from cowork.services import identity
from cowork.store.identity import SignedIn
from cowork.web import access

AWAY = "database_away"
"""Noted for the rest of a request whose database did not answer."""


class SignedInUser(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A signed-in browser. Flask-Login keeps `get_id`, which is the token of the session, never the person's identifier."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.token


def attach(app: Flask) -> None:
    """Let Flask-Login load whoever the cookie's token stands for."""
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are records of ours, with their own life and idle limit

    @manager.user_loader  # type: ignore[untyped-decorator]  # as above
    def _load(token: str) -> SignedInUser | None:
        found = None if g.get(AWAY) else identity.current(access.context(), token)
        return SignedInUser(token, found) if found else None


def database_is_away() -> None:
    """Ask the database no more in this request: whoever was not loaded yet is shown the page of a visitor, and stays signed in."""
    g.setdefault(AWAY, True)


def present() -> SignedIn | None:
    """Whoever is signed in, loaded once a request."""
    user = current_user
    return cast(SignedIn, user.signed_in) if user.is_authenticated else None


def token() -> str:
    """The token of the present session. AttributeError for a visitor, whom no such route lets in."""
    return cast(str, current_user.token)


def begin(new_token: str) -> None:
    """Start a fresh browser session for a token: what the cookie held before is dropped, so that nobody can plant one."""
    session.clear()
    found = identity.current(access.context(), new_token)
    if found is not None:
        login_user(SignedInUser(new_token, found))


def visitor_theme() -> str:
    """How pages look for somebody who is not signed in, as their browser keeps it."""
    kept = session.get("theme")
    return kept if kept in identity.THEMES else "system"


def end(actor: Actor) -> None:
    """End the present session, in the database and in the browser."""
    identity.sign_out(access.context(), actor, token())
    logout_user()
    session.clear()


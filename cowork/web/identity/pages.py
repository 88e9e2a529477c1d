"""What the pages of signing in and of the own account show."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import make_response, redirect, render_template
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as AnyResponse

from cowork.store.identity import SessionLine
from cowork.web.frame import Tab
from cowork.web.identity.forms import SignInForm
from cowork.web.paths import own_path, own_referrer

SECRETS = ("password", "token", "secret")
"""A posted field with one of these words in its name is never shown again."""
NOT_TYPED = frozenset({
    "old", "new", "again", "next", "version", "digest", "base", "stage", "seat", "section", "field", "asked", "then", "principal", "files",
    "place", "seen", "person", "saves", "do", "act", "row",
})  # fmt: skip
"""Fields that hold a secret, or that the page fills in and nobody types."""
CHOICES = ("vote-", "attends-")
"""How the names of choices begin that are made for a person each, whose key follows."""
ROW_MARKS = ("-id", "-Place")
"""How the names of the hidden fields of a row end, which nobody types either."""
MOST_KEPT, MOST_LINES = 500, 20
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


@dataclass(frozen=True, slots=True)
class KeptText:
    """Something typed into a form that could not be sent: its field in words, and the text."""

    id: str
    label: str
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of the own account. `current` is the one that asks."""

    id: str
    browser: str
    started: datetime
    seen: datetime
    current: bool


def sign_in_again(request: Request) -> AnyResponse:
    """What a visitor gets where signing in is needed.

    A GET leads to the sign-in page and back. A POST is not carried out: the page says that the session ended, shows everything that was
    typed so that nothing is lost, and leads back to the page the form was on.
    """
    if request.method in ("GET", "HEAD"):
        return redirect(f"/sign-in?next={quote(own_target(request), safe='/')}", 303)
    kept = kept_texts(request.form.items(multi=True))
    back = own_referrer(request.referrer, request.host) or "/"
    form = SignInForm(formdata=None, next=back)
    return make_response(render_template("identity/sign_in.html", form=form, ended=True, kept=kept), 401)


def own_target(request: Request) -> str:
    """The path and query of a request, to come back to."""
    query = request.query_string.decode("latin-1")
    return own_path(f"{request.path}?{query}" if query else request.path) or "/"


def kept_texts(posted: Iterable[tuple[str, str]]) -> tuple[KeptText, ...]:
    """Everything typed into a form that a person could want back, secrets left out."""
    typed = [(name, text.replace("\0", "")) for name, text in posted if text.strip("\0 \r\n\t") and not _is_left_out(name)]
    return tuple(
        KeptText(f"kept-{place}", _label(name), text, min(max(len(text) // 80, text.count("\n")) + 1, MOST_LINES))
        for place, (name, text) in enumerate(typed[:MOST_KEPT], 1)
    )


def _is_left_out(name: str) -> bool:
    return name in NOT_TYPED or name.startswith(CHOICES) or name.endswith(ROW_MARKS) or any(word in name.lower() for word in SECRETS)


def _label(name: str) -> str:
    if name.startswith("reason-"):
        return "Reason"
    name = re.sub(r"-(\d{1,3})-", lambda found: f" {int(found[1]) + 1} ", name.removeprefix("a-"))
    words = " ".join(name.replace("-", " ").replace("_", " ").replace(".", " ").split())
    return words[:1].upper() + words[1:80] or "Text"


def account_tabs(current: str) -> list[Tab]:
    """The tabs of the account pages."""
    places = (("Profile", ""), ("Notifications", "/notifications"), ("Security", "/security"), ("Delegations", "/delegations"))
    return [Tab(label, f"/account{path}", current == label.lower()) for label, path in places]


def session_rows(lines: Iterable[SessionLine], current: str) -> tuple[SessionRow, ...]:
    """The sessions as their owner knows them; `current` is the id of the one that asks."""
    return tuple(SessionRow(line.id, browser_of(line.agent), line.created_at, line.seen_at, line.id == current) for line in lines)


def browser_of(agent: str) -> str:
    """A browser and system in words, from what the browser calls itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if not browser:
        return f"A program on {system}" if system else "An unknown program"
    return f"{browser} on {system}" if system else browser

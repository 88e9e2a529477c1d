"""A visitor who signs in, follows links and sends forms: over HTTP to a running server, or straight into a WSGI application."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.test import Client

Fields = list[tuple[str, str]]
IDLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` keep their repetitions; their names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str


class Transport(Protocol):
    """One request and its answer."""

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer: ...


class Http:
    """One connection that is kept open, as a browser keeps it. The server closes idle ones, so after a pause a new one is made."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=120)
        self._used = 0.0

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._connection.close()
        self._connection.request(method, path, body, dict(headers))
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self._used = time.monotonic()
        return Answer(answer.status, tuple((name.lower(), value) for name, value in answer.getheaders()), text)


class InProcess:
    """The application itself, so that its statements can be counted."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(app, use_cookies=False)

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        answer = self._client.open(path, method=method, data=body, headers=dict(headers))
        return Answer(answer.status_code, tuple((name.lower(), value) for name, value in answer.headers.items()), answer.text)


class Unexpected(Exception):
    """A page did not answer as it should."""


@dataclass
class Visitor:
    """Somebody with a browser: it keeps cookies and the fields of forms."""

    transport: Transport
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        """The page at a path. Raises Unexpected unless it is there."""
        answer = self._send("GET", path, None, {})
        if answer.status != 200:
            raise Unexpected(f"GET {path}: {answer.status}")
        return answer.text

    def post(self, path: str, fields: Fields) -> str:
        """Send a form; where the answer leads to. Raises Unexpected unless it is a redirect."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", path, urlencode(fields).encode(), headers)
        if answer.status != 303:
            raise Unexpected(f"POST {path}: {answer.status} {sentences(answer.text)[:600]}")
        return dict(answer.headers)["location"]

    def sign_in(self, email: str, password: str) -> "Visitor":
        form = form_with(self.get("/sign-in"), "password")
        self.post(form.action or "/sign-in", replaced(form.fields, {"email": email, "password": password}))
        return self

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.transport.send(method, path, body, headers)
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer


@dataclass(slots=True)
class Form:
    """A form as a page holds it: the fields that a browser would send if nobody touched them, and every name there is."""

    action: str
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._textarea: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None and given.get("name") and tag in ("input", "textarea", "select", "button"):
            self._open.names.add(given["name"])
            if tag == "textarea":
                self._textarea, self._text = given["name"], []
            elif tag == "input" and is_sent(given):
                self._open.fields.append((given["name"], given.get("value", "on" if given.get("type") == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._textarea is not None and self._open is not None:
            self._open.fields.append((self._textarea, "".join(self._text)))
            self._textarea = None


def is_sent(attributes: Mapping[str, str]) -> bool:
    """Whether a browser sends an input that nobody touched."""
    kind = attributes.get("type")
    return kind not in ("submit", "button") and (kind not in ("checkbox", "radio") or "checked" in attributes)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def form_with(html: str, name: str) -> Form:
    """The first form of a page that has a field of this name. Raises Unexpected."""
    parser = _Forms()
    parser.feed(html)
    for form in parser.forms:
        if name in form.names:
            return form
    raise Unexpected(f"no form of the page has a field {name}")


def replaced(fields: Fields, values: Mapping[str, str | Sequence[str]]) -> Fields:
    """The fields with other values."""
    kept = [(name, value) for name, value in fields if name not in values]
    for name, value in values.items():
        kept += [(name, value)] if isinstance(value, str) else [(name, part) for part in value]
    return kept


def sentences(html: str) -> str:
    """The text of a page."""
    parser = _Text()
    parser.feed(html)
    return " ".join(parser.words)

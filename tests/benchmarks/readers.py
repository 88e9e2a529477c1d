"""Many readers of one draft, each with an open socket, and how long plain pages take meanwhile."""

import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit

from cowork.cli.stories import cast
from tests.web.specifications.talking import Page

SIGN_INS = cast()[1]
OF_ONE = 12
"""Sockets that one person may have; people sign in from several browsers, so a few sessions of several people make a hundred."""


def cookie_for(url: str, email: str) -> str:
    """Sign in without a browser; the cookie of the session."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{url}/sign-in") as answer:
        html = answer.read().decode()
    token = html.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = urlencode({"csrf_token": token, "email": email, "password": SIGN_INS[0].password, "next": "/"}).encode()
    request = urllib.request.Request(f"{url}/sign-in", data=form, headers={"Referer": f"{url}/sign-in"})
    with opener.open(request):
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


@contextmanager
def readers(url: str, draft: str, count: int, emails: tuple[str, ...] = ()) -> Iterator[list[Page]]:
    """So many open sockets on one section, each kept up to date by a thread, as long as the block lasts."""
    people = emails or tuple(sign_in.email for sign_in in SIGN_INS)
    cookies = [cookie_for(url, email) for email in people]
    path = f"{urlsplit(draft).path}/live/identity"
    stop = threading.Event()
    with ExitStack() as stack:
        pages: list[Page] = []
        for number in range(count):
            page = Page(url, cookies[number % len(cookies)], path)
            stack.callback(page.close)
            page.join()
            pages.append(page)
        stack.callback(stop.set)
        yield pages


def page_times(draft: str, cookies: dict[str, str], count: int = 60) -> tuple[float, float]:
    """The median and the 95th percentile of loading a page, in milliseconds."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    found = []
    for _ in range(count):
        start = time.perf_counter()
        with urllib.request.urlopen(urllib.request.Request(f"{draft}/draft/identity", headers={"Cookie": header})) as answer:
            answer.read()
        found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found), statistics.quantiles(found, n=20)[-1]

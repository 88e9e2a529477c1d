"""Walks through the pages as a signed-in person: from link to link, one page of every kind."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from cowork.cli.stories import cast

IDENTIFIER = re.compile(r"(?<=/)[a-z2-7]{16}(?=/|$)")
NOT_PAGES = re.compile(r"\.(pdf|json|csv|css|js)$|/download")
NAMED = re.compile(r"(?<=/workflows/)[a-z][a-z0-9-]*")
SIGN_INS = cast()[1]


def sign_in(page: Page, url: str, email: str) -> None:
    """Sign in with the demonstration's password and arrive at the first page."""
    page.goto(f"{url}/sign-in")
    page.locator("main input[name=email]").fill(email)
    page.locator("main input[name=password]").fill(SIGN_INS[0].password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def kind_of(address: str) -> str:
    """What pages of one kind have in common: the path without identifiers, the names of the parameters."""
    parts = urlsplit(address)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return NAMED.sub("…", IDENTIFIER.sub("…", parts.path)) + ("?" + "&".join(names) if names else "")


def pages(page: Page, url: str) -> Iterator[str]:
    """Open one page of every kind that can be reached, and give its address each time."""
    waiting, seen = [f"{url}/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        assert answer is not None, f"{address} gave no answer"
        assert answer.status == 200, f"{address} answered {answer.status}"
        yield address
        for found in page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)"):
            target = found.partition("#")[0]
            if target.startswith(f"{url}/") and not NOT_PAGES.search(urlsplit(target).path) and kind_of(target) not in seen:
                seen.add(kind_of(target))
                waiting.append(target)

"""Many readers of one draft, each with an open socket, and how long plain pages take meanwhile."""

import argparse
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import sync_playwright

from cowork.app import create_app
from cowork.cli.stories import cast
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Role
from cowork.services import identity, organisations, proposals
from cowork.services.context import Context
from cowork.services.proposals import ParticipantCommand
from cowork.settings import Settings
from cowork.store import base
from tests.benchmarks.together import ACADEMIC, CHROMIUM, Server, opened, shared_draft
from tests.browser.conftest import FLAGS
from tests.web.specifications.talking import Page

SIGN_INS = cast()[1]
AUTHOR = SIGN_INS[1].email
OF_ONE = 10
"""Sockets of one reader: fewer than one person may have."""


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


def people_who_read(instance: Path, proposal: ProposalId, count: int) -> list[str]:
    """Give a draft so many readers, in the database of a running server; their addresses."""
    app = create_app(Settings.from_env({"COWORK_INSTANCE": str(instance)}, instance))
    with app.app_context():
        context: Context = app.extensions["cowork"]
        author = identity.actor(context, AUTHOR)
        organisation = next(iter(author.memberships))
        found = []
        for number in range(count):
            email = f"reader{number}@northfield.example"
            person = identity.create_person(context, email, f"Reader {number}", SIGN_INS[0].password)
            organisations.bootstrap_member(context, organisation, person, admin=False)
            proposals.add_participant(context, author, proposal, ParticipantCommand(email, Role.READER))
            found.append(email)
        base.db.session.remove()
        base.db.engine.dispose()
    return found


@contextmanager
def readers(url: str, instance: Path, draft: str, count: int) -> Iterator[list[Page]]:
    """So many open sockets on one section, as long as the block lasts."""
    path = urlsplit(draft).path
    people = people_who_read(instance, ProposalId(path.rpartition("/")[2]), -(-count // OF_ONE))
    cookies = [cookie_for(url, email) for email in people]
    with ExitStack() as stack:
        pages: list[Page] = []
        for number in range(count):
            page = Page(url, cookies[number // OF_ONE], f"{path}/live/identity")
            stack.callback(page.close)
            page.join()
            pages.append(page)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "instance")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            context, academic = opened(browser, server.url, ACADEMIC)
            draft = shared_draft(server.url, academic)
            cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
            context.close()
            print(f"{'readers':>8} {'median ms':>10} {'p95 ms':>8}")
            print(f"{0:>8} {{:>10.1f}} {{:>8.1f}}".format(*page_times(draft, cookies)))
            with readers(server.url, server.instance, draft, chosen.readers):
                print(f"{chosen.readers:>8} {{:>10.1f}} {{:>8.1f}}".format(*page_times(draft, cookies)))
        finally:
            browser.close()
            server.kill()


if __name__ == "__main__":
    main()

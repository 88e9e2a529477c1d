"""A running server with demonstration data, and a real Chromium to look at it with."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.serving import RunningServer, serving

# A busy machine answers late; what never comes still fails.
expect.set_options(timeout=30_000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for the tests that only read."""
    with serving(tmp_path_factory.mktemp("server") / "instance") as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server of one's own, for a test that changes what others would see."""
    with serving(tmp_path / "instance") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that COWORK_TEST_CHROMIUM names."""
    program = shutil.which(os.environ.get("COWORK_TEST_CHROMIUM", "chromium"))
    assert program is not None, "There is no Chromium. Run script/setup --tests, or on Debian: apt-get install chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def watched(context: BrowserContext) -> Page:
    """A page that remembers the script errors and refused requests it met, in `page.faults`."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None)
    page.faults = faults  # type: ignore[attr-defined]  # read by the fixture below
    return page


def has_no_faults(page: Page) -> None:
    """Fail when a script broke, or the security policy refused something."""
    faults = [fault for fault in page.faults if "the server responded with a status of 4" not in fault]  # type: ignore[attr-defined]  # as above
    assert faults == []


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A page in a browser of its own, in English, 1440×900. Nothing may go wrong in it unseen."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1440, "height": 900})
    page = watched(context)
    yield page
    has_no_faults(page)
    context.close()


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    """The same without JavaScript."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", java_script_enabled=False)
    yield context.new_page()
    context.close()

"""Every page that people in different parts reach: accessible in light and dark, wide and narrow, and valid HTML."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import LOOKS, faults_in_every_look, take, violations
from tests.browser.serving import RunningServer
from tests.browser.walking import SIGN_INS, pages, sign_in
from tests.pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


WRITER, *OTHERS = (SIGN_INS[1].email, SIGN_INS[0].email, SIGN_INS[2].email, SIGN_INS[3].email, SIGN_INS[-1].email)


def test_every_page_is_accessible_in_every_look(server: RunningServer, browser_page: Page) -> None:
    sign_in(browser_page, server.url, WRITER)
    found, visited = [], 0
    for address in pages(browser_page, server.url):
        visited += 1
        found += faults_in_every_look(browser_page) + faults_of_html(browser_page, address)
    assert found == []
    assert visited >= 30


@pytest.mark.parametrize("email", OTHERS)
def test_what_others_see_of_the_same_pages_is_accessible_too(server: RunningServer, browser_page: Page, email: str) -> None:
    sign_in(browser_page, server.url, email)
    take(browser_page, LOOKS[-1])
    found = []
    for address in pages(browser_page, server.url):
        found += [f"{address}: {violation}" for violation in violations(browser_page)] + faults_of_html(browser_page, address)
    assert found == []


def faults_of_html(page: Page, address: str) -> list[str]:
    """What is wrong with the page as the server sent it."""
    return [f"{address}: {fault}" for fault in faults(page.request.get(address).text())]


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/programmes", "/programmes/verify"])
def test_visitors_see_accessible_pages(server: RunningServer, browser_page: Page, path: str) -> None:
    browser_page.goto(server.url + path)
    assert faults_in_every_look(browser_page) == []

"""Every page that people in different parts reach: accessible in light and dark, wide and narrow, and valid HTML."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import faults_in_every_look
from tests.browser.serving import RunningServer
from tests.browser.walking import SIGN_INS, pages, sign_in
from tests.pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("email", [sign_in.email for sign_in in SIGN_INS[:3]] + [SIGN_INS[6].email])
def test_every_page_is_accessible_in_every_look(server: RunningServer, browser_page: Page, email: str) -> None:
    sign_in(browser_page, server.url, email)
    found, visited = [], 0
    for address in pages(browser_page, server.url):
        visited += 1
        found += faults_in_every_look(browser_page)
        html = browser_page.request.get(address).text()
        found += [f"{address}: {fault}" for fault in faults(html)]
    assert found == []
    assert visited >= 8


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/programmes", "/programmes/verify"])
def test_visitors_see_accessible_pages(server: RunningServer, browser_page: Page, path: str) -> None:
    browser_page.goto(server.url + path)
    assert faults_in_every_look(browser_page) == []

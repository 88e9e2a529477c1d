"""The editor of workflows in a real browser: with a live picture and dragging, and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_in_every_look
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in
from tests.pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = "daniel.novak@northfield.example"
KEY = "joint-employer-university"


def duplicate(page: Page, url: str) -> tuple[str, str]:
    """The addresses of the organisation and of a draft that is a copy."""
    sign_in(page, url, ADMIN)
    page.goto(f"{url}/organisations")
    house = page.url
    page.goto(f"{house}/workflows/{KEY}")
    page.get_by_role("button", name="Duplicate").click()
    expect(page).to_have_url(re.compile("/workflow-drafts/"))
    return house, page.url


def in_order(page: Page) -> list[str]:
    return page.locator("[data-drag-list] li > a").all_inner_texts()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("The draft is saved")


def sound(page: Page) -> list[str]:
    """What is wrong with the page that is open, in every look, and in its HTML."""
    html = page.request.get(page.url.partition("#")[0]).text()
    return faults_in_every_look(page) + [f"{page.url}: {fault}" for fault in faults(html)]


def test_a_workflow_is_written_with_a_live_picture_and_published(own_server: RunningServer, browser_page: Page) -> None:
    page = browser_page
    house, draft = duplicate(page, own_server.url)
    found = sound(page)
    page.goto(f"{draft}?stage=4")
    page.locator("#f-title").fill("Money check")
    page.locator("#f-due_days").fill("soon")
    expect(page.locator("#preview-faults")).to_contain_text("`due_days` is a number of working days")
    expect(page.locator("#preview-picture")).to_contain_text("Money check")
    save(page)
    found += sound(page)
    page.get_by_role("link", name="`due_days` is a number of working days").first.click()
    page.locator("#f-due_days").fill("7")
    expect(page.locator("#preview-faults")).to_contain_text("Nothing is wrong")
    save(page)
    order = in_order(page)
    page.locator("[data-drag-list] li").nth(5).drag_to(page.locator("[data-drag-list] li").nth(4))
    expect(page.locator("[data-drag-list] li > a").nth(4)).to_have_text(order[5])
    page.locator("#f-title").fill("Check of the money")
    page.locator("#f-title").press("Enter")
    expect(page.locator("[data-drag-list] li > a").nth(3)).to_have_text("Check of the money")
    for tab in ("text", "try", "publish", "delete"):
        page.goto(f"{draft}/{tab}")
        found += sound(page)
    page.goto(f"{house}/workflow-import")
    found += sound(page)
    page.goto(f"{draft}/publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("Version 1 is published")
    found += sound(page)
    assert found == []


def test_the_editor_works_without_a_script(own_server: RunningServer, plain_page: Page) -> None:
    page = plain_page
    _, draft = duplicate(page, own_server.url)
    page.goto(f"{draft}?stage=6")
    page.locator("#f-title").fill("The last word")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#preview-picture")).to_contain_text("The last word")
    expect(page.locator("main")).to_contain_text("not saved yet")
    page.get_by_role("button", name="Move The last word up").click()
    assert in_order(page)[4] == "The last word"
    page.get_by_role("button", name="Add a stage").click()
    assert len(in_order(page)) == 7
    page.goto(f"{draft}/publish")
    expect(page.locator("main")).to_contain_text("to mend")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

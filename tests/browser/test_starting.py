"""Starting well in a real browser: a template of a partner, its later changes, what is similar, an outline; with axe in every look."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_every_look
from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHOR, ADOPTER, MAKER = "hannah.lindqvist@northfield.example", "priya.raman@northfield.example", "diane.fletcher@ibm.example"
ADOPTED = "Machine Learning for Health Services"


def open_proposal(page: Page, server: RunningServer, title: str, tab: str) -> None:
    page.goto(f"{server.url}/proposals?q={title.replace(' ', '+')}")
    page.get_by_role("link", name=title).first.click()
    page.goto(f"{server.url}/proposals/{page.url.split('/')[4]}/{tab}")


def of(chromium: Browser, server: RunningServer, email: str, *, javascript: bool = True) -> Page:
    context = chromium.new_context(locale="en-GB", java_script_enabled=javascript, viewport={"width": 1440, "height": 900})
    page = watched(context)
    sign_in(page, server.url, email)
    return page


def test_a_proposal_starts_from_a_partners_template(chromium: Browser, server: RunningServer) -> None:
    page = of(chromium, server, AUTHOR)
    page.goto(f"{server.url}/templates")
    assert faults_in_every_look(page) == []
    page.get_by_role("main").get_by_role("link", name="Machine learning with IBM").first.click()
    expect(page.get_by_role("heading", name="Advice")).to_be_visible()
    assert faults_in_every_look(page) == []
    page.get_by_role("link", name="Start from this").click()
    expect(page.get_by_text("You start from")).to_be_visible()
    assert faults_in_every_look(page) == []
    page.get_by_label("IBM (employer)").check()
    page.get_by_label("With the whole form at once").check()
    page.get_by_role("button", name="Start the draft").click()
    expect(page.locator("#origin")).to_contain_text("Machine learning with IBM")
    has_no_faults(page)
    page.context.close()


def test_similar_ones_come_while_the_title_is_typed(chromium: Browser, server: RunningServer) -> None:
    page = of(chromium, server, AUTHOR)
    page.goto(f"{server.url}/proposals/new")
    page.get_by_label("Title of the microcredential").press_sequentially("Patient safty in hospitals")
    expect(page.locator("[data-similar-found] a").first).to_contain_text(re.compile("Patient Safety", re.IGNORECASE))
    assert faults_in_every_look(page) == []
    has_no_faults(page)
    page.context.close()
    plain = of(chromium, server, AUTHOR, javascript=False)
    plain.goto(f"{server.url}/proposals/new")
    plain.get_by_label("Title of the microcredential").fill("Patient safty in hospitals")
    plain.get_by_role("button", name="Look for similar ones").click()
    expect(plain.locator("[data-similar-found] a").first).to_contain_text(re.compile("Patient Safety", re.IGNORECASE))
    expect(plain.get_by_label("Title of the microcredential")).to_have_value("Patient safty in hospitals")
    plain.context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_later_changes_are_taken_one_by_one(chromium: Browser, server: RunningServer, javascript: bool) -> None:
    page = of(chromium, server, ADOPTER, javascript=javascript)
    open_proposal(page, server, ADOPTED, "origin")
    boxes = page.locator("#take-form").get_by_role("checkbox")
    before = boxes.count()
    assert before >= 2
    if javascript:
        assert faults_in_every_look(page) == []
    boxes.first.check()
    page.get_by_role("button", name="decide on the rest later").click()
    expect(page.get_by_role("status").first).to_contain_text("One change is taken.")
    expect(boxes).to_have_count(before - 1)
    has_no_faults(page)
    page.context.close()


def test_an_employer_edits_and_publishes_a_template(chromium: Browser, server: RunningServer) -> None:
    page = of(chromium, server, MAKER)
    page.goto(f"{server.url}/templates")
    page.get_by_role("main").get_by_role("link", name="Machine learning with IBM").first.click()
    expect(page.locator("#adoptions")).to_contain_text("Northfield University: version 1")
    assert faults_in_every_look(page) == []
    page.get_by_role("link", name="Edit", exact=True).click()
    assert faults_in_every_look(page) == []
    page.get_by_role("link", name="Edit Learning outcomes").click()
    page.get_by_role("button", name=re.compile("^Add")).first.click()
    page.locator("textarea[id^=a-items-][id$=-text]").last.fill("Explain a result to a sponsor.")
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("link", name="Look at it and publish").click()
    page.get_by_role("button", name=re.compile("Publish version")).click()
    expect(page.get_by_role("status").first).to_contain_text("is published.")
    has_no_faults(page)
    page.context.close()


def test_an_outline_shows_its_short_form(chromium: Browser, server: RunningServer) -> None:
    page = of(chromium, server, AUTHOR)
    open_proposal(page, server, "Working with Language Models", "draft")
    expect(page.get_by_text("about 15 minutes")).to_be_visible()
    expect(page.locator(".section-line")).to_have_count(4)
    assert faults_in_every_look(page) == []
    page.context.close()

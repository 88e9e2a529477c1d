"""The look and the scripts, in a real browser: readable, reachable, nothing lost."""

from itertools import pairwise

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.axe import Look, faults_in_every_look, take
from tests.browser.catalogue import ADDRESS, show
from tests.web.pages_of_the_catalogue import PAGES, POLICY

pytestmark = pytest.mark.browser
DESK, PHONE = Look("light", 1440, 900), Look("light", 390, 844)


@pytest.mark.parametrize("name", [*PAGES, "errors/404", "errors/409"])
def test_a_page_of_the_catalogue_can_be_used_by_everybody(browser_page: Page, name: str) -> None:
    show(browser_page, name)
    assert faults_in_every_look(browser_page) == []


def test_a_decision_can_be_sent_without_scrolling_on_a_desk(browser_page: Page) -> None:
    take(browser_page, DESK)
    show(browser_page, "review")
    box = browser_page.get_by_role("button", name="Submit decision").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900


def test_on_a_phone_the_sections_start_folded(browser_page: Page) -> None:
    take(browser_page, PHONE)
    show(browser_page, "review")
    expect(browser_page.get_by_role("link", name="Delivery and staffing")).to_be_hidden()
    browser_page.get_by_text("Sections", exact=True).click()
    expect(browser_page.get_by_role("link", name="Delivery and staffing")).to_be_visible()


def test_on_a_phone_the_navigation_is_one_row_that_shows_where_one_is_and_scrolls_to_the_rest(browser_page: Page) -> None:
    take(browser_page, PHONE)
    show(browser_page, "work")
    row, tops = browser_page.get_by_role("navigation", name="Main"), set()
    for width in (390, 320):
        browser_page.set_viewport_size({"width": width, "height": 844})
        for link in row.get_by_role("link").all():
            link.focus()
            box = link.bounding_box()
            assert box is not None
            assert box["x"] >= -1
            assert box["x"] + box["width"] <= width + 1, "scrolling goes by whole pixels"
            assert box["height"] >= 24
            tops.add(box["y"])
    assert len(tops) == 1
    # Where one is stands in view from the start, also at the far end.
    html = browser_page.content().replace(' aria-current="page"', "")
    html = html.replace('<a href="/organisations"', '<a aria-current="page" href="/organisations"')
    policy = {"Content-Security-Policy": POLICY}
    browser_page.route("**/far", lambda route: route.fulfill(body=html, content_type="text/html", headers=policy))
    browser_page.goto(f"{ADDRESS}/far")
    expect(row.locator("[aria-current]")).to_be_in_viewport(ratio=1)


def test_comments_neither_overlap_nor_leave_a_hole_in_the_text(browser_page: Page) -> None:
    take(browser_page, DESK)
    show(browser_page, "review")
    tops = browser_page.evaluate(
        "[...document.querySelectorAll('.passage-threads')].map(e => [e.getBoundingClientRect().top, e.getBoundingClientRect().bottom])"
    )
    assert all(before[1] <= after[0] for before, after in pairwise(tops))
    gap = browser_page.evaluate(
        "document.querySelector('#section-assessments').getBoundingClientRect().top"
        " - document.querySelector('#section-outcomes .passage-text').getBoundingClientRect().bottom"
    )
    assert gap < 60


def test_the_chosen_theme_shows_at_once(browser_page: Page) -> None:
    show(browser_page, "work")
    browser_page.get_by_text("Account of Priya Nair").locator("xpath=..").click()
    browser_page.get_by_role("button", name="Dark").click()
    expect(browser_page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(browser_page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_text_that_was_not_saved_is_offered_again(browser_page: Page) -> None:
    show(browser_page, "draft")
    browser_page.on("dialog", lambda dialog: dialog.accept())
    browser_page.get_by_label("What changed").fill("Named latency and cost")
    expect(browser_page.get_by_text("Not saved yet; kept on this device")).to_be_visible()
    browser_page.reload()
    expect(browser_page.get_by_label("What changed")).to_have_value("")
    browser_page.get_by_role("button", name="Put it back").click()
    expect(browser_page.get_by_label("What changed")).to_have_value("Named latency and cost")
    expect(browser_page.get_by_label("English")).to_be_checked()


def test_leaving_unsaved_text_asks_first(browser_page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    show(browser_page, "draft")
    browser_page.on("dialog", stay)
    browser_page.get_by_label("What changed").press_sequentially("x")
    browser_page.reload()
    assert asked == ["beforeunload"]


def test_the_focus_goes_to_what_has_to_be_mended_and_from_there_to_the_field(browser_page: Page) -> None:
    show(browser_page, "draft")
    expect(browser_page.locator("#error-summary")).to_be_focused()
    browser_page.get_by_role("link", name="Say in at least 80 characters").click()
    expect(browser_page.locator("#need")).to_be_focused()
    assert browser_page.title().startswith("Error: ")


def test_a_form_is_sent_once_however_often_one_presses(browser_page: Page) -> None:
    sent: list[str] = []
    show(browser_page, "review")
    browser_page.route("**/decide", lambda route: sent.append(route.request.url))
    browser_page.evaluate("const b = document.querySelector('#submit-decision'); b.click(); b.click(); b.click();")
    browser_page.wait_for_timeout(200)
    assert len(sent) == 1


def test_keys_walk_through_the_comments_and_can_be_switched_off(browser_page: Page) -> None:
    show(browser_page, "review")
    browser_page.keyboard.press("j")
    expect(browser_page.locator("#thread-t1")).to_be_focused()
    browser_page.keyboard.press("j")
    expect(browser_page.locator("#thread-t2")).to_be_focused()
    browser_page.keyboard.press("k")
    expect(browser_page.locator("#thread-t1")).to_be_focused()
    browser_page.keyboard.press("?")
    browser_page.get_by_label("Single-key shortcuts are on").uncheck()
    browser_page.get_by_role("button", name="Close").click()
    browser_page.keyboard.press("j")
    expect(browser_page.locator("#thread-t2")).not_to_be_focused()


def test_sharing_what_was_private_asks_first(browser_page: Page) -> None:
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    show(browser_page, "review")
    browser_page.on("dialog", refuse)
    form = browser_page.locator("#new-outcomes")
    form.locator("summary").first.click()
    form.get_by_label("IBM only").check()
    form.get_by_label("Shared with Northfield University").click()
    assert len(asked) == 1
    expect(form.get_by_label("IBM only")).to_be_checked()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_without_scripts(plain_page: Page, name: str) -> None:
    show(plain_page, name)
    expect(plain_page.get_by_role("heading", level=1)).to_be_visible()
    if name in {"review", "draft"}:
        expect(plain_page.get_by_role("link", name="Delivery and staffing")).to_be_visible()

"""By keyboard alone: searching a code, choosing languages as chips, tying rows and signing them; accessible in every state."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_every_look, violations
from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITER, EMPLOYER = "hannah.lindqvist@northfield.example", "frederik.olsen@haldenbank.example"
TITLE = "Data Analytics for Regulated Decisions"


def proposal(page: Page, url: str) -> str:
    """The address of the draft that both write."""
    page.goto(f"{url}/proposals")
    href = page.get_by_role("main").get_by_role("link", name=TITLE).first.get_attribute("href")
    return url + "/".join(str(href).split("/")[:3])


def test_codes_are_found_by_keyboard(own_server: RunningServer, browser_page: Page) -> None:
    page = browser_page
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, own_server.url, WRITER)
    base = proposal(page, own_server.url)

    page.goto(f"{base}/draft/need")
    box = page.get_by_role("combobox", name="Occupation").first
    box.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("sofware devel", delay=20)
    expect(page.locator("[role=option]:visible").first).to_contain_text("software developer")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", str(page.locator("[role=option]:visible").first.get_attribute("id")))
    page.keyboard.press("Enter")
    expect(box).to_have_value("software developer")
    expect(page.locator('[name="a-occupations-0-code"]')).to_have_value("2512.4")
    page.keyboard.press("Control+a")
    page.keyboard.type("cloud", delay=20)
    expect(page.locator("[role=option]:visible").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[role=option]:visible")).to_have_count(0)
    expect(box).to_have_value("cloud")

    page.goto(f"{base}/draft/identity")
    page.get_by_role("combobox", name="Languages").focus()
    page.keyboard.type("allemand", delay=20)
    expect(page.locator("[role=option]:visible").first).to_contain_text("German")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="German, remove")).to_be_visible()
    expect(page.locator('[name="a-languages"][value="de"]')).to_be_checked()


def test_rows_are_tied_and_signed_by_keyboard(own_server: RunningServer, browser_page: Page, chromium: Browser) -> None:
    page = browser_page
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, own_server.url, WRITER)
    base = proposal(page, own_server.url)

    page.goto(f"{base}/alignment")
    other = page.locator("#grid-modules-items-outcomes")
    other.locator("summary").press("Enter")
    box = other.get_by_role("checkbox").first
    ticked = box.is_checked()
    box.press("Space")
    grid = page.locator("#grid-assessments-items-outcomes")
    grid.locator("summary").focus()
    page.keyboard.press("Enter")
    tick = grid.get_by_role("checkbox").nth(2)
    tick.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save all ticks").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("Saved as version")

    assert other.get_by_role("checkbox").first.is_checked() is not ticked, "what was ticked in another grid is saved with it"

    context = chromium.new_context(locale="en-GB")
    employer = watched(context)
    sign_in(employer, own_server.url, EMPLOYER)
    employer.goto(f"{base}/alignment")
    employer.get_by_role("checkbox", name="Sign T 1 as in demand").focus()
    employer.keyboard.press("Space")
    employer.get_by_role("button", name="Save ticks and signatures").focus()
    employer.keyboard.press("Enter")
    expect(employer.get_by_text("You signed 1 row.")).to_be_visible()
    expect(employer.get_by_text("Signed by Frederik Olsen").first).to_be_visible()
    assert faults_in_every_look(employer) == []
    has_no_faults(employer)
    context.close()


@pytest.mark.parametrize("page_of", ["alignment", "authorship", "review"])
def test_the_printed_page_holds_the_text_and_nothing_to_press(server: RunningServer, browser_page: Page, page_of: str) -> None:
    page = browser_page
    sign_in(page, server.url, WRITER)
    page.goto(f"{proposal(page, server.url)}/{page_of}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 987})
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for pressed in ("a.comment-link:visible", "button:visible", "nav:visible", ".footer:visible"):
        expect(page.locator(pressed)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 673, "what does not fit is cut off"

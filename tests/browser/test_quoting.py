"""Writing as people are used to it: comments on what one has just typed, ctrl+s, the present tab in view, a short page to start on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHOR, DRAFT = "hannah.lindqvist@northfield.example", "Data Analytics for Regulated Decisions"


@pytest.fixture
def author(chromium: Browser, own_server: RunningServer) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = watched(context)
    sign_in(page, own_server.url, AUTHOR)
    yield page
    has_no_faults(page)
    context.close()


def draft(page: Page, url: str) -> str:
    """The address of a draft."""
    page.goto(f"{url}/proposals?q={DRAFT.split(maxsplit=1)[0]}")
    href = page.get_by_role("link", name=DRAFT).first.get_attribute("href") or ""
    return url + "/".join(href.split("/")[:3])


def test_words_that_were_just_typed_are_selected_and_commented_on(author: Page, own_server: RunningServer) -> None:
    root = draft(author, own_server.url)
    author.goto(f"{root}/draft/need")
    author.wait_for_selector("form[data-live=on]")
    text = author.locator(".cm-editor").first.get_by_role("textbox")
    text.press("Control+End")
    author.keyboard.type(" Audits fail far too often.")
    for _ in range(len("far too often.")):
        author.keyboard.press("Shift+ArrowLeft")
    tool = author.locator(".selection-tool")
    expect(tool).to_be_visible()
    assert violations(author) == []
    tool.click()
    expect(author.locator("#new-need-quote, [name=quote]").first).to_have_value("far too often.")
    expect(author.locator("[name=field]").first).to_have_value("problem")
    author.keyboard.type("How often?")
    author.keyboard.press("Control+Enter")
    expect(author.get_by_text("Your comment is sent.")).to_be_visible()
    author.goto(f"{root}/review")
    expect(author.locator("[data-passage='need.problem'] mark")).to_have_text("far too often.")

    author.goto(f"{root}/draft/outcomes")
    author.wait_for_selector("form[data-live=on]")
    row = author.locator(".cm-editor").nth(1).get_by_role("textbox")
    row.press("Control+a")
    words = row.inner_text()
    author.keyboard.press("Control+Alt+m")
    expect(author.locator("[name=quote]").first).to_have_value(words.strip())
    expect(author.locator("form [name=row][data-from-selection]")).to_have_count(1)


def test_words_that_one_only_reads_in_the_draft_are_commented_on(chromium: Browser, own_server: RunningServer) -> None:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = watched(context)
    sign_in(page, own_server.url, "frederik.olsen@haldenbank.example")
    root = draft(page, own_server.url)
    page.goto(f"{root}/draft/assessments")
    answer = page.locator("#a-strategy")
    answer.locator("p:not(.field-label)").first.select_text()
    words = " ".join(page.evaluate("getSelection().toString()").split())
    page.locator(".selection-tool").click()
    expect(page.locator("[name=quote]").first).to_have_value(words)
    assert "kind=passage" in (page.locator("a[data-suggest]").first.get_attribute("href") or "")
    page.keyboard.type("Who audits them?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your comment is sent.")).to_be_visible()
    page.goto(f"{root}/review")
    expect(page.locator("[data-passage='assessments.strategy'] mark").first).to_be_visible()
    has_no_faults(page)
    context.close()


def test_ctrl_s_saves_a_version_and_no_page(author: Page, own_server: RunningServer) -> None:
    root = draft(author, own_server.url)
    author.goto(f"{root}/draft/need")
    author.wait_for_selector("form[data-live=on]")
    author.locator(".cm-editor").first.get_by_role("textbox").press("Control+End")
    author.keyboard.type(" So it is.")
    author.keyboard.press("Control+s")
    expect(author.locator("[data-save-state]").first).to_contain_text("Saved as version")
    author.goto(f"{root}/alignment")
    author.locator("#grid-modules-items-outcomes summary").press("Enter")
    author.locator("#grid-modules-items-outcomes").get_by_role("checkbox").first.press("Space")
    author.keyboard.press("Control+s")
    expect(author.locator(".flashes")).to_contain_text("Saved as version")


def test_the_present_tab_is_in_view_on_a_phone(chromium: Browser, own_server: RunningServer) -> None:
    context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = watched(context)
    sign_in(page, own_server.url, AUTHOR)
    root = draft(page, own_server.url)
    for place in ("draft", "files", "people", "export"):
        page.goto(f"{root}/{place}")
        box = page.locator(".tabs [aria-current]").bounding_box()
        assert box is not None
        assert box["x"] >= 0, place
        assert box["x"] + box["width"] <= 390, place
    has_no_faults(page)
    context.close()


def test_who_starts_sees_one_way_of_approval_and_unfolds_the_others(author: Page, own_server: RunningServer) -> None:
    author.goto(f"{own_server.url}/proposals/new")
    ways = author.get_by_role("group", name="How it is approved").get_by_role("radio")
    expect(ways).to_have_count(1)
    author.get_by_text("other ways to approve it").press("Enter")
    expect(ways.nth(15)).to_be_visible()
    ways.nth(3).press("Space")
    expect(ways.nth(3)).to_be_checked()
    expect(ways.first).not_to_be_checked()
    assert violations(author) == []


def test_the_words_of_comments_are_marked_where_one_writes_them(author: Page, own_server: RunningServer) -> None:
    author.goto(f"{draft(author, own_server.url)}/draft/entry")
    author.wait_for_selector("form[data-live=on]")
    text = author.locator(".cm-editor").first.get_by_role("textbox")
    marks = text.locator(".quoted")
    expect(marks.first).to_have_text("Daily use of spreadsheets")
    assert violations(author) == []
    text.press("Control+Home")
    author.keyboard.type("Needed: ")
    expect(marks.first).to_have_text("Daily use of spreadsheets")
    thread = text.locator(".mark-link").first.get_attribute("href") or ""
    author.locator(f"{thread} .thread-quote a").press("Enter")
    expect(text).to_be_focused()
    assert author.evaluate("getSelection().toString()") == "Daily use of spreadsheets"
    author.keyboard.type("Nothing")
    expect(marks).to_have_count(0)
    author.keyboard.press("Control+z")
    expect(marks.first).to_have_text("Daily use of spreadsheets")
    text.locator(".mark-link").first.click()
    expect(author.locator(thread)).to_be_in_viewport()


def test_words_are_quoted_without_the_numbers_and_names_that_stand_among_them(author: Page, own_server: RunningServer) -> None:
    author.goto(f"{draft(author, own_server.url)}/draft/entry")
    author.wait_for_selector("form[data-live=on]")
    other = author.context.new_page()
    other.goto(author.url)
    other.wait_for_selector("form[data-live=on]")
    theirs = other.locator(".cm-editor").first.get_by_role("textbox")
    theirs.press("Control+Home")
    theirs.press("ArrowRight")
    text = author.locator(".cm-editor").first.get_by_role("textbox")
    expect(text.locator(".live-flag")).to_be_visible()
    text.press("Control+a")
    author.keyboard.press("Control+Alt+m")
    expect(author.locator("[name=quote]").first).to_have_value("Daily use of spreadsheets; no programming.")
    other.close()


def test_the_head_of_a_draft_is_short_on_a_phone(chromium: Browser, server: RunningServer) -> None:
    for script in (True, False):
        context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, java_script_enabled=script)
        page = context.new_page()
        sign_in(page, server.url, AUTHOR)
        page.goto(f"{draft(page, server.url)}/draft/need")
        expect(page.locator("details[data-new-thread] textarea[name=body]").first).to_be_hidden()
        parties = page.locator(".about .party").first
        if script:
            expect(parties).to_be_hidden()
            assert (page.locator(".page-head").bounding_box() or {"height": 0})["height"] < 190
            page.locator(".about summary").click()
        expect(parties).to_be_visible()
        context.close()

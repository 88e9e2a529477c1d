"""Commenting on words in a real browser: by selection, by key, on a phone and without a script; keeping, suggesting, accepting."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_every_look
from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REVIEWER, AUTHOR = "leila.haddad@northfield.example", "hannah.lindqvist@northfield.example"
IN_REVIEW, DRAFT = "Business Process Automation in Practice", "Data Analytics for Regulated Decisions"
SELECT = """([path, start, end]) => {
    const box = document.querySelector(`[data-passage="${path}"]`);
    box.scrollIntoView({ block: "center" });
    const text = document.createTreeWalker(box, NodeFilter.SHOW_TEXT).nextNode();
    const range = document.createRange();
    range.setStart(text, start);
    range.setEnd(text, end);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


@pytest.fixture
def reviewer(chromium: Browser, server: RunningServer) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = watched(context)
    sign_in(page, server.url, REVIEWER)
    yield page
    has_no_faults(page)
    context.close()


def review(page: Page, server: RunningServer, title: str = IN_REVIEW) -> str:
    """Open the review page of a proposal; its address."""
    page.goto(f"{server.url}/proposals?q={title.split(maxsplit=1)[0]}")
    address = page.get_by_role("link", name=title).first.get_attribute("href") or ""
    root = "/".join(address.split("/")[:3])
    page.goto(f"{server.url}{root}/review")
    return f"{server.url}{root}"


def test_selected_words_are_commented_on_beside_their_passage(reviewer: Page, server: RunningServer) -> None:
    review(reviewer, server)
    reviewer.evaluate(SELECT, ["need.problem", 2, 30])
    reviewer.get_by_role("button", name="Comment", exact=True).last.click()
    reviewer.keyboard.type("Whose words are these? @Ada")
    expect(reviewer.locator(".mention-box [role=option]").first).to_contain_text("Ada Okafor")
    reviewer.keyboard.press("Enter")
    reviewer.keyboard.press("Control+Enter")
    expect(reviewer.get_by_text("Your comment is sent.")).to_be_visible()
    words = reviewer.locator("[data-passage='need.problem'] mark").inner_text()
    assert not words.startswith(" ")
    assert reviewer.locator(".thread:focus .thread-quote, .thread:target .thread-quote").first.inner_text().endswith(words)
    assert faults_in_every_look(reviewer) == []


def test_c_comments_on_a_selected_cell_and_the_comment_waits_for_the_decision(reviewer: Page, server: RunningServer) -> None:
    root = review(reviewer, server)
    cell = reviewer.locator("[data-passage^='outcomes.items.'][data-passage$='.text']").first.get_attribute("data-passage") or ""
    reviewer.evaluate(SELECT, [cell, 0, 12])
    reviewer.keyboard.press("c")
    reviewer.keyboard.type("Kept until I decide.")
    reviewer.get_by_role("button", name="Add to my review").last.click()
    expect(reviewer.get_by_text("Not sent yet: only you see it")).to_be_visible()
    expect(reviewer.get_by_text("Sent with your 1 pending comment")).to_be_visible()
    assert faults_in_every_look(reviewer) == []
    reviewer.get_by_role("link", name="Change your comment").click()
    assert faults_in_every_look(reviewer) == []
    reviewer.goto(f"{root}/comments?show=mine")
    expect(reviewer.get_by_text("Kept until I decide.")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_words_are_suggested_and_taken_over_on_a_phone(chromium: Browser, server: RunningServer, script: bool) -> None:
    context = chromium.new_context(locale="en-GB", java_script_enabled=script, viewport={"width": 390, "height": 844})
    author = watched(context)
    sign_in(author, server.url, AUTHOR)
    root = review(author, server, DRAFT)
    author.goto(f"{root}/suggest?at=identity.summary&kind=passage")
    words = " ".join(author.locator("[data-passage='identity.summary']").inner_text().split()[:4 if script else 6])
    author.get_by_label("Quote the words you would replace").fill(words)
    author.get_by_label("What you would write instead").fill("These other words")
    author.get_by_role("button", name="Send suggestion").click()
    expect(author.get_by_text("Your suggestion is sent.")).to_be_visible()
    # The demonstration has suggestions of its own; this one is the one with these words.
    made = author.locator(".thread", has_text="These other words").last
    made.get_by_role("button", name="Accept this suggestion").click()
    expect(author.get_by_text("The suggestion is taken over")).to_be_visible()
    assert "These other words" in author.locator("[data-passage='identity.summary']").first.inner_text()
    has_no_faults(author)
    context.close()

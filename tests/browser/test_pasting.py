"""What is pasted from word processors: lists, tables, bold and italic words stay, in Markdown; nothing else comes along."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHOR, DRAFT = "hannah.lindqvist@northfield.example", "Data Analytics for Regulated Decisions"
ONLINE_EDITOR = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span>Why now</span></h2>
<p dir="ltr"><span style="font-weight:400">Figures </span><span style="font-weight:700">must</span>
<span style="font-style:italic">agree.</span></p>
<ul><li dir="ltr"><p dir="ltr"><span>One</span></p></li><ul><li><p>Below</p></li></ul><li><p><b>Two</b></p></li></ul></b>"""
WORD = """<html><head><style>p {color:red}</style></head><body><!--StartFragment-->
<p class=MsoNormal>Figures <b>must</b>&nbsp;agree.<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>One</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>Below</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>First</p>
<table><tr><td>Year</td><td>Banks</td></tr><tr><td>2025</td><td>4|1</td></tr></table><!--EndFragment--></body></html>"""
HOSTILE = "<ul><li>One<img src=x onerror=alert(1)><script>alert(2)</script></li></ul><style>*{color:red}</style>" + "<div>" * 3000 + "deep"
PASTE = """(node, [html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (ONLINE_EDITOR, "**Why now**\n\nFigures **must** *agree.*\n\n- One\n   - Below\n- **Two**"),
        (WORD, "Figures **must** agree.\n\n- One\n   - Below\n1. First\n\n| Year | Banks |\n| --- | --- |\n| 2025 | 4\\|1 |"),
        (HOSTILE, "- One\n\ndeep"),
        ("<div style='color:red'><span>plain</span> words</div>", "plain words"),
    ],
)
def test_formatting_is_kept_where_it_is_pasted(page_of_answers: Page, html: str, text: str) -> None:
    editor = page_of_answers.locator(".cm-editor").first.get_by_role("textbox")
    before = editor.inner_text()
    editor.press("Control+a")
    editor.evaluate(PASTE, [html, "plain words"])
    expect(page_of_answers.locator("[name=a-problem]")).to_have_value(text)
    editor.press("Control+z")
    expect(editor).to_have_text(before)


def test_formatting_is_kept_in_a_comment_too_and_not_in_one_line(page_of_answers: Page) -> None:
    body = page_of_answers.locator("aside textarea[name=body]").last
    page_of_answers.locator("aside details[data-new-thread] summary").first.click()
    body.focus()
    body.evaluate(PASTE, ["<p>It <b>must</b> agree</p>", "It must agree"])
    expect(body).to_have_value("It **must** agree")


@pytest.fixture(scope="module")
def page_of_answers(chromium: Browser, server: RunningServer) -> Iterator[Page]:
    """A section that is written, in which nothing is kept: each test takes back what it pasted."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = watched(context)
    sign_in(page, server.url, AUTHOR)
    page.goto(f"{server.url}/proposals?q={DRAFT.split(maxsplit=1)[0]}")
    href = page.get_by_role("link", name=DRAFT).first.get_attribute("href") or ""
    page.goto(server.url + "/".join(href.split("/")[:3]) + "/draft/need")
    page.wait_for_selector("form[data-live=on]")
    yield page
    has_no_faults(page)
    context.close()

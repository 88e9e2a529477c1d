"""Files in a real browser: attaching with and without a script, the preview, and a letter that is written and signed."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_every_look
from tests.browser.serving import RunningServer
from tests.browser.walking import sign_in
from tests.pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHOR = "frederik.olsen@haldenbank.example"
TITLE = "Data Analytics for Regulated Decisions"


def sound(page: Page) -> list[str]:
    """What is wrong with the page that is open, in every look, and in its HTML."""
    html = page.request.get(page.url.partition("#")[0]).text()
    return faults_in_every_look(page) + [f"{page.url}: {fault}" for fault in faults(html)]


def open_files(page: Page, url: str) -> None:
    sign_in(page, url, AUTHOR)
    page.goto(f"{url}/proposals")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name=re.compile("^Files")).click()
    expect(page).to_have_url(re.compile("/files$"))


def picture(folder: Path) -> Path:
    path, out = folder / "map.png", io.BytesIO()
    Image.new("RGB", (300, 200), "seagreen").save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


def choose(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files([str(path) for path in paths])
    page.locator("#kind").select_option("labour-market-data")
    page.locator("#title").fill("Map of vacancies")
    page.get_by_label(re.compile("Shared with")).check()


def test_a_file_is_attached_previewed_and_a_letter_signed(own_server: RunningServer, browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    open_files(page, own_server.url)
    found = sound(page)
    wrong = tmp_path / "page.csv"
    wrong.write_text("<html><script>alert(1)</script>")
    choose(page, wrong)
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#error-summary")).to_contain_text("is a web page or a program")
    found += faults_in_every_look(page)
    choose(page, picture(tmp_path))
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_text("“Map of vacancies” is attached.")).to_be_visible()
    shown = page.locator(".file-pages img")
    expect(shown).to_be_visible(timeout=90_000)
    assert shown.evaluate("image => image.naturalWidth") == 300
    found += sound(page)
    for link in ("Change what is said", "Withdraw"):
        address = page.url
        page.get_by_role("link", name=link, exact=True).click()
        found += sound(page)
        page.goto(address)
    page.get_by_role("link", name=re.compile("^Files")).first.click()
    page.get_by_role("link", name="Letter of support by Halden Bank").click()
    found += sound(page)
    page.locator("#body").fill("We support this.")
    page.get_by_role("button", name="Save and look at it").click()
    page.locator("#name").fill("Frederik Olsen")
    page.get_by_label(re.compile("^I sign this letter")).check()
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_text("The letter is signed")).to_be_visible()
    found += sound(page)
    assert found == []


def test_a_file_is_attached_without_a_script(own_server: RunningServer, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    open_files(page, own_server.url)
    choose(page, picture(tmp_path))
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_text("“Map of vacancies” is attached.")).to_be_visible()
    context.close()

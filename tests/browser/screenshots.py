"""Takes the pictures of the README: starts Cowork with the demonstration, looks at its main pages, and writes docs/images/*.png.

    python -m tests.browser.screenshots [--only NAME …]

The pictures are reduced to 256 colours where ImageMagick or pngquant is there. The page of the PDF needs pdftoppm.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from cowork.cli.stories import cast
from tests.browser.conftest import FLAGS
from tests.browser.serving import COMMAND, RunningServer, environment, serving

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 250_000
WIDE, NARROW = (1440, 900), (390, 844)
APPROVER = "leila.haddad@northfield.example"
IN_REVIEW, APPROVED = "Business Process Automation in Practice", "Applied Machine Learning for Business Systems"
DRAFT, AUTHOR = "Data Analytics for Regulated Decisions", "hannah.lindqvist@northfield.example"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the demonstration as somebody sees it. `path` may name a proposal by {its title}; `prepare` is done before the look."""

    name: str
    person: str
    path: str
    size: tuple[int, int] = WIDE
    dark: bool = False
    prepare: Callable[[Page], None] = lambda _page: None


def show_objection(page: Page) -> None:
    """Scroll to the open objection, so that a passage is seen with the comment beside it."""
    page.locator(".thread-objection").first.evaluate("element => element.scrollIntoView({block: 'center'})")


def open_programme(page: Page) -> None:
    page.get_by_role("link", name=APPROVED).click()
    page.wait_for_load_state()


PICTURES = (
    Picture("my-work", APPROVER, "/"),
    Picture("proposals", APPROVER, "/proposals", dark=True),
    Picture("draft", AUTHOR, f"/proposals/{{{DRAFT}}}/draft/outcomes"),
    Picture("review", APPROVER, f"/proposals/{{{IN_REVIEW}}}/review", prepare=show_objection),
    Picture("review-phone", APPROVER, f"/proposals/{{{IN_REVIEW}}}/review", NARROW),
    Picture("changes", APPROVER, f"/proposals/{{{IN_REVIEW}}}/changes?old=5&new=7"),
    Picture("route", APPROVER, f"/proposals/{{{IN_REVIEW}}}/route"),
    Picture("programme", "", "/programmes", prepare=open_programme),
)


def main() -> None:
    names = [picture.name for picture in PICTURES] + ["pdf-page"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    wanted = parser.parse_args().only
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cowork-screenshots-") as folder, serving(Path(folder) / "instance") as server:
        proposals = proposals_of(server)
        with sync_playwright() as playwright:
            program = shutil.which(os.environ.get("COWORK_TEST_CHROMIUM", "chromium"))
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            for picture in PICTURES:
                if picture.name in wanted:
                    take(browser, server, proposals, picture)
            browser.close()
        if "pdf-page" in wanted:
            page_of_pdf(server, proposals[APPROVED], Path(folder))


def proposals_of(server: RunningServer) -> dict[str, str]:
    """The identifier of each proposal by its title."""
    listed = subprocess.run([COMMAND, "list", "--json"], env=environment(server.instance), check=True, stdout=subprocess.PIPE)
    return {entry["title"]: entry["id"] for entry in reversed(json.loads(listed.stdout))}


def take(browser: Browser, server: RunningServer, proposals: dict[str, str], picture: Picture) -> None:
    """Sign in, go to the page, and keep what is seen."""
    width, height = picture.size
    context = browser.new_context(
        locale="en-GB", timezone_id="Europe/Dublin", viewport={"width": width, "height": height}, reduced_motion="reduce",
        color_scheme="dark" if picture.dark else "light",
    )  # fmt: skip
    page = context.new_page()
    if picture.person:
        page.goto(f"{server.url}/sign-in")
        page.fill("input[name=email]", picture.person)
        page.fill("input[name=password]", cast()[1][0].password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{server.url}/")
    page.goto(server.url + picture.path.format(**proposals))
    picture.prepare(page)
    page.wait_for_timeout(300)
    target = IMAGES / f"{picture.name}.png"
    page.screenshot(path=target)
    context.close()
    reduce(target)


def page_of_pdf(server: RunningServer, proposal: str, folder: Path) -> None:
    """The first page of an approved specification."""
    document, program = folder / "approved.pdf", shutil.which("pdftoppm")
    if program is None:
        print("pdf-page: there is no pdftoppm; on Debian it is in poppler-utils.")
        return
    subprocess.run([COMMAND, "export", proposal, "--output", document], env=environment(server.instance), check=True)
    subprocess.run([program, "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile", document, IMAGES / "pdf-page"], check=True)
    reduce(IMAGES / "pdf-page.png")


def reduce(path: Path) -> None:
    """Make a picture small enough for a repository, where a program for that is there; say so when it stays too large."""
    if quantiser := shutil.which("pngquant"):
        subprocess.run([quantiser, "--force", "--output", path, "--strip", "256", path], check=True)
    elif converter := shutil.which("convert"):
        smaller = path.with_suffix(".small.png")
        subprocess.run([converter, path, "-strip", "-dither", "None", "-colors", "256", f"PNG8:{smaller}"], check=True)
        smaller.replace(path)
    size = path.stat().st_size
    print(f"{path.name}: {size / 1000:.0f} kB{' – too large' if size > LARGEST else ''}")


if __name__ == "__main__":
    main()

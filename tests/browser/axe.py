"""Looks at a page with axe-core, in light and dark, wide and narrow."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.laws.tree import ROOT

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
    .then(found => found.violations)"""


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at a page. `width` and `height` are CSS pixels."""

    scheme: str
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.scheme}, {self.width} wide"


LOOKS = tuple(Look(scheme, width, height) for scheme in ("light", "dark") for width, height in ((1440, 900), (390, 844)))


def take(page: Page, look: Look) -> None:
    """Show the page in this look."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light", reduced_motion="reduce")


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, one sentence for every element concerned."""
    # Evaluated rather than added as a script element, which the page's security policy would rightly refuse.
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    # A bar that sticks to the edge covers whatever lies under it just now, which a reader scrolls free: it is looked at in its place.
    page.evaluate("document.querySelectorAll('.decision-bar').forEach(bar => { bar.style.position = 'static'; })")
    return [
        f"{rule['id']}: {rule['help']} ({node['target'][0]}: {node.get('failureSummary', '').splitlines()[-1:]})"
        for rule in page.evaluate(RUN, TAGS)
        for node in rule["nodes"]
    ]


def runs_over(page: Page) -> bool:
    """Whether the page is wider than its window, so that a reader has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def faults_in_every_look(page: Page) -> list[str]:
    """What is wrong with the page that is open, in light and dark, at 1440 and 390."""
    found = []
    for look in LOOKS:
        take(page, look)
        found += [f"{page.url} ({look}): {violation}" for violation in violations(page)]
        if runs_over(page):
            found.append(f"{page.url} ({look}): the page is wider than the window")
    return found

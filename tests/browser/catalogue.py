"""Shows the catalogue in a real browser, under the product's own content security policy, without a server."""

from playwright.sync_api import Page, Route

from tests.web.pages_of_the_catalogue import DIST, POLICY, rendered

ADDRESS = "http://127.0.0.1:9"
"""Never reached: every request is answered here."""
KINDS = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}


def show(page: Page, name: str) -> None:
    """Open a page of the catalogue."""
    assert DIST.exists(), "The style sheet is not built. Run script/setup."
    html = rendered(name)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS + "/").split("?")[0]
        if path.startswith("static/"):
            file = DIST / path.removeprefix("static/")
            route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
        else:
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page.set_default_timeout(10_000)
    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/{name}")

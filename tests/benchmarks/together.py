"""Several browsers write in one text for a while, lose their connections now and then, and the server is killed once.

    python -m tests.benchmarks.together --clients 5 --seconds 60

What each of them typed has to be in every one of them at the end, and how long it took from one to another is told.
"""

import argparse
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.benchmarks.roads import roads
from tests.browser.conftest import FLAGS
from tests.browser.serving import COMMAND, environment, free_port, wait_until_it_answers
from tests.browser.walking import sign_in

ACADEMIC, PARTNER = "hannah.lindqvist@northfield.example", "ada.okafor@ibm.example"
SECTION, FIELD = "need", "problem"
CHROMIUM = "/usr/bin/chromium"
WAITING_JOBS = "select count(*) from job where standing in ('queued', 'running') and attempts < 3"

ALPHABETS = ("abcdefghij", "αβγδεζηθικ", "абвгдежзик", "աբգդեզէըթժ", "აბგდევზთიკ")
"""Everybody writes in letters of their own, so that nothing lost or doubled goes unseen."""

WRITER = """
([letters, all, pause]) => {
  const control = document.querySelector("[name='a-FIELD']");
  const editor = control.nextElementSibling.querySelector(".cm-content");
  const note = document.querySelector("[data-save-state]");
  const clock = () => performance.timeOrigin + performance.now();
  const log = window.told = { typed: "", sent: [], heard: all.map(() => []), away: [], going: true };
  control.addEventListener("input", () => {
    const now = clock();
    all.forEach((own, number) => {
      let count = 0;
      for (const letter of control.value) if (own.includes(letter)) count += 1;
      while (log.heard[number].length < count) log.heard[number].push(now);
    });
  });
  new MutationObserver(() => {
    const offline = note.dataset.state === "offline";
    const open = log.away.length > 0 && log.away.at(-1)[1] === null;
    if (offline && !open) log.away.push([clock(), null]);
    else if (!offline && open) log.away.at(-1)[1] = clock();
  }).observe(note, { attributes: true, childList: true });
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  window.writing = (async () => {
    while (log.going) {
      editor.focus();
      getSelection().selectAllChildren(editor);
      getSelection().collapseToEnd();
      await wait(20);
      for (let length = 2 + Math.floor(Math.random() * 7); length > 0 && log.going; length -= 1) {
        const letter = letters[Math.floor(Math.random() * letters.length)];
        log.typed += letter;
        log.sent.push(clock());
        document.execCommand("insertText", false, letter);
        await wait(pause * (0.5 + Math.random()));
      }
      document.execCommand("insertText", false, " ");
      await wait(pause * 4 * Math.random());
    }
  })();
}
""".replace("FIELD", FIELD)


@dataclass
class Server:
    """A server of one's own that can be killed and started again on the same instance and port."""

    instance: Path
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        output = self.instance.with_name(self.instance.name + ".log")
        with output.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--demonstration", "--host", "127.0.0.1", "--port", str(self.port)],
                env=environment(self.instance) | self.more, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        wait_until_it_answers(self.url, self.process, output)

    def rest(self, patience: float = 60) -> None:
        """Wait until the documents of the demonstration data, and whatever else it gave the worker to do, are made."""
        give_up = time.monotonic() + patience
        with closing(sqlite3.connect(self.instance / "cowork.sqlite3")) as database:
            while database.execute(WAITING_JOBS).fetchone() != (0,) and time.monotonic() < give_up:
                time.sleep(0.5)

    def kill(self) -> None:
        """As a power cut would: nothing is said goodbye to."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(frozen=True)
class Report:
    """`texts` is how many different texts there are at the end; `wrong` are the writers whose letters somebody has not exactly as typed."""

    texts: int
    letters: int
    wrong: tuple[int, ...]
    milliseconds: tuple[float, ...]

    def share(self, percent: int) -> float:
        """The time within which so many per cent of the letters arrived."""
        return statistics.quantiles(self.milliseconds, n=100)[percent - 1] if len(self.milliseconds) > 1 else 0.0

    def __str__(self) -> str:
        return (
            f"{self.letters} letters, {self.texts} different texts, {len(self.wrong)} writers with letters lost or doubled; "
            f"p50 {self.share(50):.0f} ms, p95 {self.share(95):.0f} ms over {len(self.milliseconds)} arrivals"
        )


def shared_draft(url: str, page: Page) -> str:
    """A new draft with authors on both sides; its address. `page` is the academic's."""
    page.goto(f"{url}/proposals/new")
    page.get_by_label("Title").first.fill("Written together")
    for box in page.locator("main input[type=checkbox]").all():
        if "IBM" in (page.locator(f"label[for='{box.get_attribute('id')}']").inner_text()):
            box.check()
    page.get_by_label("With the whole form at once").check()
    page.locator("main form button.button-primary").first.click()
    page.wait_for_url(lambda address: "/proposals/new" not in address)
    draft = page.url.split("/draft")[0].rstrip("/")
    page.goto(f"{draft}/people")
    page.locator("main input[name=email]").fill(PARTNER)
    page.locator("main select[name=role], main input[name=role][value=author]").first.evaluate(
        "e => { if (e.tagName === 'SELECT') e.value = 'author'; else e.checked = true }"
    )
    page.locator("main form:has(input[name=email]) button[type=submit]").click()
    page.wait_for_load_state()
    return draft


def opened(browser: Browser, url: str, email: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sign_in(page, url, email)
    return context, page


def enter(page: Page, draft: str, section: str = SECTION) -> None:
    """Open a section and wait until it is written together."""
    page.goto(f"{draft}/draft/{section}")
    page.wait_for_selector("form[data-live=on]", timeout=60_000)


def write_together(browser: Browser, server: Server, clients: int, seconds: float, *, kill: bool, seed: int = 1) -> Report:
    """Let them write, and compare what each of them has at the end."""
    chance = random.Random(seed)
    ways = roads(server.port, clients)
    visits = [opened(browser, way.url, ACADEMIC if number % 2 == 0 else PARTNER) for number, way in enumerate(ways)]
    draft = shared_draft(ways[0].url, visits[0][1]).removeprefix(ways[0].url)
    for way, (_, page) in zip(ways, visits, strict=True):
        enter(page, f"{way.url}{draft}")
    # Once all are there and the server rests: loading five pages at once is another matter than writing in them.
    server.rest()
    for number, (_, page) in enumerate(visits):
        page.evaluate(WRITER, [ALPHABETS[number], ALPHABETS[:clients], 90])
    start, away, killed = time.monotonic(), dict[int, float](), not kill
    while time.monotonic() - start < seconds:
        time.sleep(0.25)
        now = time.monotonic()
        for number in [number for number, back in away.items() if back < now]:
            ways[number].mend()
            del away[number]
        if chance.random() < 0.06 and len(away) < clients - 1:
            number = chance.choice([number for number in range(clients) if number not in away])
            ways[number].cut()
            away[number] = now + chance.uniform(0.5, 3)
        if not killed and now - start > seconds / 2:
            killed = True
            server.kill()
            server.start()
    for way, (_, page) in zip(ways, visits, strict=True):
        way.mend()
        page.evaluate("() => { told.going = false; return writing }")
    return _compared([page for _, page in visits])


def _compared(pages: list[Page]) -> Report:
    give_up = time.monotonic() + 60
    while True:
        texts = [text_of(page) for page in pages]
        calm = all(page.locator("[data-save-state]").get_attribute("data-state") == "saved" for page in pages)
        if (calm and len(set(texts)) == 1) or time.monotonic() > give_up:
            break
        time.sleep(0.3)
    logs: list[dict[str, Any]] = [page.evaluate("() => told") for page in pages]
    wrong = tuple(
        number
        for number, log in enumerate(logs)
        if any("".join(letter for letter in text if letter in ALPHABETS[number]) != log["typed"] for text in texts)
    )
    return Report(len(set(texts)), sum(len(log["typed"]) for log in logs), wrong, tuple(_times(logs)))


def text_of(page: Page) -> str:
    """What the text holds, as the form would send it."""
    found: str = page.evaluate(f"() => document.querySelector(\"[name='a-{FIELD}']\").value")
    return found


def _times(logs: list[dict[str, Any]]) -> list[float]:
    """How long each letter took to each other browser, where both were connected all the while."""
    found = []
    for number, log in enumerate(logs):
        for other, reader in enumerate(logs):
            if other == number:
                continue
            gaps = [(start - 1000, (end or start + 60_000) + 1000) for each in (log, reader) for start, end in each["away"]]
            for sent, heard in zip(log["sent"], reader["heard"][number], strict=False):
                if not any(start < heard and sent < end for start, end in gaps):
                    found.append(heard - sent)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "instance")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            print(write_together(browser, server, chosen.clients, chosen.seconds, kill=True))
        finally:
            browser.close()
            server.kill()


if __name__ == "__main__":
    main()

"""Writing together in real browsers: one text everywhere, rows that converge, nothing lost when the connection or the server goes."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.benchmarks.together import ACADEMIC, PARTNER, Server, enter, opened, shared_draft, write_together
from tests.browser.axe import faults_in_every_look
from tests.browser.walking import sign_in

pytestmark = pytest.mark.browser

SOAK_SECONDS = float(os.environ.get("COWORK_TEST_SOAK_SECONDS", "60"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("live") / "instance")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def pair(chromium: Browser, server: Server) -> Iterator[tuple[Page, Page, str]]:
    """The authors of both sides, and a draft of theirs."""
    (one, academic), (other, partner) = (opened(chromium, server.url, email) for email in (ACADEMIC, PARTNER))
    yield academic, partner, shared_draft(server.url, academic)
    one.close()
    other.close()


NOT_CUT = """flag => {
  const { left, top, width } = flag.getBoundingClientRect();
  flag.style.pointerEvents = "auto";
  return document.elementFromPoint(left + width / 2, top + 2) === flag;
}"""
"""Whether the upper edge of a flag is on the screen."""


def name_of(email: str) -> str:
    """What the demonstration calls this person."""
    return " ".join(part.title() for part in email.partition("@")[0].split("."))


def until(holds: Callable[[], bool], what: str = "it") -> None:
    give_up = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up, f"{what} never came"
        time.sleep(0.05)


def texts(page: Page) -> list[str]:
    """What the editors on a page hold."""
    found: list[str] = page.eval_on_selector_all("textarea[data-live], input[data-live]", "all => all.map(each => each.value)")
    return found


def test_two_people_write_in_one_text_while_connections_fail(chromium: Browser, server: Server) -> None:
    report = write_together(chromium, server, 2, 8, kill=False)
    assert report.letters > 20
    assert (report.texts, report.wrong) == (1, ())


def test_what_both_type_is_on_both_pages_and_in_the_version(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "identity")
    title = academic.get_by_role("textbox", name=re.compile("^Title"))
    title.click()
    academic.keyboard.press("Control+End")
    academic.keyboard.type(" by all")
    expect(partner.get_by_role("textbox", name=re.compile("^Title"))).to_contain_text("Written together by all")
    expect(partner.locator(".live-flag")).to_have_text("Hannah Lindqvist")
    assert partner.locator(".live-flag").evaluate(NOT_CUT), "the name at a cursor is cut by the edge of the text"
    expect(partner.locator("[data-live-here]")).to_contain_text("Hannah Lindqvist")
    expect(partner.locator("[data-save-state]")).to_contain_text("the next version will hold them")
    academic.keyboard.press("Enter")
    assert "\n" not in texts(academic)[0]
    academic.get_by_label("What did you change").fill("The title")
    academic.get_by_role("button", name="Save", exact=True).last.click()
    expect(academic.locator("[data-save-state]")).to_have_text("Saved as version 2")
    partner.goto(f"{draft}/draft")
    expect(partner.get_by_role("heading", level=1)).to_have_text("Written together by all")
    expect(partner.locator("[data-here=identity]")).to_contain_text("Hannah Lindqvist")


def test_two_people_add_move_and_remove_rows_at_once(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "outcomes")
    for word in ("Build", "Explain", "Judge"):
        academic.get_by_role("button", name="Add an entry").click()
        academic.keyboard.type(word)
    until(lambda: texts(partner) == ["Build", "Explain", "Judge"], "the rows")
    partner.context.set_offline(True)
    expect(partner.locator("[data-save-state]")).to_contain_text("Offline")
    partner.get_by_role("button", name="Add an entry").click()
    partner.keyboard.type("Defend")
    partner.get_by_role("button", name="Up Entry 3").click()
    academic.get_by_role("button", name="Remove Entry 1").click()
    academic.get_by_role("button", name="Add an entry").click()
    academic.keyboard.type("Compare")
    partner.context.set_offline(False)
    until(lambda: texts(partner) == texts(academic) and len(texts(partner)) == 4, "agreement")
    found = texts(academic)
    assert sorted(found) == ["Compare", "Defend", "Explain", "Judge"]
    assert found.index("Judge") < found.index("Explain")


def test_an_entry_typed_a_moment_ago_can_be_linked_to_at_once(pair: tuple[Page, Page, str]) -> None:
    academic, _partner, draft = pair
    enter(academic, draft, "skills")
    academic.locator("#a-items-add").click()
    row = academic.locator("#a-items > .row").first
    nothing = row.get_by_text("There is nothing to choose from yet")
    expect(nothing).to_be_visible()
    second = academic.context.new_page()
    enter(second, draft, "outcomes")
    second.get_by_role("button", name="Add an entry").click()
    second.keyboard.type("Judge a model")
    box = row.get_by_role("checkbox", name="1. Judge a model")
    box.check()
    expect(nothing).to_be_hidden()
    second.keyboard.type(" with figures")
    expect(row.get_by_role("checkbox", name="1. Judge a model with figures")).to_be_checked()
    academic.get_by_role("button", name="Save", exact=True).last.click()
    expect(academic.locator("[data-save-state]")).to_have_text("Saved as version 2")
    for page in (academic, second):
        enter(page, draft, "skills")
        expect(page.get_by_role("checkbox", name="1. Judge a model with figures")).to_be_checked()


def test_the_note_is_right_after_somebody_else_cut_a_version(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "identity")
    academic.get_by_role("textbox", name=re.compile("^Title")).click()
    academic.keyboard.press("End")
    academic.keyboard.type(" by all")
    expect(academic.locator("[data-save-state]")).to_contain_text("the next version will hold them")
    expect(partner.locator("[data-save-state]")).to_contain_text("the next version will hold them")
    partner.get_by_role("button", name="Save", exact=True).last.click()
    for page in (academic, partner):
        expect(page.locator("[data-save-state]")).to_have_text("Saved as version 2")
    academic.keyboard.type("!" * 120)
    expect(academic.locator("[data-save-state]")).to_contain_text("the next version will hold them")
    partner.get_by_role("button", name="Save", exact=True).last.click()
    expect(academic.locator("[data-save-state]")).to_contain_text("A version cannot keep this: ")
    expect(academic.locator("[data-live-problems]")).to_contain_text("at most 100 fit")


def take_a_code(page: Page, name: str, words: str, found: str) -> Locator:
    """Search a code by keys in the last field of this name, and choose the first that fits."""
    box = page.get_by_role("combobox", name=name).last
    box.focus()
    page.keyboard.type(words, delay=20)
    expect(page.locator("[role=option]:visible").first).to_contain_text(found)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(found)
    return box


def test_codes_are_searched_where_people_write_together_and_in_new_rows(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "need")
    rows = partner.locator("#a-occupations")
    rows.get_by_role("button", name="Add an entry").click()
    box = take_a_code(partner, "Occupation", "sofware devel", "software developer")
    expect(partner.locator("[name^='a-occupations-'][name$='-code']")).to_have_value("2512.4")
    for part, value in (("label", "software developer"), ("code", "2512.4"), ("framework", "esco")):
        expect(academic.locator(f"[name^='a-occupations-'][name$='-{part}']")).to_have_value(value)
    other = academic.get_by_role("combobox", name="Occupation")
    other.evaluate("control => { control.focus(); control.setSelectionRange(8, 8); }")
    box.press("Home")
    partner.keyboard.type("A ")
    expect(other).to_have_value("A software developer")
    academic.keyboard.type("😀")
    expect(box).to_have_value("A software😀 developer")
    expect(partner.get_by_text("still belong to “software developer”")).to_be_hidden()
    academic.keyboard.press("Control+z")
    expect(box).to_have_value("A software developer")
    box.blur()
    expect(partner.get_by_text("still belong to “software developer”")).to_be_visible()


def test_a_code_of_one_question_is_searched_where_people_write_together(pair: tuple[Page, Page, str]) -> None:
    academic, _, draft = pair
    enter(academic, draft, "identity")
    box = academic.get_by_role("combobox", name=re.compile("^Field of study"))
    box.focus()
    academic.keyboard.type("database and", delay=20)
    expect(academic.locator("[role=option]:visible").first).to_contain_text("0612")
    academic.keyboard.press("ArrowDown")
    academic.keyboard.press("Enter")
    expect(box).to_have_value("0612")
    academic.get_by_role("button", name="Save", exact=True).last.click()
    expect(academic.locator("[data-save-state]")).to_have_text("Saved as version 2")
    academic.reload()
    expect(box).to_have_value("0612")


def test_long_lists_follow_what_others_choose(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "identity")
    country = academic.get_by_role("combobox", name=re.compile("^Country"))
    country.fill("Finl")
    expect(academic.locator("[role=option]:visible").first).to_contain_text("Finland")
    academic.keyboard.press("Enter")
    expect(partner.get_by_role("combobox", name=re.compile("^Country"))).to_have_value("Finland")
    academic.get_by_role("combobox", name=re.compile("^Languages")).fill("allemand")
    expect(academic.locator("[role=option]:visible").first).to_contain_text("German")
    academic.keyboard.press("Enter")
    chip = partner.get_by_role("button", name="German, remove")
    expect(chip).to_be_visible()
    chip.click()
    expect(academic.get_by_role("button", name="German, remove")).to_have_count(0)


def test_whoever_may_not_write_any_more_cannot_search_either(pair: tuple[Page, Page, str], chromium: Browser, server: Server) -> None:
    _, partner, draft = pair
    enter(partner, draft, "identity")
    boxes = [partner.get_by_role("combobox", name=re.compile(name)) for name in ("^Country", "^Languages")]
    boxes[1].fill("allemand")
    expect(partner.locator("[role=option]:visible").first).to_contain_text("German")
    partner.keyboard.press("Enter")
    need = partner.context.new_page()
    enter(need, draft, "need")
    need.locator("#a-occupations").get_by_role("button", name="Add an entry").click()
    boxes.append(need.get_by_role("combobox", name="Occupation"))
    for box in boxes:
        expect(box).to_be_enabled()
    context, administrator = opened(chromium, server.url, "diane.fletcher@ibm.example")
    administrator.goto(f"{draft}/people")
    administrator.get_by_role("link", name="Change the part of Ada Okafor").click()
    administrator.get_by_role("button", name="Remove Ada Okafor").click()
    for box in boxes:
        expect(box).to_be_disabled()
    expect(partner.get_by_role("button", name="German, remove")).to_be_disabled()
    context.close()


def test_what_is_similar_is_shown_where_people_write_together(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    faults: list[str] = []
    academic.on("pageerror", lambda error: faults.append(str(error)))
    for page in (academic, partner):
        enter(page, draft, "identity")
    academic.get_by_role("textbox", name=re.compile("^Title")).click()
    with academic.expect_request(lambda request: "/similar?" in request.url and "Applied" in request.url):
        academic.keyboard.type("Applied machine learning ")
    enter(academic, draft, "outcomes")
    academic.get_by_role("button", name="Add an entry").click()
    with academic.expect_request(lambda request: "/similar?" in request.url and "outcome=Train" in request.url):
        academic.keyboard.type("Train a model")
    assert faults == []


def test_what_was_typed_offline_survives_closing_the_page(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "need")
    academic.context.set_offline(True)
    box = academic.locator(".cm-content").first.bounding_box()
    assert box is not None
    assert box["height"] > 80, "a long text has room for some lines from the beginning"
    academic.locator(".cm-content").first.click()
    academic.keyboard.type("Typed without a connection")
    expect(academic.locator("[data-save-state]")).to_contain_text("kept on this device")
    academic.wait_for_timeout(400)
    academic.context.set_offline(False)
    # Before anything could be sent, as when a browser is closed and opened again.
    academic.goto("about:blank")
    enter(academic, draft, "need")
    until(lambda: texts(partner)[0] == "Typed without a connection", "the text")
    assert texts(academic)[0] == "Typed without a connection"


def test_a_removed_entry_is_offered_back_to_both(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "outcomes")
    rows = [page.locator(".row") for page in (academic, partner)]
    first = rows[0].count()
    academic.get_by_role("button", name="Add an entry").click()
    academic.keyboard.type("Train a model")
    expect(rows[1]).to_have_count(first + 1)
    expect(rows[1].last).to_contain_text("Train a model")
    partner.get_by_role("button", name=f"Remove Entry {first + 1}").click()
    expect(partner.locator(".rows-removed")).to_contain_text(f"Entry {first + 1} was removed.")
    expect(academic.locator(".rows-removed")).to_contain_text(f"{name_of(PARTNER)} removed the entry you were in.")
    assert academic.evaluate("document.activeElement !== document.body"), "the focus stays in the list"
    academic.get_by_role("button", name="Put it back").click()
    for page, found in zip((academic, partner), rows, strict=True):
        expect(found).to_have_count(first + 1)
        expect(found.last).to_contain_text("Train a model")
        expect(page.locator(".rows-removed")).to_have_count(0)
    academic.get_by_role("button", name=f"Remove Entry {first + 1}").click()
    academic.get_by_role("button", name="Undo").click()
    expect(rows[1]).to_have_count(first + 1)
    expect(rows[0].last).to_contain_text("Train a model")


def test_words_in_no_version_are_not_said_to_be_in_one_and_names_leave_the_text(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    for page in (academic, partner):
        enter(page, draft, "need")
    expect(academic.locator("[data-save-state]")).to_have_text("Saved as version 1")
    partner.locator(".cm-content").first.click()
    partner.keyboard.type("A need")
    expect(academic.locator(".live-flag")).to_have_css("opacity", "1")
    expect(academic.locator(".live-flag")).to_have_css("opacity", "0", timeout=10_000)
    expect(partner.locator("[data-save-state]")).to_contain_text("next version")
    enter(partner, draft, "need")
    expect(partner.locator("[data-save-state]")).to_contain_text("next version")


def test_a_right_that_is_withdrawn_is_said_at_once(pair: tuple[Page, Page, str]) -> None:
    academic, _, draft = pair
    sockets: list[WebSocketRoute] = []
    hellos: list[dict[str, dict[str, bool]]] = []

    def between(route: WebSocketRoute) -> None:
        def passed_on(message: str | bytes) -> None:
            if isinstance(message, str) and '"hello"' in message:
                hellos.append(json.loads(message))
            route.send(message)

        route.connect_to_server().on_message(passed_on)
        sockets.append(route)

    academic.route_web_socket(re.compile("/live/need"), between)
    enter(academic, draft, "need")
    sockets[-1].send(json.dumps({**hellos[-1], "rooms": dict.fromkeys(hellos[-1]["rooms"], False)}))
    expect(academic.locator("[data-save-state]")).to_contain_text("You may only read here now")
    expect(academic.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(academic.get_by_role("button", name="Add an entry")).to_have_count(0)


def test_a_right_to_some_answers_that_is_withdrawn_is_said_with_their_names(pair: tuple[Page, Page, str]) -> None:
    academic, _, draft = pair
    sockets: list[WebSocketRoute] = []
    hellos: list[dict[str, dict[str, bool]]] = []

    def between(route: WebSocketRoute) -> None:
        def passed_on(message: str | bytes) -> None:
            if isinstance(message, str) and '"hello"' in message:
                hellos.append(json.loads(message))
            route.send(message)

        route.connect_to_server().on_message(passed_on)
        sockets.append(route)

    academic.route_web_socket(re.compile("/live/modules"), between)
    enter(academic, draft, "modules")
    add = academic.get_by_role("button", name="Add an entry")
    expect(add).to_have_count(1)
    rooms = hellos[-1]["rooms"]
    assert rooms == {"shared.both": True, "shared.university": True}
    note = academic.locator("[data-live-rights]")
    for closed, words, adds in (("shared.university", "New or existing modules", 1), ("shared.both", "Modules", 0)):
        sockets[-1].send(json.dumps({**hellos[-1], "rooms": {**rooms, closed: False}}))
        expect(note).to_contain_text("You may only read these answers now:")
        expect(note).to_contain_text(words)
        expect(academic.locator("[data-live-say]")).to_contain_text(words)
        expect(add).to_have_count(adds)
    sockets[-1].send(json.dumps(hellos[-1]))
    expect(note).to_have_count(0)
    expect(academic.locator("[data-live-say]")).to_have_text("You may write all of it again.")


def test_whoever_is_signed_out_reads_so_when_saving(pair: tuple[Page, Page, str]) -> None:
    academic, _, draft = pair
    enter(academic, draft, "need")
    academic.context.clear_cookies()
    academic.get_by_role("button", name="Save", exact=True).last.click()
    expect(academic.locator("[data-save-state]")).to_contain_text("You are signed out.")
    link = academic.get_by_role("link", name="sign in again in a new tab")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("/sign-in", "_blank")
    academic.evaluate("window.dispatchEvent(new Event('offline'))")
    academic.wait_for_timeout(1000)
    academic.get_by_role("button", name="Save", exact=True).last.click()
    academic.wait_for_timeout(6000)
    expect(academic.locator("[data-save-state]")).to_contain_text("You are signed out.")


THROWS = "class { constructor() { throw new Error('none here'); } }"
STRIPPED = """class extends EventTarget {
  constructor() { super(); setTimeout(() => this.dispatchEvent(new CloseEvent("close", { code: 1006 })), 50); }
}"""


@pytest.mark.parametrize("socket", [THROWS, STRIPPED], ids=["thrown", "stripped"])
def test_where_no_socket_comes_through_the_page_saves_by_form(pair: tuple[Page, Page, str], socket: str) -> None:
    academic, _, draft = pair
    academic.add_init_script(f"window.WebSocket = {socket};")
    academic.goto(f"{draft}/draft/need")
    expect(academic.locator("[data-save-state]")).to_contain_text("this page saves every 20 seconds", timeout=15_000)
    academic.locator("[name=a-problem]").fill("Saved by itself")
    expect(academic.locator("[data-save-state]")).to_have_text("Saved as version 2", timeout=40_000)


def test_a_section_that_is_written_together_is_accessible(pair: tuple[Page, Page, str]) -> None:
    academic, partner, draft = pair
    enter(partner, draft, "need")
    partner.locator(".cm-content").first.click()
    partner.keyboard.type("A need")
    enter(academic, draft, "need")
    assert faults_in_every_look(academic) == []


def test_without_a_script_the_same_page_is_a_form(pair: tuple[Page, Page, str], plain_page: Page, server: Server) -> None:
    academic, _, draft = pair
    enter(academic, draft, "need")
    sign_in(plain_page, server.url, PARTNER)
    plain_page.goto(f"{draft}/draft/need")
    plain_page.locator("[name=a-problem]").fill("Written in a form")
    plain_page.get_by_role("button", name="Save", exact=True).last.click()
    until(lambda: texts(academic)[0] == "Written in a form", "the text of the form")


def test_where_there_are_too_many_sockets_the_page_saves_by_form(chromium: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path / "instance", {"COWORK_LIVE_SOCKETS": "1"})
    server.start()
    try:
        (one, academic), (other, partner) = (opened(chromium, server.url, email) for email in (ACADEMIC, PARTNER))
        draft = shared_draft(server.url, academic)
        enter(academic, draft, "need")
        partner.goto(f"{draft}/draft/need")
        expect(partner.locator("[data-save-state]")).to_contain_text("saves every 20 seconds")
        partner.locator("[name=a-problem]").fill("Saved by itself")
        expect(partner.locator("[data-save-state]")).to_have_text("Saved as version 2", timeout=40_000)
        until(lambda: texts(academic)[0] == "Saved by itself", "the text")
        one.close()
        other.close()
    finally:
        server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("clients", [2, 5])
def test_nothing_is_lost_when_the_server_is_killed(chromium: Browser, tmp_path: Path, clients: int) -> None:
    server = Server(tmp_path / "instance")
    server.start()
    try:
        report = write_together(chromium, server, clients, SOAK_SECONDS, kill=True)
    finally:
        server.kill()
    print(report)
    assert (report.texts, report.wrong) == (1, ())
    assert report.letters > clients * 100

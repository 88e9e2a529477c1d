"""The main job in a real browser, with and without JavaScript: draft together, comment, submit, decide, change, approve, export.

Each person has a browser of their own, as in life. The specification is imported nearly complete, so that the journey is about what
people do together and not about typing eighteen sections.
"""

import hashlib
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_every_look
from tests.browser.conftest import has_no_faults, watched
from tests.browser.serving import COMMAND, RunningServer, environment
from tests.browser.walking import save_answer, sign_in
from tests.world import complete_content

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PARTNER, ACADEMIC = "ada.okafor@ibm.example", "hannah.lindqvist@northfield.example"
SIGNER, RELEASER = "robert.castellano@ibm.example", "mei-ling.chow@northfield.example"
HEAD, QUALITY, BUSINESS = "ingrid.sorensen@northfield.example", "leila.haddad@northfield.example", "fiona.gallagher@northfield.example"
COMMITTEE = ("marcus.bell@northfield.example", "aisha.rahman@northfield.example")
DEAN = "margaret.whitcombe@northfield.example"
TITLE = "Explaining Models to People Who Decide"
NEED = "Our branch managers get predictions that nobody explains to them."


class Desk:
    """Everybody's browsers, each signed in at first use."""

    def __init__(self, browser: Browser, url: str, *, javascript: bool) -> None:
        self.browser, self.url, self.javascript = browser, url, javascript
        self.pages: dict[str, Page] = {}

    def of(self, email: str) -> Page:
        if email not in self.pages:
            context = self.browser.new_context(locale="en-GB", java_script_enabled=self.javascript, viewport={"width": 1440, "height": 900})
            self.pages[email] = watched(context)
            sign_in(self.pages[email], self.url, email)
        return self.pages[email]

    def looks_at(self, page: Page) -> None:
        """The page is accessible in every look. Without JavaScript the checker cannot run; the pages are the same."""
        if self.javascript:
            assert faults_in_every_look(page) == []

    def close(self) -> None:
        for page in self.pages.values():
            has_no_faults(page)
            page.context.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def desk(request: pytest.FixtureRequest, chromium: Browser, server: RunningServer) -> Iterator[Desk]:
    everybody = Desk(chromium, server.url, javascript=request.param)
    yield everybody
    everybody.close()


def start(server: RunningServer, folder: Path) -> str:
    """A proposal by IBM and Northfield that lacks nothing but what the journey writes; its id."""
    content = complete_content()
    content["identity"]["title"] = TITLE
    del content["need"]["problem"]
    file = folder / "specification.json"
    file.write_text(json.dumps(content), "utf-8")
    command = [str(COMMAND), "import", str(file), "--as", PARTNER, "--with", "northfield"]
    answer = subprocess.run(command, env=environment(server.instance), capture_output=True, text=True, check=True)
    listed = subprocess.run([COMMAND, "list", "--json"], env=environment(server.instance), capture_output=True, text=True, check=True)
    mine = [entry["id"] for entry in json.loads(listed.stdout) if entry["title"] == TITLE and entry["state"] == "draft"]
    assert mine, answer.stdout
    return str(mine[0])


def test_a_proposal_goes_from_first_draft_to_an_official_document(desk: Desk, server: RunningServer, tmp_path: Path) -> None:
    proposal = f"{server.url}/proposals/{start(server, tmp_path)}"
    partner_drafts(desk.of(PARTNER), proposal)
    academic_edits_and_comments(desk.of(ACADEMIC), proposal)
    partner_answers(desk.of(PARTNER), proposal)
    academic_submits(desk.of(ACADEMIC), proposal)
    for email in (SIGNER, RELEASER, HEAD, BUSINESS):
        approve(desk.of(email), proposal)
    quality_requests_changes(desk.of(QUALITY), proposal)
    academic_changes_the_assessments_and_submits_again(desk.of(ACADEMIC), proposal)
    only_readers_of_the_assessments_decide_again(desk, proposal)
    for email in (HEAD, QUALITY, *COMMITTEE, DEAN):
        approve(desk.of(email), proposal)
    expect(desk.of(DEAN).locator(".page-title")).to_contain_text("Approved")
    the_document_is_downloaded_and_conforms(desk.of(PARTNER), proposal)


def test_a_review_is_held_decided_under_conditions_and_taken_back(desk: Desk, server: RunningServer, tmp_path: Path) -> None:
    proposal = f"{server.url}/proposals/{start(server, tmp_path)}"
    partner_drafts(desk.of(PARTNER), proposal)
    academic_submits(desk.of(ACADEMIC), proposal)
    partner_holds_and_resumes(desk, proposal)
    signer_sets_two_conditions(desk.of(SIGNER), proposal)
    signer_takes_it_back(desk, proposal)
    desk.of(ACADEMIC).goto(f"{proposal}/route")
    expect(desk.of(ACADEMIC).locator("main .struck")).to_have_text("Approve with conditions")
    desk.looks_at(desk.of(ACADEMIC))


def confirmed(desk: Desk, page: Page, button: str, reason: str, said: str) -> None:
    """Give the reason on the page of an act, and do it."""
    desk.looks_at(page)
    page.get_by_role("main").get_by_role("textbox").fill(reason)
    page.get_by_role("main").get_by_role("button", name=button).click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def partner_holds_and_resumes(desk: Desk, proposal: str) -> None:
    page, signer = desk.of(PARTNER), desk.of(SIGNER)
    page.goto(f"{proposal}/route")
    page.get_by_role("link", name="Put on hold").click()
    confirmed(desk, page, "Put it on hold", "The partner is being sold.", "The review is on hold.")
    signer.goto(f"{proposal}/review")
    expect(signer.locator(".page-meta-needs")).to_contain_text("On hold since")
    expect(signer.locator("#decide")).to_have_count(0)
    page.get_by_role("link", name="Resume it").click()
    confirmed(desk, page, "Resume it", "It is sold.", "The review goes on.")


def signer_sets_two_conditions(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/review")
    page.locator("#decide label", has_text="Approve with conditions").click()
    page.locator("#decide summary", has_text="Conditions of the approval").click()
    page.get_by_label("Condition 1", exact=True).fill("Name the data set.")
    page.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_label("Condition 1", exact=True)).to_have_value("Name the data set.")
    page.get_by_label("Condition 2", exact=True).fill("Say who may publish results.")
    page.get_by_role("button", name="Submit decision").click()
    expect(page.get_by_role("status").first).to_contain_text("approval with conditions of version")
    expect(page.locator("#conditions-set")).to_contain_text("Say who may publish results.")


def signer_takes_it_back(desk: Desk, proposal: str) -> None:
    page = desk.of(SIGNER)
    page.goto(f"{proposal}/review")
    page.get_by_role("link", name="Take it back").click()
    confirmed(desk, page, "Take it back", "I had another proposal in mind.", "Your decision is taken back.")
    expect(page.locator("#conditions-set")).to_have_count(0)


def partner_drafts(page: Page, proposal: str) -> None:
    save_answer(page, f"{proposal}/draft/need", "a-problem", NEED)
    page.goto(f"{proposal}/people")
    page.locator("main input[name=email]").fill(ACADEMIC)
    page.locator("#role").select_option("author")
    page.get_by_role("button", name="Add", exact=False).first.click()
    expect(page.get_by_role("main")).to_contain_text("Hannah Lindqvist")


def academic_edits_and_comments(page: Page, proposal: str) -> None:
    words = "Explain to a manager how a model learns from labelled data and where it fails"
    save_answer(page, f"{proposal}/draft/outcomes", "a-items-0-text", words)
    page.goto(f"{proposal}/review?comment=need.problem#new-need")
    form = page.locator("form[action$='/threads']").filter(has=page.locator("input[name=section][value=need]"))
    form.locator("textarea[name=body]").fill("Which decisions do they take with the predictions?")
    form.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("main")).to_contain_text("Which decisions do they take")


def partner_answers(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/review")
    thread = page.locator(".thread").filter(has_text="Which decisions do they take")
    reply = thread.locator("form[action$='/replies']")
    if not reply.is_visible():
        thread.locator("summary").filter(has_text="Reply").click()
    reply.locator("textarea").fill("Whom to call, and what to offer them.")
    reply.get_by_role("button").click()
    thread = page.locator(".thread").filter(has_text="Which decisions do they take")
    expect(thread).to_contain_text("Whom to call")
    thread.locator("form[action$='/resolve']").get_by_role("button").click()
    expect(page.locator(".thread-resolved")).to_contain_text("Resolved by Ada Okafor")


def academic_submits(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/submit")
    expect(page.get_by_role("main")).to_contain_text("is ready to be submitted")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".page-title")).to_contain_text("In review")
    expect(page.get_by_role("main")).to_contain_text("Robert Castellano")


def approve(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/review")
    decision = page.locator("#decide")
    decision.locator("label", has_text="Approve").first.click()
    decision.get_by_role("button", name="Submit decision").click()
    expect(page.get_by_role("status").first).to_contain_text("is recorded")


def quality_requests_changes(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/review")
    decision = page.locator("#decide")
    decision.locator("label", has_text="Request changes").click()
    decision.get_by_role("button", name="Submit decision").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the sections")
    decision = page.locator("#decide")
    expect(decision.get_by_label("Request changes", exact=True)).to_be_checked()
    decision.locator("label", has_text="Assessments").click()
    decision.locator("textarea[name=reason]").fill("Say how the oral defence is marked.")
    decision.get_by_role("button", name="Submit decision").click()
    expect(page.locator(".page-title")).to_contain_text("Changes requested")


def academic_changes_the_assessments_and_submits_again(page: Page, proposal: str) -> None:
    words = "Two people mark every oral defence with the same published rubric."
    save_answer(page, f"{proposal}/draft/assessments", "a-strategy", words)
    academic_submits_again(page, proposal)


def academic_submits_again(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/submit")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".page-title")).to_contain_text("In review")


def only_readers_of_the_assessments_decide_again(desk: Desk, proposal: str) -> None:
    for email, asked in ((SIGNER, 0), (RELEASER, 0), (HEAD, 1)):
        page = desk.of(email)
        page.goto(f"{proposal}/review")
        expect(page.locator("#decide")).to_have_count(asked)
    desk.of(HEAD).goto(f"{proposal}/route")
    expect(desk.of(HEAD).get_by_role("main")).to_contain_text("Ingrid Sørensen")


def the_document_is_downloaded_and_conforms(page: Page, proposal: str) -> None:
    page.goto(f"{proposal}/export")
    link = page.get_by_role("link", name="Download the PDF")
    for _ in range(120):
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.goto(f"{proposal}/export")
    with page.expect_download() as coming:
        link.click()
    content = Path(coming.value.path()).read_bytes()
    for profile in ("3a", "ua1"):
        path = Path(coming.value.path())
        checked = page_validation.validate_pdf(str(path), profile=profile)
        assert checked.is_compliant, [(failure.rule_id, failure.message) for failure in checked.failures]
    with pikepdf.open(io.BytesIO(content)) as document:
        attached = document.attachments["specification.json"].get_file().read_bytes()
    specification = json.loads(attached)
    assert specification["content"]["need"]["problem"] == NEED
    assert "same published rubric" in specification["content"]["assessments"]["strategy"]
    expect(page.get_by_role("main")).to_contain_text(hashlib.sha256(attached).hexdigest())
    page.goto(f"{page.url.split('/proposals')[0]}/programmes/verify?digest={hashlib.sha256(attached).hexdigest()}")
    expect(page.get_by_role("main")).to_contain_text(TITLE)

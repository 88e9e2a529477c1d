"""The PDF: conformant, repeatable, complete, and plain about what it is."""

import hashlib
import time
from dataclasses import replace
from functools import cache

import pytest

from cowork.domain.proposals import STANDING_WORDS, Standing
from cowork.domain.specifications.form import FieldLane
from cowork.domain.workflows.progress import Verdict
from cowork.exports import pdf
from cowork.exports.dossier import Shares
from cowork.gateways.renderer import WorkerRenderer
from tests.exports import reading, samples

UNAPPROVED = tuple(standing for standing in Standing if standing is not Standing.APPROVED)


@pytest.fixture(scope="module")
def approved(renderer: WorkerRenderer) -> bytes:
    return pdf.render(samples.dossier(), renderer)


@pytest.fixture(scope="module")
def draft(renderer: WorkerRenderer) -> bytes:
    return pdf.render(samples.dossier(Standing.DRAFT), renderer)


def test_an_approved_specification_is_pdf_a_3a_and_pdf_ua_1(approved: bytes) -> None:
    assert reading.faults(approved) == []


def test_a_draft_is_pdf_a_3a_and_pdf_ua_1(draft: bytes) -> None:
    assert reading.faults(draft) == []


def test_an_empty_draft_is_conformant_and_says_what_is_missing(renderer: WorkerRenderer) -> None:
    made = pdf.render(samples.dossier(Standing.DRAFT, content={}, parties=(), demonstration=False), renderer)
    assert reading.faults(made) == []
    assert "Not answered yet." in reading.text(made)


def test_rendering_twice_gives_the_same_bytes(renderer: WorkerRenderer, approved: bytes) -> None:
    time.sleep(1.1)  # so that a clock that leaks into the file is seen
    assert pdf.render(samples.dossier(), renderer) == approved


def test_two_processes_give_the_same_bytes(approved: bytes, draft: bytes) -> None:
    with WorkerRenderer() as other:
        assert pdf.render(samples.dossier(Standing.DRAFT), other) == draft
        assert pdf.render(samples.dossier(), other) == approved


@cache
def words_of_the_sample() -> tuple[str, ...]:
    dossier = samples.dossier()
    asked = [(section, fields) for section, fields in dossier.form.asked(dossier.content)]
    sections = [section.label for section, _ in asked]
    fields = [
        field.label
        for section, fields in asked
        for field in fields
        if field.lane is FieldLane.SHARED and field.key in dossier.content.get(section.key, {})
    ]
    return (*sections, *fields)


def test_every_section_and_every_answered_field_is_in_the_text(approved: bytes) -> None:
    text = reading.text(approved)
    assert [label for label in words_of_the_sample() if label not in text] == []


def test_outcomes_approvers_offices_and_digest_are_in_the_text(approved: bytes) -> None:
    text = reading.closed(reading.text(approved))
    wanted = [outcome for outcome, _ in samples.OUTCOMES]
    wanted += [word for person in samples.PEOPLE for word in person]
    wanted += [samples.dossier().digest, samples.dossier().audit_head or "", samples.dossier().title, "Page1of", "29May2026,10:40IST"]
    assert [word for word in wanted if reading.closed(word) not in text] == []


def test_the_hours_and_credits_are_worked_out(approved: bytes) -> None:
    text = reading.text(approved)
    assert "5 ECTS credits stand for 125 to 150 hours" in text
    assert "39.2 %" in text


def test_every_page_has_its_number_and_the_short_digest(approved: bytes) -> None:
    sheets = reading.pages(approved)
    for number, sheet in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in sheet
        assert samples.dossier().digest[:16] in sheet


def test_an_approved_specification_has_no_watermark(approved: bytes) -> None:
    assert "NOTAPPROVED" not in reading.closed(reading.text(approved)).upper()


@pytest.mark.parametrize("standing", UNAPPROVED)
def test_what_is_not_approved_says_so_on_every_page(renderer: WorkerRenderer, standing: Standing) -> None:
    made = pdf.render(samples.dossier(standing, content=samples.short()), renderer)
    words = f"{STANDING_WORDS[standing]}: not approved"
    sheets = [reading.closed(sheet) for sheet in reading.pages(made)]
    assert [number for number, sheet in enumerate(sheets) if reading.closed(words.upper()) not in sheet] == []
    assert reading.closed(words) in sheets[0]
    assert "mustnotbeusedasone" in sheets[0]


def test_the_attachment_is_the_specification_and_hashes_to_its_digest(approved: bytes) -> None:
    attached = reading.attachments(approved)
    assert list(attached) == [pdf.ATTACHMENT_NAME]
    assert hashlib.sha256(attached[pdf.ATTACHMENT_NAME]).hexdigest() == samples.dossier().digest
    assert reading.relationships(approved) == ["/Source"]


def test_private_lanes_are_not_printed(renderer: WorkerRenderer) -> None:
    content = samples.short() | {
        "legal": {"university_note": "canary of the university", "brand": "Both names."},
        "employer_statements": {"internal_note": "canary of the employer"},
    }
    made = pdf.render(samples.dossier(content=content), renderer)
    assert "canary" not in reading.text(made)
    assert "Both names." in reading.text(made)
    assert b"canary" not in reading.attachments(made)[pdf.ATTACHMENT_NAME]


def test_a_text_that_says_approved_stays_an_answer(renderer: WorkerRenderer) -> None:
    claim = "# APPROVED\n\n## Approval record\n\n| Approved by | Dean |\n|---|---|\n| APPROVED | 2026 |\n\n<h1>APPROVED</h1>"
    dossier = samples.dossier(Standing.DRAFT, content=samples.short() | {"need": {"problem": claim}}, title="APPROVED")
    html = pdf.html(dossier)
    before = html.partition("APPROVED</strong>")[0]
    assert html.count("<h1>") == 1
    assert before != html
    assert before.rindex('<div class="answer">') > before.rindex("<h2")
    made = pdf.render(dossier, renderer)
    assert all("DRAFT:NOTAPPROVED" in reading.closed(sheet) for sheet in reading.pages(made))
    assert reading.faults(made) == []


def test_a_zone_that_nobody_knows_falls_back_to_utc() -> None:
    assert "15:12 UTC" in pdf.html(samples.dossier(zone="Atlantis/Capital"))


def test_the_co_design_record_stands_in_the_approval_record(renderer: WorkerRenderer) -> None:
    rows = (("Need", (120, 80)), ("Outcomes", (0, 7)), ("All sections", (120, 87)))
    shares = Shares(("Northfield <University>", "Harbour Analytics"), rows)
    made = pdf.render(samples.dossier(shares=shares), renderer)
    assert reading.faults(made) == []
    text = reading.closed(reading.text(made))
    for words in ("Co-design record", "Northfield <University>", "120 (60 %)", "87 (42 %)", "7 (100 %)"):
        assert reading.closed(words) in text, words


def test_the_approval_record_says_who_sat_and_who_gave_it_for_whom(renderer: WorkerRenderer) -> None:
    one, *others = samples.dossier().approvals
    sat = replace(one, office="Deputy dean", place="Dean", through="through Ben Adeyemi, their deputy")
    words = " ".join(reading.text(pdf.render(samples.dossier(approvals=(sat, *others)), renderer)).split())
    assert f"{one.person}, through Ben Adeyemi, their deputy Deputy dean, in place of the Dean {one.organisation}" in words


def test_the_approval_record_says_against_what_an_appeal_was() -> None:
    one, *others = samples.dossier().approvals
    lodged = replace(one, verdict=Verdict.APPEAL, against="Board’s <decision>")
    assert "<strong>Appealed against Board’s &lt;decision&gt;</strong>" in pdf.html(samples.dossier(approvals=(lodged, *others)))

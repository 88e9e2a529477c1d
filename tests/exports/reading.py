"""Reading PDFs back: text, attachment and conformance."""

from io import BytesIO
from typing import Any, cast

import page
from pypdf import PdfReader


def text(pdf: bytes) -> str:
    """The text of all pages, white space collapsed."""
    return " ".join(" ".join(pages(pdf)).split())


def closed(text: str) -> str:
    """The text without white space, which extraction guesses from distances."""
    return "".join(text.split())


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages]


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The attached files by name."""
    return {name: parts[0] for name, parts in PdfReader(BytesIO(pdf)).attachments.items()}


def relationships(pdf: bytes) -> list[str]:
    """How the attached files relate to the document."""
    catalogue: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return sorted({str(file.get_object()["/AFRelationship"]) for file in catalogue["/AF"]})


def actions(pdf: bytes) -> list[str]:
    """The addresses that links lead to, and the kinds of all other actions."""
    annotations: list[Any] = [entry for sheet in PdfReader(BytesIO(pdf)).pages for entry in cast("Any", sheet.get("/Annots", []))]
    acts = [annotation.get_object()["/A"] for annotation in annotations if "/A" in annotation.get_object()]
    return [str(act.get("/URI", act["/S"])) for act in acts]


def faults(pdf: bytes) -> list[str]:
    """What keeps the file from being PDF/A-3a and PDF/UA-1."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("3a", "ua1")]
    assert [report.rules.total > 100 for report in reports] == [True, True]
    return [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]

"""Agenda and minutes as PDF: conformant, complete, with what people typed as text and nothing else."""

import json
from datetime import UTC, datetime

import pytest

from cowork.exports import meetings
from cowork.exports.meetings import Paper, PaperItem, PaperVote
from cowork.gateways.renderer import WorkerRenderer
from tests.exports import reading

AT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)


def paper(kind: str, *items: PaperItem, **more: object) -> Paper:
    facts: dict[str, object] = {
        "status": "Closed", "title": "March meeting", "organisation": "Northfield University", "office": "Curriculum committee",
        "starts_at": AT, "zone": "Europe/Dublin", "place": "Room 4",
    }  # fmt: skip
    return Paper(kind=kind, items=items, **{**facts, **more})  # type: ignore[arg-type]  # a test's shorthand


DECIDED = PaperItem(
    1, "For discussion", "Machine Learning", "Committee’s vote, version 3", "Changes requested", "6 of 9 present, quorum 5: reached",
    (PaperVote("Ada Lovelace", "Approve", by="Grace Hopper"), PaperVote("Alan Turing", "Request changes", "The need is thin.")),
    ("Charles Babbage",), ("Need and evidence",), "Come back with evidence.", "A long talk.\n\nTwo paragraphs.",
)  # fmt: skip
MATTER = PaperItem(2, "Matter", "Dates", "")
ATTENDANCE = (("Present", ("Ada Lovelace", "Alan Turing")), ("Apologies", ("Mary Somerville",)))


@pytest.mark.parametrize(
    "made",
    [
        paper("Agenda", PaperItem(1, "For consent", "Machine Learning", "Committee’s vote, version 3"), MATTER),
        paper("Agenda"),
        paper("Minutes", DECIDED, attendance=ATTENDANCE, minutes="The chair welcomed everybody.", demonstration=True),
    ],
    ids=["agenda", "empty", "minutes"],
)
def test_papers_are_pdf_a_3a_and_pdf_ua_1(renderer: WorkerRenderer, made: Paper) -> None:
    assert reading.faults(meetings.render(made, renderer, AT)) == []


def test_minutes_hold_everything_that_was_noted(renderer: WorkerRenderer) -> None:
    made = paper("Minutes", DECIDED, attendance=ATTENDANCE, minutes="The chair welcomed everybody.", closed="Closed by Ada Lovelace.")
    pdf = meetings.render(made, renderer, AT)
    text = reading.closed(reading.text(pdf))
    for words in (
        "March meeting", "Northfield University", "20 March 2026, 14:00 GMT", "Mary Somerville", "Ada Lovelace, by Grace Hopper",
        "The need is thin.", "Charles Babbage", "Need and evidence", "Come back with evidence.", "Two paragraphs.", "quorum 5: reached",
        "The chair welcomed everybody.", "Closed by Ada Lovelace.",
    ):  # fmt: skip
        assert reading.closed(words) in text, words
    data = json.loads(reading.attachments(pdf)["minutes.json"])
    assert data["items"][0]["votes"][1]["reason"] == "The need is thin."
    assert meetings.render(made, renderer, AT) == pdf


def test_what_people_typed_is_text() -> None:
    item = PaperItem(1, "Matter", "<b>bold</b>", "", "Discussed", decision="<script>x</script>", minutes="<img src=x>")
    html = meetings.html(paper("Minutes", item, title="<i>title</i>", minutes="<a href='http://x'>x</a>"), AT)
    for markup in ("<b>bold", "<script>", "<img", "<i>title", "<a href"):
        assert markup not in html

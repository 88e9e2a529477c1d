"""The marked-up PDF: conformant, readable without colour, with what people typed as text and nothing else."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms
from cowork.domain.specifications.compare import compare
from cowork.exports import changes
from cowork.exports.changes import ChangesPaper, VersionNamed
from cowork.gateways.renderer import WorkerRenderer
from cowork.gateways.worddiff import opcodes
from tests.exports import reading
from tests.exports.samples import CONTENT

AT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)
Contents = Mapping[str, Mapping[str, Value]]


def paper(old: Contents, new: Contents) -> ChangesPaper:
    form = forms.shipped()
    return ChangesPaper(
        "Machine <i>Learning</i>", "p", ("Northfield University", "Harbour Analytics"), VersionNamed(1, AT, "Ada Lovelace", "a" * 64),
        VersionNamed(2, AT, "Grace Hopper", "b" * 64), form, compare(form, old, new, opcodes), new, "Everybody who takes part", "UTC", True,
    )  # fmt: skip


def edited() -> tuple[Contents, Contents]:
    """A text changed, an outcome moved, one changed, one removed and one added."""
    first, second, third, *others = CONTENT["outcomes"]["items"]
    changed = {**third, "text": f"{third['text']} With <script>alert(1)</script> \N{ZERO WIDTH SPACE}signs."}
    added = {**first, "id": "new", "text": "Explain a model to people without training"}
    new = {**CONTENT, "outcomes": {**CONTENT["outcomes"], "items": [*others, changed, first, added]}}
    new["need"] = {**CONTENT["need"], "problem": "Another problem altogether."}
    assert second
    return CONTENT, new


def test_the_document_is_pdf_a_3a_and_pdf_ua_1(renderer: WorkerRenderer) -> None:
    assert reading.faults(changes.render(paper(*edited()), renderer)) == []
    assert reading.faults(changes.render(paper(CONTENT, CONTENT), renderer)) == []
    assert reading.faults(changes.render(paper({}, CONTENT), renderer)) == []


def test_changes_can_be_told_without_colour(renderer: WorkerRenderer) -> None:
    made = paper(*edited())
    pdf = changes.render(made, renderer)
    text = reading.closed(reading.text(pdf))
    for words in ("[+Another", "altogether", "moved from 1 to", "added", "removed", "With <script>alert(1)</script>", "[-"):
        assert reading.closed(words) in text, words
    assert changes.render(made, renderer) == pdf, "the same comparison gives the same bytes"
    data = json.loads(reading.attachments(pdf)["changes.json"])
    assert {"kind": "changed", "path": "outcomes.items"} in data["changed"]
    assert "Another problem" not in json.dumps(data)

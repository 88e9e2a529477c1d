"""Hostile, odd and huge text: nothing is fetched, nothing acts, nothing breaks the document."""

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cowork.domain.proposals import Standing
from cowork.exports import pdf
from cowork.gateways.renderer import WorkerRenderer
from cowork.ports import Attachment, RenderFailed
from tests.exports import reading, samples

SCRIPTS = {
    "Arabic and Hebrew": "برنامج تعليم الآلة — תכנית למידת מכונה, with English (and digits 123)",
    "Greek and Cyrillic": "Μηχανική μάθηση για αναλυτές. Машинное обучение для аналитиков.",
    "Chinese, Japanese, Korean": "机器学习 機械学習 기계 학습",
    "Indic and Thai": "मशीन लर्निंग যন্ত্র শিক্ষণ இயந்திர கற்றல் การเรียนรู้ของเครื่อง",
    "emoji": "Ready 🎓👩🏽‍💻🏳️‍🌈 1️⃣ ✓ ☑",
    "unassigned and private": "\U0001fbff \ue000\uf8ff \U00010fff \ufffe \ufdd0 ￿",
    "controls": "bell\x07 nul\x00 escape\x1b tab\t form\x0c vertical\x0b next\x85 end",
    "reordering marks": "invoice \u202egpj.exe\u202c and \u2066isolated\u2069",
    "invisible": "zero\u200bwidth\u200djoin\ufeffmark soft\u00adhyphen",
    "many marks": "Z" + "\u0351\u0352\u0353" * 60 + "algo",
    "half a pair": "lone \ud83d surrogate \udc00 halves",
}


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that notes who comes by."""
    visits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    thread.join()
    server.server_close()


def hostile(address: str) -> str:
    return (
        f'<img src="{address}/img"><link rel=stylesheet href="{address}/css"><link rel=attachment href="file:///etc/passwd">'
        f'<style>@import "{address}/import"; body{{background:url({address}/background)}}</style><base href="{address}/">'
        f'<script>fetch("{address}/script")</script><iframe src="{address}/frame"></iframe><object data="file:///etc/passwd"></object>'
        f'<svg><image href="{address}/svg"/></svg><a href="javascript:alert(1)">here</a>\n\n![picture]({address}/markdown) '
        f"![file](file:///etc/passwd) [run](javascript:alert(1)) [data](data:text/html,x) [site]({address}/link) <{address}/auto>"
    )


def test_hostile_answers_fetch_nothing_and_do_nothing(renderer: WorkerRenderer, trap: tuple[str, list[str]]) -> None:
    address, visits = trap
    content = samples.with_answer("need.problem", hostile(address))
    content["outcomes"]["items"][0]["text"] = hostile(address)
    content["parties"]["partners"] = [{"id": "p", "name": hostile(address), "role": hostile(address), "url": "javascript:alert(1)"}]
    content["badge"]["tags"] = [hostile(address)]
    dossier = samples.dossier(Standing.DRAFT, content=content, title=hostile(address), version_author=hostile(address))
    html = pdf.html(dossier)
    assert re.findall(r"<(?:img|link|script|iframe|object|svg|base|style)\b", html) == []
    assert re.findall(r"<a [^>]*href=.(?!https?:|#)", html) == []
    made = pdf.render(dossier, renderer)
    assert visits == []
    assert b"root:" not in made
    assert list(reading.attachments(made)) == [pdf.ATTACHMENT_NAME]
    assert all(action.startswith(("https://", "http://")) for action in reading.actions(made))
    assert reading.faults(made) == []


def test_even_our_own_markup_cannot_fetch(renderer: WorkerRenderer, trap: tuple[str, list[str]]) -> None:
    address, visits = trap
    markup = (
        f'<!DOCTYPE html><html lang="en"><head><title>t</title><link rel="stylesheet" href="{address}/css">'
        f'<link rel="attachment" href="file:///etc/passwd"><style>@import "{address}/import";'
        f'p{{background:url("{address}/background")}} @font-face{{font-family:f;src:url("file:///etc/passwd")}}</style></head>'
        f'<body><p style="font-family:f">text</p><img alt="x" src="{address}/img"><img alt="y" src="file:///etc/passwd">'
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/svg"/></svg></body></html>'
    )
    made = renderer.render(markup, Attachment("a.json", "application/json", "data", b"{}"), pdf.meta(samples.dossier()))
    assert visits == []
    assert list(reading.attachments(made)) == ["a.json"]
    assert b"root:" not in made


@pytest.mark.parametrize("name", SCRIPTS)
def test_text_of_every_script_is_set_and_stays_conformant(renderer: WorkerRenderer, name: str) -> None:
    words = SCRIPTS[name]
    content = samples.short()
    content["identity"]["purpose"] = f"{words}\n\n- **{words}**\n\n`{words}`"
    content["identity"]["title"] = words
    content["outcomes"]["items"][0]["text"] = words
    printable = {section: {key: clean(value) for key, value in answers.items()} for section, answers in content.items()}
    dossier = samples.dossier(Standing.DRAFT, content=printable, title=words, version_author=words)
    assert reading.faults(pdf.render(dossier, renderer)) == []


def clean(value: Any) -> Any:
    """What the form would have kept: halves of surrogate pairs cannot be encoded and never get into a version."""
    if isinstance(value, list):
        return [clean(entry) for entry in value]
    if isinstance(value, dict):
        return {key: clean(entry) for key, entry in value.items()}
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def test_greek_and_arabic_can_be_read_back(renderer: WorkerRenderer) -> None:
    made = pdf.render(samples.dossier(content={"need": {"audience": SCRIPTS["Greek and Cyrillic"]}}), renderer)
    assert "Машинное обучение" in reading.text(made)


def test_what_no_font_has_is_replaced_and_named(renderer: WorkerRenderer) -> None:
    made = pdf.render(samples.dossier(content={"need": {"audience": "A \U00010fff sign"}}), renderer)
    text = reading.text(made)
    assert "U+10FFF" in text
    assert "A \N{WHITE SQUARE} sign" in text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(">" * 12 + " deep", id="12 nested quotes"),
        pytest.param(">" * 200 + " deep", id="200 nested quotes"),
        pytest.param("- " * 200 + "deep", id="200 nested lists"),
        pytest.param("\n".join("  " * n + "- step" for n in range(60)), id="60 indented lists"),
        pytest.param("**_" * 500 + "deep", id="1,000 open emphases"),
        pytest.param("[" * 2000 + "deep", id="2,000 open brackets"),
        pytest.param("x" * 5000 + " https://long.example/" + "path/" * 300, id="words without end"),
        pytest.param("|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|b" * 60 + "|", id="60 columns"),
        pytest.param("```\n" + "y" * 400 + "\n```", id="long code line"),
        pytest.param("<div>" * 300 + "deep", id="300 tags"),
    ],
)
def test_awkward_text_is_set_in_the_page(renderer: WorkerRenderer, text: str) -> None:
    dossier = samples.dossier(Standing.DRAFT, content={"need": {"problem": text}, "identity": {"title": text[:90]}}, title=text[:90])
    made = pdf.render(dossier, renderer)
    assert reading.faults(made) == []
    if "deep" in text:
        assert "deep" in reading.closed(reading.text(made))


def test_answers_of_the_wrong_shape_are_printed_as_they_can_be() -> None:
    odd: dict[str, dict[str, Any]] = {
        "identity": {"title": 7, "purpose": ["a"], "languages": "en", "credit_bearing": {"x": 1}, "kind": ["standalone"]},
        "outcomes": {"items": [{"id": "a", "text": None}, {"text": 3}]},
        "modules": {"items": [{"id": "m", "outcomes": "a"}, {"id": "n", "outcomes": ["gone", 4]}]},
        "workload": {"total_hours": "many", "contact_hours": True},
    }
    assert "Modules" in pdf.html(samples.dossier(Standing.DRAFT, content=odd))


def test_too_much_text_fails_with_a_sentence_and_the_next_document_is_made() -> None:
    with WorkerRenderer(timeout_seconds=2) as impatient:
        with pytest.raises(RenderFailed, match="Shorten or simplify"):
            pdf.render(samples.dossier(content=samples.with_answer("need.problem", "word " * 400_000)), impatient)
        assert pdf.render(samples.dossier(Standing.DRAFT, content={}), impatient).startswith(b"%PDF-1.7")

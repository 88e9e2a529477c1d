"""A file is what its content says, whatever it is called; what is two things at once, or active, is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.file_types import MAX_NAME_BYTES, clean_name, decoded, disposition, problem_of, shown_name, type_of_name
from tests.domain.samples_of_files import JPEG, PDF, PNG, WEBP, archive, docx, odt

GOOD = {
    "a.pdf": PDF, "a.png": PNG, "a.JPG": JPEG, "a.jpeg": JPEG, "a.webp": WEBP, "a.docx": docx(), "a.odt": odt(),
    "a.xlsx": archive(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")),
    "a.pptx": archive(("[Content_Types].xml", b"<Types/>"), ("ppt/presentation.xml", b"<p/>")),
    "a.csv": b"a;b\n1;2\n", "a.txt": "Grüße, 世界".encode(), "a.md": b"# Title\n\nText", "b.csv": "é,ü\n".encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_is_meant_is_taken(name: str) -> None:
    assert problem_of(name, GOOD[name]) == ""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.svg", b"<svg/>", "of a kind"),
        ("a.html", b"<html/>", "of a kind"),
        ("a.exe", b"MZ\x90", "of a kind"),
        ("a.docm", docx(), "of a kind"),
        ("noending", PDF, "of a kind"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", "not what its ending says"),
        ("a.png", PDF, "not what its ending says"),
        ("a.pdf", b"\n\n" + PDF, "not what its ending says"),
        ("a.docx", PDF, "not what its ending says"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not what its ending says"),
        ("a.txt", b"<svg onload=alert(1)>", "web page"),
        ("a.csv", b"   <!DOCTYPE html><p>", "web page"),
        ("a.md", b"text\n<script>alert(1)</script>", "web page"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "web page"),
        ("a.txt", b"a\0b", "not what its ending says"),
        ("a.txt", b"\xff\xfe\x00", "not what its ending says"),
        ("a.csv", b"\x89bad", "not what its ending says"),
        ("a.pdf", PDF + archive(("x.js", b"1")), "hides another"),
        ("a.jpg", JPEG + archive(("x.class", b"1")), "hides another"),
        ("a.pdf", PDF.replace(b"1 0 obj", b"<script>1</script> 1 0 obj"), "hides another"),
        ("a.pdf", PDF[:-8], "not complete"),
        ("a.png", PNG + b"<?php", "not complete"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.docx", odt(), "damaged"),
        ("a.docx", docx(("word/vbaProject.bin", b"x")), "macros"),
        ("a.docx", docx(types=b'<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
        ("a.docx", docx(("word/embeddings/run.exe", b"MZ")), "macros"),
        ("a.docx", docx(("../../evil.xml", b"x")), "damaged"),
        ("a.docx", docx(("/etc/passwd", b"x")), "damaged"),
        ("a.docx", docx(body=b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'), "damaged"),
        (
            "a.docx",
            docx(("word/_rels/settings.xml.rels", b'<R Type="x/attachedTemplate" Target="http://evil" TargetMode="External"/>')),
            "template",
        ),
        ("a.docx", docx(("word/media/zeros.bin", b"\0" * 30_000_000)), "unpacks"),
        ("a.docx", docx(*((f"word/{n}.xml", b"") for n in range(4_100))), "unpacks"),
        ("a.odt", odt(("Basic/Standard/Module1.xml", b"x")), "macros"),
        ("a.odt", archive(("content.xml", b"x"), ("mimetype", b"application/vnd.oasis.opendocument.text")), "damaged"),
    ],
)
def test_what_is_not_meant_is_refused(name: str, content: bytes, sentence: str) -> None:
    assert sentence in problem_of(name, content)


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    honest = docx(("word/media/a.bin", b"\0" * 8_000_000))
    lie = honest.replace((8_000_000).to_bytes(4, "little"), (80).to_bytes(4, "little"))
    assert lie != honest
    assert problem_of("a.docx", honest) != ""
    # What it says of itself is believed for its list only; the parts that are read are read up to a limit.
    assert problem_of("a.docx", lie) in ("", problem_of("a.docx", b"PK\x03\x04"))


def test_a_protected_archive_is_named_as_one() -> None:
    packed = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(mark)
        packed[at + offset] |= 1
    assert "password" in problem_of("a.docx", bytes(packed))


@given(st.text(max_size=300))
def test_a_clean_name_is_plain_and_short_whatever_it_was(raw: str) -> None:
    name = clean_name(raw, "pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= MAX_NAME_BYTES + 4
    assert not set(name) & set('<>:"/\\|?*\x00\r\n\u202e\u2066\u200b%;')
    assert name.isprintable()
    assert not name.startswith((".", " ", "-"))
    assert clean_name(name, "pdf") == name
    assert "\n" not in shown_name(raw)


@given(st.text(max_size=200))
def test_a_disposition_is_one_line_of_ascii(raw: str) -> None:
    header = disposition(clean_name(raw, "csv"))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.startswith("attachment; ")


@given(st.binary(max_size=600), st.sampled_from(sorted({"pdf", "png", "jpg", "webp", "docx", "xlsx", "odt", "csv", "txt", "md", "x"})))
def test_any_bytes_get_an_answer(content: bytes, ending: str) -> None:
    assert isinstance(problem_of(f"a.{ending}", content), str)
    assert isinstance(problem_of(f"a.{ending}", b"PK\x03\x04" + content), str)


def test_names_of_devices_and_long_names_are_taken_apart() -> None:
    assert clean_name("CON.pdf", "pdf") == "file CON.pdf"
    assert clean_name("x" * 10_000_000 + ".pdf", "pdf").startswith("x")
    assert clean_name("..", "pdf") == "file.pdf"
    assert type_of_name("report.PDF ") is not None
    assert decoded(b"\xef\xbb\xbfa") == "a"

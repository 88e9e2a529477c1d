"""The process that turns HTML into PDF. It is started by the renderer gateway and never imported by the rest of Cowork.

WeasyPrint runs here and nowhere else: hostile text can at worst end this process, and its limits of memory and processor time are
set before the first job. It reads nothing but its standard input: every address in a document is refused.

One job on standard input is three frames (a header in JSON, the HTML, the attachment); one answer on standard output is two frames
(``ok`` or ``failed``; the PDF or a sentence). A frame is its length as four bytes, most significant first, and that many bytes.
"""

import argparse
import gc
import json
import logging
import os
import re
import resource
import struct
import sys
import threading
import zlib
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

STYLESHEET = Path(__file__).resolve().parents[2] / "templates" / "exports/specification.css"
STACK_BYTES = 256 * 1024 * 1024
"""Layout recurses with the nesting of the document; the default stack of 8 MB overflows before Python's own limit does."""
RECURSION_LIMIT = 10_000
REPLACEMENT = "\N{WHITE SQUARE}"
"""Stands for a character that no font has. Liberation Sans, which every set-up installs, has this one, but not U+FFFD."""
MISSING_NOTICE = "<!-- notice of missing characters -->"
"""A place in the HTML that is filled when the installed fonts lack a character. User text is escaped and cannot hold it."""

AMBIGUOUS_END = re.compile(rb"[\r\n]\nendstream")
"""Compressed data may end in a byte that reads as a line end, so that the stream's length can be told in two ways: PDF/A forbids it.
Such a stream is written uncompressed."""

PDF_UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>\
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag>\
</pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
"""What makes the file PDF/UA-1 besides PDF/A-3a: the identifier, and the extension schema that PDF/A asks for it."""


class RefusingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Fetches nothing: documents are self-contained."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:
        raise ValueError("documents may not fetch anything")


class Page(weasyprint.HTML):  # type: ignore[misc]  # WeasyPrint is untyped
    """A document styled by our stylesheet alone: for the elements that we use, it says what the default one would."""

    stylesheet: weasyprint.CSS

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:
        return [self.stylesheet]


class Press:
    """Holds what all jobs share: the parsed stylesheet and the fonts."""

    def __init__(self, stylesheet: str) -> None:
        self._fetcher = RefusingFetcher()
        self._fonts = FontConfiguration()
        Page.stylesheet = weasyprint.CSS(string=stylesheet, font_config=self._fonts, url_fetcher=self._fetcher)

    def render(self, header: dict[str, Any], html: str, attachment: bytes) -> bytes:
        """The PDF. Characters that no installed font has are replaced, and the document says so."""
        pdf, missing = self._once(header, html, attachment)
        if missing:
            pdf, _ = self._once(header, _without(html, missing), attachment)
        return pdf

    def _once(self, header: dict[str, Any], html: str, attachment: bytes) -> tuple[bytes, set[str]]:
        page = Page(string=html, url_fetcher=self._fetcher)
        document = page.render(font_config=self._fonts)
        finisher = _Finisher(page)

        def write(uncompressed: bool) -> bytes:
            pdf: bytes = document.write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_identifier=bytes.fromhex(header["identifier"]),
                attachments=[_attached(header, attachment)],
                finisher=finisher,
                uncompressed_pdf=uncompressed,
            )
            return pdf

        pdf = write(False)
        if AMBIGUOUS_END.search(pdf):
            pdf = write(True)
        return pdf, {chr(codepoint) for font in document.fonts.values() for codepoint in font.missing}


def _attached(header: dict[str, Any], content: bytes) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        string=content,
        name=header["name"],
        description=header["description"],
        created=datetime.fromisoformat(header["created"]),
        modified=datetime.fromisoformat(header["modified"]),
        relationship="Source",
    )


class _Finisher:
    """Completes the file before it is written: the declaration of PDF/UA, words for links, and streams that end clearly."""

    def __init__(self, page: Page) -> None:
        anchors = page.etree_element.iter("a")
        self._titles = {anchor.get("href", "")[1:]: anchor.get("title") for anchor in anchors if anchor.get("href", "").startswith("#")}

    def __call__(self, _document: object, pdf: Any) -> None:
        for item in pdf.objects:
            if isinstance(item, pydyf.Stream):
                if item.extra.get("Type") == "/Metadata":
                    item.stream = [part.replace(b"</rdf:RDF>", PDF_UA, 1) if isinstance(part, bytes) else part for part in item.stream]
                    item.compress = False
                elif item.compress:
                    _compress(item)
            elif isinstance(item, dict) and item.get("Type") == "/Annot" and "Dest" in item:
                title = self._titles.get(item["Dest"].string)
                if title:
                    item["Contents"] = pydyf.String(title)


def _compress(item: Any) -> None:
    """Compress a stream once and for all, unless its end would be ambiguous."""
    item.compress = False
    raw = item.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    packed = zlib.compress(raw)
    if not packed.endswith((b"\r", b"\n")):
        item.stream = [packed]
        item.extra["Filter"] = "/FlateDecode"


def _without(html: str, missing: set[str]) -> str:
    """The document with the characters replaced and with a notice that names them."""
    codes = sorted(ord(character) for character in missing)
    named = ", ".join(f"U+{code:04X}" for code in codes[:40]) + (", and others" if len(codes) > 40 else "")
    sentence = f"Characters that could not be printed are shown as {REPLACEMENT} ({escape(named)}). The attached file has them."
    notice = f'<p class="notice">{sentence}</p>'
    return html.translate(dict.fromkeys(codes, REPLACEMENT)).replace(MISSING_NOTICE, notice, 1)


def _read(stream: BinaryIO) -> bytes | None:
    """The next frame, or None when the other side is done."""
    size = stream.read(4)
    if len(size) < 4:
        return None
    length = struct.unpack(">I", size)[0]
    frame = stream.read(length)
    return frame if len(frame) == length else None


def _write(stream: BinaryIO, *frames: bytes) -> None:
    for frame in frames:
        stream.write(struct.pack(">I", len(frame)))
        stream.write(frame)
    stream.flush()


def _answer(press: Press, header: bytes, html: bytes, attachment: bytes) -> tuple[bytes, bytes]:
    try:
        return b"ok", press.render(json.loads(header), html.decode("utf-8"), attachment)
    except MemoryError:
        return b"failed", b"it needs more memory than a document may use"
    except RecursionError:
        return b"failed", b"its text is nested too deeply"
    except Exception as error:  # whatever it is, it is this document's: the next job gets its chance
        return b"failed", f"the layout ended with {type(error).__name__}".encode()


def serve(jobs: BinaryIO, answers: BinaryIO, seconds: int) -> None:
    """Answer jobs until the input ends. Each may use that many seconds of processor time; more ends the process."""
    press = Press(STYLESHEET.read_text("utf-8"))
    gc.collect()
    gc.freeze()
    while (header := _read(jobs)) is not None and (html := _read(jobs)) is not None and (attachment := _read(jobs)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY))
        gc.disable()
        verdict, body = _answer(press, header, html, attachment)
        gc.enable()
        _write(answers, verdict, body)
        gc.collect()


def main() -> None:
    parser = argparse.ArgumentParser(description="Render documents. Started by Cowork, not by hand.")
    parser.add_argument("--memory", type=int, required=True, help="address space, in bytes")
    parser.add_argument("--seconds", type=int, required=True, help="processor time for each job")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (options.memory, options.memory))
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.getLogger("weasyprint").propagate = False
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    # Nothing but answers may reach the pipe, whatever a library prints.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.setrecursionlimit(RECURSION_LIMIT)
    threading.stack_size(STACK_BYTES)
    worker = threading.Thread(target=serve, args=(sys.stdin.buffer, answers, options.seconds))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()

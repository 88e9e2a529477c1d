"""Which files can be attached, how one is told from another by its first bytes, and how a file name is made safe.

A type is known by its content; the ending of its name has to agree. Nothing here opens a document: see `office_files` for what is
inside of those that are archives, and the viewer's process for PDFs and pictures.
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from urllib.parse import quote

from cowork.domain.office_files import ARCHIVES, archive_problem


@dataclass(frozen=True, slots=True)
class FileType:
    """`key` is kept with the file; `endings` are in lower case, the first is used; `looks` says how a preview is made of it."""

    key: str
    words: str
    media_type: str
    endings: tuple[str, ...]
    looks: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, FileType] = {
    found.key: found
    for found in (
        FileType("pdf", "PDF", "application/pdf", ("pdf",), "pages"),
        FileType("png", "PNG picture", "image/png", ("png",), "picture"),
        FileType("jpeg", "JPEG picture", "image/jpeg", ("jpg", "jpeg"), "picture"),
        FileType("webp", "WebP picture", "image/webp", ("webp",), "picture"),
        FileType("docx", "Word document", f"{_OFFICE}.wordprocessingml.document", ("docx",), ""),
        FileType("xlsx", "Excel workbook", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",), ""),
        FileType("pptx", "PowerPoint slides", f"{_OFFICE}.presentationml.presentation", ("pptx",), ""),
        FileType("odt", "OpenDocument text", "application/vnd.oasis.opendocument.text", ("odt",), ""),
        FileType("csv", "Table (CSV)", "text/csv", ("csv",), "text"),
        FileType("txt", "Plain text", "text/plain", ("txt",), "text"),
        FileType("md", "Markdown", "text/markdown", ("md",), "text"),
    )
}
ENDINGS: dict[str, FileType] = {ending: found for found in TYPES.values() for ending in found.endings}
ALLOWED_WORDS = "PDF, PNG, JPEG, WebP, Word (docx), Excel (xlsx), PowerPoint (pptx), OpenDocument text (odt), CSV, plain text or Markdown"
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)
"""What a browser offers to choose."""

MAX_NAME = 120
MAX_NAME_BYTES = 200
_UNSAFE = re.compile(r'[<>:"/\\|?*%;\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_MARKUP = re.compile(rb"(?is)<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|\?php|math|object|embed)|^\s*(#!|mz\x90)")
_SCRIPT = re.compile(rb"(?is)<\s*(script|iframe|svg|html|!doctype html)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
LOOKED_AT = 4096
"""So many bytes at the beginning of a text are searched for mark-up."""


def clean_name(raw: str, ending: str) -> str:
    """A file name without folders, control or direction characters, and of a sensible length; it ends as its type does."""
    text = shown_name(raw)
    stem = text.rpartition(".")[0] if "." in text else text
    stem = stem.strip(". -")
    if _DEVICES.match(stem):
        stem = f"file {stem}"
    stem = stem[:MAX_NAME].encode()[:MAX_NAME_BYTES].decode("utf-8", "ignore").strip(". -")
    return f"{stem or 'file'}.{ending}"


def shown_name(raw: str) -> str:
    """The last part of a name, fit to stand in a sentence."""
    last = re.split(r"[/\\]", raw[-1000:])[-1]
    text = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode())
    plain = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in text)
    return " ".join(_UNSAFE.sub("-", plain).split())[-MAX_NAME:]


def disposition(name: str) -> str:
    """The header that lets a browser save a file under this name and never show it: plain letters for old ones, all of it for others."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(letter if letter.isalnum() or letter in " .-_()" else "-" for letter in plain).strip() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def type_of_name(raw: str) -> FileType | None:
    """The type that the ending of a name promises."""
    return ENDINGS.get(raw.rpartition(".")[2].strip().lower()) if "." in raw else None


def type_of_content(content: bytes) -> str:
    """What the first bytes say: a key of TYPES, "zip" for an archive, "text" for anything readable, else an empty text."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    return "text" if decoded(content) is not None else ""


def decoded(content: bytes) -> str | None:
    """The text of a text file (UTF-8, or UTF-16 that says so), or None where it is none."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text


def problem_of(name: str, content: bytes) -> str:
    """What speaks against a file, as a sentence without a subject that follows its name; empty when nothing does."""
    promised = type_of_name(name)
    if not content:
        return "is empty. Choose the file again"
    if promised is None:
        return f"is of a kind that cannot be attached. Use {ALLOWED_WORDS}"
    found = type_of_content(content)
    expected = {"zip": promised.key in ARCHIVES, "text": promised.looks == "text"}.get(found, found == promised.key)
    if not expected:
        return f"is not what its ending says: it does not read as {promised.words}. Save it as that, or give it its right ending"
    if found == "zip":
        return archive_problem(promised.key, content)
    if found == "text":
        return _text_problem(content)
    return _binary_problem(found, content)


def _text_problem(content: bytes) -> str:
    text = decoded(content) or ""
    if _MARKUP.search(text[:LOOKED_AT].lstrip().encode()[:LOOKED_AT]):
        return "is a web page or a program and not plain text. Attach it as a PDF"
    return ""


def _binary_problem(kind: str, content: bytes) -> str:
    """Files that are two things at once are refused: nobody needs one, and each reader would see another thing in it."""
    if _SCRIPT.search(content[:1024]) or zipfile.is_zipfile(io.BytesIO(content)):
        return "hides another file inside. Save it again from the program that made it"
    if kind == "pdf" and b"%%EOF" not in content[-2048:]:
        return "is not complete: its end is missing. Save it again"
    if kind == "png" and not content.rstrip(b"\0\r\n").endswith(b"IEND\xaeB`\x82"):
        return "is not complete, or something was put behind the picture. Save it again"
    return ""

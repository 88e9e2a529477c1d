"""The process that looks into PDFs and pictures. It is started by the viewer for one file, and never imported by the rest of Cowork.

What people send is opened here and nowhere else: a hostile file can at worst end this process, whose limits of memory, processor time and
files are set before the first byte is read. It gets the bytes on its standard input and answers on its standard output with frames: a
JSON object, then one frame for each picture. A frame is its length as four bytes, most significant first, and that many bytes.
"""

import argparse
import io
import json
import os
import resource
import struct
import sys
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
MOST_DOTS = 50_000_000
MOST_PAGES = 2_000
MOST_OBJECTS = 500_000
SHOWN_PAGES = 5
WIDTH, MOST_HEIGHT = 1_100, 3_000
"""Pictures are at most so many dots wide and high."""
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound", "/GoToE", "/RichMediaExecute"}
)
"""Actions of a PDF that do more than turn pages and open links."""
MEDIA = frozenset({"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"})
HARMLESS = (".json", ".xml", ".csv", ".txt", ".pdf", ".png", ".jpg", ".jpeg")
"""Endings of files that may lie inside a PDF (invoices and our own documents carry their data)."""

LOCKED = "is protected by a password, so nobody here could read it. Save it without one"
DAMAGED = "is damaged and cannot be opened. Save it again from the program that made it"
ACTIVE = "holds a script or starts something when it is opened, which is not taken. Print it to a new PDF"
CARRIES = "carries other files inside. Attach those on their own"
HUGE = "is too large to be looked at. Make it smaller"
PLACE = "This picture says where it was taken. Take that out first if others need not know."


class Refused(Exception):
    """Something speaks against the file; the message follows its name."""


def inspect(kind: str, content: bytes) -> dict[str, Any]:
    """What is in the file."""
    return _inspect_pdf(content) if kind == "pdf" else _inspect_picture(kind, content)


def _inspect_pdf(content: bytes) -> dict[str, Any]:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused(LOCKED)
            pages = len(pdf.pages)
            if not pages:
                raise Refused(DAMAGED)
            if pages > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise Refused(HUGE)
            for found in pdf.objects:
                _look(found, 0)
    except pikepdf.PasswordError:
        raise Refused(LOCKED) from None
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError, KeyError):
        raise Refused(DAMAGED) from None
    return {"pages": pages}


def _look(found: Any, depth: int) -> None:
    """Refuse what a page of paper could not do. Objects inside an object are looked at too, as deep as they are written in it."""
    if depth > 30:
        raise Refused(DAMAGED)
    if isinstance(found, pikepdf.Array):
        for part in found:
            if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect:
                _look(part, depth + 1)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        _look_at_keys(found)
        for key in found.keys():  # noqa: SIM118 - a stream is no mapping
            part = found[key]
            if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect:
                _look(part, depth + 1)


def _look_at_keys(found: Any) -> None:
    keys = set(found.keys())
    if "/JS" in keys or "/XFA" in keys or ("/S" in keys and str(found["/S"]) in ACTIONS):
        raise Refused(ACTIVE)
    if "/Subtype" in keys and str(found["/Subtype"]) in MEDIA:
        raise Refused(ACTIVE)
    if "/EF" in keys:
        names = [str(found[key]).lower() for key in ("/F", "/UF") if key in keys]
        if not names or not all(name.endswith(HARMLESS) for name in names):
            raise Refused(CARRIES)


def _opened(kind: str, content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=[FORMATS[kind]])
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Refused(HUGE) from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
            raise Refused(DAMAGED) from None
    return picture


def _inspect_picture(kind: str, content: bytes) -> dict[str, Any]:
    picture = _opened(kind, content)
    located = bool(picture.getexif().get_ifd(0x8825))
    return {"pages": 1, "note": PLACE if located else ""}


def pictures(kind: str, content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The first pages as pictures."""
    if kind != "pdf":
        turned = ImageOps.exif_transpose(_opened(kind, content))
        yield _packed(turned)
        return
    try:
        document = pypdfium2.PdfDocument(content)
        for at in range(min(len(document), SHOWN_PAGES)):
            page = document[at]
            width, height = page.get_size()
            scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1), 4)
            yield _packed(page.render(scale=scale, may_draw_forms=False).to_pil())
    except pypdfium2.PdfiumError:
        raise Refused(DAMAGED) from None


def _packed(picture: Image.Image) -> tuple[bytes, int, int]:
    """The dots alone, on white, as WebP: nothing that the file says beside them comes along."""
    shown = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "P", "PA") else picture.convert("RGB")
    shown.thumbnail((WIDTH, MOST_HEIGHT))
    plain = Image.new("RGB", shown.size, "white")
    plain.paste(shown, mask=shown.getchannel("A") if shown.mode == "RGBA" else None)
    packed = io.BytesIO()
    plain.save(packed, "WEBP", quality=80, method=4)
    return packed.getvalue(), plain.width, plain.height


def answer(act: str, kind: str, content: bytes) -> list[bytes]:
    """The frames of the answer."""
    try:
        if act == "inspect":
            return [json.dumps(inspect(kind, content)).encode()]
        made = list(pictures(kind, content))
        sizes = [[width, height] for _, width, height in made]
        return [json.dumps({"sizes": sizes}).encode(), *(packed for packed, _, _ in made)]
    except Refused as refused:
        return [json.dumps({"problem": str(refused)}).encode()]


def _write(stream: BinaryIO, frames: list[bytes]) -> None:
    for frame in frames:
        stream.write(struct.pack(">I", len(frame)) + frame)
    stream.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description="Look into a file. Started by Cowork, not by hand.")
    parser.add_argument("act", choices=("inspect", "pictures"))
    parser.add_argument("kind", choices=("pdf", *FORMATS))
    parser.add_argument("--memory", type=int, required=True, help="address space, in bytes")
    parser.add_argument("--seconds", type=int, required=True, help="processor time")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (options.memory, options.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (options.seconds, options.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Nothing but the answer may reach the pipe, whatever a library prints.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _write(answers, answer(options.act, options.kind, sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()

"""The viewer against real and hostile files, in its own process."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from cowork.gateways.viewer import ProcessViewer
from cowork.ports import ViewFailed

VIEWER = ProcessViewer(seconds=20)


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]  # options of pikepdf's own
    return out.getvalue()


def pages(count: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(595, 842))
    return pdf


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def test_a_document_is_counted_and_its_first_pages_are_shown() -> None:
    content = saved(pages(7))
    assert VIEWER.inspect("pdf", content).pages == 7
    made = VIEWER.pictures("pdf", content)
    assert len(made) == 5
    assert (made[0].width, made[0].height) == (1100, 1557)
    assert made[0].content[:4] == b"RIFF"
    assert made[0].content[8:12] == b"WEBP"


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_is_made_anew(kind: str) -> None:
    content = picture(kind)
    assert VIEWER.inspect(kind, content).problem == ""
    (made,) = VIEWER.pictures(kind, content)
    assert (made.width, made.height) == (60, 40)


def test_where_a_picture_was_taken_is_said_and_never_in_the_preview() -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    exif.get_ifd(0x8825)[1] = "N"
    content = picture("JPEG", exif=exif)
    assert b"CANARY" in content
    assert "where it was taken" in VIEWER.inspect("jpeg", content).note
    assert b"CANARY" not in VIEWER.pictures("jpeg", content)[0].content


def scripted() -> pikepdf.Pdf:
    pdf = pages()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return pdf


def launching() -> pikepdf.Pdf:
    pdf = pages()
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pikepdf.Array([link])
    return pdf


def chained() -> pikepdf.Pdf:
    """A script behind a harmless action, as an indirect object."""
    pdf = pages()
    script = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1"))
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=script)
    return pdf


def carrying() -> pikepdf.Pdf:
    pdf = pages()
    pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="run.exe")
    return pdf


@pytest.mark.parametrize(
    ("make", "sentence"), [(scripted, "script"), (launching, "starts something"), (chained, "script"), (carrying, "other files")]
)
def test_what_paper_could_not_do_is_refused(make: object, sentence: str) -> None:
    assert sentence in VIEWER.inspect("pdf", saved(make())).problem  # type: ignore[operator]  # one of the makers above


def test_scripts_are_found_inside_packed_objects_too() -> None:
    packed = saved(scripted(), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    assert "script" in VIEWER.inspect("pdf", packed).problem


def test_data_inside_a_document_is_taken() -> None:
    pdf = pages()
    pdf.attachments["specification.json"] = pikepdf.AttachedFileSpec(pdf, b"{}", filename="specification.json")
    assert VIEWER.inspect("pdf", saved(pdf)).problem == ""


def test_a_document_with_a_password_is_named_as_one() -> None:
    for encryption in (pikepdf.Encryption(owner="a", user="b"), pikepdf.Encryption(owner="a", user="")):
        assert "password" in VIEWER.inspect("pdf", saved(pages(), encryption=encryption)).problem


NOISE = bytes(range(256)) * 200


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing %%EOF", b"%PDF-1.7 <html>%%EOF", b"%PDF-1.7\n" + NOISE + b"%%EOF"])
def test_damaged_documents_are_refused_and_not_shown(content: bytes) -> None:
    assert "damaged" in VIEWER.inspect("pdf", content).problem
    with pytest.raises(ViewFailed):
        VIEWER.pictures("pdf", content)


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that would fill the memory with dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 2_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    content = bomb(60_000, 60_000)
    assert len(content) < 100_000
    assert "too large" in VIEWER.inspect("png", content).problem


def test_one_kind_dressed_as_another_is_damaged() -> None:
    assert "damaged" in VIEWER.inspect("png", picture("JPEG")).problem


def test_a_process_that_uses_too_much_is_ended_and_others_go_on() -> None:
    tight = ProcessViewer(seconds=1, memory_bytes=40 * 1024**2)
    with pytest.raises(ViewFailed, match="memory or time"):
        tight.inspect("png", picture("PNG"))
    assert VIEWER.inspect("png", picture("PNG")).problem == ""

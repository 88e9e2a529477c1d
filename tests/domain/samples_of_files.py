"""Small files of every kind, and hostile ones, made here so that no stranger's file lies in the repository."""

import io
import zipfile

PNG_END = b"IEND\xaeB`\x82"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 17 + PNG_END
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40 + b"\xff\xd9"
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 24
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TYPES_XML = b'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="main+xml"/></Types>'


def archive(*parts: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as file:
        for name, content in parts:
            file.writestr(name, content)
    return packed.getvalue()


def docx(*more: tuple[str, bytes], types: bytes = TYPES_XML, body: bytes = b"<document/>") -> bytes:
    return archive(("[Content_Types].xml", types), ("word/document.xml", body), *more)


def odt(*more: tuple[str, bytes]) -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    return archive(("mimetype", kind), ("content.xml", b"<office/>"), ("META-INF/manifest.xml", b"<manifest/>"), *more)

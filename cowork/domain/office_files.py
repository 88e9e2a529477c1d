"""Documents that are archives (docx, xlsx, pptx, odt), looked into without unpacking or parsing them.

Only the list of what is inside is believed as far as it is checked against its own limits; the few parts that are read are read up to a
limit, and as bytes: no XML parser ever sees them, so that entities have nobody to expand them.
"""

import io
import zipfile

ARCHIVES: dict[str, str] = {
    kind: f"{part}.xml"
    for kind, part in {"docx": "word/document", "xlsx": "xl/workbook", "pptx": "ppt/presentation", "odt": "content"}.items()
}
"""Each kind with the part that every document of it has."""

MOST_PARTS = 4_000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO, FREE_BYTES = 150, 4 * 1024 * 1024
"""A part may unpack to so many times its packed size, once it is larger than FREE_BYTES."""
READ_BYTES = 512 * 1024
_ODT = b"application/vnd.oasis.opendocument.text"
_ACTIVE = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_ACTIVE_FOLDERS = ("basic/", "scripts/", "word/activex/", "xl/activex/", "ppt/activex/", "activex/", "xl/macrosheets/", "xl/externallinks/")
_PROGRAMS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".jar", ".hta", ".lnk", ".com", ".msi")

DAMAGED = "is damaged and cannot be opened. Save it again from the program that made it"
TOO_LARGE = "unpacks to far more than a document needs. Make it smaller, or attach it as a PDF"
ACTIVE = "holds macros or other programs, which are not taken. Save it without them, or attach it as a PDF"
LOCKED = "is protected by a password, so nobody here could read it. Save it without one"
LINKED = "loads a template or other content from elsewhere when it is opened. Attach it as a PDF"


def archive_problem(kind: str, content: bytes) -> str:
    """What speaks against a document of this kind (a key of ARCHIVES), as a sentence that follows its name; empty when nothing does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _size_problem(archive, len(content)) or _names_problem(kind, archive) or _content_problem(kind, archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, EOFError, OSError, RuntimeError, KeyError):
        return DAMAGED


def _size_problem(archive: zipfile.ZipFile, packed: int) -> str:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        return TOO_LARGE
    if any(part.file_size > FREE_BYTES and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts):
        return TOO_LARGE
    # Parts that overlap would unpack the same bytes many times over.
    if sum(part.compress_size for part in parts) > packed:
        return TOO_LARGE
    return LOCKED if any(part.flag_bits & 0x1 for part in parts) else ""


def _names_problem(kind: str, archive: zipfile.ZipFile) -> str:
    names = [name.lower().replace("\\", "/") for name in archive.namelist()]
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name.split("/") or ":" in name for name in names):
        return DAMAGED
    if "encryptedpackage" in names or "encryptioninfo" in names:
        return LOCKED
    if ARCHIVES[kind] not in names:
        return DAMAGED
    if any(name.rpartition("/")[2] in _ACTIVE or name.startswith(_ACTIVE_FOLDERS) or name.endswith(_PROGRAMS) for name in names):
        return ACTIVE
    return ""


def _content_problem(kind: str, archive: zipfile.ZipFile) -> str:
    """What a few small parts say about the document: its kind, macros, and what it would fetch."""
    if kind == "odt":
        first = archive.infolist()[0]
        if first.filename != "mimetype" or _read(archive, "mimetype").strip() != _ODT:
            return DAMAGED
        manifest = _read(archive, "META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
        return LOCKED if b"encryption-data" in manifest else _entities(manifest, _read(archive, ARCHIVES[kind]))
    types = _read(archive, "[Content_Types].xml")
    if b"macroenabled" in types.lower():
        return ACTIVE
    for name in archive.namelist():
        if not name.lower().endswith("settings.xml.rels"):
            continue
        linked = _read(archive, name).lower().replace(b"'", b'"')
        if b"attachedtemplate" in linked and b'targetmode="external"' in linked:
            return LINKED
    return _entities(types, _read(archive, ARCHIVES[kind]))


def _entities(*parts: bytes) -> str:
    """Office programs write no document type definitions; whoever puts one in wants a parser to expand or fetch something."""
    return DAMAGED if any(mark in part for part in parts for mark in (b"<!DOCTYPE", b"<!ENTITY")) else ""


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(READ_BYTES)

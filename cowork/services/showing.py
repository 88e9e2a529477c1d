"""Files as people look at them: the list, one file with its history and preview, and the bytes to take away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, NotFound
from cowork.domain.file_types import TYPES, decoded
from cowork.domain.files import Place
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, FileId, OrganisationId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.display import row_name
from cowork.domain.specifications.form import FieldLane, FieldType, Form
from cowork.ports import BlobMissing, ViewFailed
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.exports import ExportFile
from cowork.services.files import kept, may_keep, writes_as
from cowork.store import files, letters, specifications, unit
from cowork.store.files import FileFull, FileVersion, PictureLine
from cowork.store.letters import LetterFull

MOST_TEXT = 20_000
"""So many characters of a text are shown."""
MOST_LABEL = 80
PICTURE_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Something that a file can be evidence for: `group` is the section's label, empty for a whole section."""

    place: Place
    group: str
    label: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    """The files that the actor may know of, newest first. `attaches_for` are the parties for which they may attach."""

    case: Case
    files: tuple[FileFull, ...]
    places: tuple[PlaceLine, ...]
    attaches_for: tuple[OrganisationId, ...]
    letters: tuple[LetterFull, ...]
    writes_letters: bool
    today: date
    why_not: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file. `text` is the beginning of a text file, `cut` says that it goes on; `shown` is the version that is looked at."""

    case: Case
    file: FileFull
    versions: tuple[FileVersion, ...]
    shown: FileVersion
    pictures: tuple[PictureLine, ...]
    text: str
    cut: bool
    places: tuple[PlaceLine, ...]
    keeps: bool
    today: date
    most_bytes: int


def page(context: Context, actor: Actor, proposal: ProposalId) -> FilesPage:
    """The files of a proposal, as far as the actor may know of them. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = tuple(files.of_proposal(session, proposal, case.lanes))
        attaches = tuple(writes_as(case)) if case.may(Action.ATTACH_FILE) else ()
        drafts = tuple(letters.drafts(session, proposal, case.lanes))
        return FilesPage(
            case, found, places(session, case), attaches, drafts, case.may(Action.WRITE_LETTER), today(context, actor),
            case.why_not(Action.ATTACH_FILE), context.file_bytes,
        )  # fmt: skip


KEPT_NO_MORE = "The bytes of this file are kept no more: it was withdrawn, and its time was over. What is said of it and its SHA-256 stay."


def file_page(context: Context, actor: Actor, proposal: ProposalId, file: FileId, number: int | None = None) -> FilePage:
    """One file with its history; `number` chooses the version that is looked at. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = _visible(session, case, file)
        versions = tuple(files.versions(session, file))
        shown = next((one for one in versions if one.number == (number or found.version.number)), None)
        if shown is None:
            raise NotFound("file")
        pictures = tuple(files.pictures(session, file, shown.number)) if shown.preview == "ready" else ()
        there = places(session, case)
    text, cut = _text(context, shown)
    return FilePage(
        case, found, versions, shown, pictures, text, cut, there, may_keep(case, found), today(context, actor), context.file_bytes
    )


def kept_page(context: Context, actor: Actor, proposal: ProposalId, file: FileId) -> FilePage:
    """The same for its keeper, before they change it. Raises NotFound, Refused, Conflict."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.KEEP_FILE)
        kept(session, case, file, None)
    return file_page(context, actor, proposal, file)


def _text(context: Context, version: FileVersion) -> tuple[str, bool]:
    if TYPES[version.type].looks != "text" or version.content is None or version.removed:
        return "", False
    try:
        text = decoded(context.blobs.get(version.content)) or ""
    except BlobMissing:
        return "", False
    return text[:MOST_TEXT], len(text) > MOST_TEXT


def download(context: Context, actor: Actor, proposal: ProposalId, file: FileId, number: int) -> ExportFile:
    """The bytes of a version, to save. Raises NotFound, Conflict while they are being made, BlobMissing."""
    with unit.reading() as session:
        version = _version(session, open_case(session, actor, proposal, Action.READ_PROPOSAL), file, number)
    if version.content is None:
        raise Conflict("This document is being made. Try again in a minute.")
    if version.removed:
        raise Conflict(KEPT_NO_MORE)
    return ExportFile(version.name, TYPES[version.type].media_type, context.blobs.get(version.content))


def picture(context: Context, actor: Actor, proposal: ProposalId, file: FileId, number: int, page: int) -> ExportFile:
    """A page of a version as a picture. Raises NotFound, BlobMissing."""
    with unit.reading() as session:
        version = _version(session, open_case(session, actor, proposal, Action.READ_PROPOSAL), file, number)
        found = next((one for one in files.pictures(session, file, version.number) if one.page == page), None)
    if found is None:
        raise NotFound("page")
    return ExportFile(f"{file}-{number}-{page}.webp", PICTURE_TYPE, context.blobs.get(found.content))


def _visible(session: Session, case: Case, file: FileId) -> FileFull:
    found = files.one(session, case.state.id, file, case.lanes)
    if found is None:
        raise NotFound("file")
    return found


def _version(session: Session, case: Case, file: FileId, number: int) -> FileVersion:
    _visible(session, case, file)
    version = next((one for one in files.versions(session, file) if one.number == number), None)
    if version is None:
        raise NotFound("file")
    return version


def run_preview_job(context: Context, payload: dict[str, Any]) -> str:
    """Make the pictures of a version. What cannot be shown is noted, and tried no more: it would fail again."""
    file, number = FileId(str(payload["file"])), int(payload["number"])
    with unit.reading() as session:
        version = next((one for one in files.versions(session, file) if one.number == number), None)
    if version is None or version.content is None or version.removed:
        return ""
    standing, lines = "ready", list[PictureLine]()
    try:
        made = context.viewer.pictures(version.type, context.blobs.get(version.content))
        lines = [PictureLine(at, context.blobs.put(one.content), one.width, one.height) for at, one in enumerate(made, 1)]
    except (ViewFailed, BlobMissing):
        standing = "failed"
    with unit.writing() as session:
        if any(one.removed for one in files.versions(session, file)):
            return ""
        files.set_preview(session, file, number, standing, lines)
    return Digest(standing)


def today(context: Context, actor: Actor) -> date:
    """The actor's own day."""
    return context.now().astimezone(ZoneInfo(actor.zone)).date()


def places(session: Session, case: Case) -> tuple[PlaceLine, ...]:
    """What a file can be evidence for: every section, and every row of the newest version that all parties read."""
    version = specifications.version(session, case.state.id, case.state.version)
    return lines_of(case.form, version.content if version is not None else {})


def lines_of(form: Form, content: Mapping[str, Mapping[str, object]]) -> tuple[PlaceLine, ...]:
    """The same for answers that are known already."""
    found = []
    for section in form.sections:
        found.append(PlaceLine(Place(section.key), "", section.label))
        for field in section.fields:
            rows = content.get(section.key, {}).get(field.key)
            if field.type is not FieldType.ROWS or field.lane is not FieldLane.SHARED or not isinstance(rows, list):
                continue
            for row in rows:
                if isinstance(row, dict) and row.get("id"):
                    label = row_name(row, field.columns) or field.label
                    place = Place(section.key, field.key, str(row["id"]))
                    found.append(PlaceLine(place, section.label, f"{field.label}: {label[:MOST_LABEL]}"))
    return tuple(found)

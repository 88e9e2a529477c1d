"""The views of files: the list, one file, and a letter of support."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from cowork.domain.file_types import TYPES
from cowork.domain.files import KIND_WORDS, MOST_AT_ONCE, Currency, FileKind, Place, currency
from cowork.domain.proposals import Standing
from cowork.domain.specifications.display import day
from cowork.services.cases import Case
from cowork.services.letters import LetterPage
from cowork.services.showing import FilePage, FilesPage, PlaceLine
from cowork.store.files import FileFull, FileVersion, PictureLine
from cowork.web.markdown import to_html
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.threads import lane_words

CURRENCY_WORDS = {
    Currency.CURRENT: ("", "neutral"), Currency.SOON: ("Expires soon", "warning"), Currency.EXPIRED: ("Expired", "danger"),
}  # fmt: skip
IN_REVIEW = "This proposal is in review. An approval that was given before counts no more once a shared file that its stage reads changes."


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in words. `warning` and `tone` say whether it can still be relied on."""

    id: str
    title: str
    url: str
    kind: str
    party: str
    lane_words: str
    private: bool
    place: str
    dated: str
    expires: str
    warning: str
    tone: str
    type: str
    size: str
    number: int
    by: str
    at: datetime
    download_url: str
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawn_because: str
    letter: bool
    making: bool


@dataclass(frozen=True, slots=True)
class FilesView:
    frame: ProposalFrame
    rows: tuple[FileRow, ...]
    withdrawn: tuple[FileRow, ...]
    kinds: tuple[tuple[str, str, int], ...]
    kind: str
    total: int
    attaches: bool
    why_not: str
    letters: tuple[tuple[str, str, str, datetime], ...]
    writes_letters: bool
    note: str
    most: str
    most_bytes: int
    most_at_once: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    name: str
    size: str
    by: str
    at: datetime
    sha256: str
    url: str
    download_url: str
    shown: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """`preview` is none, queued, ready or failed; `pictures` have an address and a size; `more` are pages that are not shown."""

    frame: ProposalFrame
    row: FileRow
    versions: tuple[VersionRow, ...]
    shown: VersionRow
    newest: bool
    preview: str
    pictures: tuple[tuple[int, str, int, int], ...]
    more: int
    text: str
    cut: bool
    note: str
    keeps: bool
    review_note: str
    letter_url: str
    most: str


@dataclass(frozen=True, slots=True)
class LetterView:
    frame: ProposalFrame
    page: LetterPage
    url: str
    html: Markup
    note: str


def files_view(page: FilesPage, kind: str) -> FilesView:
    """The list, narrowed to a kind where one is named."""
    case, known = page.case, set(FileKind)
    kind = kind if kind in known else ""
    labels = labels_of(page.places)
    rows = [(file, row_of(case, file, page.today, labels)) for file in page.files]
    standing = [file for file in page.files if not file.withdrawn]
    counted = [(one.value, words, sum(file.particulars.kind is one for file in standing)) for one, words in KIND_WORDS.items()]
    root = f"/proposals/{case.state.id}"
    return FilesView(
        frame=proposal_frame(case, "files"),
        rows=tuple(row for file, row in rows if not file.withdrawn and kind in ("", file.particulars.kind.value)),
        withdrawn=tuple(row for file, row in rows if file.withdrawn and kind in ("", file.particulars.kind.value)),
        kinds=tuple(one for one in counted if one[2] or one[0] == kind),
        kind=kind,
        total=len(standing),
        attaches=bool(page.attaches_for),
        why_not=page.why_not,
        letters=tuple((one.title, f"{root}/letters/{one.id}", one.saved_by_name, one.saved_at) for one in page.letters),
        writes_letters=page.writes_letters,
        note=review_note(case),
        most=size_words(page.most_bytes),
        most_bytes=page.most_bytes,
        most_at_once=MOST_AT_ONCE,
    )


def review_note(case: Case) -> str:
    return IN_REVIEW if case.state.standing is Standing.IN_REVIEW else ""


def labels_of(places: Iterable[PlaceLine]) -> dict[Place, str]:
    return {line.place: f"{line.group}, {line.label}" if line.group else line.label for line in places}


def row_of(case: Case, file: FileFull, today: date, labels: dict[Place, str]) -> FileRow:
    """A file as lists and its own page show it."""
    said, version = file.particulars, file.version
    warning, tone = CURRENCY_WORDS[currency(said.expires, today)]
    url = f"/proposals/{file.proposal}/files/{file.id}"
    return FileRow(
        id=file.id,
        title=said.title,
        url=url,
        kind=KIND_WORDS[said.kind],
        party=file.organisation_name,
        lane_words=lane_words(case, said.lane),
        private=said.lane is not None,
        place=_place(said.place, labels),
        dated=day(said.dated.isoformat()) if said.dated else "",
        expires=day(said.expires.isoformat()) if said.expires else "",
        warning=warning if not file.withdrawn else "",
        tone=tone,
        type=TYPES[version.type].words,
        size=size_words(version.size),
        number=version.number,
        by=version.person_name or file.added_by_name,
        at=version.at,
        download_url=f"{url}/versions/{version.number}/download" if version.content else "",
        withdrawn_by=file.withdrawn_by_name,
        withdrawn_at=file.withdrawn_at,
        withdrawn_because=file.withdrawn_because,
        letter=file.letter is not None,
        making=version.content is None,
    )


def _place(place: Place, labels: dict[Place, str]) -> str:
    """What it is evidence for; of a row that is gone, what it was in."""
    if not place.section:
        return "The whole proposal"
    return labels.get(place) or labels.get(Place(place.section)) or place.section


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB".replace(".0 ", " ")


def file_view(page: FilePage) -> FileView:
    """One file with its history and preview."""
    row = row_of(page.case, page.file, page.today, labels_of(page.places))
    shown = _version(row, page.shown, page.shown)
    return FileView(
        frame=proposal_frame(page.case, "files"),
        row=row,
        versions=tuple(_version(row, one, page.shown) for one in page.versions),
        shown=shown,
        newest=page.shown.number == page.file.version.number,
        preview="queued" if page.shown.content is None else page.shown.preview,
        pictures=_pictures(row, page.shown, page.pictures),
        more=max(page.shown.pages - len(page.pictures), 0) if page.pictures else 0,
        text=page.text,
        cut=page.cut,
        note=page.shown.notes,
        keeps=page.keeps,
        review_note=review_note(page.case),
        letter_url=f"/proposals/{page.file.proposal}/letters/{page.file.letter}" if page.file.organisation in page.case.lanes else "",
        most=size_words(page.most_bytes),
    )


def _version(row: FileRow, version: FileVersion, shown: FileVersion) -> VersionRow:
    return VersionRow(
        version.number,
        version.name,
        size_words(version.size) if version.content else "being made",
        version.person_name,
        version.at,
        version.content or "",
        f"{row.url}?version={version.number}" if version.number != row.number else row.url,
        f"{row.url}/versions/{version.number}/download" if version.content and not version.removed else "",
        version.number == shown.number,
    )


def _pictures(row: FileRow, version: FileVersion, pictures: Sequence[PictureLine]) -> tuple[tuple[int, str, int, int], ...]:
    base = f"{row.url}/versions/{version.number}/pages"
    return tuple((one.page, f"{base}/{one.page}", one.width, one.height) for one in pictures)


def letter_view(page: LetterPage, body: str | None = None) -> LetterView:
    """A letter, or what was typed of it."""
    frame = proposal_frame(page.case, "files")
    html = to_html(page.letter.body if body is None else body)
    return LetterView(frame, page, f"/proposals/{page.case.state.id}/letters/{page.letter.id}", html, review_note(page.case))

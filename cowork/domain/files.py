"""Evidence and files: what is attached to a proposal, in which lane, until when it can be relied on, and what decisions read of it.

A file has versions; the newest one counts, older ones are kept. Shared files that were not withdrawn are part of what a review reads: a
decision is bound to them as it is to the sections of the text (see `digests`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.proposals import EDITABLE, Standing
from cowork.domain.specifications.digests import sha256
from cowork.domain.specifications.form import FieldLane, FieldType, Form

MAX_TITLE = 200
MAX_REASON = 500
MOST_FILES = 200
"""In one proposal."""
MOST_AT_ONCE = 10
SOON = timedelta(days=30)
"""So long before it expires, whoever keeps a file is told."""

SECTION = "files"
"""What workflows call the files: conditions ask ``files.letter-of-support``. No section of a form may be called so."""

OPEN = EDITABLE | {Standing.IN_REVIEW}
"""The standings in which files can be attached, replaced and withdrawn. Those of an ended proposal are kept as they are."""


class FileKind(StrEnum):
    LETTER = "letter-of-support"
    LABOUR_MARKET = "labour-market-data"
    SURVEY = "survey"
    MINUTES = "minutes"
    PRICE_SHEET = "price-sheet"
    OTHER = "other"


KIND_WORDS: Mapping[FileKind, str] = {
    FileKind.LETTER: "Letter of support",
    FileKind.LABOUR_MARKET: "Labour-market data",
    FileKind.SURVEY: "Survey",
    FileKind.MINUTES: "Minutes",
    FileKind.PRICE_SHEET: "Price sheet",
    FileKind.OTHER: "Other",
}


class Currency(StrEnum):
    """Whether a file can still be relied on."""

    CURRENT = "current"
    SOON = "soon"
    EXPIRED = "expired"


def currency(expires: date | None, today: date) -> Currency:
    """A file can be relied on up to and including the day on which it expires."""
    if expires is None or expires > today + SOON:
        return Currency.CURRENT
    return Currency.EXPIRED if expires < today else Currency.SOON


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is evidence for: nothing named is the whole proposal; a row is named by its identity in a field of rows."""

    section: str = ""
    field: str = ""
    row: str = ""

    @property
    def key(self) -> str:
        """The same in one word, for forms."""
        return "/".join(part for part in (self.section, self.field, self.row) if part)


def place_of(key: str) -> Place:
    """What `Place.key` gave."""
    section, field, row = (*key.split("/", 2), "", "", "")[:3]
    return Place(section, field, row)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What people say about a file. `lane` is None for a shared file, or the organisation whose members alone know of it."""

    kind: FileKind
    title: str
    lane: OrganisationId | None
    dated: date | None = None
    expires: date | None = None
    place: Place = Place()


def checked(form: Form, given: Particulars, own: frozenset[OrganisationId], rows: Iterable[str]) -> Particulars:
    """The particulars with a tidy title, or Invalid. `own` are the parties the person writes for, `rows` the identities of the
    rows of the field it belongs to.
    """
    problems = []
    title = " ".join(given.title.replace("\0", "").split())
    if not title:
        problems.append(("title", "Give the file a title that says what it is."))
    if len(title) > MAX_TITLE:
        problems.append(("title", f"Shorten the title to {MAX_TITLE} characters."))
    if given.lane is not None and given.lane not in own:
        problems.append(("lane", "Choose who sees this: everybody here, or your own organisation."))
    if given.dated and given.expires and given.expires < given.dated:
        problems.append(("expires", "It cannot expire before its own date."))
    if not _exists(form, given.place, rows):
        problems.append(("place", "Choose a part of this form that every party reads."))
    if problems:
        raise Invalid(problems)
    return Particulars(given.kind, title, given.lane, given.dated, given.expires, given.place)


def _exists(form: Form, place: Place, rows: Iterable[str]) -> bool:
    if not place.section:
        return not place.field and not place.row
    try:
        section = form.section(place.section)
        field = section.field(place.field) if place.field else None
    except KeyError:
        return False
    if field is None:
        return not place.row
    if field.lane is not FieldLane.SHARED:
        return False
    return not place.row or (field.type is FieldType.ROWS and place.row in set(rows))


def check_reason(reason: str) -> str:
    """Why a file is withdrawn: one line, or Invalid."""
    text = " ".join(reason.replace("\0", "").split())
    if not text:
        raise Invalid([("reason", "Say why it is withdrawn, so that others can follow.")])
    if len(text) > MAX_REASON:
        raise Invalid([("reason", f"Shorten the reason to {MAX_REASON} characters.")])
    return text


@dataclass(frozen=True, slots=True)
class Attached:
    """A shared file as reviews see it: what it belongs to, its kind, until when it counts, and a digest of all that is shown of it."""

    section: str
    kind: str
    expires: date | None
    digest: str


def attached(given: Particulars, number: int, content: str) -> Attached:
    """A shared file as reviews see it. `content` is the SHA-256 of its bytes, or of the letter that it prints."""
    place = given.place
    digest = sha256(
        {
            "kind": given.kind.value, "title": given.title, "dated": _iso(given.dated), "expires": _iso(given.expires),
            "place": [place.section, place.field, place.row], "number": number, "content": content,
        }
    )  # fmt: skip
    return Attached(place.section, given.kind.value, given.expires, digest)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def digests(files: Sequence[Attached]) -> dict[str, str]:
    """What decisions are bound to beside the sections: one digest for the files of each section (``need#files``), which stages read
    that read the section, and one for those of the whole proposal (``files``), which all stages read. Where there are no files there is
    no digest, so that older decisions stand.
    """
    found: dict[str, list[str]] = {}
    for one in files:
        found.setdefault(f"{one.section}#{SECTION}" if one.section else SECTION, []).append(one.digest)
    return {key: sha256({"files": key, "digests": sorted(parts)}) for key, parts in sorted(found.items())}


def seen(read: Mapping[str, str]) -> str:
    """What a page shows of the files among the digests that a stage reads, for the form of a decision to bring back."""
    found = {key: digest for key, digest in read.items() if key == SECTION or key.endswith(f"#{SECTION}")}
    return sha256(found) if found else ""


def facts(files: Iterable[Attached], day: date) -> dict[str, int]:
    """How many shared files of each kind there are that had not expired on this day; kinds without any are left out."""
    found: dict[str, int] = {}
    for one in files:
        if currency(one.expires, day) is not Currency.EXPIRED:
            found[one.kind] = found.get(one.kind, 0) + 1
    return found


def to_rows(files: Iterable[Attached]) -> list[list[str]]:
    """The same as plain values, in an order of its own, for the proposal's row."""
    return sorted([one.section, one.kind, _iso(one.expires), one.digest] for one in files)


def from_rows(rows: Iterable[Sequence[str]]) -> tuple[Attached, ...]:
    """What `to_rows` gave."""
    return tuple(Attached(section, kind, date.fromisoformat(day) if day else None, digest) for section, kind, day, digest in rows)

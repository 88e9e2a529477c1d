"""What changed between two versions, as pages show it: by section and question, rows matched, texts marked word by word."""

from collections.abc import Iterable
from dataclasses import dataclass

from cowork.domain.specifications.compare import ChangeKind, FieldChange, RowChange, SectionChange, Segment, SegmentKind
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.marking import moved_words
from cowork.services.changes import Changes
from cowork.services.exports import PdfStanding
from cowork.store.specifications import VersionFull, VersionLine
from cowork.web.exports.pages import PDF_WORDS
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications.since import Preset, presets, title

Mark = tuple[str, str]
"""A stretch of text with its kind for the `diff` macro: equal, insert or delete."""

NO_PDF = PdfStanding("none", "", "")
KINDS = {SegmentKind.SAME: "equal", SegmentKind.ADDED: "insert", SegmentKind.REMOVED: "delete"}
WORDS = {
    ChangeKind.ADDED: ("Added", "success", "plus"),
    ChangeKind.REMOVED: ("Removed", "danger", "cross"),
    ChangeKind.CHANGED: ("Changed", "info", "edit"),
    ChangeKind.MOVED: ("Moved", "neutral", "up"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A changed question. `tag` is its word, tone and icon for the `tag` macro."""

    label: str
    tag: tuple[str, str, str]
    marks: tuple[Mark, ...]
    rows: tuple["ShownRow", ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A changed row; `moved` says from where to where it went, in words."""

    title: str
    moved: str
    tag: tuple[str, str, str]
    columns: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    key: str
    label: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A version in the list; `sections` are the labels of those it changed. `compare_url` shows what it changed; `outline`
    marks one from the time when the proposal was an outline.
    """

    version: VersionLine
    sections: tuple[str, ...]
    compare_url: str
    outline: bool


@dataclass(frozen=True, slots=True)
class ChangesPage:
    frame: ProposalFrame
    old: VersionFull
    new: VersionFull
    sections: tuple[ShownSection, ...]
    count: int
    history: tuple[HistoryLine, ...]
    backwards: bool
    presets: tuple[Preset, ...]
    title: str
    pdf: PdfStanding
    pdf_words: str
    pdf_url: str


def marks(segments: Iterable[Segment]) -> tuple[Mark, ...]:
    """Segments for the `diff` macro."""
    return tuple((KINDS[segment.kind], segment.text) for segment in segments)


def page(found: Changes, pdf: PdfStanding = NO_PDF) -> ChangesPage:
    """The page that compares two versions; `pdf` says where the same as a document is in its making."""
    sections = tuple(shown_section(change) for change in found.comparison.sections)
    return ChangesPage(
        frame=proposal_frame(found.case, "changes", saved_at=found.versions[0].at if found.versions else None),
        old=found.old,
        new=found.new,
        sections=sections,
        count=sum(len(section.changes) for section in sections),
        history=tuple(_line(found, line) for line in found.versions),
        backwards=found.old.number > found.new.number,
        presets=presets(found.points, found.case.state.version, f"/proposals/{found.case.state.id}/changes"),
        title=title(found.points),
        pdf=pdf,
        pdf_words=PDF_WORDS[pdf.standing],
        pdf_url=f"/proposals/{found.case.state.id}/changes/{found.old.number}/{found.new.number}/changes.pdf",
    )


def shown_section(change: SectionChange) -> ShownSection:
    """One section with what changed in it."""
    return ShownSection(change.section.key, change.section.label, tuple(shown(field) for field in change.fields))


def _line(found: Changes, line: VersionLine) -> HistoryLine:
    root = f"/proposals/{found.case.state.id}/changes"
    url = f"{root}?old={line.number - 1}&new={line.number}" if line.number > 1 else ""
    return HistoryLine(line, labels(found.case.form, line.changed), url, line.number in found.outlines)


def labels(form: Form, keys: Iterable[str]) -> tuple[str, ...]:
    """The labels of sections; keys that the form no longer has are left as they are."""
    known = {section.key: section.label for section in form.sections}
    return tuple(known.get(key, key) for key in keys)


def shown(change: FieldChange) -> ShownChange:
    """One changed question or column."""
    return ShownChange(change.field.label, WORDS[change.kind], marks(change.segments), tuple(_row(row) for row in change.rows))


def _row(row: RowChange) -> ShownRow:
    place = row.old_place if row.kind is ChangeKind.REMOVED else row.new_place
    title = f"{place}. {row.name}" if row.name else f"Entry {place}"
    return ShownRow(title, moved_words(row), WORDS[row.kind], tuple(shown(column) for column in row.columns))

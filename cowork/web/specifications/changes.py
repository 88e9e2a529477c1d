"""What changed between two versions, as pages show it: by section and question, rows matched, texts marked word by word."""

from collections.abc import Iterable
from dataclasses import dataclass

from cowork.domain.specifications.compare import ChangeKind, FieldChange, RowChange, Segment, SegmentKind
from cowork.domain.specifications.form import Form
from cowork.services.specifications import Changes
from cowork.store.specifications import VersionFull, VersionLine
from cowork.web.proposals.pages import ProposalFrame, proposal_frame

Mark = tuple[str, str]
"""A stretch of text with its kind for the `diff` macro: equal, insert or delete."""

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
    title: str
    tag: tuple[str, str, str]
    columns: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    key: str
    label: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A version in the list; `sections` are the labels of those it changed. `compare_url` shows what it changed."""

    version: VersionLine
    sections: tuple[str, ...]
    compare_url: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    frame: ProposalFrame
    old: VersionFull
    new: VersionFull
    sections: tuple[ShownSection, ...]
    count: int
    history: tuple[HistoryLine, ...]
    backwards: bool


def marks(segments: Iterable[Segment]) -> tuple[Mark, ...]:
    """Segments for the `diff` macro."""
    return tuple((KINDS[segment.kind], segment.text) for segment in segments)


def page(found: Changes) -> ChangesPage:
    """The page that compares two versions."""
    sections = tuple(
        ShownSection(change.section.key, change.section.label, tuple(shown(field) for field in change.fields))
        for change in found.comparison.sections
    )
    return ChangesPage(
        frame=proposal_frame(found.case, "changes", saved_at=found.versions[0].at if found.versions else None),
        old=found.old,
        new=found.new,
        sections=sections,
        count=sum(len(section.changes) for section in sections),
        history=tuple(_line(found, line) for line in found.versions),
        backwards=found.old.number > found.new.number,
    )


def _line(found: Changes, line: VersionLine) -> HistoryLine:
    root = f"/proposals/{found.case.state.id}/changes"
    url = f"{root}?old={line.number - 1}&new={line.number}" if line.number > 1 else ""
    return HistoryLine(line, labels(found.case.form, line.changed), url)


def labels(form: Form, keys: Iterable[str]) -> tuple[str, ...]:
    """The labels of sections; keys that the form no longer has are left as they are."""
    known = {section.key: section.label for section in form.sections}
    return tuple(known.get(key, key) for key in keys)


def shown(change: FieldChange) -> ShownChange:
    """One changed question or column."""
    return ShownChange(change.field.label, WORDS[change.kind], marks(change.segments), tuple(_row(row) for row in change.rows))


def _row(row: RowChange) -> ShownRow:
    if row.kind is ChangeKind.REMOVED:
        title = f"Entry {row.old_place}"
    elif row.moved and row.old_place != row.new_place:
        title = f"Entry {row.new_place}, was entry {row.old_place}"
    else:
        title = f"Entry {row.new_place}"
    return ShownRow(title, WORDS[row.kind], tuple(shown(column) for column in row.columns))

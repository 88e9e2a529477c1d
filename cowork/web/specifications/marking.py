"""A list with its changes in place, as the pages show it."""

from dataclasses import dataclass

from cowork.domain.conditions import Content
from cowork.domain.specifications import marking
from cowork.domain.specifications.compare import FieldChange
from cowork.web.specifications.changes import WORDS, Mark, marks


@dataclass(frozen=True, slots=True)
class ShownMarkedRow:
    """A row of a list. Without a `tag` it is as it was; `moved` says from where to where it went."""

    title: str
    tag: tuple[str, str, str] | None
    moved: str
    answers: tuple[tuple[str, tuple[Mark, ...]], ...]


def in_place(change: FieldChange, new: Content) -> tuple[ShownMarkedRow, ...]:
    """The whole list as it is now, with what changed in it."""
    return tuple(
        ShownMarkedRow(
            row.title,
            WORDS[row.change.kind] if row.change else None,
            marking.moved_words(row.change) if row.change else "",
            tuple((label, marks(parts)) for label, parts in row.answers),
        )
        for row in marking.in_place(change, new)
    )

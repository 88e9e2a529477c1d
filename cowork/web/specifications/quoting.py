"""A specification to read with the words marked that comments are about, and what suggestions would put in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from cowork.domain.ids import ThreadId
from cowork.domain.passages import CONTEXT, Placed
from cowork.domain.suggestions import SuggestionKind
from cowork.exports.answers import Mark, marked
from cowork.store.comments import ThreadFull
from cowork.web.passages import Pin
from cowork.web.specifications.reading import ReadField, ReadRow, ReadSection


def with_marks(read: ReadSection, threads: Sequence[ThreadFull], found: Mapping[ThreadId, Pin]) -> ReadSection:
    """The section with the words marked that open threads are about."""
    marks: dict[str, list[Mark]] = {}
    for thread in threads:
        where = found[thread.id].where
        if thread.resolved or where is None or not isinstance(where.place, Placed):
            continue
        marks.setdefault(where.path, []).append(_mark(thread, found[thread.id], where.place))
    return replace(read, fields=tuple(_field(field, marks) for field in read.fields)) if marks else read


def quoted_words(threads: Sequence[ThreadFull], found: Mapping[ThreadId, Pin]) -> list[dict[str, object]]:
    """For the script of a section that is written: the words that open threads are about, with what stands around them there.

    `key` is the path of the answer within the section.
    """
    words: list[dict[str, object]] = []
    for thread in threads:
        where = found[thread.id].where
        if thread.resolved or where is None or not isinstance(where.place, Placed):
            continue
        start, end = where.place.start, where.place.end
        words.append(
            {
                "thread": thread.id,
                "number": found[thread.id].number,
                "key": where.path.partition(".")[2],
                "words": where.text[start:end],
                "before": where.text[max(0, start - CONTEXT) : start],
                "after": where.text[end : end + CONTEXT],
            }
        )
    return words


def _mark(thread: ThreadFull, pin: Pin, place: Placed) -> Mark:
    made = thread.suggestion
    replaces = made is not None and made.kind is SuggestionKind.PASSAGE and made.open and place.exact
    link = Markup(
        '<a class="mark-link" id="mark-{0}" href="#thread-{0}" data-not-text><span class="sr-only">Comment </span>{1}</a>'
    ).format(thread.id, pin.number)
    opening = Markup('<mark class="quoted" data-for="thread-{}">').format(thread.id)
    if not replaces or made is None:
        return Mark(place.start, place.end, opening, Markup("</mark>"), link)
    opening += Markup('<del class="suggested-out"><span class="sr-only" data-not-text> [suggested to remove: </span>')
    closing = Markup('<span class="sr-only" data-not-text>] </span></del></mark>')
    instead = Markup(
        '<ins class="suggested-in" data-not-text><span class="sr-only"> [suggested instead: </span>{}<span class="sr-only">] </span></ins>'
    ).format(made.value)
    return Mark(place.start, place.end, opening, closing, instead + link if made.value else link)


def _field(field: ReadField, marks: Mapping[str, list[Mark]]) -> ReadField:
    value = marked(field.value, marks[field.path]) if field.value is not None and field.path in marks else field.value
    return replace(field, value=value, rows=tuple(_row(row, marks) for row in field.rows))


def _row(row: ReadRow, marks: Mapping[str, list[Mark]]) -> ReadRow:
    if not any(path in marks for path in row.paths):
        return row
    cells = tuple(
        marked(cell, marks[path]) if cell is not None and path in marks else cell for cell, path in zip(row.cells, row.paths, strict=True)
    )
    by_path = dict(zip(row.paths, cells, strict=True))
    answers = tuple((label, by_path[path] or answer, path) for label, answer, path in row.answers)
    return replace(row, cells=cells, answers=answers)

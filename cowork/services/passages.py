"""Where threads stand in a text: taking an anchor from words that somebody quoted, and finding it again in another version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cowork.domain.comments import Anchor, Cell, cells, column_of
from cowork.domain.conditions import Content, Value
from cowork.domain.errors import Invalid
from cowork.domain.ids import ThreadId
from cowork.domain.passages import MOST_QUOTED, Orphaned, Place, Quote, locate, occurrences, taken, trimmed
from cowork.domain.specifications.form import Field, Form
from cowork.domain.specifications.values import rows
from cowork.exports.answers import seen
from cowork.services.cases import Case
from cowork.store.comments import ThreadFull

NOT_THERE = "These words do not stand in the text. Copy them from the page as it is shown, or leave the box empty."
SEVERAL = "These words stand at {} places. Quote a few more of the words around them, so that it is clear which you mean."
TOO_LONG = f"Quote at most {MOST_QUOTED:,} characters. Comment on the whole answer to speak of more."


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thread stands in a version: the path of the answer it quotes (``section.field`` or ``section.field.row.column``), the text
    that is seen there, and the place of its words in it.
    """

    path: str
    text: str
    place: Place


def quoted(case: Case, content: Content, anchor: Anchor) -> tuple[Anchor, Quote | None]:
    """The anchor with its words, verified in a version as the actor reads it. Raises Invalid where they are not there, or not clear."""
    words = anchor.quote.replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        return replace(anchor, quote="", start=None), None
    if len(words) > MOST_QUOTED:
        raise Invalid([("quote", TOO_LONG)])
    found = [(cell, text, place) for cell, text in _texts(case.form, content, anchor) for place in _places(text, words, anchor)]
    if len(found) != 1:
        raise Invalid([("quote", SEVERAL.format(len(found)) if found else NOT_THERE)])
    cell, text, (start, end) = found[0]
    exact = replace(anchor, field=cell.field, row=cell.row, column=cell.column, quote=text[start:end], start=start)
    return exact, taken(text, start, end)


def _places(text: str, words: str, anchor: Anchor) -> tuple[tuple[int, int], ...]:
    """Where the words stand; the one place, where the browser has said which and it is true."""
    start = anchor.start
    if start is not None and start >= 0 and text[start : start + len(anchor.quote)] == anchor.quote:
        return (trimmed(text, start, start + len(anchor.quote)),)
    return occurrences(text, words)


def _texts(form: Form, content: Content, anchor: Anchor) -> list[tuple[Cell, str]]:
    """The answers that an anchor can mean, each with the text that a reader sees."""
    section = anchor.section or ""
    found = ((cell, seen(cell.question, value_at(content, section, cell.field, cell.row, cell.column), content))
             for cell in cells(form, content, anchor))  # fmt: skip
    return [(cell, text) for cell, text in found if text]


def value_at(content: Content, section: str, field: str, row: str | None, column: str | None) -> Value:
    """The answer at a place; None where there is none. Without a column it is the whole row, without a row the whole answer."""
    if row is None:
        return content.get(section, {}).get(field)
    found = next((entry for entry in rows(content, f"{section}.{field}") if entry["id"] == row), None)
    if found is None or column is None:
        return dict(found) if found is not None else None
    return found.get(column)


def question_at(form: Form, section: str, field: str, column: str | None) -> Field | None:
    """The question of an answer, or None where the form does not ask it."""
    try:
        found = form.section(section).field(field)
        return column_of(found, column) if column is not None else found
    except KeyError:
        return None


def standing(form: Form, content: Content, thread: ThreadFull) -> Standing | None:
    """Where a thread stands in these answers; None for one that quotes no words."""
    if thread.quote is None or thread.section is None or thread.field is None:
        return None
    parts = [part for part in (thread.section, thread.field, thread.row, thread.column) if part is not None]
    question = question_at(form, thread.section, thread.field, thread.column)
    if question is None:
        return Standing(".".join(parts), "", Orphaned())
    text = seen(question, value_at(content, thread.section, thread.field, thread.row, thread.column), content)
    return Standing(".".join(parts), text, locate(thread.quote, text))


def standings(form: Form, content: Content, threads: Iterable[ThreadFull]) -> Mapping[ThreadId, Standing]:
    """Where threads stand in a version as somebody reads it; those that quote no words are left out."""
    found = ((thread.id, standing(form, content, thread)) for thread in threads)
    return {key: place for key, place in found if place is not None}

"""Comments beside the words they are about: their order on a page, their numbers, and what became of their words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content
from cowork.domain.ids import ThreadId
from cowork.domain.passages import Moved, Orphaned, Placed
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.values import row_ids
from cowork.services.passages import Standing, standings
from cowork.store.comments import ThreadFull


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant: the words that stand there, and their offset."""

    words: str
    start: int


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a thread stands on a page: its number among the open ones, its neighbours, and what became of its words.

    `state` is "" for a thread that quotes nothing, else "placed", "changed", "moved" or "orphaned".
    """

    number: int
    total: int
    previous: str
    next: str
    state: str
    candidates: tuple[Candidate, ...]
    where: Standing | None


def pins(form: Form, content: Content, threads: Iterable[ThreadFull]) -> dict[ThreadId, Pin]:
    """The pins of all threads in the order of the page: the whole proposal first, then as their words stand in the text."""
    threads = list(threads)
    places = standings(form, content, threads)
    ordered = sorted(threads, key=lambda thread: _order(form, content, thread, places.get(thread.id)))
    numbered = [thread.id for thread in ordered if not thread.resolved]
    found: dict[ThreadId, Pin] = {}
    for thread in ordered:
        at = numbered.index(thread.id) if not thread.resolved else -1
        before = numbered[at - 1] if at > 0 else ""
        after = numbered[at + 1] if 0 <= at < len(numbered) - 1 else ""
        where = places.get(thread.id)
        found[thread.id] = Pin(at + 1, len(numbered), before, after, _state(where), _candidates(where), where)
    return found


def _order(form: Form, content: Content, thread: ThreadFull, where: Standing | None) -> tuple[object, ...]:
    sections = [section.key for section in form.sections]
    if thread.section not in sections:
        return (-1, -1, -1, -1, -1, thread.opened_at)
    section = form.section(thread.section)
    fields = [field.key for field in section.fields]
    if thread.field not in fields:
        return (sections.index(thread.section), -1, -1, -1, -1, thread.opened_at)
    rows = row_ids(content, f"{thread.section}.{thread.field}")
    columns = [column.key for column in section.field(thread.field).columns]
    start = where.place.start if where is not None and isinstance(where.place, Placed) else -1
    row = rows.index(thread.row) if thread.row in rows else -1
    column = columns.index(thread.column) if thread.column in columns else -1
    return (sections.index(thread.section), fields.index(thread.field), row, column, start, thread.opened_at)


def _state(where: Standing | None) -> str:
    if where is None:
        return ""
    if isinstance(where.place, Placed):
        return "placed" if where.place.exact else "changed"
    return "orphaned" if isinstance(where.place, Orphaned) else "moved"


def _candidates(where: Standing | None) -> tuple[Candidate, ...]:
    if where is None or not isinstance(where.place, Moved):
        return ()
    return tuple(Candidate(where.text[start:end], start) for start, end in where.place.candidates)


def in_order(threads: Iterable[ThreadFull], found: Mapping[ThreadId, Pin]) -> list[ThreadFull]:
    """The threads as the page has them."""
    place = {key: number for number, key in enumerate(found)}
    return sorted(threads, key=lambda thread: place[thread.id])

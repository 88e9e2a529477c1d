"""The form for a new comment, wherever a section or the whole proposal is talked about."""

from dataclasses import dataclass

from cowork.domain.conditions import holds
from cowork.domain.passages import MOST_QUOTED
from cowork.domain.proposals import Standing
from cowork.domain.specifications.form import Field, Section, may_read
from cowork.services.specifications import Draft, may_comment_on, may_suggest
from cowork.web import threads as thread_pages


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new comment was to be about and say, when the page is shown for it: from a link, or after it was refused.

    `thread` is the thread that was replied to, empty for a new one.
    """

    thread: str = ""
    section: str = ""
    field: str = ""
    lane: str = ""
    body: str = ""
    objection: bool = False
    errors: tuple[str, ...] = ()
    quote: str = ""
    row: str = ""
    column: str = ""


def asked_by(address: str, quote: str = "") -> Asked:
    """What a link asks to comment on: ``section``, ``section.field`` or ``section.field.row.column``, with the words it quotes."""
    section, field, row, column, *_ = [*address.split("."), "", "", "", ""]
    return Asked(section=section, field=field, row=row, column=column, quote=quote[:MOST_QUOTED])


@dataclass(frozen=True, slots=True)
class NewThread:
    """The form for a new comment on a section: what it can be about, and what was typed when it was refused. `next` is its page.

    `row` and `column` say in which entry of a list the quoted words stand, where a link said so.
    """

    id: str
    about: str
    section: str
    subjects: tuple[tuple[str, str], ...]
    chosen: str
    lanes: tuple[thread_pages.Lane, ...]
    next: str
    body: str
    objection: bool
    errors: tuple[str, ...]
    open: bool
    quote: str = ""
    may_keep: bool = False
    suggest: bool = False
    row: str = ""
    column: str = ""


def new_thread(draft: Draft, section: Section | None, page: str, asked: Asked | None = None) -> NewThread | None:
    """The form for a comment on a section, or on the whole proposal, on the page at this address; None for whoever may not comment."""
    case = draft.case
    if not may_comment_on(case, section):
        return None
    key = section.key if section else ""
    mine = asked if asked is not None and asked.section == key and not asked.thread else None
    fields = _open_fields(draft, section) if section else ()
    chosen = next((field for field in fields if mine and field.key == mine.field), None)
    lanes = thread_pages.lanes(case, chosen)
    if mine and mine.lane:
        lanes = tuple(sorted(lanes, key=lambda lane: lane[0] != mine.lane))
    return NewThread(
        id=f"new-{key or 'proposal'}",
        about=section.label if section else "the whole proposal",
        section=key,
        subjects=tuple((field.key, field.label) for field in fields),
        chosen=chosen.key if chosen else "",
        lanes=lanes,
        next=page,
        body=mine.body if mine else "",
        objection=mine.objection if mine else False,
        errors=mine.errors if mine else (),
        open=mine is not None,
        quote=mine.quote if mine else "",
        may_keep=case.state.standing is Standing.IN_REVIEW,
        suggest=section is not None and may_suggest(case, section),
        row=mine.row if mine and chosen else "",
        column=mine.column if mine and chosen else "",
    )


def _open_fields(draft: Draft, section: Section) -> tuple[Field, ...]:
    sides, content = draft.case.sides, draft.content
    return tuple(field for field in section.fields if may_read(sides, field.lane) and (field.when is None or holds(field.when, content)))

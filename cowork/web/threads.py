"""Threads of comments as pages show them: who sees them in words, their comments as safe markup, and where their forms post."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from cowork.domain.identity import initials
from cowork.domain.ids import OrganisationId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.specifications.form import Field, FieldLane, Form, Section
from cowork.services.cases import Case
from cowork.services.comments import may_withdraw
from cowork.services.specifications import may_comment_on
from cowork.store.comments import CommentLine, ThreadFull
from cowork.web.markdown import to_html
from cowork.web.passages import Candidate, Pin

Lane = tuple[str, str, bool]
"""A lane to choose: the value to post ("" for shared), its words, and whether it is private."""


@dataclass(frozen=True, slots=True)
class CommentView:
    id: str
    author_name: str
    author_initials: str
    party_name: str
    at: datetime
    body_html: Markup
    pending: bool = False
    withdrawn: bool = False
    withdraw_url: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion: `marks` show a passage, `changes` (ShownChange, for their macro) an answer or an entry.
    `stale` says that the text has changed since, `now` what stands there.

    A URL is empty where the reader may not; `why_not` then says why. `loses` are stages at which its author would no longer decide.
    """

    words: str
    marks: tuple[tuple[str, str], ...]
    changes: tuple[object, ...]
    standing: str
    settled_by: str
    settled_at: datetime | None
    version: int | None
    stale: bool
    now: str
    accept_url: str
    reject_url: str
    again_url: str
    why_not: str
    author: str
    loses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread for the `thread` macro. A URL is empty where the reader may not do it.

    `number` of `total` counts the open threads of the page, with the ids of its neighbours; `state` says what became of the words that
    it quotes (see `cowork.web.passages.Pin`), `candidates` which words may be meant; `version_url` shows what was done to them,
    `mark_url` where they are marked.
    """

    id: str
    about: str
    lane_words: str
    private: bool
    objection: bool
    stale_words: str
    resolved_by: str
    resolved_at: datetime | None
    comments: tuple[CommentView, ...]
    reply_url: str
    resolve_url: str
    reopen_url: str
    quote: str = ""
    reply_body: str = ""
    reply_error: str = ""
    number: int = 0
    total: int = 0
    previous: str = ""
    next: str = ""
    state: str = ""
    candidates: tuple[Candidate, ...] = ()
    place_url: str = ""
    version: int = 0
    quoted_in: int = 0
    version_url: str = ""
    mark_url: str = ""
    may_keep: bool = False
    lane: str = ""
    mentions_url: str = ""
    suggestion: SuggestionView | None = None


def views(
    case: Case, threads: Iterable[ThreadFull], version: int, pinned: Mapping[ThreadId, Pin], suggested: Mapping[ThreadId, SuggestionView],
    *, text: str = "",
) -> list[ThreadView]:  # fmt: skip
    """Threads as this actor sees them beside a version; `pinned` says where they stand in it.

    `text` is the page on which their words are marked, where that is another one.
    """
    return [_pinned(_view(case, thread, version, suggested), thread, pinned[thread.id], version, text) for thread in threads]


def _pinned(view: ThreadView, thread: ThreadFull, pin: Pin, version: int, text: str) -> ThreadView:
    """The thread with its number and the words that it is about."""
    root = f"/proposals/{thread.proposal}"
    changes = f"{root}/changes?old={thread.quoted_in}&new={version}#changed-{thread.section}"
    return replace(
        view, quote=thread.quote.exact if thread.quote is not None else "", number=pin.number, total=pin.total, previous=pin.previous,
        next=pin.next, state=pin.state, candidates=pin.candidates, version=version, quoted_in=thread.quoted_in,
        place_url=f"{root}/threads/{thread.id}/place" if view.reply_url and not thread.resolved else "",
        version_url=changes if 0 < thread.quoted_in < version else "",
        mark_url=f"{text}#mark-{thread.id}" if pin.state in ("placed", "changed") and not thread.resolved else "",
    )  # fmt: skip


def _view(case: Case, thread: ThreadFull, version: int, suggested: Mapping[ThreadId, SuggestionView]) -> ThreadView:
    base = f"/proposals/{thread.proposal}/threads/{thread.id}"
    section = next((one for one in case.form.sections if one.key == thread.section), None)
    open_suggestion = thread.suggestion is not None and thread.suggestion.open
    may_comment = may_comment_on(case, section)
    may_resolve = case.may(Action.RESOLVE_THREAD) and (may_comment or thread.opened_by == case.actor.person)
    return ThreadView(
        id=thread.id,
        about=about(case.form, thread),
        lane_words=lane_words(case, thread.lane),
        private=thread.lane is not None,
        objection=thread.objection and not thread.resolved,
        stale_words=f"On version {thread.version}" if thread.version < version and not thread.resolved else "",
        resolved_by=thread.resolved_by_name,
        resolved_at=thread.resolved_at,
        comments=tuple(_comment(case, thread, line, base) for line in thread.comments),
        reply_url=f"{base}/replies" if may_comment else "",
        resolve_url=f"{base}/resolve" if may_resolve and not open_suggestion else "",
        reopen_url=f"{base}/reopen" if may_resolve else "",
        lane=thread.lane or "",
        mentions_url=f"/proposals/{thread.proposal}/mentions" if may_comment else "",
        may_keep=may_comment and case.state.standing is Standing.IN_REVIEW,
        suggestion=suggested.get(thread.id),
    )


def _comment(case: Case, thread: ThreadFull, line: CommentLine, base: str) -> CommentView:
    own = case.may(Action.COMMENT) and may_withdraw(thread, line.id, case.actor)
    return CommentView(
        line.id, line.author_name, initials(line.author_name), line.organisation_name, line.at, to_html(line.body),
        withdrawn=line.withdrawn, withdraw_url=f"{base}/comments/{line.id}/withdraw" if own else "",
    )  # fmt: skip


def about(form: Form, thread: ThreadFull) -> str:
    """What a thread is about: a question, a section or the whole proposal. Keys that the form no longer has are shown as they are."""
    return about_place(form, thread.section, thread.field, thread.column)


def about_place(form: Form, section_key: str | None, field_key: str | None, column_key: str | None) -> str:
    """The same of a place by its keys."""
    section = next((s for s in form.sections if s.key == section_key), None)
    if section_key is None or section is None:
        return section_key or "the whole proposal"
    field = next((f for f in section.fields if f.key == field_key), None)
    column = next((c for c in field.columns if c.key == column_key), None) if field else None
    return ": ".join(part.label for part in (section, field, column) if part)


def lane_words(case: Case, lane: OrganisationId | None) -> str:
    """Who sees it: "Harbour Analytics only", or with whom it is shared."""
    if lane is not None:
        party = case.state.facts.party(lane)
        return f"{party.name} only" if party else "Your organisation only"
    others = [party.name for party in case.state.facts.parties if party.organisation not in case.lanes]
    if len(others) == 1 and case.lanes:
        return f"Shared with {others[0]}"
    return "Shared with all parties"


def lanes(case: Case, field: Field | None = None) -> tuple[Lane, ...]:
    """The lanes that the actor can choose for a new thread, the default first. A private question is talked about in private."""
    own = [(str(party.organisation), f"{party.name} only", True) for party in case.state.facts.parties if party.organisation in case.lanes]
    if field is not None and field.lane is not FieldLane.SHARED:
        return tuple(own)
    return (("", lane_words(case, None), False), *own)


def open_by_section(threads: Iterable[ThreadFull]) -> Counter[str]:
    """How many threads are open in each section, by its key; the whole proposal is ""."""
    return Counter(thread.section or "" for thread in threads if not thread.resolved)


def of_section(threads: Sequence[ThreadFull], section: Section) -> list[ThreadFull]:
    """The threads on a section and its fields."""
    return [thread for thread in threads if thread.section == section.key]

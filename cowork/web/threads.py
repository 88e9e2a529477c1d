"""Threads of comments as pages show them: who sees them in words, their comments as safe markup, and where their forms post."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from cowork.domain.identity import initials
from cowork.domain.ids import OrganisationId
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Field, FieldLane, Form, Section
from cowork.services.cases import Case
from cowork.services.specifications import may_comment_on
from cowork.store.comments import CommentLine, ThreadFull
from cowork.web.markdown import to_html

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


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread for the `thread` macro. A URL is empty where the reader may not do it."""

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


def views(case: Case, threads: Iterable[ThreadFull], version: int) -> list[ThreadView]:
    """Threads as this actor sees them beside a version."""
    return [_view(case, thread, version) for thread in threads]


def _view(case: Case, thread: ThreadFull, version: int) -> ThreadView:
    base = f"/proposals/{thread.proposal}/threads/{thread.id}"
    section = next((one for one in case.form.sections if one.key == thread.section), None)
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
        comments=tuple(_comment(line) for line in thread.comments),
        reply_url=f"{base}/replies" if may_comment else "",
        resolve_url=f"{base}/resolve" if may_resolve else "",
        reopen_url=f"{base}/reopen" if may_resolve else "",
    )


def _comment(line: CommentLine) -> CommentView:
    return CommentView(line.id, line.author_name, initials(line.author_name), line.organisation_name, line.at, to_html(line.body))


def about(form: Form, thread: ThreadFull) -> str:
    """What a thread is about: a question, a section or the whole proposal. Keys that the form no longer has are shown as they are."""
    section = next((s for s in form.sections if s.key == thread.section), None)
    if thread.section is None or section is None:
        return thread.section or "the whole proposal"
    field = next((f for f in section.fields if f.key == thread.field), None)
    return f"{section.label}: {field.label}" if field else section.label


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

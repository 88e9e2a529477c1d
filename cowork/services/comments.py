"""Commenting: threads on passages, answers and the whole, replies, resolving and reopening, taking back."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from cowork.domain.comments import Anchor, OpenThreadCommand, check_anchor, check_lane, clean_body
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import CommentAdded, CommentWithdrawn, Event, ThreadOpened, ThreadPlaced, ThreadReopened, ThreadResolved
from cowork.domain.identity import Actor
from cowork.domain.ids import CommentId, OrganisationId, ProposalId, ThreadId
from cowork.domain.passages import Quote
from cowork.domain.policy import Action
from cowork.domain.specifications.form import may_read
from cowork.domain.suggestions import Suggestion, SuggestionStanding
from cowork.services.cases import Case, in_form, open_case, record
from cowork.services.context import Context
from cowork.services.passages import quoted
from cowork.services.reviewing import count_threads, refresh
from cowork.services.specifications import may_comment_on
from cowork.store import comments, specifications, unit
from cowork.store.comments import ThreadFull

SENT_TWICE = timedelta(minutes=1)


def threads(context: Context, actor: Actor, proposal: ProposalId) -> list[ThreadFull]:
    """The threads that the actor may read, oldest first."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return comments.threads(session, proposal, case.lanes)


def open_thread(context: Context, actor: Actor, proposal: ProposalId, command: OpenThreadCommand) -> ThreadId:
    """Open a thread with its first comment. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        thread, events = opened(session, context, case, as_read(session, case, command))
        if not events:
            return thread
        _save(session, context, case, events, command.objection)
        return thread


def opened(
    session: Session, context: Context, case: Case, command: OpenThreadCommand, suggestion: Suggestion | None = None
) -> tuple[ThreadId, list[Event]]:
    """Write a thread with its first comment inside a running transaction: its events are left to be recorded. Raises Invalid.

    The same comment by the same person on the same place within a minute is one that was sent twice: the first, and no events.
    """
    body = clean_body(command.body)
    anchor, quote = checked(session, case, command)
    now, thread, comment = context.now(), ThreadId(context.new_id()), CommentId(context.new_id())
    full = ThreadFull(
        thread, case.state.id, command.lane, anchor.section, anchor.field, command.version, command.objection, case.actor.person, now, "",
        None, (), anchor.row, anchor.column, quote, command.version, suggestion,
    )  # fmt: skip
    twice = comments.same(session, full, body, now - SENT_TWICE) if suggestion is None else None
    if twice is not None:
        return twice, []
    comments.add_thread(session, full)
    comments.add_comment(session, comment, thread, case.state.id, case.actor.person, organisation_of(case), now, body)
    kind = suggestion.kind.value if suggestion is not None else None
    told = ThreadOpened(thread, command.version, anchor.section, anchor.field, command.lane, command.objection, kind)
    return thread, [told, CommentAdded(thread, comment, command.lane)]


def checked(session: Session, case: Case, command: OpenThreadCommand) -> tuple[Anchor, Quote | None]:
    """What a new thread is about, verified in the version that its author saw, and in a lane that is open to them. Raises Invalid."""
    found = specifications.version(session, case.state.id, command.version) if 1 <= command.version <= case.state.version else None
    if found is None:
        raise Invalid([("version", "Load the page again: the version you commented on is not there.")])
    content = in_form(session, case, found.form).readable(found.content)
    check_anchor(case.form, command.anchor, content)
    _check_right(case, command.anchor.section)
    check_hidden_field(case, command.anchor, command.lane)
    anchor, quote = quoted(case, content, command.anchor)
    check_hidden_field(case, anchor, command.lane)
    check_lane(command, case.lanes)
    return anchor, quote


def as_read(session: Session, case: Case, command: OpenThreadCommand) -> OpenThreadCommand:
    """The command on the version that its author read: who reads what is being written sees more than the version their page began with."""
    if not command.anchor.quote or not 1 <= command.version < case.state.version:
        return command
    newest = replace(command, version=case.state.version)
    for each in (command, newest):
        with suppress(Invalid):
            checked(session, case, each)
            return each
    return command


def reply(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, body: str) -> None:
    """Answer in a thread. It may be resolved: an answer does not reopen it."""
    text = clean_body(body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        last = thread_of(session, case, thread).comments[-1:]
        if any((one.author, one.body) == (actor.person, text) and one.at >= context.now() - SENT_TWICE for one in last):
            return
        _save(session, context, case, [answered(session, context, case, thread, text)], False)


def answered(session: Session, context: Context, case: Case, thread: ThreadId, text: str) -> CommentAdded:
    """Write an answer inside a running transaction. Raises NotFound, Refused."""
    found = thread_of(session, case, thread)
    _check_right(case, found.section)
    comment = CommentId(context.new_id())
    comments.add_comment(session, comment, thread, case.state.id, case.actor.person, organisation_of(case), context.now(), text)
    return CommentAdded(thread, comment, found.lane)


def place(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, asked: Anchor, version: int) -> None:
    """Say which words of a version a thread is about, where that is not certain or they are gone. Raises Invalid.

    Of `asked` counts the quote, with its start where it is known; they stand in the answer that the thread is about.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        found = thread_of(session, case, thread)
        if found.section is None or found.field is None or not asked.quote.strip():
            raise Invalid([("quote", "Quote the words that this comment is about.")])
        row, column = (found.row, found.column) if asked.start is not None else (None, None)
        wanted = Anchor(found.section, found.field, row, column, asked.quote, asked.start)
        anchor, words = checked(session, case, OpenThreadCommand("", wanted, found.lane, False, version))
        comments.put_passage(session, thread, anchor.row, anchor.column, words, version)
        _save(session, context, case, [ThreadPlaced(thread, version, found.lane)], False)


def withdraw(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, comment: CommentId) -> None:
    """Take back a comment of one's own that nobody has answered: its text goes, the record stays. A thread of it alone is resolved."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        found = thread_of(session, case, thread)
        if not may_withdraw(found, comment, actor):
            raise Conflict("This comment has been answered, so it stays. Answer in the thread, or resolve it.")
        comments.withdraw_comment(session, comment, context.now())
        events: list[Event] = [CommentWithdrawn(thread, comment, found.lane)]
        if all(line.withdrawn or line.id == comment for line in found.comments) and not found.resolved:
            comments.set_resolved(session, thread, actor.person, context.now())
            events.append(ThreadResolved(thread, found.lane))
            if found.suggestion is not None and found.suggestion.open:
                comments.settle_suggestion(session, thread, SuggestionStanding.WITHDRAWN, actor.person, context.now())
        _save(session, context, case, events, found.objection)


def may_withdraw(thread: ThreadFull, comment: CommentId, actor: Actor) -> bool:
    """Whether somebody can take this comment back: it is their own, and nobody has answered it or settled what it suggests."""
    standing = [line for line in thread.comments if not line.withdrawn]
    settled = thread.suggestion is not None and not thread.suggestion.open and len(standing) == 1
    return bool(standing) and standing[-1].id == comment and standing[-1].author == actor.person and not settled


def resolve(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId) -> None:
    """Mark a thread as resolved. An objection is resolved by whoever raised it, or by an office that decides. Twice is once."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.RESOLVE_THREAD, lock=True)
        found = thread_of(session, case, thread)
        if found.resolved:
            return
        if found.opened_by != actor.person:
            _check_right(case, found.section)
        if found.suggestion is not None and found.suggestion.open:
            raise Invalid([("thread", "A suggestion is accepted or turned down by an author, or taken back by whoever made it.")])
        if found.objection and found.opened_by != actor.person:
            _check_may_overrule(case)
        comments.set_resolved(session, thread, actor.person, context.now())
        _save(session, context, case, [ThreadResolved(thread, found.lane)], found.objection)


def _check_may_overrule(case: Case) -> None:
    """Refuse whoever may not set aside somebody else's objection: like a decision, that is not for those who write the proposal."""
    facts = case.state.facts
    if not case.actor.offices & facts.seated:
        raise Invalid([("thread", "An objection is resolved by whoever raised it, or by an office that takes part in the review.")])
    if case.actor.person in facts.authors() | facts.writers:
        raise Invalid([("thread", "You write this proposal, so only whoever raised this objection or another office can resolve it.")])


def reopen(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId) -> None:
    """Open a resolved thread again. Twice is once."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.RESOLVE_THREAD, lock=True)
        found = thread_of(session, case, thread)
        if not found.resolved:
            return
        if found.opened_by != actor.person:
            _check_right(case, found.section)
        comments.set_resolved(session, thread, None, None)
        if found.suggestion is not None and found.suggestion.standing is SuggestionStanding.REJECTED:
            comments.settle_suggestion(session, thread, SuggestionStanding.OPEN, None, None)
        _save(session, context, case, [ThreadReopened(thread, found.lane)], found.objection)


def thread_of(session: Session, case: Case, thread: ThreadId) -> ThreadFull:
    """A thread that the actor may read. Raises NotFound."""
    found = comments.thread(session, case.state.id, thread, case.lanes)
    if found is None:
        raise NotFound("thread")
    return found


def _check_right(case: Case, key: str | None) -> None:
    """Refuse whoever may only read this section. Sections that the form no longer has are the whole proposal's."""
    section = next((one for one in case.form.sections if one.key == key), None)
    if not may_comment_on(case, section):
        about = f"“{section.label}”" if section else "the whole proposal"
        raise Refused(f"You may read {about}, and not comment on it. Ask on the People page for more.")


def organisation_of(case: Case) -> OrganisationId | None:
    """The party for which the actor speaks here: the one they take part for, else the first they belong to."""
    taking_part = [p.organisation for p in case.state.facts.participants if p.person == case.actor.person]
    own = [party.organisation for party in case.state.facts.parties if party.organisation in case.actor.memberships]
    return next((organisation for organisation in (*taking_part, *own) if organisation in own), None)


def check_hidden_field(case: Case, anchor: Anchor, lane: OrganisationId | None) -> None:
    """A field of a private lane is talked about in that party's own lane only, and by those who read it."""
    if anchor.section is None or anchor.field is None:
        return
    field = case.form.section(anchor.section).field(anchor.field)
    if not may_read(case.sides, field.lane):
        raise Invalid([("anchor", "Choose what the comment is about: a section or field of this form.")])
    if not may_read(frozenset(), field.lane) and lane is None:
        raise Invalid([("lane", "This field is read by one side only. Keep the comment in your own organisation's lane.")])


def _save(session: Session, context: Context, case: Case, events: list[Event], objection: bool) -> None:
    columns = count_threads(session, case.state.id)
    record(session, context, case.state, case.actor.person, events, **columns)
    if objection:
        # An objection holds approval, so its coming or going can change where the review stands.
        refresh(session, context, case.state.id, case.actor.person)

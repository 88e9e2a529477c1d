"""Commenting: threads, replies, resolving and reopening."""

from sqlalchemy.orm import Session

from cowork.domain.comments import OpenThreadCommand, check_anchor, check_lane, clean_body
from cowork.domain.errors import Invalid, NotFound, Refused
from cowork.domain.events import CommentAdded, Event, ThreadOpened, ThreadReopened, ThreadResolved
from cowork.domain.identity import Actor
from cowork.domain.ids import CommentId, OrganisationId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.specifications.form import may_read
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.reviewing import count_threads, refresh
from cowork.services.specifications import may_comment_on
from cowork.store import comments, unit
from cowork.store.comments import ThreadFull


def threads(context: Context, actor: Actor, proposal: ProposalId) -> list[ThreadFull]:
    """The threads that the actor may read, oldest first."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return comments.threads(session, proposal, case.lanes)


def open_thread(context: Context, actor: Actor, proposal: ProposalId, command: OpenThreadCommand) -> ThreadId:
    """Open a thread with its first comment. Raises NotFound, Refused, Invalid."""
    body = clean_body(command.body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        check_anchor(case.form, command.anchor)
        _check_right(case, command.anchor.section)
        _check_hidden_field(case, command)
        check_lane(command, case.lanes)
        if not 1 <= command.version <= case.state.version:
            raise Invalid([("version", "Load the page again: the version you commented on is not there.")])
        now, thread, comment = context.now(), ThreadId(context.new_id()), CommentId(context.new_id())
        anchor, objection = command.anchor, command.objection
        full = ThreadFull(
            thread, proposal, command.lane, anchor.section, anchor.field, command.version, objection, actor.person, now, "", None, ()
        )
        comments.add_thread(session, full)
        comments.add_comment(session, comment, thread, proposal, actor.person, _organisation(case), now, body)
        opened = ThreadOpened(thread, command.version, anchor.section, anchor.field, command.lane, command.objection)
        _save(session, context, case, [opened, CommentAdded(thread, comment, command.lane)], command.objection)
        return thread


def reply(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, body: str) -> None:
    """Answer in a thread. It may be resolved: an answer does not reopen it."""
    text = clean_body(body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        found = _thread(session, case, thread)
        _check_right(case, found.section)
        comment = CommentId(context.new_id())
        comments.add_comment(session, comment, thread, proposal, actor.person, _organisation(case), context.now(), text)
        _save(session, context, case, [CommentAdded(thread, comment, found.lane)], False)


def resolve(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId) -> None:
    """Mark a thread as resolved. An objection is resolved by whoever raised it, or by an office that decides. Twice is once."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.RESOLVE_THREAD, lock=True)
        found = _thread(session, case, thread)
        if found.resolved:
            return
        if found.opened_by != actor.person:
            _check_right(case, found.section)
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
        found = _thread(session, case, thread)
        if not found.resolved:
            return
        if found.opened_by != actor.person:
            _check_right(case, found.section)
        comments.set_resolved(session, thread, None, None)
        _save(session, context, case, [ThreadReopened(thread, found.lane)], found.objection)


def _thread(session: Session, case: Case, thread: ThreadId) -> ThreadFull:
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


def _organisation(case: Case) -> OrganisationId | None:
    """The party for which the actor speaks here: the one they take part for, else the first they belong to."""
    taking_part = [p.organisation for p in case.state.facts.participants if p.person == case.actor.person]
    own = [party.organisation for party in case.state.facts.parties if party.organisation in case.actor.memberships]
    return next((organisation for organisation in (*taking_part, *own) if organisation in own), None)


def _check_hidden_field(case: Case, command: OpenThreadCommand) -> None:
    """A field of a private lane is talked about in that party's own lane only, and by those who read it."""
    if command.anchor.section is None or command.anchor.field is None:
        return
    field = case.form.section(command.anchor.section).field(command.anchor.field)
    if not may_read(case.sides, field.lane):
        raise Invalid([("anchor", "Choose what the comment is about: a section or field of this form.")])
    if not may_read(frozenset(), field.lane) and command.lane is None:
        raise Invalid([("lane", "This field is read by one side only. Keep the comment in your own organisation's lane.")])


def _save(session: Session, context: Context, case: Case, events: list[Event], objection: bool) -> None:
    columns = count_threads(session, case.state.id)
    record(session, context, case.state, case.actor.person, events, **columns)
    if objection:
        # An objection holds approval, so its coming or going can change where the review stands.
        refresh(session, context, case.state.id, case.actor.person)

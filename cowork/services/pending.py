"""Comments that a reviewer keeps to themselves until they send them with one verdict. They are no events before that."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from cowork.domain.comments import Anchor, OpenThreadCommand, clean_body
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event
from cowork.domain.identity import Actor
from cowork.domain.ids import CommentId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.services.cases import Case, open_case, record
from cowork.services.comments import answered, checked, opened, thread_of
from cowork.services.context import Context
from cowork.services.reviewing import count_threads, refresh
from cowork.store import pending, unit
from cowork.store.pending import Pending

MOST = 200


def mine(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Case, tuple[Pending, ...]]:
    """What the actor has not sent yet on a proposal."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.COMMENT)
        return case, pending.of_author(session, proposal, actor.person)


def unsent(session: Session, case: Case) -> tuple[Pending, ...]:
    """The same inside a running transaction; nothing is asked where nobody keeps anything."""
    return pending.of_author(session, case.state.id, case.actor.person) if case.state.unsent else ()


def keep(context: Context, actor: Actor, proposal: ProposalId, command: OpenThreadCommand) -> CommentId:
    """Keep a comment for later. It is checked as if it were sent. Raises NotFound, Refused, Invalid."""
    body = clean_body(command.body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT)
        anchor, _ = checked(session, case, command)
        key = CommentId(context.new_id())
        kept = Pending(key, None, anchor, command.lane, command.objection, command.version, body, context.now())
        _add(session, case, kept)
        return key


def keep_reply(context: Context, actor: Actor, proposal: ProposalId, thread: ThreadId, body: str) -> CommentId:
    """Keep an answer in a thread for later."""
    text = clean_body(body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT)
        found = thread_of(session, case, thread)
        key = CommentId(context.new_id())
        kept = Pending(key, thread, Anchor(), found.lane, False, case.state.version, text, context.now())
        _add(session, case, kept)
        return key


def _add(session: Session, case: Case, kept: Pending) -> None:
    if len(pending.of_author(session, case.state.id, case.actor.person)) >= MOST:
        raise Invalid([("body", f"You keep {MOST} comments already. Send or discard some first.")])
    pending.add(session, case.state.id, case.actor.person, kept)


def edit(context: Context, actor: Actor, proposal: ProposalId, key: CommentId, body: str) -> None:
    """Another text for a comment that is not sent. Raises Conflict where there is none, Invalid."""
    text = clean_body(body)
    with unit.writing() as session:
        open_case(session, actor, proposal, Action.COMMENT)
        if not pending.change(session, key, actor.person, text):
            raise Conflict("This comment is sent or discarded already, so it cannot be changed. What you typed is on this page.")


def discard(context: Context, actor: Actor, proposal: ProposalId, key: CommentId) -> None:
    """Throw a comment away that is not sent. Twice is once."""
    with unit.writing() as session:
        open_case(session, actor, proposal, Action.COMMENT)
        pending.remove(session, proposal, actor.person, key)


def send(context: Context, actor: Actor, proposal: ProposalId) -> int:
    """Send all that is kept, without a decision. How many there were. Raises Invalid for one that cannot be sent any more."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        kept = pending.of_author(session, proposal, actor.person)
        events = released(session, context, case, kept)
        record(session, context, case.state, actor.person, events, **count_threads(session, proposal))
        if any(one.objection for one in kept):
            refresh(session, context, proposal, actor.person)
        return len(kept)


def released(session: Session, context: Context, case: Case, kept: Sequence[Pending]) -> list[Event]:
    """Send these comments inside a running transaction: their events are left to be recorded."""
    events: list[Event] = []
    for one in kept:
        try:
            events += _sent(session, context, case, one)
        except (Invalid, NotFound, Refused) as error:
            start = " ".join(one.body.split())[:60]
            words = "Its thread is gone." if isinstance(error, NotFound) else str(error)
            raise Invalid([("pending", f"Your comment “{start}” can no longer be sent: {words} Discard it, or write it anew.")]) from None
    pending.remove(session, case.state.id, case.actor.person)
    return events


def _sent(session: Session, context: Context, case: Case, one: Pending) -> list[Event]:
    if one.thread is not None:
        return [answered(session, context, case, one.thread, one.body)]
    return opened(session, context, case, OpenThreadCommand(one.body, one.anchor, one.lane, one.objection, one.version))[1]

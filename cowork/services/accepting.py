"""Taking suggestions over as a version: at once in a draft; in review, where an open stage allows it, after it was said what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.comments import clean_body
from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event, SuggestionAccepted
from cowork.domain.identity import Actor
from cowork.domain.ids import PersonId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.specifications.values import clean
from cowork.domain.suggestions import Stale, SuggestionStanding, counts_as_writer
from cowork.services import moving, saving
from cowork.services.cases import Case, record
from cowork.services.comments import answered, thread_of
from cowork.services.context import Context
from cowork.services.cutting import MAX_NOTE, kept_content, open_to_save
from cowork.services.moving import MovePreview
from cowork.services.reviewing import count_threads
from cowork.services.suggesting import applied, deciders, why_not_accept
from cowork.store import comments, specifications, unit
from cowork.store.comments import ThreadFull
from cowork.store.specifications import VersionFull


@dataclass(frozen=True, slots=True)
class AcceptCommand:
    """`threads` are taken over in this order, as one version. `confirmed` says that who loses a vote by it was read; `seen` what a
    preview was worked out on, where the text is in review.
    """

    threads: tuple[ThreadId, ...]
    body: str = ""
    confirmed: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The version that was made, the suggestions it took over, and those that no longer fitted and stay open. `sentence` is what is
    still needed, in review.
    """

    version: int
    taken: tuple[ThreadId, ...]
    left: tuple[ThreadId, ...]
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class _Taking:
    """What is taken over: the newest version, the answers after it, the threads that fitted, those that did not, and new writers."""

    current: VersionFull
    content: Content
    taken: tuple[ThreadFull, ...]
    left: tuple[ThreadId, ...]
    writers: frozenset[PersonId]


def accept(context: Context, actor: Actor, proposal: ProposalId, command: AcceptCommand) -> Accepted | MovePreview:
    """Take suggestions over as one version, credited to whoever made them. What does not fit any more stays open.

    In review nothing is saved before the command says by `seen` that it knows what follows: until then that is the answer. Raises
    Conflict where none fits, Refused for what is not the actor's to write, Invalid where a lost vote was not confirmed.
    """
    with unit.writing() as session:
        case = open_to_save(session, context, actor, proposal, Action.READ_PROPOSAL)
        if case.may(Action.EDIT_IN_REVIEW):
            return _accept_in_review(session, context, case, command)
        if refused := case.why_not(Action.EDIT_PROPOSAL):
            raise Refused(refused)
        found = _taking(session, context, case, command, frozenset())
        before = dict(found.current.section_digests)
        cut = saving.cut(session, context, case.state, case.form, actor, found.content, before, _note(found.taken), found.writers)
        events = [cut.event, *_settled(session, context, case, found, command, cut.number)]
        record(session, context, case.state, actor.person, events, **{**cut.columns, **count_threads(session, proposal)})
        return Accepted(cut.number, tuple(thread.id for thread in found.taken), found.left)


def _accept_in_review(session: Session, context: Context, case: Case, command: AcceptCommand) -> Accepted | MovePreview:
    """The same in a text under review: the round goes on with the version that is made."""
    review, opened = moving.opened(session, context, case)
    found = _taking(session, context, case, command, opened)
    # Whoever becomes a writer by it no longer sits where they did.
    facts = replace(case.state.facts, writers=case.state.facts.writers | found.writers)
    moved = moving.worked_out(session, context, replace(case, state=replace(case.state, facts=facts)), review, found.current, found.content)
    if command.seen != moving.seen(case):
        preview = moving.preview_of(moved)
        return replace(preview, overtaken=bool(command.seen))
    number = case.state.version + 1
    settled = _settled(session, context, case, found, command, number)
    progress = moving.save(session, context, moved, _note(found.taken), found.writers, settled, **count_threads(session, case.state.id))
    return Accepted(number, tuple(thread.id for thread in found.taken), found.left, progress.sentence)


def _taking(session: Session, context: Context, case: Case, command: AcceptCommand, opened: frozenset[str]) -> _Taking:
    threads = [thread_of(session, case, key) for key in dict.fromkeys(command.threads)]
    wanted = [thread for thread in threads if thread.suggestion is not None and thread.suggestion.open]
    if not wanted:
        raise Conflict("Somebody has settled this already. Load the page again to see how.")
    for thread in wanted:
        if reason := why_not_accept(case, thread, opened):
            raise Refused(reason)
    current = specifications.version(session, case.state.id, case.state.version)
    if current is None:
        raise NotFound("version")
    content, taken = _together(case, current, wanted)
    if not taken:
        raise Conflict("The text has changed since this was suggested, so it cannot be taken over. Compare both texts on the page.")
    left = tuple(thread.id for thread in wanted if thread not in taken)
    return _Taking(current, content, tuple(taken), left, _writers(session, context, case, taken, command.confirmed))


def _together(case: Case, current: VersionFull, wanted: Sequence[ThreadFull]) -> tuple[Content, list[ThreadFull]]:
    """The answers with these suggestions taken over one after the other, and those that fitted."""
    content: Content = current.content
    taken: list[ThreadFull] = []
    for thread in wanted:
        section, field = thread.section or "", thread.field or ""
        try:
            value = applied(case.form, case.readable(content), thread)
        except Stale:
            continue
        found = clean(case.form, section, {field: value}, content)
        if found.problems:
            raise Invalid([(problem.path, problem.message) for problem in found.problems])
        content = kept_content(case.form, {**content, section: {**content.get(section, {}), field: found.values.get(field)}})
        taken.append(thread)
    return content, taken


def _writers(session: Session, context: Context, case: Case, taken: Sequence[ThreadFull], confirmed: bool) -> frozenset[PersonId]:
    """Who becomes a writer by it. Raises Invalid where somebody loses a vote and that was not confirmed."""
    asked = deciders(session, context, case)
    writers, losing = set[PersonId](), dict[str, tuple[str, ...]]()
    for thread in taken:
        stages = asked.get(thread.opened_by, ())
        if thread.suggestion is not None and counts_as_writer(thread.suggestion, bool(stages)):
            writers.add(thread.opened_by)
            if stages:
                losing[thread.comments[0].author_name] = stages
    if losing and not confirmed:
        words = "; ".join(f"{name} could then no longer decide at {', '.join(stages)}" for name, stages in losing.items())
        raise Invalid([("confirmed", f"Whoever writes a proposal does not decide on it. {words}. Confirm that, or word it yourself.")])
    return frozenset(writers)


def _settled(session: Session, context: Context, case: Case, found: _Taking, command: AcceptCommand, number: int) -> list[Event]:
    """Settle the threads that were taken into a version; the events that say so."""
    now, person = context.now(), case.actor.person
    events: list[Event] = []
    for thread in found.taken:
        comments.settle_suggestion(session, thread.id, SuggestionStanding.ACCEPTED, person, now, number)
        comments.set_resolved(session, thread.id, person, now)
        events.append(SuggestionAccepted(thread.id, number, thread.opened_by, thread.opened_by in found.writers, thread.lane))
        if command.body.strip():
            events.append(answered(session, context, case, thread.id, clean_body(command.body)))
    return events


def _note(taken: Sequence[ThreadFull]) -> str:
    """The note of the version, which everybody reads: so it tells of shared threads alone."""
    shared = [thread for thread in taken if thread.lane is None]
    names = ", ".join(dict.fromkeys(thread.comments[0].author_name for thread in shared))
    count = "a suggestion" if len(shared) == 1 else f"{len(shared)} suggestions"
    return f"Took over {count} of {names}"[:MAX_NOTE] if shared else ""

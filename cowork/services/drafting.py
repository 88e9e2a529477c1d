"""Cutting a version from what is written together: on request, before somebody reads or submits it, and after quiet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from cowork.domain.conditions import Value
from cowork.domain.errors import NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.rooms import RoomAnswers, settled
from cowork.domain.specifications.values import Problem
from cowork.services import bringing, saving
from cowork.services.cases import open_case, record
from cowork.services.context import Context
from cowork.services.specifications import MAX_NOTE, kept_content
from cowork.store import definitions, identity, live, proposals, specifications, unit
from cowork.store.live import RoomState
from cowork.store.proposals import ProposalState

QUIET = timedelta(minutes=5)
AFTER_QUIET = "Saved by itself after a pause in writing"
FOR_READERS = "Saved by itself for somebody who came to read"


@dataclass(frozen=True, slots=True)
class DraftCut:
    """`version` is the newest now; `problems` are the answers that no version can keep: their live text stays, and in the version the last
    good answer. Paths as in values.Problem.
    """

    version: int
    changed: bool
    problems: tuple[Problem, ...] = ()


def cut(context: Context, actor: Actor, proposal: ProposalId, note: str = "") -> DraftCut:
    """Cut a version from everything that is written and in no version yet. Raises NotFound, Refused."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_PROPOSAL, lock=True)
        return _cut(session, context, case.state, case.form, actor, " ".join(note.split())[:MAX_NOTE])


def cut_for_reading(context: Context, actor: Actor, proposal: ProposalId, *, even_writers: bool = True) -> None:
    """Before somebody reads a proposal: cut what is not cut yet, so that nobody judges an outdated text. Raises NotFound.

    It is credited to those who wrote it, not to who reads. Without `even_writers` nothing is cut for somebody who writes it themselves.
    """
    with unit.reading() as session:
        if not live.has_uncut(session, proposal):
            return
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        if not even_writers and case.may(Action.EDIT_PROPOSAL):
            return
    _cut_by_itself(context, proposal, FOR_READERS)


def cut_quiet(context: Context) -> int:
    """Cut whatever was written more than five minutes ago and nobody went on with; how many proposals that were."""
    with unit.reading() as session:
        found = live.quiet(session, context.now() - QUIET)
    return sum(_cut_by_itself(context, proposal, AFTER_QUIET) for proposal in found)


def _cut_by_itself(context: Context, proposal: ProposalId, note: str) -> bool:
    with unit.writing() as session:
        state = proposals.state(session, proposal, lock=True)
        if state is None or state.facts.standing not in EDITABLE:
            return False
        return _cut(session, context, state, definitions.form(session, state.form), None, note).changed


def _cut(session: Session, context: Context, state: ProposalState, form: Form, actor: Actor | None, note: str) -> DraftCut:
    found = live.rooms(session, state.id, lock=True)
    uncut = [room for room in found if room.typed_at is not None]
    current = specifications.version(session, state.id, state.version)
    if current is None:
        raise NotFound("version")
    if not uncut:
        return DraftCut(current.number, False)
    written = frozenset(room.section for room in uncut)
    content: dict[str, dict[str, Value]] = {key: dict(answers) for key, answers in current.content.items()}
    problems: list[Problem] = []
    for section in (section for section in form.sections if section.key in written):
        answers = read(session, context, form, (room for room in found if room.section == section.key))
        content[section.key], wrong = settled(form, section, content, answers)
        problems += wrong
    live.is_cut(session, [room.id for room in uncut])
    kept = kept_content(form, content)
    if kept == kept_content(form, current.content):
        return DraftCut(current.number, False, tuple(problems))
    writers = frozenset(person for room in uncut for person in room.writers)
    author = actor or _last_writer(session, context, uncut)
    made = saving.cut(
        session, context, state, form, author, kept, dict(current.section_digests), note, writers=writers, live=written
    )
    record(session, context, state, author.person, [made.event], **made.columns)
    return DraftCut(made.number, True, tuple(problems))


def read(session: Session, context: Context, form: Form, rooms: Iterable[RoomState]) -> dict[str, RoomAnswers]:
    """What is written in these rooms, by their names."""
    answers = {}
    for found in rooms:
        room = bringing.room_of(form, found)
        if room is not None:
            answers[found.name] = context.document([change for _, change in live.log(session, found.id)]).answers(room)
    return answers


def _last_writer(session: Session, context: Context, uncut: Sequence[RoomState]) -> Actor:
    """Whoever wrote in the room that was written in last; one of them where they were several."""
    newest = max(uncut, key=lambda room: str(room.typed_at))
    person = PersonId(newest.writers[0])
    found = identity.actor(session, person, context.now())
    # Their account may have ended since. What they wrote is theirs all the same.
    return found or Actor(person, "", "", "UTC", "system", {}, frozenset())

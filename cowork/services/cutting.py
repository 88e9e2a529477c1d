"""What is written together becomes a version, inside a running transaction: by itself, or before something else is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content, Value
from cowork.domain.errors import NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.values import Problem, drop_dangling
from cowork.services import saving, written
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.store import identity, live, specifications
from cowork.store.live import RoomState
from cowork.store.proposals import ProposalState

MAX_NOTE = 300
BEFORE_SAVING = "Saved by itself before something else was saved"


@dataclass(frozen=True, slots=True)
class DraftCut:
    """`version` is the newest now; `problems` are the answers that no version can keep: their live text stays, and in the version the last
    good answer. Paths as in values.Problem.
    """

    version: int
    changed: bool
    problems: tuple[Problem, ...] = ()


def open_to_save(session: Session, context: Context, actor: Actor, proposal: ProposalId, action: Action) -> Case:
    """The case, locked, for a use case that saves a version: what is written together and in none yet is cut first, so that whatever is
    saved is judged against the text that people see. It is credited to those who wrote it. Raises NotFound, Refused.
    """
    case = open_case(session, actor, proposal, action, lock=True)
    if case.state.facts.standing not in EDITABLE or not live.has_uncut(session, proposal):
        return case
    made = cut_written(session, context, case.state, case.form, None, BEFORE_SAVING)
    return open_case(session, actor, proposal, action, lock=True) if made.changed else case


def cut_written(session: Session, context: Context, state: ProposalState, form: Form, actor: Actor | None, note: str) -> DraftCut:
    """Cut a version from everything that is written and in no version yet, for an actor or, without one, for whoever wrote last."""
    found = live.rooms(session, state.id, lock=True)
    uncut = [room for room in found if room.typed_at is not None]
    current = specifications.version(session, state.id, state.version)
    if current is None:
        raise NotFound("version")
    if not uncut:
        return DraftCut(current.number, False)
    sections = frozenset(room.section for room in uncut)
    content, problems = written.answers(session, context, form, current.content, found, sections)
    live.is_cut(session, [room.id for room in uncut])
    kept = kept_content(form, content)
    if kept == kept_content(form, current.content):
        return DraftCut(current.number, False, problems)
    writers = frozenset(person for room in uncut for person in room.writers)
    author = actor or _last_writer(session, context, uncut)
    made = saving.cut(session, context, state, form, author, kept, dict(current.section_digests), note, writers=writers, live=sections)
    record(session, context, state, author.person, [made.event], **made.columns)
    return DraftCut(made.number, True, problems)


def _last_writer(session: Session, context: Context, uncut: Sequence[RoomState]) -> Actor:
    """Whoever wrote in the room that was written in last; one of them where they were several."""
    newest = max(uncut, key=lambda room: str(room.typed_at))
    person = PersonId(newest.writers[0])
    found = identity.actor(session, person, context.now())
    # Their account may have ended since. What they wrote is theirs all the same.
    return found or Actor(person, "", "", "UTC", "system", {}, frozenset())


def kept_content(form: Form, content: Content) -> dict[str, dict[str, Value]]:
    """The answers as they are kept: links to rows that were removed go with them, in every section, and nothing is kept empty."""
    linked = drop_dangling(form, without_blanks(content))
    return {key: dict(answers) for key, answers in linked.items() if answers}


def without_blanks(content: Content) -> dict[str, dict[str, Value]]:
    """The answers without those that are empty."""
    return {
        section: {key: value for key, value in answers.items() if value is not None and value not in ("", [])}
        for section, answers in content.items()
        if answers
    }

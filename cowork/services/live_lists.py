"""A section as it is written at this moment: the entries that its links can choose from, and what of it no version can keep."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.display import row_names
from cowork.domain.specifications.form import FieldType, Section, may_read, section_of
from cowork.domain.specifications.values import Problem
from cowork.services import written
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.specifications import Draft, draft_of
from cowork.store import live, unit


@dataclass(frozen=True, slots=True)
class Now:
    """`lists` are the lists to which the section's links lead, by ``section.field``, each as (id, name) in order; `problems` are the
    answers of the section that no version can keep.
    """

    lists: Mapping[str, tuple[tuple[str, str], ...]]
    problems: tuple[Problem, ...]


def lists_of(section: Section) -> frozenset[str]:
    """The lists, as ``section.field``, whose entries the links of a section choose from."""
    columns = [column for field in section.fields for column in (field, *field.columns)]
    return frozenset(column.refers for column in columns if column.type is FieldType.LINKS and column.refers)


def with_lists(context: Context, draft: Draft, section: Section) -> Content:
    """The draft's answers with the lists that a section's links lead to as they are written now, as its reader sees them."""
    if not lists_of(section) or not draft.case.may(Action.EDIT_PROPOSAL):
        return draft.content
    with unit.reading() as session:
        found, _ = _now(session, context, draft, section)
    return found


def now(context: Context, actor: Actor, proposal: ProposalId, key: str) -> Now:
    """A section as it is written now, for somebody who writes the proposal; for others as the newest version has it. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        section, draft = section_of(case.questions, key), draft_of(session, case)
        found, problems = _now(session, context, draft, section) if case.may(Action.EDIT_PROPOSAL) else (draft.content, ())
    lists = {path: tuple(row_names(found, path).items()) for path in sorted(lists_of(section))}
    return Now(lists, tuple(one for one in problems if one.path.startswith(f"{key}.") and may_read_path(case, one.path)))


def may_read_path(case: Case, path: str) -> bool:
    """Whether the actor reads the answer at ``section.field…``."""
    section, _, rest = path.partition(".")
    return may_read(case.sides, case.form.section(section).field(rest.partition(".")[0]).lane)


def _now(session: Session, context: Context, draft: Draft, section: Section) -> tuple[Content, tuple[Problem, ...]]:
    wanted = {section.key, *(path.partition(".")[0] for path in lists_of(section))}
    rooms = [room for room in live.rooms(session, draft.case.state.id) if room.section in wanted]
    opened = frozenset(room.section for room in rooms)
    found, problems = written.answers(session, context, draft.case.form, draft.version.content, rooms, opened)
    return draft.case.readable(found), problems

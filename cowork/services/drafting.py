"""Cutting a version from what is written together: on request, before somebody reads or submits it, and after quiet."""

from datetime import timedelta

from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE
from cowork.services.cases import open_case
from cowork.services.context import Context
from cowork.services.cutting import MAX_NOTE, DraftCut, cut_written
from cowork.store import definitions, live, proposals, unit

QUIET = timedelta(minutes=5)
AFTER_QUIET = "Saved by itself after a pause in writing"
FOR_READERS = "Saved by itself for somebody who came to read"


def cut(context: Context, actor: Actor, proposal: ProposalId, note: str = "") -> DraftCut:
    """Cut a version from everything that is written and in no version yet. Raises NotFound, Refused."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_PROPOSAL, lock=True)
        return cut_written(session, context, case.state, case.form, actor, " ".join(note.split())[:MAX_NOTE])


def cut_for_reading(context: Context, actor: Actor, proposal: ProposalId, *, even_writers: bool = True, section: str = "") -> None:
    """Before somebody reads a proposal: cut what is not cut yet, so that nobody judges an outdated text. Raises NotFound.

    It is credited to those who wrote it, not to who reads. Without `even_writers` somebody who writes it themselves has only
    what others wrote in the section that they open, for a page that may have no script.
    """
    with unit.reading() as session:
        if not live.has_uncut(session, proposal):
            return
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        if not even_writers and case.may(Action.EDIT_PROPOSAL):
            uncut = [room for room in live.rooms(session, proposal, section) if room.typed_at is not None]
            if all(set(room.writers) <= {actor.person} for room in uncut):
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
        return cut_written(session, context, state, definitions.form(session, state.form), None, note).changed

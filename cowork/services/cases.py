"""The case: a proposal as a use case opens it, behind the policy; and how a use case closes it with events."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, NotFound, Refused
from cowork.domain.events import Event, is_news
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId, Side
from cowork.domain.policy import Action, organisations_of, proposal_verdict, sides_of, writing_sides
from cowork.domain.specifications.form import Form, readable
from cowork.domain.workflows.definition import Workflow
from cowork.services.context import Context
from cowork.services.telling import tell
from cowork.store import audit, definitions, proposals
from cowork.store.proposals import ProposalState


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal that this actor may do this to, with the definitions it is pinned to."""

    actor: Actor
    state: ProposalState
    form: Form
    workflow: Workflow

    @property
    def sides(self) -> frozenset[Side]:
        """The sides whose private fields the actor reads."""
        return sides_of(self.actor, self.state.facts)

    @property
    def writes_for(self) -> frozenset[Side]:
        """The sides for which the actor writes."""
        return writing_sides(self.actor, self.state.facts)

    @property
    def lanes(self) -> frozenset[OrganisationId]:
        """The parties whose own comments the actor reads."""
        return organisations_of(self.actor, self.state.facts)

    def readable(self, content: Content) -> Content:
        """The part of a version that the actor may read."""
        return readable(self.form, content, self.sides)

    def may(self, action: Action) -> bool:
        """Whether the policy allows the actor another action on this proposal."""
        return proposal_verdict(action, self.actor, self.state.facts).allowed

    def chooses(self, organisation: OrganisationId) -> bool:
        """Whether the actor chooses the people of this party."""
        return self.may(Action.MANAGE_PARTICIPANTS) and organisation in self.actor.memberships

    def why_not(self, action: Action) -> str:
        """The sentence that refuses another action, or an empty text."""
        return proposal_verdict(action, self.actor, self.state.facts).reason


def open_case(session: Session, actor: Actor, proposal: ProposalId, action: Action, *, lock: bool = False) -> Case:
    """Load a proposal for an action. Raises NotFound (unknown or hidden, alike) or Refused with the policy's sentence."""
    state = proposals.state(session, proposal, lock=lock)
    if state is None:
        raise NotFound("proposal")
    ruling = proposal_verdict(action, actor, state.facts)
    if ruling.hidden:
        raise NotFound("proposal")
    if not ruling.allowed:
        raise Refused(ruling.reason)
    form = definitions.form(session, state.form)
    return Case(actor, state, form, definitions.workflow(session, state.workflow))


def record(
    session: Session, context: Context, state: ProposalState, actor: PersonId | None, events: Sequence[Event], **columns: object
) -> None:
    """Append events to a proposal's chain, write its projections, and queue the telling of it, in one statement each."""
    write(session, context, state, actor, events, **columns)
    tell(session, context, state.id, state.event_count, len(events))


def write(
    session: Session, context: Context, state: ProposalState, actor: PersonId | None, events: Sequence[Event], **columns: object
) -> None:
    """Append events and write projections, and leave the telling to the caller.

    The head is checked against what the case was opened with, so that two writers can never both follow the same event.
    """
    now = context.now()
    length, head = audit.append(session, state.id, events, actor, now, state.event_count, state.event_head)
    # What is no news to everybody, or projections that are only written anew, leave the proposal at its place in the lists.
    changed_at = now if any(is_news(event) for event in events) else state.updated_at
    moved = proposals.update(session, state.id, state.event_count, event_count=length, event_head=head, updated_at=changed_at, **columns)
    if not moved:
        raise Conflict("Somebody else changed this proposal at the same moment. Load it again and look before you repeat what you did.")

"""The case: a proposal as a use case opens it, behind the policy; and how a use case closes it with events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, NotFound, Refused
from cowork.domain.events import Event, is_news
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId, Side
from cowork.domain.policy import Action, organisations_of, proposal_verdict, role_of, sides_of
from cowork.domain.proposals import Phase, Right, Role
from cowork.domain.section_rights import right_in, writes_for
from cowork.domain.specifications.form import Form, Section, readable
from cowork.domain.workflows.definition import Workflow
from cowork.services.context import Context
from cowork.services.telling import tell
from cowork.store import audit, definitions, proposals, reviews
from cowork.store.proposals import ProposalState


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal that this actor may do this to, with the definitions it is pinned to."""

    actor: Actor
    state: ProposalState
    form: Form
    workflow: Workflow

    @property
    def questions(self) -> Form:
        """The form as far as it is asked now: of an outline, the short form."""
        return asked_in(self.state, self.form)

    @property
    def sides(self) -> frozenset[Side]:
        """The sides whose private fields the actor reads."""
        return sides_of(self.actor, self.state.facts)

    def writes_in(self, section: Section) -> frozenset[Side]:
        """The sides whose fields of a section the actor writes, by their part and by the section rights."""
        return writes_for(self.actor, self.state.facts, section)

    def right_in(self, section: Section) -> Right:
        """What the actor may do in a section as far as parts and section rights go; the policy says when."""
        return right_in(self.actor, self.state.facts, section)

    @property
    def comments_on_whole(self) -> bool:
        """Whether the actor's part lets them comment on the proposal as a whole: every part but a reader's does."""
        return role_of(self.actor, self.state.facts) is not Role.READER

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


def asked_in(state: ProposalState, form: Form) -> Form:
    """The questions of a form that a proposal is asked in its phase."""
    return form.outline() if state.phase is Phase.OUTLINE else form


def in_form(session: Session, case: Case, form: Digest) -> Case:
    """The case with the questions that a version answers: an older one is read with its own, whoever reads them by now."""
    return case if form == case.form.digest else replace(case, form=definitions.form(session, form))


def phase_of(session: Session, state: ProposalState, number: int) -> Phase:
    """The phase in which a version was cut: of a proposal that began with an outline, those up to the accepted one are outlines."""
    if state.phase is Phase.OUTLINE or not state.intake_rounds:
        return state.phase
    accepted = reviews.version_of_round(session, state.id, state.intake_rounds)
    return Phase.OUTLINE if accepted is not None and number <= accepted else Phase.FULL


def as_cut(session: Session, case: Case, number: int, form: Digest) -> Case:
    """The case with what a version was: the questions that it answers, and of an outline those that it asked."""
    phase = phase_of(session, case.state, number)
    found = in_form(session, case, form)
    return found if phase is found.state.phase else replace(found, state=replace(found.state, phase=phase))


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

"""Starting proposals, who takes part, and the lists in which people find them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cowork.domain.audit import EMPTY
from cowork.domain.errors import Invalid, NotFound
from cowork.domain.events import Event, OriginNoted, ParticipantAdded, ParticipantRemoved, ProposalStarted, WorkflowChosen
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProgrammeId, ProposalId, Side
from cowork.domain.policy import Action, participant_verdict, scope
from cowork.domain.proposals import EDITABLE, ParticipantFacts, PartyFacts, Phase, ProposalFacts, ProposalKind, Role, Standing
from cowork.domain.workflows.definition import Workflow
from cowork.services import offering, saving
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.reviewing import load, refresh
from cowork.store import definitions, identity, interventions, organisations, programmes, proposals, reviews, section_rights, unit
from cowork.store.interventions import ConditionLine
from cowork.store.organisations import OrganisationCard
from cowork.store.proposals import ListFilter, ProposalLine, ProposalState
from cowork.store.reviews import WaitingLine
from cowork.store.workflows import Published

MAX_TITLE = 100
MY_WORK = 50


@dataclass(frozen=True, slots=True)
class StartCommand:
    """`organisation` is the actor's own, which leads; `partners` are the other parties. `workflow` approves the whole proposal;
    an `outline` passes intake before it.
    """

    title: str
    organisation: OrganisationId
    partners: tuple[OrganisationId, ...]
    workflow: Digest
    kind: ProposalKind = ProposalKind.NEW
    demonstration: bool = False
    outline: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantCommand:
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class StartChoices:
    """What a person can choose from when they start a proposal."""

    own: tuple[OrganisationCard, ...]
    partners: tuple[OrganisationCard, ...]
    workflows: tuple[Workflow, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of proposals, newest first.

    `next` is the keyset from which older ones follow, `previous` that up to which newer ones stand; None where there are none.
    """

    lines: tuple[ProposalLine, ...]
    next: tuple[datetime, ProposalId] | None
    previous: tuple[datetime, ProposalId] | None = None


@dataclass(frozen=True, slots=True)
class MyWork:
    """`decisions` wait for the person; `to_write` are their own drafts and returned proposals; `in_review` they wait for.

    `conditions` of approvals wait for them: to be met, or to be closed.
    """

    decisions: tuple[WaitingLine, ...]
    to_write: tuple[ProposalLine, ...]
    in_review: tuple[ProposalLine, ...]
    done: tuple[ProposalLine, ...]
    conditions: tuple[ConditionLine, ...] = ()


def choices(context: Context, actor: Actor) -> StartChoices:
    """The organisations and workflows to choose from."""
    with unit.reading() as session:
        cards = organisations.cards(session)
        workflows = offering.choices(session, frozenset(actor.memberships))
    own = tuple(card for card in cards if card.id in actor.memberships)
    return StartChoices(own, tuple(cards), workflows)


def workflows_for(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Workflow, ...]:
    """The ways of approval that this proposal can choose from. Raises NotFound."""
    with unit.reading() as session:
        facts = open_case(session, actor, proposal, Action.READ_PROPOSAL).state.facts
        return tuple(definitions.workflow(session, digest) for digest in _offered(session, facts))


def workflow_of(context: Context, actor: Actor, proposal: ProposalId) -> Workflow:
    """The way of approval that was chosen, for an outline the one that follows intake. Raises NotFound."""
    with unit.reading() as session:
        state = open_case(session, actor, proposal, Action.READ_PROPOSAL).state
        return definitions.workflow(session, state.full_workflow or state.workflow)


def _offered(session: Session, facts: ProposalFacts) -> dict[Digest, Published]:
    return offering.offered(session, {party.organisation for party in facts.parties}, facts.lead().organisation)


def organisations_to_choose(context: Context) -> tuple[OrganisationCard, ...]:
    """Every organisation of the instance, by name, to narrow a list by."""
    with unit.reading() as session:
        return tuple(organisations.cards(session))


def start(context: Context, actor: Actor, command: StartCommand) -> ProposalId:
    """Start a proposal with its first version, the actor as author. Raises Invalid."""
    with unit.writing() as session:
        return start_in(session, context, actor, command, first_answers(session, command))


def first_answers(session: Session, command: StartCommand) -> dict[str, dict[str, Any]]:
    """What a new specification says by itself: its title and, in an outline, who the partners are."""
    content: dict[str, dict[str, Any]] = {"identity": {"title": " ".join(command.title.split())}}
    if command.outline:
        partners = organisations.cards(session, frozenset(command.partners))
        rows = [{"id": f"p{number}", "name": card.name, "role": "co-designer"} for number, card in enumerate(partners, 1)]
        content["parties"] = {"partners": rows[:30]} if rows else {}
    return content


def start_in(
    session: Session,
    context: Context,
    actor: Actor,
    command: StartCommand,
    content: Mapping[str, Mapping[str, object]],
    origin: Sequence[OriginNoted] = (),
) -> ProposalId:
    """Start a proposal from answers that were checked already, inside a running transaction. `origin` says where they are from."""
    title = " ".join(command.title.split())
    chosen = {card.id: card for card in organisations.cards(session, frozenset({command.organisation, *command.partners}))}
    workflows = offering.offered(session, {command.organisation} & set(actor.memberships), command.organisation)
    first = offering.intake(session, {command.organisation}, command.organisation) if command.outline else None
    _check_start(actor, command, title, chosen, workflows, first)
    form, now = saving.pinned_form(session, chosen), context.now()
    proposal, programme = ProposalId(context.new_id()), ProgrammeId(context.new_id())
    parties = tuple(
        PartyFacts(card.id, card.name, card.side, card.id == command.organisation, card.country, card.zone, card.slug)
        for card in chosen.values()
    )
    author = ParticipantFacts(actor.person, actor.name, command.organisation, Role.AUTHOR)
    facts = ProposalFacts(proposal, Standing.DRAFT, parties, (author,), frozenset(), frozenset({actor.person}))
    programmes.add(session, programme, title, command.demonstration)
    workflow = first or workflows[command.workflow]
    state = ProposalState(
        id=proposal, programme=programme, kind=command.kind, standing=Standing.DRAFT, title=title, form=form.digest,
        workflow=workflow.digest, workflow_title=workflow.title, created_by=actor.person, created_at=now, updated_at=now,
        demonstration=command.demonstration, salt=context.new_token(), version=0, percent=0, round=0,
        sentence="The outline is being written." if first else "Being drafted.",
        stages="", due_at=None, open_threads=0, open_objections=0, event_count=0, event_head=EMPTY, facts=facts,
        phase=Phase.OUTLINE if first else Phase.FULL, full_workflow=command.workflow if first else None,
    )  # fmt: skip
    names = ", ".join(sorted(card.name for card in chosen.values()))
    proposals.add(session, state, names[:500])
    cut = saving.cut(session, context, state, form, actor, content, {}, "First version")
    started = ProposalStarted(programme, command.kind, form.digest, workflow.digest, tuple(sorted(chosen)))
    joined = ParticipantAdded(actor.person, command.organisation, Role.AUTHOR)
    record(session, context, state, actor.person, [started, joined, *origin, cut.event], **cut.columns)
    return proposal


def _check_start(
    actor: Actor,
    command: StartCommand,
    title: str,
    chosen: dict[OrganisationId, OrganisationCard],
    workflows: dict[Digest, Published],
    intake: Published | None,
) -> None:
    problems = []
    lead = chosen.get(command.organisation)
    if command.outline and intake is None:
        problems.append(("outline", "No intake is offered for outlines here. Start with the whole form."))
    if not command.outline and lead is not None and lead.outline_first:
        problems.append(("outline", f"{lead.name} begins every proposal with an outline. Choose the short form."))
    if not title or len(title) > MAX_TITLE or not title.isprintable():
        problems.append(("title", f"Give the microcredential a title of at most {MAX_TITLE} characters. It can change later."))
    if command.organisation not in actor.memberships:
        problems.append(("organisation", "Choose one of your own organisations to lead the proposal."))
    if missing := set(command.partners) - set(chosen):
        problems.append(("partners", f"{len(missing)} of the partners cannot be found. Choose from the list."))
    if command.workflow not in workflows:
        problems.append(("workflow", "Choose the way this proposal is approved."))
    sides = {card.side for card in chosen.values()}
    if not {"organisation", "partners"} & set(dict(problems)) and sides != {Side.UNIVERSITY, Side.EMPLOYER}:
        lacking = "an employer" if Side.UNIVERSITY in sides else "a university"
        problems.append(("partners", f"Choose {lacking} as a partner: a microcredential is designed by both sides."))
    if problems:
        raise Invalid(problems)


def listing(context: Context, actor: Actor, narrowed: ListFilter) -> Listing:
    """A page of the proposals that the actor may read."""
    with unit.reading() as session:
        lines = proposals.page(session, scope(actor), replace(narrowed, limit=narrowed.limit + 1))
    more = len(lines) > narrowed.limit
    if narrowed.before is not None:
        shown = tuple(lines[-narrowed.limit :])
        return Listing(shown, _place(shown[-1:]), _place(shown[:1]) if more else None)
    shown = tuple(lines[: narrowed.limit])
    return Listing(shown, _place(shown[-1:]) if more else None, _place(shown[:1]) if narrowed.after is not None else None)


def _place(lines: tuple[ProposalLine, ...]) -> tuple[datetime, ProposalId] | None:
    return (lines[0].updated_at, lines[0].id) if lines else None


def my_work(context: Context, actor: Actor) -> MyWork:
    """What waits for the actor, what they write, what they wait for."""
    with unit.reading() as session:
        waiting = reviews.waiting_for(session, actor.person, MY_WORK)
        written = proposals.page(session, scope(actor), ListFilter(author=actor.person, limit=MY_WORK))
        conditions = interventions.conditions_for(session, actor.person, scope(actor).principals(), MY_WORK)
    return MyWork(
        tuple(waiting),
        tuple(line for line in written if line.standing in EDITABLE),
        tuple(line for line in written if line.standing is Standing.IN_REVIEW),
        tuple(line for line in written if line.standing in (Standing.APPROVED, Standing.REJECTED)),
        conditions,
    )


def case(context: Context, actor: Actor, proposal: ProposalId) -> Case:
    """The proposal for a page about who takes part and how it is approved. Raises NotFound."""
    with unit.reading() as session:
        return open_case(session, actor, proposal, Action.READ_PROPOSAL)


def add_participant(context: Context, actor: Actor, proposal: ProposalId, command: ParticipantCommand) -> None:
    """Let a member of a party take part, or change their role. Raises Invalid where nobody of a party has the address."""
    with unit.writing() as session:
        opened = open_case(session, actor, proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        person, name, organisation = _member_by_email(session, opened.state.facts, command.email)
        put(session, context, opened, ParticipantFacts(person, name, organisation, command.role))


def change_role(
    context: Context, actor: Actor, proposal: ProposalId, person: PersonId, organisation: OrganisationId, role: Role
) -> None:
    """Change what a participant does. The last author stays one."""
    with unit.writing() as session:
        opened = open_case(session, actor, proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        found = participant_of(opened, person, organisation)
        put(session, context, opened, replace(found, role=role))


def participant_of(opened: Case, person: PersonId, organisation: OrganisationId) -> ParticipantFacts:
    """The participant of an opened proposal. Raises NotFound."""
    facts = opened.state.facts
    found = next((p for p in facts.participants if (p.person, p.organisation) == (person, organisation)), None)
    if found is None:
        raise NotFound("participant")
    return found


def _choose(opened: Case, participant: ParticipantFacts, role: Role | None) -> None:
    """Refuse to choose another party's people for it."""
    ruling = participant_verdict(opened.actor, opened.state.facts, participant.person, participant.organisation, role)
    if not ruling.allowed:
        raise Invalid([("role", ruling.reason)])


def put(session: Session, context: Context, opened: Case, participant: ParticipantFacts, *more: Event) -> None:
    """Let somebody take part or change their role, inside a running transaction, with what else happened by it. Raises Invalid."""
    _choose(opened, participant, participant.role)
    if participant.role is not Role.AUTHOR:
        _keep_an_author(opened, participant)
    elif participant.person in _deciding(session, context, opened):
        sentence = f"{participant.name} is asked to decide in this review, and authors do not decide. Withdraw the proposal first."
        raise Invalid([("role", sentence)])
    proposals.put_participant(session, opened.state.id, participant)
    event = ParticipantAdded(participant.person, participant.organisation, participant.role)
    _after_participants(session, context, opened, event, *more)


def _deciding(session: Session, context: Context, opened: Case) -> frozenset[PersonId]:
    """Who has a seat in the running review, so that nobody is made an author to take their vote away."""
    review = load(session, context, opened.state) if opened.state.standing is Standing.IN_REVIEW else None
    stages = review.progress.stages if review else ()
    return frozenset(holder.person for stage in stages for seat in stage.seats for holder in seat.members)


def _keep_an_author(opened: Case, leaving: ParticipantFacts) -> None:
    authors = [p for p in opened.state.facts.participants if p.role is Role.AUTHOR]
    if [(p.person, p.organisation) for p in authors] == [(leaving.person, leaving.organisation)]:
        raise Invalid([("participant", f"{leaving.name} is the only author. Add another author first.")])


def remove_participant(context: Context, actor: Actor, proposal: ProposalId, person: PersonId, organisation: OrganisationId) -> None:
    """End somebody's part. The last author stays, so that a proposal is never orphaned."""
    with unit.writing() as session:
        opened = open_case(session, actor, proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        leaving = participant_of(opened, person, organisation)
        _choose(opened, leaving, None)
        _keep_an_author(opened, leaving)
        proposals.remove_participant(session, proposal, person, organisation)
        section_rights.forget_person(session, proposal, person, organisation)
        _after_participants(session, context, opened, ParticipantRemoved(person, organisation))


def _after_participants(session: Session, context: Context, opened: Case, *events: Event) -> None:
    facts = proposals.facts(session, opened.state.id, opened.state.standing)
    proposals.rebuild_access(session, facts, opened.state.updated_at)
    record(session, context, opened.state, opened.actor.person, events)
    # An author loses the vote, so who is asked may change while a review runs.
    refresh(session, context, opened.state.id)


def _member_by_email(session: Session, facts: ProposalFacts, email: str) -> tuple[PersonId, str, OrganisationId]:
    known = identity.credentials(session, email.strip()[:254])
    if known is not None and known.active:
        for party in facts.parties:
            if organisations.membership(session, party.organisation, known.person) is not None:
                return known.person, known.name, party.organisation
    names = " or ".join(party.name for party in facts.parties)
    raise Invalid([("email", f"Nobody with this address is a member of {names}. Check it, or ask their administrator to add them.")])


def choose_workflow(context: Context, actor: Actor, proposal: ProposalId, workflow: Digest) -> None:
    """Choose another way of approval while the proposal can be edited. Raises Invalid."""
    with unit.writing() as session:
        opened = open_case(session, actor, proposal, Action.EDIT_PROPOSAL, lock=True)
        if workflow == (opened.state.full_workflow or opened.state.workflow):
            return
        known = _offered(session, opened.state.facts)
        if workflow not in known:
            raise Invalid([("workflow", "Choose the way this proposal is approved from the list.")])
        columns = {"workflow": workflow, "workflow_title": known[workflow].title}
        if opened.state.phase is Phase.OUTLINE:  # intake comes first whatever follows it
            columns = {"full_workflow": workflow}
        record(session, context, opened.state, actor.person, [WorkflowChosen(workflow)], **columns)

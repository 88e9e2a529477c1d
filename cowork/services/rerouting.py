"""Changing the route of a running review: a stage for this proposal alone, and who is asked on a stage that is not over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain import acts as rules
from cowork.domain.acts import ExtraStageCommand, ReviewerCommand, reason_of
from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.events import ReviewerAdded, ReviewerRemoved, StageAdded
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import PartyFacts
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.interventions import Intervention, InterventionKind, amended
from cowork.domain.workflows.progress import OVER, OfficeRole, Progress, SeatProgress, StageProgress, StageStanding
from cowork.services import reviewing, seating
from cowork.services.cases import Case
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.services.steering import intervene, opened
from cowork.store import definitions, identity, organisations, unit
from cowork.store.organisations import OfficeCard

WHY_ADDED = "Say why this stage is needed: those who are asked read it."
WHY_CHANGED = "Say why this person is added or removed."


@dataclass(frozen=True, slots=True)
class StagePage:
    """What a stage can be made of: the offices of each party. `after` is the review as it would stand with the stage, once asked for."""

    case: Case
    review: Review
    offices: tuple[tuple[PartyFacts, OfficeCard], ...]
    why_not: str
    after: Review | None = None


@dataclass(frozen=True, slots=True)
class ReviewersPage:
    """The benches that are not over, each with a party on it that the actor administers."""

    case: Case
    review: Review
    seats: tuple[tuple[StageProgress, SeatProgress, OrganisationId], ...]


def stage_page(context: Context, actor: Actor, proposal: ProposalId, command: ExtraStageCommand | None = None) -> StagePage:
    """What the page of a new stage shows; with a command also the route as it would be. Raises Invalid for one that does not fit."""
    with unit.reading() as session:
        case, review = opened(session, context, actor, proposal, Action.READ_PROPOSAL, lock=False)
        offices = tuple((p, office) for p in case.state.facts.parties for office in organisations.offices(session, p.organisation))
        why_not = case.why_not(Action.ADD_STAGE) or why_not_add(case, review)
        after = None
        if command is not None and not why_not:
            after = _amended(session, context, case, review, _payload(session, case, review, command))
        return StagePage(case, review, offices, why_not, after)


def why_not_add(case: Case, review: Review) -> str:
    """Administrators of a party add stages; so do whoever is asked now, and who chairs or keeps the minutes of a bench that is."""
    if any(case.actor.admin_of(party.organisation) for party in case.state.facts.parties):
        return ""
    if any(turn.person == case.actor.person for turn in review.progress.turns):
        return ""
    running = [seat.bench for s in review.progress.stages if s.standing is StageStanding.OPEN for seat in s.seats]
    heads = {h.person for bench in running for h in bench.holders if h.role is not OfficeRole.MEMBER}
    return "" if case.actor.person in heads else "Whoever is asked now can add a stage. You are asked later, or have decided already."


def _payload(session: Session, case: Case, review: Review, command: ExtraStageCommand) -> dict[str, object]:
    """What the intervention holds. Raises Invalid with everything that is wrong."""
    problems = rules.extra_stage_problems(command, review.workflow, review.progress)
    party = case.state.facts.party(command.party)
    if party is None:
        raise Invalid([*problems, ("party", "Choose one of the organisations that take part.")])
    if not problems:
        problems = [*_email_problems(session, case, party, command.emails), *_office_problems(session, party, command.office)]
    if problems:
        raise Invalid(problems)
    table = dict(rules.stage_table(command, rules.next_extra_key(review.workflow), party.side.value))
    seat = dict(table["seat"][0]) | {"parties": "lead" if party.lead else "partners"}
    return {"stage": {**table, "seat": [seat]}, "before": list(command.before)}


def _email_problems(session: Session, case: Case, party: PartyFacts, emails: Sequence[str]) -> list[tuple[str, str]]:
    writers = case.state.facts.authors() | case.state.facts.writers
    problems = []
    for email in emails:
        person = member(session, party.organisation, email)
        if person is None:
            problems.append(("emails", f"{email[:100]} is no member of {party.name}. Check the address, or choose another organisation."))
        elif person in writers:
            problems.append(("emails", f"{email[:100]} writes this proposal, and nobody decides on what they write."))
    return problems


def _office_problems(session: Session, party: PartyFacts, office: str) -> list[tuple[str, str]]:
    known = {card.kind for card in organisations.offices(session, party.organisation)}
    return [("office", f"{party.name} has no such office. Choose one from the list.")] if office and office not in known else []


def member(session: Session, organisation: OrganisationId, email: str) -> PersonId | None:
    known = identity.credentials(session, email.strip()[:254])
    if known is None or not known.active or organisations.membership(session, organisation, known.person) is None:
        return None
    return known.person


def _amended(session: Session, context: Context, case: Case, review: Review, payload: dict[str, object]) -> Review:
    """The review as it would stand with one more stage. Nothing is written."""
    actor = case.actor
    act = Intervention(InterventionKind.EXTRA_STAGE, payload, actor.person, actor.name, context.now(), "", {})
    acts = replace(review.acts, interventions=(*review.acts.interventions, (review.round.number, act)))
    workflow = amended(definitions.workflow(session, review.round.workflow), acts.of_round(review.round.number))
    own = acts.for_seats(workflow, review.round.number, case.state.intake_rounds)
    seats = seating.gather(session, context, case.state.facts, workflow, own)
    return reviewing.evaluated(context, replace(review, workflow=workflow, seating=seats))


def add_stage(context: Context, actor: Actor, proposal: ProposalId, command: ExtraStageCommand) -> Progress:
    """Add a stage to the running review of this proposal. Raises Refused, Invalid with everything that is wrong, or Conflict."""
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.ADD_STAGE, lock=True)
        if reason := why_not_add(case, review):
            raise Refused(reason)
        payload = _payload(session, case, review, command)
        text = reason_of(command.reason, WHY_ADDED)
        key = rules.next_extra_key(review.workflow)
        event = StageAdded(review.round.id, key, command.kind.value, command.before)
        return intervene(session, context, case, review, InterventionKind.EXTRA_STAGE, payload, text, event)


def reviewers(context: Context, actor: Actor, proposal: ProposalId) -> ReviewersPage:
    """Who is asked, now or later, for the parties that the actor administers. Raises NotFound."""
    with unit.reading() as session:
        case, review = opened(session, context, actor, proposal, Action.READ_PROPOSAL, lock=False)
        return ReviewersPage(case, review, _own_seats(case, review))


def _own_seats(case: Case, review: Review) -> tuple[tuple[StageProgress, SeatProgress, OrganisationId], ...]:
    """Where the actor adds and removes people; nobody does where the authors can appeal."""
    running = [stage for stage in review.progress.stages if stage.standing not in OVER and stage.stage.kind is not StageKind.APPEAL]
    return tuple(
        (stage, seat, party)
        for stage in running
        for seat in stage.seats
        for party in seat.bench.parties
        if case.actor.admin_of(party)
    )


def change_reviewer(
    context: Context, actor: Actor, proposal: ProposalId, place: tuple[str, str, str], email: str, reason: str, *, remove: bool
) -> Progress:
    """Add a member to those who are asked in a seat (`place`: stage, seat, party), or remove one. What others decided stays.

    Raises Conflict for a stage that is over, Refused for another party's seat, Invalid for a person who cannot be chosen.
    """
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.CHOOSE_REVIEWERS, lock=True)
        seat = _seat(case, review, place)
        party = OrganisationId(place[2])
        command = ReviewerCommand(*place[:2], party, _person(session, seat, party, email), reason)
        seated = {holder.person for holder in seat.members} | {holder.person for holder in seat.bench.conflicted}
        if not remove:
            writers = case.state.facts.authors() | case.state.facts.writers
            rules.may_be_added(command.person, seat.bench.office, writers, seated)
        elif command.person not in {holder.person for holder in seat.members if seat.bench.party_of(holder) == party}:
            raise Invalid([("email", "This person is not asked here, so there is nobody to remove.")])
        text = reason_of(reason, WHY_CHANGED)
        kind = InterventionKind.PERSON_REMOVED if remove else InterventionKind.PERSON_ADDED
        event = (ReviewerRemoved if remove else ReviewerAdded)(review.round.id, *place[:2], command.party, command.person)
        payload = {"stage": place[0], "seat": place[1], "party": command.party, "person": command.person}
        return intervene(session, context, case, review, kind, payload, text, event)


def _seat(case: Case, review: Review, place: tuple[str, str, str]) -> SeatProgress:
    if not case.actor.admin_of(OrganisationId(place[2])):
        raise Refused("Each organisation chooses its own people. Ask one of its administrators.")
    if any(stage.key == place[0] and stage.kind is StageKind.APPEAL for stage in review.workflow.stages):
        raise Refused("Every author can appeal, and nobody else, so nobody is added there or removed.")
    own = (seat for stage, seat, party in _own_seats(case, review) if (stage.stage.key, seat.seat.key, party) == place)
    found = next(own, None)
    if found is None:
        raise Conflict("This stage is over, so nobody is added to it or removed from it any more. Open the route to see where it stands.")
    return found


def _person(session: Session, seat: SeatProgress, party: OrganisationId, email: str) -> PersonId:
    person = member(session, party, email)
    if person is None:
        raise Invalid([("email", f"Nobody with this address is a member of {seat.bench.names()[party]}. Check it.")])
    return person

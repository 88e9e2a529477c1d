"""Naming those who decide at a stage of one proposal: for whoever holds the office that the workflow says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain.acts import MAX_REASON
from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.events import Event, ReviewerAdded, ReviewerRemoved
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.workflows import naming as rules
from cowork.domain.workflows.case import left_out
from cowork.domain.workflows.definition import Naming
from cowork.domain.workflows.interventions import InterventionKind
from cowork.domain.workflows.once import in_every_seat
from cowork.domain.workflows.progress import OVER, Holder, Progress, SeatProgress, StageProgress
from cowork.services.cases import Case
from cowork.services.context import Context
from cowork.services.rerouting import member
from cowork.services.reviewing import Review
from cowork.services.steering import intervene_together, opened
from cowork.store import identity, unit
from cowork.store.benches import sources

MOST_TYPED = 50
Place = tuple[str, str, str]
"""Stage, seat and party."""


@dataclass(frozen=True, slots=True)
class NameCommand:
    """Who is to sit there: `people` that were chosen, and members by their addresses. `seen` are those who were named on the page."""

    place: Place
    people: tuple[PersonId, ...]
    emails: tuple[str, ...]
    seen: tuple[PersonId, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NamingSeat:
    """A seat for which the actor names people. `candidates` can be chosen from a list (None: any member, by address); `known` says what is
    known of it; `waits` whether it is waited for.
    """

    stage: StageProgress
    seat: SeatProgress
    naming: Naming
    known: rules.Standing
    candidates: tuple[PersonId, ...] | None
    waits: bool

    @property
    def place(self) -> Place:
        return self.stage.stage.key, self.seat.seat.key, self.seat.bench.party


@dataclass(frozen=True, slots=True)
class NamingPage:
    case: Case
    review: Review
    seats: tuple[NamingSeat, ...]


def page(context: Context, actor: Actor, proposal: ProposalId) -> NamingPage:
    """The seats of stages that are not over for which the actor names people. Raises NotFound."""
    with unit.reading() as session:
        case, review = opened(session, context, actor, proposal, Action.READ_PROPOSAL, lock=False)
        own = own_seats(case, review)
        return NamingPage(case, review, tuple(_seat(session, context, case, review, *one) for one in own))


def own_seats(case: Case, review: Review | None) -> tuple[tuple[StageProgress, SeatProgress], ...]:
    """Where the actor names people now or later; nowhere unless it is in review and they may."""
    if review is None or case.state.standing is not Standing.IN_REVIEW or not case.may(Action.NAME_PEOPLE):
        return ()
    running = [stage for stage in review.progress.stages if stage.standing not in OVER]
    return tuple((stage, seat) for stage in running for seat in stage.seats if rules.may_name(seat.bench, case.actor.person))


def _seat(session: Session, context: Context, case: Case, review: Review, stage: StageProgress, seat: SeatProgress) -> NamingSeat:
    asked, bench, facts = seat.seat.naming, seat.bench, case.state.facts
    if asked is None:
        raise LookupError(f"nobody is named at {stage.stage.key}/{seat.seat.key}")
    source, title = None, ""
    if asked.source:
        source, title = _source(session, bench.party, asked.source, context.now())
    said = [one.decision for one in review.decisions if one.decision.undone_at is None]
    made = list(in_every_seat(review.workflow, said, review.seating.benches))
    named = tuple(holder.person for holder in seat.members)
    known = rules.Standing(
        title=stage.stage.title,
        party=bench.party,
        party_name=bench.party_name,
        named=named,
        decided=rules.decided_of(made, stage.stage.key, seat.seat.key, bench.party, review.round.number),
        recused=frozenset(holder.person for holder in seat.recused),
        writers=facts.authors() | facts.writers,
        apart=left_out(review.workflow, stage.stage.key, made),
        source=source,
        source_title=title,
        names=identity.names(session, {*named, *(source or ())}),
    )
    listed = None if source is None else tuple(sorted(source, key=lambda person: known.names.get(person, "")))
    return NamingSeat(stage, seat, asked, known, listed, seat in stage.unnamed)


def _source(session: Session, party: OrganisationId, kind: str, now: datetime) -> tuple[frozenset[PersonId], str]:
    """The members who hold the offices of a kind now, without deputies, and what that office is called."""
    terms = sources(session, {party}, {kind}, (), now).terms
    people = [Holder(term.person, term.name, since=term.since, until=term.until) for term in terms if term.person and term.active]
    held = frozenset(holder.person for holder in people if holder.sits_at(now))
    return held, next((term.title for term in terms), kind.replace("-", " "))


def name(context: Context, actor: Actor, proposal: ProposalId, command: NameCommand) -> Progress:
    """Say who decides at a seat: who was named before and is not chosen any more leaves it.

    Raises Conflict for a stage that is over or where somebody else has named people since, Refused for whoever names nobody there,
    Invalid with everything that is wrong with the choice.
    """
    with unit.writing() as session:
        case, review = opened(session, context, actor, proposal, Action.NAME_PEOPLE, lock=True)
        found = _found(session, context, case, review, command.place)
        if set(command.seen) != set(found.known.named):
            raise Conflict("Somebody has named people here since you opened this page. Look at who is named now, then choose again.")
        chosen, known = _chosen(session, found, command)
        sentences = rules.problems(found.naming, known, chosen, actor.person)
        if not sentences and set(chosen) == set(known.named):
            sentences = ["These people are named already. Change the choice, or go back to the review."]
        reason = command.reason.strip()
        problems = [("people", sentence) for sentence in sentences]
        if len(reason) > MAX_REASON:
            problems.append(("reason", f"Shorten the note to {MAX_REASON:,} characters; put details in comments."))
        if problems:
            raise Invalid(problems)
        principal = rules.in_whose_name(found.seat.bench, actor.person)
        behalf = {"behalf": str(principal.person)} if principal is not None else {}
        return intervene_together(session, context, case, review, _acts(review, command.place, known.named, chosen, behalf), reason)


def _found(session: Session, context: Context, case: Case, review: Review, place: Place) -> NamingSeat:
    own = own_seats(case, review)
    found = next((one for one in own if (one[0].stage.key, one[1].seat.key, one[1].bench.party) == place), None)
    if found is not None:
        return _seat(session, context, case, review, *found)
    there = [(stage, seat) for stage in review.progress.stages for seat in stage.seats if (stage.stage.key, seat.seat.key) == place[:2]]
    if any(stage.standing in OVER and rules.may_name(seat.bench, case.actor.person) for stage, seat in there):
        raise Conflict("This stage is over, so nobody is named for it any more. Open the route to see where it stands.")
    raise Refused("You do not name the people of this seat. The route says whose office does.")


def _chosen(session: Session, found: NamingSeat, command: NameCommand) -> tuple[tuple[PersonId, ...], rules.Standing]:
    """The people who were chosen, and what is known with their names. Raises Invalid for whoever is no member of the party."""
    party, problems = found.seat.bench.party, []
    if len(command.emails) > MOST_TYPED or len(command.people) > MOST_TYPED:
        raise Invalid([("people", f"Name at most {MOST_TYPED} people.")])
    by_address: dict[str, PersonId | None] = {email: member(session, party, email) for email in command.emails}
    for email in (email for email, person in by_address.items() if person is None):
        problems.append(("people", f"{email[:100]} is no member of {found.known.party_name}. Check the address."))
    listed = {*found.known.named, *(found.candidates or ())}
    if any(person not in listed for person in command.people):
        problems.append(("people", "Choose people from the list."))
    if problems:
        raise Invalid(problems)
    chosen = tuple(dict.fromkeys([*command.people, *(person for person in by_address.values() if person is not None)]))
    return chosen, replace(found.known, names={**found.known.names, **identity.names(session, set(chosen))})


def _acts(
    review: Review, place: Place, before: Sequence[PersonId], chosen: Sequence[PersonId], behalf: Mapping[str, str]
) -> list[tuple[InterventionKind, dict[str, str], Event]]:
    """The people who come, then those who leave, each as an act of its own: they are the acts by which administrators change a seat.
    `behalf` says for whom a deputy does so.
    """
    stage, seat, party = place
    at, owner = {"stage": stage, "seat": seat, "party": party, **behalf}, OrganisationId(party)
    come, left = [person for person in chosen if person not in before], [person for person in before if person not in chosen]
    added, removed, round_ = InterventionKind.PERSON_ADDED, InterventionKind.PERSON_REMOVED, review.round.id
    acts: list[tuple[InterventionKind, dict[str, str], Event]] = [
        (added, {**at, "person": person, "how": "named"}, ReviewerAdded(round_, stage, seat, owner, person)) for person in come
    ]
    return acts + [(removed, {**at, "person": person}, ReviewerRemoved(round_, stage, seat, owner, person)) for person in left]

"""Who sits where: from the seats of a workflow and the people of the parties to the benches that the evaluator is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain.ids import OfficeId, OrganisationId, PersonId
from cowork.domain.proposals import PartyFacts, ProposalFacts, Role
from cowork.domain.workflows import interventions, joint
from cowork.domain.workflows.definition import Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.interventions import Intervention
from cowork.domain.workflows.progress import Bench, Calendars, Deputy, Holder, OfficeRole
from cowork.domain.workflows.standing import parties_of
from cowork.services.context import Context
from cowork.store.benches import Sources, sources
from cowork.store.organisations import HeldOffice


@dataclass(frozen=True, slots=True)
class Seating:
    """The benches of a workflow in a proposal, and the working days of its parties."""

    benches: tuple[Bench, ...]
    calendars: Calendars


def gather(
    session: Session, context: Context, facts: ProposalFacts, workflow: Workflow, acts: Iterable[Intervention] = ()
) -> Seating:
    """Everybody who sits, sat or will sit in the seats of this workflow, those added to the round included."""
    seats = [seat for stage in workflow.stages for seat in stage.seats]
    found = sources(
        session,
        {party.organisation for party in facts.parties},
        {kind for seat in seats for kind in (*seat.offices, *seat.otherwise, *([seat.naming.by] if seat.naming else []))},
        {address for seat in seats for address in seat.people},
        context.now(),
    )
    calendars = Calendars(found.calendars[facts.lead().organisation], found.calendars)
    own = interventions.seated(benches(facts, workflow, found, context.now()), acts)
    return Seating(tuple(_without_writers(facts, bench) if bench.named_by else bench for bench in own), calendars)


def _without_writers(facts: ProposalFacts, bench: Bench) -> Bench:
    """A bench whose people are named, without those who have come to write the proposal since."""
    writers = facts.authors() | facts.writers
    free = tuple(holder for holder in bench.holders if holder.person not in writers)
    barred = tuple(holder for holder in bench.holders if holder.person in writers)
    return replace(bench, holders=free, conflicted=(*bench.conflicted, *barred))


def benches(facts: ProposalFacts, workflow: Workflow, found: Sources, now: datetime) -> tuple[Bench, ...]:
    """Every seat of the workflow, once for each party that it names. Its writers have a conflict where they are not asked to reply."""
    writers = facts.authors() | facts.writers
    return tuple(
        bench
        for stage in workflow.stages
        for seat in stage.seats
        for bench in _benches(facts, stage, seat, found, frozenset() if asks_writers(stage, seat) else writers, now)
    )


def asks_writers(stage: Stage, seat: Seat) -> bool:
    """Whether those who write the proposal sit here too: they are told, they appeal, and they reply where a consultation asks them."""
    replies = stage.kind is StageKind.CONSULT and Role.AUTHOR.value in seat.participants
    return replies or stage.kind in (StageKind.INFORM, StageKind.APPEAL)


def _benches(
    facts: ProposalFacts, stage: Stage, seat: Seat, found: Sources, writers: frozenset[PersonId], now: datetime
) -> list[Bench]:
    """One for each party of the seat; a joint seat has one for all of them."""
    own = [_bench(facts, stage, seat, party, found, writers, now) for party in parties_of(facts.parties, stage, seat)]
    return [joint.joined(own, under_whom(facts, stage, seat), seat.title)] if seat.joint and own else own


def under_whom(facts: ProposalFacts, stage: Stage, seat: Seat) -> OrganisationId:
    """The party under which a joint bench stands, and whose meetings it votes in: the leading one, else the first that sits there."""
    own = parties_of(facts.parties, stage, seat)
    return next((party for party in own if party.lead), own[0]).organisation


def _bench(
    facts: ProposalFacts, stage: Stage, seat: Seat, party: PartyFacts, found: Sources, writers: frozenset[PersonId], now: datetime
) -> Bench:
    terms = [t for t in found.terms if t.organisation == party.organisation and t.kind in seat.offices]
    holders = [*_in_office(terms, found, writers, now), *_by_name(facts, seat, party.organisation, found)]
    held = [t for t in terms if t.person is not None] or terms
    return Bench(
        stage.key,
        seat.key,
        party.organisation,
        party.name,
        held[0].office if held else None,
        held[0].title if held and len(seat.offices) == 1 else seat.title,
        tuple(holder for holder in holders if holder.person not in writers),
        tuple(holder for holder in holders if holder.person in writers),
        party.side,
        namers=tuple(holder for holder in _namers(seat, party, found, writers, now) if holder.person not in writers),
        named_by=_named_by(seat, party, found),
        substitutes=tuple(holder for holder in _substitutes(seat, party, found, writers, now) if holder.person not in writers),
    )


def _substitutes(seat: Seat, party: PartyFacts, found: Sources, writers: frozenset[PersonId], now: datetime) -> list[Holder]:
    """Those who sit where nobody who holds the office of the seat can, each with the office by which they do."""
    terms = [t for t in found.terms if t.organisation == party.organisation and t.kind in seat.otherwise]
    return [replace(holder, instead=term.title) for term in terms for holder in _in_office([term], found, writers, now)]


def _namers(seat: Seat, party: PartyFacts, found: Sources, writers: frozenset[PersonId], now: datetime) -> list[Holder]:
    """Those who name the people of a seat, in their office."""
    by = seat.naming.by if seat.naming is not None else ""
    return _in_office([t for t in found.terms if t.organisation == party.organisation and t.kind == by], found, writers, now)


def _named_by(seat: Seat, party: PartyFacts, found: Sources) -> str:
    """What the office is called by which the people of a seat are named; empty where they are not."""
    if seat.naming is None:
        return ""
    known = (t.title for t in found.terms if t.organisation == party.organisation and t.kind == seat.naming.by)
    return next(known, seat.naming.by.replace("-", " "))


def _in_office(terms: Sequence[HeldOffice], found: Sources, writers: frozenset[PersonId], now: datetime) -> list[Holder]:
    """Those who hold, held or will hold one of the offices. Who was shut out sits no longer."""
    return [
        Holder(
            person=t.person,
            name=t.name,
            role=OfficeRole(t.role),
            since=t.since,
            until=t.until if t.active else min(t.until or now, now),
            deputies=_deputies(t, found, writers),
            office=t.office,
            kind=t.kind,
        )
        for t in terms
        if t.person is not None
    ]


def _deputies(term: HeldOffice, found: Sources, writers: frozenset[PersonId]) -> tuple[Deputy, ...]:
    """Who may act for the holder of this term today. A deputy who writes the text may not."""
    return tuple(
        Deputy(d.delegate, d.name)
        for d in found.deputies
        if (d.delegator, d.organisation) == (term.person, term.organisation) and d.office in (None, term.office)
        if d.delegate not in writers
    )


def _by_name(facts: ProposalFacts, seat: Seat, party: OrganisationId, found: Sources) -> list[Holder]:
    """Those whom the seat asks by address, or by what they do in the proposal."""
    named = [Holder(p.person, p.name) for p in found.people if p.organisation == party and p.email in seat.people]
    roles = [Holder(p.person, p.name) for p in facts.participants if p.organisation == party and p.role.value in seat.participants]
    return list({holder.person: holder for holder in (*named, *roles)}.values())


def asked(seats: Iterable[Bench], now: datetime) -> tuple[frozenset[OfficeId], frozenset[tuple[PersonId, OrganisationId]]]:
    """The offices that the benches ask, and the people who sit there by name, each with the party they sit for.

    Substitutes are asked only while they sit.
    """
    people = [(h, b) for b in seats for h in (*b.holders, *b.conflicted, *b.namers) if not h.instead or h.sits_at(now)]
    offices = frozenset(holder.office for holder, _ in people if holder.office is not None)
    return offices, frozenset((holder.person, bench.party_of(holder)) for holder, bench in people if holder.office is None)

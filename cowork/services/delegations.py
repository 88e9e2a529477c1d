"""Letting another member act for oneself for a while, and ending it. Its days begin and end where the organisation is.

A delegate acts in the delegator's offices only: what was delegated to them is not passed on, and whoever writes a proposal decides on it
neither in their own name nor in another's. The evaluator sees to both.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import DelegationId, OfficeId, OrganisationId, PersonId
from cowork.domain.organisation_events import DelegationRevoked, OfficeDelegated
from cowork.domain.organisation_policy import delegation_verdict
from cowork.domain.organisations import Delegation, delegation_problems
from cowork.domain.policy import Action, Verdict
from cowork.domain.workflows.calendar import day_of
from cowork.services.context import Context
from cowork.services.organisations import changed, open_organisation
from cowork.store import delegations, organisations, unit
from cowork.store.delegations import DelegationLine
from cowork.store.organisations import Member, OfficeCard, OrganisationCard


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """The delegations at an organisation. `manages` says whether the actor may delegate for others."""

    card: OrganisationCard
    members: tuple[Member, ...]
    offices: tuple[OfficeCard, ...]
    lines: tuple[DelegationLine, ...]
    manages: bool
    today: date


def page(context: Context, actor: Actor, organisation: OrganisationId) -> DelegationPage:
    """What members see. Raises NotFound to anybody else."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        members = tuple(organisations.members(session, organisation))
        offices = tuple(organisations.offices(session, organisation))
        lines = tuple(delegations.of_organisation(session, organisation))
    return DelegationPage(card, members, offices, lines, actor.admin_of(organisation), day_of(context.now(), card.zone))


def own(context: Context, actor: Actor) -> tuple[DelegationLine, ...]:
    """What the actor delegated, and what was delegated to them, at any organisation that they belong to."""
    with unit.reading() as session:
        found = delegations.of_person(session, actor.person)
    return tuple(line for line in found if line.organisation in actor.memberships)


def delegate(context: Context, actor: Actor, organisation: OrganisationId, wanted: Delegation) -> DelegationId:
    """Let a member act for another. Raises Invalid, Refused, NotFound."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.DELEGATE, lock=True)
        _require(delegation_verdict(Action.DELEGATE, actor, organisation, wanted.delegator))
        problems = delegation_problems(wanted, day_of(context.now(), card.zone)) or _unfit(session, organisation, wanted)
        if problems or wanted.starts is None or wanted.ends is None:
            raise Invalid(problems)
        key = DelegationId(context.new_id())
        delegations.add(session, key, organisation, replace(wanted, reason=wanted.reason.strip()), actor.person, context.now())
        event = OfficeDelegated(
            key, wanted.delegator, wanted.delegate, wanted.office, wanted.starts.isoformat(), wanted.ends.isoformat()
        )
        changed(session, context, organisation, actor.person, event)
        return key


def _require(ruling: Verdict) -> None:
    if ruling.hidden:
        raise NotFound("organisation")
    if not ruling.allowed:
        raise Refused(ruling.reason)


def _unfit(session: Session, organisation: OrganisationId, wanted: Delegation) -> list[tuple[str, str]]:
    """What is wrong with a delegation among these members and offices."""
    members = {member.person: member for member in organisations.members(session, organisation)}
    if wanted.delegator not in members:
        return [("delegator", "Choose a member from the list.")]
    if wanted.delegate not in members or not members[wanted.delegate].active:
        return [("delegate", "Choose a member from the list who can sign in.")]
    offices = organisations.offices(session, organisation)
    if wanted.office is not None and all(office.id != wanted.office for office in offices):
        return [("office", "Choose an office from the list.")]
    if not _holds(offices, wanted.delegator, wanted):
        return [("office", f"{members[wanted.delegator].name} does not hold this at that time, so there is nothing to delegate.")]
    if any(_repeats(line, wanted) for line in delegations.of_organisation(session, organisation)):
        return [("delegate", f"{members[wanted.delegate].name} acts for {members[wanted.delegator].name} then already.")]
    return []


def _holds(offices: list[OfficeCard], person: PersonId, wanted: Delegation) -> bool:
    """Whether the person holds the office, or any where none is named, on a day of the delegation."""
    terms = [term for office in offices if wanted.office in (None, office.id) for term in office.terms if term.person == person]
    first, last = wanted.starts or date.max, wanted.ends or date.min
    return any(term.starts <= last and (term.ends is None or term.ends >= max(first, term.starts)) for term in terms)


def _repeats(line: DelegationLine, wanted: Delegation) -> bool:
    """Whether this delegation gives the same people the same on some of the same days."""
    same = (line.delegator, line.delegate) == (wanted.delegator, wanted.delegate) and line.office in (None, wanted.office)
    apart = line.ends < (wanted.starts or date.max) or line.starts > (wanted.ends or date.min)
    return same and not apart and line.revoked_at is None


def revoke(context: Context, actor: Actor, organisation: OrganisationId, key: DelegationId) -> None:
    """End a delegation now. What the delegate decided so far stays. Raises NotFound, Refused, Conflict."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.READ_ORGANISATION, lock=True)
        found = delegations.one(session, organisation, key)
        if found is None:
            raise NotFound("delegation")
        _require(delegation_verdict(Action.REVOKE_DELEGATION, actor, organisation, found.delegator, found.delegate))
        if found.is_over(context.now()):
            raise Conflict("This delegation is over already, so nothing was changed.")
        delegations.revoke(session, key, context.now())
        changed(session, context, organisation, actor.person, DelegationRevoked(key, found.delegator, found.delegate))


def held_by(offices: tuple[OfficeCard, ...], person: PersonId, today: date) -> dict[OfficeId, str]:
    """The titles of the offices that a person holds today or later, by identifier."""
    return {
        office.id: office.title
        for office in offices
        if any(term.person == person and (term.ends is None or term.ends >= max(today, term.starts)) for term in office.terms)
    }

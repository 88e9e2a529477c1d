"""Organisations as their members see them, and what their administrators do: people, offices, terms."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event
from cowork.domain.identity import Actor
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.organisation_events import (
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    OfficeCreated,
    OfficeRoleChanged,
    OfficeTermEnded,
    OfficeTermStarted,
)
from cowork.domain.organisation_policy import organisation_verdict
from cowork.domain.organisations import ROLES, term_problems
from cowork.domain.policy import Action
from cowork.domain.workflows.calendar import day_of
from cowork.services.context import Context
from cowork.services.identity import person_problems
from cowork.services.reviewing import refresh
from cowork.store import audit, calendars, delegations, identity, organisations, proposals, unit
from cowork.store.calendars import WorkingDays
from cowork.store.delegations import DelegationLine
from cowork.store.organisations import Member, OfficeCard, OrganisationCard, Term

OFFICE_KINDS: dict[str, str] = {
    "partner-lead": "Partner lead",
    "partner-sign-off": "Partner sign-off",
    "department-head": "Head of department",
    "school-board": "School board",
    "quality-office": "Quality office",
    "business-office": "Business office",
    "registry": "Registry",
    "curriculum-committee": "Curriculum committee",
    "badging-committee": "Badging committee",
    "dean": "Dean",
    "academic-board": "Academic board",
    "deputy-vice-chancellor": "Deputy vice-chancellor",
    "workforce-office": "Workforce office",
    "credential-office": "Credential office",
}
"""The offices that workflows ask, with a title to begin with. An organisation can create others."""

_KIND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation with its people and offices. `manages` says whether the actor may change them.

    `delegations` are those that run or are to come.
    """

    card: OrganisationCard
    members: tuple[Member, ...]
    offices: tuple[OfficeCard, ...]
    manages: bool
    today: date
    working: WorkingDays
    delegations: tuple[DelegationLine, ...]


@dataclass(frozen=True, slots=True)
class MemberCommand:
    email: str
    name: str
    position: str
    admin: bool


@dataclass(frozen=True, slots=True)
class NewMember:
    """`password` is set when a person was created: shown once to the administrator, who hands it over."""

    person: PersonId
    password: str | None


@dataclass(frozen=True, slots=True)
class TermCommand:
    """Days are included; `ends` None is until further notice. `role` is member, chair or secretary."""

    office: OfficeId
    person: PersonId
    starts: date
    ends: date | None
    role: str = "member"


def create(
    context: Context, slug: str, side: Side, name: str, *, country: str = "", zone: str = "UTC", demonstration: bool = False
) -> OrganisationId:
    """Create an organisation (for an operator at the command line, and the seeding). Raises Invalid or Conflict."""
    name = " ".join(name.split())
    problems = []
    if not _SLUG.fullmatch(slug) or len(slug) > 40:
        problems.append(("slug", "Give a short name of lower-case letters, digits and hyphens, at most 40 characters."))
    if not name or len(name) > 200:
        problems.append(("name", "Give the organisation a name of at most 200 characters."))
    if problems:
        raise Invalid(problems)
    organisation = OrganisationId(context.new_id())
    with unit.writing() as session:
        organisations.add(session, organisation, slug, side, name, country, zone, demonstration)
    return organisation


def own(context: Context, actor: Actor) -> list[OrganisationCard]:
    """The actor's organisations, by name."""
    with unit.reading() as session:
        return organisations.cards(session, frozenset(actor.memberships))


def page(context: Context, actor: Actor, organisation: OrganisationId) -> OrganisationPage:
    """An organisation's people and offices. Raises NotFound to anybody who is not a member."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        members = organisations.members(session, organisation)
        offices = organisations.offices(session, organisation)
        working = calendars.working_days(session, organisation)
        now = context.now()
        today = day_of(now, card.zone)
        given = tuple(line for line in delegations.of_organisation(session, organisation) if not line.is_over(now))
    return OrganisationPage(card, tuple(members), tuple(offices), actor.admin_of(organisation), today, working, given)


def require_manager(context: Context, actor: Actor, organisation: OrganisationId) -> None:
    """Raise NotFound or Refused unless the actor administers the organisation."""
    with unit.reading() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION)


def open_organisation(
    session: Session, actor: Actor, organisation: OrganisationId, action: Action, *, lock: bool = False
) -> OrganisationCard:
    """The organisation behind the policy. A change locks it, so that two administrators never both take away the other's rights."""
    card = organisations.card(session, organisation, lock=lock)
    ruling = organisation_verdict(action, actor, organisation)
    if card is None or ruling.hidden:
        raise NotFound("organisation")
    if not ruling.allowed:
        raise Refused(ruling.reason)
    return card


def add_member(context: Context, actor: Actor, organisation: OrganisationId, command: MemberCommand) -> NewMember:
    """Add a member by e-mail address; a person who is new here is created with a password to hand over. Raises Invalid."""
    email, name = command.email.strip().lower(), " ".join(command.name.split())
    if problems := person_problems(email, name):
        raise Invalid(problems)
    password = context.new_token()[:20]
    hashed = context.passwords.hash(password)
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        known = identity.credentials(session, email)
        person = known.person if known else PersonId(context.new_id())
        if known is None:
            identity.add_person(session, person, email, name, hashed, card.zone, context.now())
        elif organisations.membership(session, organisation, person) is not None:
            raise Invalid([("email", "This person is a member already. Change what they may do in the list below.")])
        organisations.put_member(session, organisation, person, command.admin, command.position.strip()[:120])
        changed(session, context, organisation, actor.person, MemberAdded(person, command.admin))
    return NewMember(person, None if known else password)


def change_member(
    context: Context, actor: Actor, organisation: OrganisationId, person: PersonId, *, admin: bool, position: str
) -> None:
    """Change a member's position and whether they administer. The last administrator stays one."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        member_of(session, organisation, person)
        if not admin:
            _keep_an_admin(session, organisation, person)
        organisations.put_member(session, organisation, person, admin, position.strip()[:120])
        changed(session, context, organisation, actor.person, MemberChanged(person, admin))


def remove_member(context: Context, actor: Actor, organisation: OrganisationId, person: PersonId) -> None:
    """End a membership with the offices held through it. What the person wrote and decided stays on record."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        member_of(session, organisation, person)
        _keep_an_admin(session, organisation, person)
        now = context.now()
        organisations.remove_member(session, organisation, person, now, day_of(now, card.zone))
        changed(session, context, organisation, actor.person, MemberRemoved(person))


def member_of(session: Session, organisation: OrganisationId, person: PersonId) -> Member:
    found = organisations.membership(session, organisation, person)
    if found is None:
        raise NotFound("member")
    return found


def _keep_an_admin(session: Session, organisation: OrganisationId, leaving: PersonId) -> None:
    admins = {member.person for member in organisations.members(session, organisation) if member.admin and member.active}
    if admins == {leaving}:
        raise Invalid([("member", "This is the only administrator. Make somebody else an administrator first.")])


def add_office(context: Context, actor: Actor, organisation: OrganisationId, kind: str, title: str) -> OfficeId:
    """Create an office. `kind` is the word by which workflows ask for it. Raises Invalid."""
    kind, title = kind.strip(), " ".join(title.split()) or OFFICE_KINDS.get(kind.strip(), "")
    problems = []
    if not _KIND.fullmatch(kind) or len(kind) > 40:
        problems.append(("kind", "Choose a kind from the list, or give a word of lower-case letters and hyphens."))
    if not title or len(title) > 120 or not title.isprintable():
        problems.append(("title", "Give the office a title of at most 120 characters."))
    if problems:
        raise Invalid(problems)
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        if any(office.kind == kind for office in organisations.offices(session, organisation)):
            raise Invalid([("kind", "This office exists already. Name its holders below.")])
        office = OfficeId(context.new_id())
        organisations.add_office(session, office, organisation, kind, title)
        changed(session, context, organisation, actor.person, OfficeCreated(office, kind))
        return office


def start_term(context: Context, actor: Actor, organisation: OrganisationId, command: TermCommand) -> None:
    """Name a member to an office for a term. Raises Invalid, NotFound."""
    if problems := term_problems(command.starts, command.ends):
        raise Invalid(problems)
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        member_of(session, organisation, command.person)
        office = _office(session, organisation, command.office)
        if any(term.person == command.person and _overlap(term, command.starts, command.ends) for term in office.terms):
            raise Invalid([("person", "This person holds the office at that time already.")])
        _check_role(office, command.role, command.starts, command.ends)
        organisations.add_term(session, context.new_id(), command.office, command.person, command.starts, command.ends, command.role)
        ends = command.ends.isoformat() if command.ends else None
        role = command.role if command.role != "member" else None
        event = OfficeTermStarted(command.office, command.person, command.starts.isoformat(), ends, role)
        changed(session, context, organisation, actor.person, event)


def _overlap(term: Term, starts: date, ends: date | None) -> bool:
    """Whether a term has a day in common with these days. One that was ended on its first day has none."""
    if term.ends is not None and (term.ends < term.starts or term.ends < starts):
        return False
    return ends is None or term.starts <= ends


def _check_role(office: OfficeCard, role: str, starts: date, ends: date | None, except_for: str = "") -> None:
    """Raise Invalid for an unknown role, and for a second chair at the same time."""
    if role not in ROLES:
        raise Invalid([("role", "Choose a role from the list.")])
    chairs = [term for term in office.terms if term.role == "chair" and term.id != except_for and _overlap(term, starts, ends)]
    if role == "chair" and chairs:
        raise Invalid([("role", f"{chairs[0].name} chairs the office at that time. Change their role first: an office has one chair.")])


def change_role(context: Context, actor: Actor, organisation: OrganisationId, office: OfficeId, term: str, role: str) -> None:
    """Make a holder the chair, the secretary or a plain member of an office, from now on. Raises Invalid, Conflict, NotFound."""
    with unit.writing() as session:
        house = open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        card, today = _office(session, organisation, office), day_of(context.now(), house.zone)
        found = _unended(card, term, today)
        _check_role(card, role, max(found.starts, today), found.ends, term)
        if role != found.role:
            organisations.set_role(session, term, role)
            changed(session, context, organisation, actor.person, OfficeRoleChanged(office, found.person, role))


def _unended(office: OfficeCard, term: str, today: date) -> Term:
    """A term that runs or is to come. Raises NotFound, or Conflict for one that is over."""
    found = next((one for one in office.terms if one.id == term), None)
    if found is None:
        raise NotFound("term of office")
    if found.ended_at is not None or (found.ends is not None and found.ends < today):
        raise Conflict("This term has ended already, so nothing was changed.")
    return found


def _office(session: Session, organisation: OrganisationId, key: OfficeId) -> OfficeCard:
    found = next((office for office in organisations.offices(session, organisation) if office.id == key), None)
    if found is None:
        raise NotFound("office")
    return found


def end_term(context: Context, actor: Actor, organisation: OrganisationId, office: OfficeId, term: str) -> None:
    """End a term now, so that it no longer counts from here on. Decisions made in it stay."""
    with unit.writing() as session:
        house = open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        now = context.now()
        today = day_of(now, house.zone)
        found = _unended(_office(session, organisation, office), term, today)
        organisations.end_term(session, term, now, today)
        changed(session, context, organisation, actor.person, OfficeTermEnded(office, found.person))


def changed(session: Session, context: Context, organisation: OrganisationId, actor: PersonId, event: Event) -> None:
    """Keep the event, and evaluate the reviews that this organisation's people decide on."""
    audit.append_to_organisation(session, organisation, [event], actor, context.now())
    for proposal in proposals.in_review(session, organisation):
        refresh(session, context, proposal)


def bootstrap_member(context: Context, organisation: OrganisationId, person: PersonId, *, admin: bool, position: str = "") -> None:
    """Make a person a member without an administrator to ask (for an operator at the command line, and the seeding)."""
    with unit.writing() as session:
        organisations.put_member(session, organisation, person, admin, position)
        event = MemberAdded(person, admin)
        audit.append_to_organisation(session, organisation, [event], None, context.now())

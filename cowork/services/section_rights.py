"""Setting who may edit, suggest, comment or only read in a section."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.access_events import SectionGranted, SectionRightSet
from cowork.domain.errors import Invalid
from cowork.domain.events import Event
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action, section_rule_verdict
from cowork.domain.proposals import ProposalFacts, Right, SectionRule
from cowork.domain.section_rights import OTHER, can_grant, is_granted, rule_for
from cowork.domain.specifications.form import Section, section_of
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.store import section_rights, unit

Whose = tuple[OrganisationId, PersonId | None]
"""One of a party's people, or (None) all of them."""


@dataclass(frozen=True, slots=True)
class RightsCommand:
    """What is wanted in a section. `rights` by whose they are (None: what the role gives), `grants` by party; others stay as they are."""

    section: str
    rights: Mapping[Whose, Right | None]
    grants: Mapping[OrganisationId, bool]


def page(context: Context, actor: Actor, proposal: ProposalId, section: str) -> tuple[Case, Section]:
    """The proposal and one of its sections, for a page about who may do what there. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return case, section_of(case.form, section)


def set_rights(context: Context, actor: Actor, proposal: ProposalId, command: RightsCommand) -> int:
    """Set rights in a section; how many changed. Only what differs is asked of the policy. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        section = section_of(case.form, command.section)
        facts = case.state.facts
        events: list[Event] = []
        for (organisation, person), right in command.rights.items():
            events += said(session, context, case, section, SectionRule(section.key, organisation, person, right or Right.READ), right)
        for organisation, wanted in command.grants.items():
            if wanted is not is_granted(facts, organisation, section.key):
                events.append(granted(session, context, case, section, organisation, wanted))
        if events:
            record(session, context, case.state, actor.person, events)
        return len(events)


def said(
    session: Session, context: Context, case: Case, section: Section, rule: SectionRule, right: Right | None
) -> list[Event]:
    """Write what a party says for its people, if it differs from what it said before."""
    facts, before = case.state.facts, rule_for(case.state.facts, rule.organisation, rule.person, section.key)
    if right is (before.right if before else None):
        return []
    check(case, rule)
    if rule.person is not None and not _takes_part(facts, rule):
        raise Invalid([("rights", "Choose among those who take part. Load the page again to see who does.")])
    if right is None:
        section_rights.remove(session, case.state.id, rule)
    else:
        section_rights.put(session, context.new_id(), case.state.id, rule)
    return [SectionRightSet(section.key, rule.organisation, rule.person, right)]


def granted(
    session: Session, context: Context, case: Case, section: Section, organisation: OrganisationId, wanted: bool
) -> SectionGranted:
    """Write that the other side lets this party edit what it owns in a section, or no longer does."""
    rule = SectionRule(section.key, organisation, None, Right.EDIT, granted=True)
    check(case, rule)
    party = case.state.facts.party(organisation)
    if party is None or (wanted and not can_grant(OTHER[party.side], section)):
        raise Invalid([("grants", f"“{section.label}” holds nothing that one side alone owns, so there is nothing to grant.")])
    if wanted:
        section_rights.put(session, context.new_id(), case.state.id, rule)
    else:
        section_rights.remove(session, case.state.id, rule)
    return SectionGranted(section.key, organisation, wanted)


def check(case: Case, rule: SectionRule) -> None:
    """Refuse what is not the actor's to set. Raises Invalid."""
    ruling = section_rule_verdict(case.actor, case.state.facts, rule)
    if not ruling.allowed:
        raise Invalid([("rights", ruling.reason)])


def _takes_part(facts: ProposalFacts, rule: SectionRule) -> bool:
    return any((p.person, p.organisation) == (rule.person, rule.organisation) for p in facts.participants)

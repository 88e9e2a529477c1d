"""Section rights in the demonstration: a university lets an employer edit what it owns, a commenter may suggest, a draft can be found."""

from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE, ParticipantFacts, Right, Role
from cowork.domain.section_rights import OTHER, can_grant
from cowork.services import joining, proposals, section_rights
from cowork.services.context import Context
from cowork.services.section_rights import RightsCommand, Whose


def share(context: Context, actor: Actor, proposal: ProposalId) -> bool:
    """Set a few rights in a draft that this author writes; False where it is none."""
    case = proposals.case(context, actor, proposal)
    facts = case.state.facts
    if case.state.standing not in EDITABLE or not case.may(Action.MANAGE_PARTICIPANTS):
        return False
    house = next(p.organisation for p in facts.participants if p.person == actor.person)
    own = next(party for party in facts.parties if party.organisation == house)
    partner = next((party for party in facts.parties if party.side is not own.side), None)
    section = next((one for one in case.form.sections if partner and can_grant(OTHER[partner.side], one)), None)
    if partner is None or section is None:
        return False
    section_rights.set_rights(context, actor, proposal, RightsCommand(section.key, {}, {partner.organisation: True}))
    commenter = next((p for p in facts.participants if _comments_for(p, actor, house)), None)
    if commenter is not None:
        rights: dict[Whose, Right | None] = {(house, commenter.person): Right.SUGGEST}
        section_rights.set_rights(context, actor, proposal, RightsCommand(section.key, rights, {}))
    joining.open_party(context, actor, proposal, house, True)
    return True


def _comments_for(participant: ParticipantFacts, actor: Actor, house: str) -> bool:
    return participant.organisation == house and participant.role is Role.COMMENTER and participant.person != actor.person

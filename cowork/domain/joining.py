"""Asking to take part, or for more: a role in a proposal, or a right in one of its sections."""

from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.proposals import ProposalFacts, Right, Role
from cowork.domain.section_rights import MOST, OTHER, can_grant, includes, is_granted, right_of, usual
from cowork.domain.specifications.form import Section

MAX_WORDS = 500
STRENGTH = (Role.READER, Role.COMMENTER, Role.AUTHOR)


class RequestStanding(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for, for their own organisation: a role, or a right in a section."""

    organisation: OrganisationId
    role: Role | None = None
    section: Section | None = None
    right: Right | None = None


def why_not(subject: ProposalFacts, person: PersonId, wish: Wish) -> str:
    """Why this cannot be asked, as a sentence, or an empty text."""
    if subject.party(wish.organisation) is None or (wish.role is None) == (wish.section is None or wish.right is None):
        return "Choose a role, or a section with what you want to do in it."
    held = next((p for p in subject.participants if (p.person, p.organisation) == (person, wish.organisation)), None)
    if wish.role is not None:
        if held is not None and STRENGTH.index(held.role) >= STRENGTH.index(wish.role):
            return "You have this role already, or a stronger one."
        return ""
    if wish.section is None or wish.right is None:
        return "Choose a section and what you want to do in it."
    if held is None:
        return "Ask for a role first: rights in a section belong to those who take part."
    if includes(right_of(subject, held, wish.section), wish.right):
        return f"You may do that in “{wish.section.label}” already."
    most = MOST[held.role]
    if not includes(most, wish.right):
        return "Your role does not go that far. Ask for a stronger role instead."
    return ""


def is_for_the_other_side(subject: ProposalFacts, wish: Wish) -> bool:
    """Whether only the other side can give this: to edit where one's own side writes nothing and nothing is granted yet."""
    party = subject.party(wish.organisation)
    if party is None or wish.section is None or wish.right is not Right.EDIT:
        return False
    own = usual(subject, wish.organisation, Role.AUTHOR, wish.section) is Right.EDIT
    return not own and can_grant(OTHER[party.side], wish.section) and not is_granted(subject, wish.organisation, wish.section.key)


def answering(subject: ProposalFacts, wish: Wish) -> OrganisationId:
    """The party whose authors and administrators answer: one's own, or for what the other side owns its first party."""
    party = subject.party(wish.organisation)
    if party is not None and is_for_the_other_side(subject, wish):
        return next((one.organisation for one in subject.parties if one.side is not party.side), wish.organisation)
    return wish.organisation



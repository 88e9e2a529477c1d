"""Who may edit, suggest, comment or only read in each section.

What a role gives: authors of the side that owns a section edit it, other authors and commenters suggest, readers read. On top, a
party sets this narrower or wider for its own people, and lets authors of the other side edit what its own side owns. A role bounds what
can be set: only an author edits. No rule ever opens a lane: who may not read a field never writes it.
"""

from collections.abc import Iterable, Iterator

from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.proposals import ParticipantFacts, ProposalFacts, Right, Role, SectionRule
from cowork.domain.specifications.form import Field, Owner, Section, may_write

ORDER = tuple(Right)
MOST: dict[Role, Right] = {Role.AUTHOR: Right.EDIT, Role.COMMENTER: Right.SUGGEST, Role.READER: Right.COMMENT}
"""The widest right that a rule gives to somebody in this role. Whoever edits loses their vote, as an author does, so only authors do."""
OTHER = {Side.UNIVERSITY: Side.EMPLOYER, Side.EMPLOYER: Side.UNIVERSITY}


def includes(held: Right, wanted: Right) -> bool:
    """Whether a right is at least another."""
    return ORDER.index(held) >= ORDER.index(wanted)


def narrower(one: Right, other: Right) -> Right:
    """The narrower of two rights."""
    return min(one, other, key=ORDER.index)


def owners(section: Section) -> frozenset[Owner]:
    """Everybody who owns a field or column of a section."""
    return frozenset(part.owner for field in section.fields for part in (field, *field.columns))


def writes_some(side: Side, section: Section) -> bool:
    """Whether authors of a side write at least one field of a section by the form alone."""
    return any(may_write(side, field.owner) for field in section.fields)


def can_grant(side: Side, section: Section) -> bool:
    """Whether something in a section is owned by this side alone, so that it has something to grant the other side."""
    return Owner(side.value) in owners(section)


def is_granted(subject: ProposalFacts, organisation: OrganisationId, section: str) -> bool:
    """Whether the other side lets the authors of this party edit what it owns in a section."""
    return any(rule.granted and (rule.organisation, rule.section) == (organisation, section) for rule in subject.rules)


def rule_for(subject: ProposalFacts, organisation: OrganisationId, person: PersonId | None, section: str) -> SectionRule | None:
    """What a party said for one of its people, or for all of them (person None)."""
    place = (organisation, person, section)
    return next((r for r in subject.rules if not r.granted and (r.organisation, r.person, r.section) == place), None)


def usual(subject: ProposalFacts, organisation: OrganisationId, role: Role, section: Section) -> Right:
    """What a role gives in a section, with what the other side granted, before the party says anything else."""
    party = subject.party(organisation)
    if role is Role.READER or party is None:
        return Right.READ
    if role is Role.COMMENTER:
        return Right.SUGGEST
    granted = is_granted(subject, organisation, section.key) and can_grant(OTHER[party.side], section)
    return Right.EDIT if granted or writes_some(party.side, section) else Right.SUGGEST


def right_of(subject: ProposalFacts, participant: ParticipantFacts, section: Section) -> Right:
    """What a participant may do in a section, for the party they take part for.

    What was said for them counts before what was said for all of their party, and both within what their role can have. A party does not
    give its people what is the other side's: where they do not edit by form or grant, a rule makes them suggest at most.
    """
    given = usual(subject, participant.organisation, participant.role, section)
    said = rule_for(subject, participant.organisation, participant.person, section.key)
    said = said or rule_for(subject, participant.organisation, None, section.key)
    if said is None:
        return given
    most = narrower(MOST[participant.role], Right.EDIT if given is Right.EDIT else Right.SUGGEST)
    return narrower(said.right, most)


def right_in(actor: Actor, subject: ProposalFacts, section: Section) -> Right:
    """The widest right of a reader of a proposal in a section. Whoever reads it by an office or as an administrator suggests."""
    held = [right_of(subject, participant, section) for participant in parts_of(actor, subject)]
    return max(held, key=ORDER.index) if held else Right.SUGGEST


def parts_of(actor: Actor, subject: ProposalFacts) -> tuple[ParticipantFacts, ...]:
    """A person's parts in a proposal, for the organisations that they still belong to."""
    return tuple(p for p in subject.participants if p.person == actor.person and p.organisation in actor.memberships)


def writes_for(actor: Actor, subject: ProposalFacts, section: Section) -> frozenset[Side]:
    """The sides whose fields of a section this person writes: their own, and the other one's where it granted that."""
    return frozenset(side for part in parts_of(actor, subject) for side in _sides(subject, part, section))


def _sides(subject: ProposalFacts, part: ParticipantFacts, section: Section) -> Iterator[Side]:
    party = subject.party(part.organisation)
    if party is None or part.role is not Role.AUTHOR or right_of(subject, part, section) is not Right.EDIT:
        return
    yield party.side
    if is_granted(subject, part.organisation, section.key):
        yield OTHER[party.side]


def section_with(sections: Iterable[Section], field: Field) -> Section | None:
    """The section that holds a field."""
    return next((section for section in sections if any(own is field or own == field for own in section.fields)), None)


def is_widened(actor: Actor, subject: ProposalFacts) -> bool:
    """Whether a reader may comment in at least one section."""
    return any(
        includes(narrower(rule.right, MOST[part.role]), Right.COMMENT)
        for part in parts_of(actor, subject)
        for rule in subject.rules
        if not rule.granted and rule.organisation == part.organisation and rule.person in (None, part.person)
    )


def nobody_edits(subject: ProposalFacts, section: Section) -> bool:
    """Whether no author is left who edits a section."""
    return not any(right_of(subject, part, section) is Right.EDIT for part in subject.participants)

"""A proposal: one change to a programme, made by parties, worked on by participants, in one standing."""

from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.ids import OfficeId, OrganisationId, PersonId, ProposalId, Side


class ProposalKind(StrEnum):
    NEW = "new"
    REVISION = "revision"
    RENEWAL = "renewal"
    RETIREMENT = "retirement"


class Standing(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in-review"
    CHANGES_REQUESTED = "changes-requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Phase(StrEnum):
    """How much of the form a proposal asks. An outline is the short form; once it is accepted the whole form opens."""

    OUTLINE = "outline"
    FULL = "full"


EDITABLE = frozenset({Standing.DRAFT, Standing.CHANGES_REQUESTED, Standing.WITHDRAWN})
"""The standings in which authors may save and submit. In review the text is locked; an approved version is immutable."""

STANDING_WORDS: dict[Standing, str] = {
    Standing.DRAFT: "Draft",
    Standing.IN_REVIEW: "In review",
    Standing.CHANGES_REQUESTED: "Changes requested",
    Standing.APPROVED: "Approved",
    Standing.REJECTED: "Rejected",
    Standing.WITHDRAWN: "Withdrawn",
}


class Role(StrEnum):
    """What a participant does in a proposal."""

    AUTHOR = "author"
    COMMENTER = "commenter"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """An organisation's part in a proposal. `country` is an ISO 3166 code or empty, `zone` an IANA time zone, `slug` its short name."""

    organisation: OrganisationId
    name: str
    side: Side
    lead: bool
    country: str = ""
    zone: str = "UTC"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantFacts:
    person: PersonId
    name: str
    organisation: OrganisationId
    role: Role


class Right(StrEnum):
    """What somebody may do in a section. Each includes those before it."""

    READ = "read"
    COMMENT = "comment"
    SUGGEST = "suggest"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class SectionRule:
    """What was said about a section beside what roles give: by a party of its own people (`person` None: of all of them), or by the
    other side, which lets the authors of this party edit what it owns there (`granted`).
    """

    section: str
    organisation: OrganisationId
    person: PersonId | None
    right: Right
    granted: bool = False


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What the policy needs to know of a proposal.

    `seated` are the offices that its workflow asks, once it has been submitted, `seated_people` those it asks by name, each with the
    organisation they sit for; `writers` is everybody who ever saved a version or whose words one brought in; `rules` are the section
    rights that were set.
    """

    proposal: ProposalId
    standing: Standing
    parties: tuple[PartyFacts, ...]
    participants: tuple[ParticipantFacts, ...]
    seated: frozenset[OfficeId]
    writers: frozenset[PersonId] = frozenset()
    seated_people: frozenset[tuple[PersonId, OrganisationId]] = frozenset()
    rules: tuple[SectionRule, ...] = ()

    def party(self, organisation: OrganisationId) -> PartyFacts | None:
        return next((party for party in self.parties if party.organisation == organisation), None)

    def lead(self) -> PartyFacts:
        """The leading party (every proposal has one)."""
        return next(party for party in self.parties if party.lead)

    def authors(self) -> frozenset[PersonId]:
        return frozenset(p.person for p in self.participants if p.role is Role.AUTHOR)

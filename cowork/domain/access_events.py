"""What happened to who may do what in a proposal: rights in sections, parties opened, requests to take part."""

from dataclasses import dataclass

from cowork.domain.ids import OrganisationId, PersonId, RequestId
from cowork.domain.proposals import Right, Role


@dataclass(frozen=True, slots=True)
class SectionRightSet:
    """A party said what one of its people (or all of them, without a person) may do in a section; no right: what their role gives."""

    section: str
    organisation: OrganisationId
    person: PersonId | None
    right: Right | None


@dataclass(frozen=True, slots=True)
class SectionGranted:
    """The other side lets the authors of this party edit what it owns in a section, or no longer does."""

    section: str
    organisation: OrganisationId
    granted: bool


@dataclass(frozen=True, slots=True)
class PartyOpened:
    """A party's own members may find the proposal and ask to join, or no longer may."""

    organisation: OrganisationId
    opened: bool


@dataclass(frozen=True, slots=True)
class AccessAsked:
    """A person asks a party (`answering`) for a role, or for a right in a section. What stays within one party is in its `lane`."""

    request: RequestId
    person: PersonId
    answering: OrganisationId
    role: Role | None
    section: str | None
    right: Right | None
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class AccessAnswered:
    request: RequestId
    person: PersonId
    accepted: bool
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class AccessUnasked:
    """Whoever asked took it back."""

    request: RequestId
    lane: OrganisationId | None


AccessEvent = (
    SectionRightSet
    | SectionGranted
    | PartyOpened
    | AccessAsked
    | AccessAnswered
    | AccessUnasked
)

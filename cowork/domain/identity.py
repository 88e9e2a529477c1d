"""Who acts: a person with the organisations they belong to and the offices they hold now."""

from collections.abc import Mapping
from dataclasses import dataclass

from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side

MIN_PASSWORD = 12
MAX_PASSWORD = 200


@dataclass(frozen=True, slots=True)
class Belonging:
    """A person's membership of one organisation."""

    organisation: OrganisationId
    name: str
    side: Side
    admin: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf a use case runs, as they stand at this moment.

    `memberships` is keyed by organisation; `offices` are those whose term runs now, their own
    or that of somebody who delegated it to them; `zone` is an IANA time zone name.
    """

    person: PersonId
    name: str
    email: str
    zone: str
    theme: str
    memberships: Mapping[OrganisationId, Belonging]
    offices: frozenset[OfficeId]

    @property
    def initials(self) -> str:
        return initials(self.name)

    def admin_of(self, organisation: OrganisationId) -> bool:
        belonging = self.memberships.get(organisation)
        return belonging is not None and belonging.admin


def initials(name: str) -> str:
    """The first letters of the first and last word of a name; "?" where there are none."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def password_problem(password: str, email: str, common: frozenset[str]) -> str | None:
    """Why a password cannot be taken, as a sentence, or None. Length and a list of common ones; no composition rules (NIST SP 800-63B)."""
    if len(password) < MIN_PASSWORD:
        return f"Use at least {MIN_PASSWORD} characters: several words together are easy to remember."
    if len(password) > MAX_PASSWORD:
        return f"Use at most {MAX_PASSWORD} characters."
    lowered = password.lower()
    if lowered in common or lowered == email.lower() or len(set(lowered)) < 4:
        return "This password is easy to guess. Choose one that is not on lists of common passwords and not your address."
    return None

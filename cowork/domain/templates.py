"""Templates: specifications to start from. Some come with Cowork; organisations make others and say whom they are given to."""

from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.ids import OrganisationId, PersonId, TemplateId


class Reach(StrEnum):
    """Whom a published template is given to, beside its owner."""

    OWN = "own"
    CHOSEN = "chosen"  # the organisations that are named
    UNIVERSITIES = "universities"  # every university


SUBJECTS: dict[str, str] = {
    "machine-learning": "Machine learning",
    "data-analytics": "Data analytics",
    "cloud": "Cloud computing",
    "cybersecurity": "Cybersecurity",
    "telehealth": "Telehealth and health care",
    "inclusive-education": "Inclusive education",
    "leadership": "Leadership and management",
    "other": "Another field",
}
"""The fields that templates are sorted by."""

MAX_TITLE = 200
MAX_SUMMARY = 500
MAX_GUIDANCE = 4_000
MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What the policy needs to know of a template. `version` is the newest published one, 0 for none yet."""

    template: TemplateId
    owner: OrganisationId
    created_by: PersonId
    version: int
    reach: Reach
    given_to: frozenset[OrganisationId]
    retired: bool


@dataclass(frozen=True, slots=True)
class Details:
    """What a template says of itself."""

    title: str
    subject: str
    summary: str
    guidance: str


def problems(details: Details) -> list[tuple[str, str]]:
    """What cannot be kept of a template's details, as sentences by field."""
    found = []
    if not details.title or len(details.title) > MAX_TITLE:
        found.append(("title", f"Give the template a title of at most {MAX_TITLE} characters."))
    elif not details.title.isprintable():
        found.append(("title", "Give the template a title of plain characters: it holds some that cannot be seen. Type it again."))
    if details.subject not in SUBJECTS:
        found.append(("subject", "Choose the field from the list."))
    if len(details.summary) > MAX_SUMMARY:
        found.append(("summary", f"Shorten what it is for to {MAX_SUMMARY} characters."))
    if len(details.guidance) > MAX_GUIDANCE:
        found.append(("guidance", f"Shorten the advice to {MAX_GUIDANCE:,} characters."))
    return found


def reach_problems(reach: Reach, wanted: frozenset[OrganisationId], confined_to: frozenset[OrganisationId] | None) -> list[tuple[str, str]]:
    """Why a template cannot be given to these. One that holds words of a proposal is given to its parties alone (`confined_to`)."""
    if reach is Reach.CHOSEN and not wanted:
        return [("organisations", "Choose at least one organisation, or keep the template to yourselves.")]
    if confined_to is not None and (reach is Reach.UNIVERSITIES or not wanted <= confined_to):
        sentence = "This template holds what the parties of a proposal wrote together, so it can be given to those parties only."
        return [("reach", sentence)]
    return []

"""Which workflows a proposal can choose from: those that come with Cowork and those that its own parties published, the newest of each.

What an organisation published is its own: nobody who is no party of it may see it or use it, not by its digest either.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, OrganisationId
from cowork.domain.workflows.definition import Workflow
from cowork.store import definitions, workflows
from cowork.store.workflows import Published

USUAL_WORKFLOW = "joint-employer-university"
"""The workflow that is offered first: both sides release, endorse and decide."""


def offered(session: Session, parties: Collection[OrganisationId], lead: OrganisationId) -> dict[Digest, Published]:
    """The workflows for a proposal of these parties, the usual one first, then by title. What its owner retired is left out, and what
    comes with Cowork where the lead retired it.
    """
    gone = workflows.retired(session, parties)
    found = [
        one for one in workflows.newest(workflows.published(session, parties)) if (one.owner or lead, one.key) not in gone
    ]
    found.sort(key=lambda one: (one.owner is not None or one.key != USUAL_WORKFLOW, one.title))
    return {one.digest: one for one in found}


def choices(session: Session, organisations: Collection[OrganisationId]) -> tuple[Workflow, ...]:
    """What somebody can choose from who may lead a proposal for each of these organisations; all that is open where there are none."""
    found: dict[Digest, Published] = {}
    for organisation in sorted(organisations):
        found |= offered(session, {organisation}, organisation)
    if not organisations:
        found = offered(session, (), OrganisationId(""))
    ordered = sorted(found.values(), key=lambda one: (one.owner is not None or one.key != USUAL_WORKFLOW, one.title))
    return tuple(definitions.workflow(session, one.digest) for one in ordered)

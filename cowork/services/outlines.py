"""Whether an organisation begins every proposal with an outline: its administrators say so, on record."""

from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId
from cowork.domain.organisation_events import OutlineFirstSet
from cowork.domain.policy import Action
from cowork.services.context import Context
from cowork.services.organisations import open_organisation
from cowork.store import audit, organisations, unit


def require_outlines(context: Context, actor: Actor, organisation: OrganisationId, required: bool) -> None:
    """Let every proposal that this organisation leads begin with an outline, or leave it to whoever starts one."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        if card.outline_first is not required:
            organisations.set_outline_first(session, organisation, required)
            audit.append_to_organisation(session, organisation, [OutlineFirstSet(required)], actor.person, context.now())

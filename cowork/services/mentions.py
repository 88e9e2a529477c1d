"""Whom a comment can name: those who may read it, and nobody else."""

from dataclasses import dataclass

from cowork.domain.errors import NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import Action, organisations_of
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.notifying import readers
from cowork.store import unit


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who can be named. `say` is what follows the @: their name, or their address where two have the same name."""

    name: str
    say: str
    party: str


def people(context: Context, actor: Actor, proposal: ProposalId, lane: OrganisationId | None) -> tuple[Case, tuple[Mentionable, ...]]:
    """Who may read a comment in a lane (None: the shared one), apart from the actor, by name. Raises NotFound for a lane of others."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.COMMENT)
        if lane is not None and lane not in case.lanes:
            raise NotFound("lane")
        facts = case.state.facts
        names = {party.organisation: party.name for party in facts.parties}
        found = {person: (one, organisations_of(one, facts)) for person, one in readers(session, context, facts).items()}
    heard = [(one, own) for person, (one, own) in found.items() if person != actor.person and (lane is None or lane in own)]
    called = [one.name.casefold() for one, _ in heard]
    lines = (
        Mentionable(
            one.name,
            one.email if called.count(one.name.casefold()) > 1 else one.name,
            ", ".join(sorted(names[organisation] for organisation in own)),
        )
        for one, own in heard
    )
    return case, tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.say)))

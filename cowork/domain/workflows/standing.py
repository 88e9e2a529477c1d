"""For which parties a seat stands: each of its side, the leading one, the others, or some by name."""

from collections.abc import Iterator, Sequence

from cowork.domain.proposals import PartyFacts
from cowork.domain.workflows.definition import Parties, Seat, Stage, Workflow


def parties_of(parties: Sequence[PartyFacts], stage: Stage, seat: Seat) -> tuple[PartyFacts, ...]:
    """The parties that a seat of a stage stands for. A seat of the lead on the other side than the lead's stands for every party there."""
    own = tuple(party for party in parties if seat.side in (None, party.side))
    match seat.parties:
        case Parties.LEAD:
            return tuple(party for party in own if party.lead) or own
        case Parties.PARTNERS:
            return tuple(party for party in own if not party.lead)
        case Parties.NAMED:
            return tuple(party for party in own if party.slug in seat.named)
        case Parties.OTHERS:
            taken = {slug for other in stage.seats for slug in other.named}
            return tuple(party for party in own if party.slug not in taken)
        case _:
            return own


def left_out(parties: Sequence[PartyFacts], workflow: Workflow) -> tuple[str, ...]:
    """A sentence for each party that a seat names and that takes no part on its side."""
    return tuple(dict.fromkeys(_left_out(parties, workflow)))


def _left_out(parties: Sequence[PartyFacts], workflow: Workflow) -> Iterator[str]:
    for stage in workflow.stages:
        for seat in stage.seats:
            there = {party.slug for party in parties_of(parties, stage, seat)}
            for slug in (slug for slug in seat.named if slug not in there):
                rest = "It is asked of the other parties that the seat names." if there else "The seat is left out."
                side = f" as {'an' if seat.side.value[0] == 'e' else 'a'} {seat.side.value}" if seat.side else ""
                yield f"“{stage.title}” asks {seat.title} of “{slug}”, which takes no part{side} in this proposal. {rest}"

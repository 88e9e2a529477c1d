"""Seats that can never be filled, because only authors would sit in them where something is decided or objected to.

Told where somebody writes a workflow; one that runs already is read without it.
"""

from cowork.domain.proposals import Role
from cowork.domain.workflows.definition import DECIDING, Seat, StageKind, Workflow

_WITHOUT_AUTHORS = DECIDING | {StageKind.NOTICE}


def faults(workflow: Workflow) -> tuple[str, ...]:
    """A sentence, beginning with its place, for each such seat."""
    return tuple(
        f'Stage "{stage.key}", seat "{seat.key}": authors neither decide nor object. Ask them in a stage of kind "consult".'
        for stage in workflow.stages
        if stage.kind in _WITHOUT_AUTHORS
        for seat in stage.seats
        if _only_authors(seat)
    )


def _only_authors(seat: Seat) -> bool:
    return set(seat.participants) == {Role.AUTHOR.value} and not (seat.offices or seat.people or seat.otherwise)

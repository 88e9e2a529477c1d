"""Votes by weight that so many of the parties must be for too, in the naive telling of the rules (see model.py)."""

from collections.abc import Sequence
from dataclasses import replace

from cowork.domain.workflows.definition import Stage, Weighing
from tests.domain.workflows.tables import Table


def both(s: Stage, tables: Sequence[Table], has_quorum: bool) -> list[tuple[Stage, list[Table]]]:
    """The vote by weight alone, and the same with one vote each, which closes only when that one does."""
    own = s.weighing
    assert own is not None
    assert own.parties is not None
    each = Weighing(own.parties, None, own.of, own.closes_at_term and has_quorum)
    alike = replace(s, seats=tuple(replace(seat, weight=1) for seat in s.seats), weighing=each)
    by_weight = replace(s, weighing=replace(own, parties=None))
    return [(by_weight, list(tables)), (alike, [replace(c, stage=alike, seat=replace(c.seat, weight=1)) for c in tables])]

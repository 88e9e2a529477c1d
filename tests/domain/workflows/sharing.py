"""Votes that count in several seats, in the naive telling of the rules (see model.py)."""

from collections.abc import Iterable, Sequence

from cowork.domain.workflows.definition import Seat, Stage
from cowork.domain.workflows.progress import Bench, Decision, Sitting, Submission
from tests.domain.workflows.tables import Table


def asked(tables: Iterable[Table]) -> set[tuple[str, str, str, str, str]]:
    """Stage, seat, party, who is asked, whose vote it is; where votes count in several seats, in the first of theirs alone."""
    found: dict[tuple[str, ...], tuple[str, str, str, str, str]] = {}
    for c in tables:
        for holder in c.still_asked():
            for person in (holder.person, *(deputy.person for deputy in holder.deputies)):
                turn = (c.stage.key, c.seat.key, str(holder.party or c.bench.party), str(person), str(holder.person))
                found.setdefault((c.stage.key, *turn[2:]) if c.stage.votes_once else turn, turn)
    return set(found.values())


def met_here(
    s: Stage, seat: Seat, b: Bench, one: Sitting, benches: Sequence[Bench], made: Sequence[Decision], given: Submission, gone: set[str]
) -> bool:
    """Whether a meeting was one of this bench: its own, or one of another seat in which everybody sits who has a vote here."""
    if (one.stage, one.party, one.round) != (s.key, b.party, given.round):
        return False
    if one.seat == seat.key or not s.votes_once or b.joint:
        return one.seat == seat.key

    def voters(own: Seat, bench: Bench) -> set[str]:
        return set(Table(s, own, bench, None, made, given, None, one.closed_at, None, gone=frozenset(gone)).seated(one.closed_at))

    here = voters(seat, b) - gone
    met = [(own, bench) for own in s.seats for bench in benches if (bench.stage, bench.seat) == (s.key, own.key)]
    return bool(here) and any(own.key == one.seat and bench.party == b.party and here <= voters(own, bench) for own, bench in met)

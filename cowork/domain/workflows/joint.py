"""Joint benches: the people of several parties vote as one body, under one party’s name and each for their own."""

from collections.abc import Sequence
from dataclasses import replace

from cowork.domain.ids import OrganisationId
from cowork.domain.workflows.progress import Bench, BenchParty, Holder, OfficeRole
from cowork.domain.workflows.substitutes import outside, term


def joined(benches: Sequence[Bench], first_party: OrganisationId, title: str) -> Bench:
    """One bench of several, under this party. Who is a member of two parties has one vote."""
    ordered = sorted(benches, key=lambda bench: bench.party != first_party)
    holders = _once([replace(h, party=b.party) for b in ordered for h in b.holders])
    return replace(
        ordered[0],
        party_name=_listed([bench.party_name for bench in ordered]),
        office=None,
        office_title=title,
        holders=tuple(holders),
        conflicted=tuple(_once([replace(h, party=b.party) for b in ordered for h in b.conflicted])),
        substitutes=tuple(_once([replace(h, party=b.party) for b in ordered for h in b.substitutes], holders)),
        joint=tuple(BenchParty(bench.party, bench.party_name, bench.side) for bench in ordered),
    )


def _once(found: Sequence[Holder], before: Sequence[Holder] = ()) -> list[Holder]:
    """These people, each at any time for the first of their parties in which they have a vote then."""
    kept: list[Holder] = []
    for holder in found:
        own = (h for h in (*before, *kept) if h.person == holder.person and h.party != holder.party)
        kept += outside(holder, [term(h) for h in own if h.role is not OfficeRole.SECRETARY])
    return kept


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""Joint benches: the people of several parties vote as one body, under one party’s name and each for their own."""

from collections.abc import Sequence
from dataclasses import replace

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows.progress import Bench, BenchParty


def joined(benches: Sequence[Bench], first_party: OrganisationId, title: str) -> Bench:
    """One bench of several, under this party. Who is a member of two parties has one vote."""
    ordered = sorted(benches, key=lambda bench: bench.party != first_party)
    first, taken = ordered[0], dict[PersonId, OrganisationId]()
    for bench in ordered:
        for holder in (*bench.holders, *bench.conflicted):
            taken.setdefault(holder.person, bench.party)
    for bench in ordered:
        for holder in bench.substitutes:
            taken.setdefault(holder.person, bench.party)
    holders = [(h, b) for b in ordered for h in b.holders if taken[h.person] == b.party]
    conflicted = [(h, b) for b in ordered for h in b.conflicted if taken[h.person] == b.party]
    return replace(
        first,
        party_name=_listed([bench.party_name for bench in ordered]),
        office=None,
        office_title=title,
        holders=tuple(replace(holder, party=bench.party) for holder, bench in holders),
        conflicted=tuple(replace(holder, party=bench.party) for holder, bench in conflicted),
        substitutes=tuple(replace(h, party=b.party) for b in ordered for h in b.substitutes if taken[h.person] == b.party),
        joint=tuple(BenchParty(bench.party, bench.party_name, bench.side) for bench in ordered),
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

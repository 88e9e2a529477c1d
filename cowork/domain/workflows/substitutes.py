"""Substitutes: who sits in place of those who hold the office of a seat, while none of them can."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows.progress import Bench, Decision, Holder, OfficeRole, SeatProgress, Verdict

_EVER, _FOR_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def filled(bench: Bench, decisions: Iterable[Decision], apart: Collection[PersonId]) -> Bench:
    """The bench with its substitutes for the times at which nobody of their party can sit there: the office is empty, or everybody who
    holds it writes the proposal, is to be `apart` or has recused themselves. `decisions` are those that stand, oldest first.
    """
    if not bench.substitutes:
        return bench
    last = {d.person: d for d in decisions if _is_at(bench, d) and d.verdict is not Verdict.TABLE}
    left = {person: d.at for person, d in last.items() if d.verdict is Verdict.RECUSE}
    barred = {holder.person for holder in bench.conflicted} | set(apart)
    found = [own for party in bench.parties for own in _of_party(bench, party, left, barred)]
    return replace(bench, holders=(*bench.holders, *found))


def _is_at(bench: Bench, decision: Decision) -> bool:
    return (decision.stage, decision.seat) == (bench.stage, bench.seat) and decision.party in bench.parties


def _of_party(bench: Bench, party: OrganisationId, left: Mapping[PersonId, datetime], barred: Collection[PersonId]) -> list[Holder]:
    """The substitutes of a party, each for every time at which nobody else of it can sit, nor they themselves for another."""
    voting = [h for h in bench.holders if h.role is not OfficeRole.SECRETARY]
    own = [h for h in voting if bench.party_of(h) == party and h.person not in barred]
    taken = [(start, min(end, left.get(h.person, end))) for h in own for start, end in [term(h)]]
    sits = {h.person: [term(other) for other in voting if other.person == h.person] for h in bench.substitutes}
    return [part for h in bench.substitutes if bench.party_of(h) == party for part in outside(h, [*taken, *sits[h.person]])]


def term(holder: Holder) -> tuple[datetime, datetime]:
    """From when to when somebody sits."""
    return holder.since or _EVER, holder.until or _FOR_EVER


def outside(holder: Holder, taken: Sequence[tuple[datetime, datetime]]) -> list[Holder]:
    """Somebody for those parts of their term that none of these times covers."""
    found = []
    for start, end in _gaps(taken):
        since, until = max(term(holder)[0], start), min(term(holder)[1], end)
        if since < until:
            found.append(replace(holder, since=None if since == _EVER else since, until=None if until == _FOR_EVER else until))
    return found


def _gaps(taken: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The times that none of these covers."""
    found, at = [], _EVER
    for start, end in sorted(taken):
        if start > at:
            found.append((at, start))
        at = max(at, end)
    return [*found, (at, _FOR_EVER)] if at < _FOR_EVER else found


def in_words(place: SeatProgress) -> str:
    """Who sits in whose place, and why: "Li sits in place of the Dean, who wrote the proposal". Empty where nobody does."""
    names = list(dict.fromkeys(holder.name for holder in place.members if holder.instead))
    if not names:
        return ""
    bench, reasons = place.bench, []
    if bench.conflicted:
        reasons.append("who wrote the proposal")
    if place.recused:
        reasons.append("who stood aside")
    if bench.apart:
        reasons.append("who decided at another stage")
    why = " or ".join(reasons) or "an office that nobody holds"
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{who} {'sits' if len(names) == 1 else 'sit'} in place of the {bench.office_title}, {why}"

"""People who are named for each proposal: whether enough are, since when, who is asked to name them, and who cannot be named.

A stage with such a seat opens when so many people as it asks for are named, at each of its benches. Where too few are left later, because
they left or stood aside, whoever names them is asked again, and nothing is fulfilled before there are enough.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows.definition import Naming
from cowork.domain.workflows.progress import Bench, Decision, Holder, SeatProgress, StageProgress, StageStanding, Turn, Verdict
from cowork.domain.workflows.voting import electorate

KIND = "name"
"""What is asked of whoever names people, where the kind of a stage says what is asked of others."""


def are_named_at(seats: Sequence[SeatProgress], reached: datetime, now: datetime) -> datetime | None:
    """The first moment, from `reached` on, at which enough people are named at each of these benches; None until then."""
    asked = [seat for seat in seats if seat.seat.naming is not None]
    moments = {at for seat in asked for holder in seat.bench.holders for at in (holder.since, holder.until) if at is not None}
    known = sorted({reached, *(at for at in moments if reached < at <= now)})
    return next((at for at in known if not any(is_short(seat, at) for seat in asked)), None)


def is_short(seat: SeatProgress, at: datetime) -> bool:
    """Whether fewer people than a bench asks for are named there at a moment; who had stood aside by then does not count."""
    aside = {d.person for d in seat.positions if d.verdict is Verdict.RECUSE and d.at <= at}
    return len(electorate(seat.bench, at) - aside) < _least(seat)


def _least(seat: SeatProgress) -> int:
    return seat.seat.naming.least if seat.seat.naming is not None else 0


def left(seat: SeatProgress) -> tuple[Holder, ...]:
    """Those who are named and have not stood aside."""
    gone = {holder.person for holder in seat.recused}
    return tuple(holder for holder in seat.members if holder.person not in gone)


def unnamed(seats: Sequence[SeatProgress]) -> tuple[SeatProgress, ...]:
    """The benches that are not decided and for which too few people are named, as it is now."""
    return tuple(seat for seat in seats if not seat.met and seat.refused_at is None and len(left(seat)) < _least(seat))


def asks(progress: StageProgress) -> bool:
    """Whether somebody is asked now to name people for this stage."""
    return bool(progress.unnamed) and progress.standing in (StageStanding.WAITING, StageStanding.OPEN)


def turns(stages: Sequence[StageProgress], taken: Collection[tuple[object, ...]]) -> list[Turn]:
    """Who is asked to name people, but for those who are asked at that seat already (`taken`: stage, seat, party, person, principal)."""
    found = [
        Turn(stage.stage.key, seat.seat.key, seat.bench.party, holder.office, person, holder.person, stage.reached_at, None, names=True)
        for stage in stages
        if asks(stage) and stage.reached_at is not None
        for seat in stage.unnamed
        for holder in seat.bench.namers
        for person in dict.fromkeys((holder.person, *(deputy.person for deputy in holder.deputies)))
    ]
    return [turn for turn in found if (turn.stage, turn.seat, turn.party, turn.person, turn.principal) not in taken]


def may_name(bench: Bench, person: PersonId) -> bool:
    """Whether this person names people for an evaluated bench now, in their own office or as a deputy."""
    return any(person in {holder.person, *(deputy.person for deputy in holder.deputies)} for holder in bench.namers)


def in_whose_name(bench: Bench, person: PersonId) -> Holder | None:
    """The holder of the office for whom a deputy names people; None for somebody who holds it themselves, or names nobody."""
    if any(holder.person == person for holder in bench.namers):
        return None
    return next((holder for holder in bench.namers if any(deputy.person == person for deputy in holder.deputies)), None)


def people_in_words(naming: Naming, there: int = 0) -> str:
    """How many people are to be named when some are: "2 to 3 people", "1 more person"."""
    least = max(naming.least - there, 1)
    most = None if naming.most is None else max(naming.most - there, least)
    number = f"at least {least}" if most is None else f"{least}" if most == least else f"{least} to {most}"
    one = (most or least) == 1 and least == 1
    return f"{number} {'more ' if there else ''}{'person' if one else 'people'}"


def to_name_in_words(seat: SeatProgress) -> str:
    """How many people are still to be named for a bench."""
    return people_in_words(seat.seat.naming, len(left(seat))) if seat.seat.naming is not None else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a bench when people are named for it: who sits there (`named`), who of them decided already, and whom the office
    `source` holds (None: anybody of the party will do). `names` has everybody’s name.
    """

    title: str
    party: OrganisationId
    party_name: str
    named: tuple[PersonId, ...]
    decided: frozenset[PersonId]
    recused: frozenset[PersonId]
    writers: frozenset[PersonId]
    apart: frozenset[PersonId]
    source: frozenset[PersonId] | None
    source_title: str
    names: Mapping[PersonId, str]


def decided_of(decisions: Sequence[Decision], stage: str, seat: str, party: OrganisationId, round_: int) -> frozenset[PersonId]:
    """Who has said something at a bench in this round that was not taken back; standing aside and putting off are not that."""
    own = [d for d in decisions if (d.stage, d.seat, d.party, d.round) == (stage, seat, party, round_) and d.undone_at is None]
    return frozenset(d.person for d in own if d.verdict not in (Verdict.RECUSE, Verdict.TABLE))


def problems(naming: Naming, known: Standing, chosen: Sequence[PersonId], by: PersonId) -> list[str]:
    """Why these people cannot be the ones named there, as sentences; `by` names them."""
    found = [sentence for person in chosen if person not in known.named and (sentence := _why_not(known, person, by))]
    gone = [known.names.get(person, "") for person in known.named if person not in chosen]
    if gone and known.decided:
        found.append(f"Somebody has decided already, so nobody is taken off any more: keep {_listed(gone)}. You can add people.")
    count = len([person for person in chosen if person not in known.recused])
    if count < naming.least or (naming.most is not None and count > naming.most):
        kept = " Who stood aside does not count." if any(person in known.recused for person in chosen) else ""
        found.append(f"Name {people_in_words(naming)} for {known.title}; you chose {count or 'nobody'}.{kept}")
    return found


def too_few(naming: Naming, known: Standing, by: PersonId) -> str:
    """That the office from which people are named has too few of them, and who can mend that; empty where it has enough."""
    if known.source is None:
        return ""
    free = {person for person in known.source if not _why_not(known, person, by)}
    able = (free | set(known.named)) - known.recused
    if len(able) >= naming.least:
        return ""
    office = f"the office “{known.source_title}” at {known.party_name}"
    if not known.source:
        who = f"Nobody holds {office}, from which they are named."
    else:
        count = "None" if not able else f"Only {len(able)}"
        who = f"{count} of those who hold {office} can be named."
    return f"{who} Ask an administrator of {known.party_name} to fill it, or to add people by hand."


def _why_not(known: Standing, person: PersonId, by: PersonId) -> str:
    name = known.names.get(person, "This person")
    if person == by:
        return "Nobody names themselves. Choose somebody else, or let another holder of your office name you."
    if person in known.writers:
        return f"{name} writes this proposal, and nobody decides on what they write. Choose somebody else."
    if person in known.apart:
        return f"{name} decided at another stage, and may not decide at {known.title}. Choose somebody else."
    if known.source is not None and person not in known.source:
        return f"{name} does not hold the office “{known.source_title}” at {known.party_name}. Choose somebody who does."
    return ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

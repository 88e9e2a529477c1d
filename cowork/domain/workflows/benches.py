"""The benches of a stage: who sits in each, what they are worth, when their terms end, and when enough of them were fulfilled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows import once, results, secrecy, substitutes, terms, voting, weights
from cowork.domain.workflows.case import Case, left_out
from cowork.domain.workflows.definition import MAY_BE_EMPTY, Parties, Seat, Stage
from cowork.domain.workflows.progress import Bench, SeatEnd, SeatProgress, Sitting
from cowork.domain.workflows.terms import Term


def seats_of(case: Case, stage: Stage, opened_at: datetime | None) -> tuple[SeatProgress, ...]:
    """The benches of a stage, in the order of its seats."""
    return tuple(bench_of(case, stage, seat, bench, opened_at) for seat in stage.seats for bench in _benches_of(case, stage, seat))


def _benches_of(case: Case, stage: Stage, seat: Seat) -> tuple[Bench, ...]:
    """The benches of a seat; an empty one stands for a party of its side that was given none, so that no key is left out."""
    given = case.benches.get((stage.key, seat.key), ())
    if seat.parties is not Parties.EACH or seat.joint:
        return given
    names = {party: name for benches in case.benches.values() for bench in benches for party, name in bench.names().items()}
    there = {bench.party for bench in given}
    absent = [party for party, side in case.sides.items() if seat.side in (None, side) and party not in there]
    return given + tuple(
        Bench(stage.key, seat.key, party, names[party], None, seat.title, (), side=case.sides[party]) for party in absent
    )


def bench_of(case: Case, stage: Stage, seat: Seat, bench: Bench, opened_at: datetime | None) -> SeatProgress:
    """Where one bench stands in a stage that opened then (None: not yet)."""
    gone = left_out(case.workflow, stage.key, case.made) if stage.apart else frozenset()
    bench = _without(bench, gone) if gone else bench
    said = [
        d
        for d in case.decisions
        if (d.stage, d.seat) == (stage.key, seat.key) and d.party in bench.parties and not gone & {d.person, d.by}
    ]
    bench = secrecy.with_voters(bench, said, case.submission.round) if stage.secret else bench
    if bench.namers:
        bench = replace(bench, namers=tuple(holder for holder in bench.namers if holder.sits_at(case.now)))
    ballot = voting.Ballot(
        stage=stage,
        seat=seat,
        bench=bench,
        side=case.sides.get(bench.party, seat.side),
        decisions=said,
        submission=case.submission,
        sitting=_sitting_of(case, stage, bench),
        due_at=_closing(case, stage, stage.due_days, bench, opened_at),
        now=case.now,
        not_before=_closing(case, stage, stage.least_days, bench, opened_at),
        expired=case.expired,
    )
    place_now = voting.count(ballot)
    return replace(place_now, instead=substitutes.in_words(place_now)) if bench.substitutes else place_now


def _sitting_of(case: Case, stage: Stage, bench: Bench) -> Sitting | None:
    """The last closed meeting of this round that voted there, where nothing sent it back since."""
    cut, place = case.cuts.get(stage.key), (stage.key, bench.seat, bench.party)
    own = [s for s in case.submission.sittings if s.round == case.submission.round and (cut is None or s.closed_at > cut)]
    held = [s for s in own if (s.stage, s.seat, s.party) == place or once.closes(stage, s, bench, case.benches)]
    return held[-1] if held else None


def _without(bench: Bench, gone: frozenset[PersonId]) -> Bench:
    """The bench without these people, as holders and as deputies."""
    kept = tuple(
        replace(holder, deputies=tuple(deputy for deputy in holder.deputies if deputy.person not in gone))
        for holder in bench.holders
        if holder.person not in gone
    )
    return replace(bench, holders=kept, apart=tuple(holder for holder in bench.holders if holder.person in gone))


def _closing(case: Case, stage: Stage, wanted: Term | None, bench: Bench, opened_at: datetime | None) -> datetime | None:
    """When a term is over for a bench: by the calendar of its party. All benches of a secret ballot close together, with the last of them,
    so that no later vote decides one at once.
    """
    others = [one for seat in stage.seats for one in _benches_of(case, stage, seat)] if stage.secret else []
    ends = (_end(case, wanted, party, opened_at) for party in {bench.party, *(one.party for one in others)})
    return max((end for end in ends if end is not None), default=None)


def due_at_of(case: Case, stage: Stage, party: OrganisationId | None, opened_at: datetime | None) -> datetime | None:
    """When the term of a stage ends by the calendar of a party (none: of the lead); time on hold does not count."""
    return _end(case, stage.due_days, party, opened_at)


def least_until(case: Case, stage: Stage, seats: Sequence[SeatProgress], opened_at: datetime) -> datetime:
    """Before when a stage is not over, by the calendars of all its benches: when it opened, unless it is open for a least time."""
    ends = (_end(case, stage.least_days, party, opened_at) for party in (None, *(seat.bench.party for seat in seats))[bool(seats) :])
    return max((end for end in ends if end is not None), default=opened_at)


def _end(case: Case, wanted: Term | None, party: OrganisationId | None, opened_at: datetime | None) -> datetime | None:
    """When a term is over."""
    if wanted is None or opened_at is None:
        return None
    calendar = case.calendars.of(party) if party else case.calendars.lead
    due_at, held = terms.end_of(calendar, opened_at, wanted), 0
    for hold in sorted(case.submission.holds, key=lambda hold: hold.since):
        start, end = max(hold.since, opened_at), hold.until or case.now
        if start < due_at and end > start:
            held += terms.days_between(calendar, start, end, wanted)
            # No term ends while the round stands still, nor before the day on which it went on is over.
            due_at = max(terms.end_of(calendar, opened_at, wanted, held), calendar.add_working_days(end, 0))
    return due_at


def seats_asked(stage: Stage, seats: Sequence[SeatProgress]) -> list[Seat]:
    """The seats that ask somebody: one for partners, for others or for parties by name is left out where there are none."""
    held = {seat.seat.key for seat in seats}
    return [seat for seat in stage.seats if seat.key in held or seat.parties not in MAY_BE_EMPTY]


def met_at(stage: Stage, seats: Sequence[SeatProgress], now: datetime) -> datetime | None:
    """When enough seats were fulfilled, each by enough of its benches; None while they are not."""
    if stage.weighing is not None:
        return weights.decided_at(stage, stage.weighing, seats, now)[0]
    asked = seats_asked(stage, seats)
    known = sorted(moment for seat in asked if (moment := _seat_met_at(seat, seats)) is not None)
    wanted = min(stage.needed or len(asked), len(asked))
    return known[wanted - 1] if known and len(known) >= wanted else None


def seats_ended(stage: Stage, seats: Sequence[SeatProgress], at: datetime) -> dict[str, SeatEnd]:
    """How each seat that somebody has stood when the stage was over."""
    found = {}
    for seat in seats_asked(stage, seats):
        met, lost = _seat_met_at(seat, seats), _seat_refused_at(seat, seats)
        is_met = met is not None and met <= at
        found[seat.key] = SeatEnd.APPROVED if is_met else SeatEnd.REFUSED if lost is not None and lost <= at else SeatEnd.OPEN
    return found


def _seat_met_at(seat: Seat, seats: Sequence[SeatProgress]) -> datetime | None:
    benches = [progress for progress in seats if progress.seat.key == seat.key]
    moments = sorted(progress.met_at for progress in benches if progress.met_at is not None)
    wanted = results.amount(seat.keys, len(benches))
    return moments[wanted - 1] if len(moments) >= wanted else None


def refused_at(stage: Stage, seats: Sequence[SeatProgress], now: datetime) -> datetime | None:
    """When it became certain that too few seats will ever be fulfilled."""
    if stage.weighing is not None:
        return weights.decided_at(stage, stage.weighing, seats, now)[1]
    asked = seats_asked(stage, seats)
    lost = sorted(moment for seat in asked if (moment := _seat_refused_at(seat, seats)) is not None)
    spare = len(asked) - min(stage.needed or len(asked), len(asked))
    return lost[spare] if len(lost) > spare else None


def _seat_refused_at(seat: Seat, seats: Sequence[SeatProgress]) -> datetime | None:
    benches = [progress for progress in seats if progress.seat.key == seat.key]
    moments = sorted(progress.refused_at for progress in benches if progress.refused_at is not None)
    spare = len(benches) - results.amount(seat.keys, len(benches))
    return moments[max(spare, 0)] if len(moments) > max(spare, 0) else None

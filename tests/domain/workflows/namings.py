"""People who are named for each proposal: in the naive telling of the rules, and in random histories."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Naming, Seat, StageKind, Workflow
from cowork.domain.workflows.progress import Bench, Deputy, Holder

NAMERS = ("n0", "n1", "p0")


class Seated(Protocol):
    """A bench of the model, as far as naming goes."""

    @property
    def seat(self) -> Seat: ...
    def asked_of(self, t: datetime) -> dict[str, Holder]: ...
    @property
    def bench(self) -> Bench: ...


def holds(holder: Holder, t: datetime) -> bool:
    """Whether somebody is in office then."""
    return (holder.since is None or t >= holder.since) and (holder.until is None or holder.until > t)


def acting(holder: Holder) -> set[str]:
    """Somebody and who may act for them."""
    return {str(holder.person), *(str(deputy.person) for deputy in holder.deputies)}


def few(table: Seated, t: datetime) -> bool:
    """Whether fewer people than are to be named sit there and have not stood aside."""
    return table.seat.naming is not None and len(table.asked_of(t)) < table.seat.naming.least


def since(tables: Sequence[Seated], first: datetime, now: datetime) -> datetime | None:
    """From when on, `first` at the earliest, there were enough people everywhere."""
    changes = [at for c in tables for h in c.bench.holders for at in (h.since, h.until) if at and c.seat.naming]
    moments = sorted({first, *(at for at in changes if first < at <= now)})
    return next((t for t in moments if not any(few(c, t) for c in tables)), None)


def nameless(model: Any) -> list[Any]:
    """The tables for which too few people are named, of stages that wait for that, and of open ones where nothing is decided."""
    waiting = [s for s in model.flow.stages if model.stands[s.key].unnamed and model.outcome() == "in-review" and not model.held()]
    found = [c for c in model.open_tables() if few(c, model.now) and c.history[0] not in ("met", "refused")]
    return found + [c for s in waiting for c in model.tables(s, None) if few(c, model.now)]


def turns(model: Any) -> set[tuple[str, str, str, str, str]]:
    """Stage, seat, party, who is asked to name people there, in whose office."""
    asked = [(c, h) for c in nameless(model) for h in c.bench.namers if holds(h, model.now)]
    return {(c.stage.key, c.seat.key, c.bench.party, person, h.person) for c, h in asked for person in acting(h)}


def with_names(chance: Random, flow: Workflow) -> Workflow:
    """The workflow with people who are named at some of its seats."""

    def named(seat: Seat) -> Seat:
        if seat.joint or chance.random() < 0.3:
            return seat
        least = chance.choice([1, 1, 2, 2, 3])
        return replace(seat, naming=Naming("namer", least, chance.choice([None, least, least + 1])))

    stages = []
    for stage in flow.stages:
        fits = stage.kind not in (StageKind.NOTICE, StageKind.INFORM, StageKind.END)
        stages.append(replace(stage, seats=tuple(map(named, stage.seats))) if fits else stage)
    return replace(flow, stages=tuple(stages))


def benches(chance: Random, flow: Workflow, given: Sequence[Bench], start: datetime) -> tuple[Bench, ...]:
    """The benches, with those who name people, and with people who are named early, later or not at all."""
    named = {(stage.key, seat.key) for stage in flow.stages for seat in stage.seats if seat.naming}
    return tuple(_bench(chance, one, start) if (one.stage, one.seat) in named else one for one in given)


def _bench(chance: Random, bench: Bench, start: datetime) -> Bench:
    later = [start + timedelta(hours=chance.choice([-5, -5, 1, 8, 40]), seconds=5 + n) for n in range(len(bench.holders))]
    people = tuple(replace(h, since=max(at, h.since or at)) for h, at in zip(bench.holders, later, strict=True) if chance.random() < 0.8)
    namers = tuple(
        Holder(
            PersonId(key), key, since=start + timedelta(hours=3, seconds=7) if chance.random() < 0.2 else None,
            until=start + timedelta(hours=60, seconds=9) if chance.random() < 0.2 else None,
            deputies=(Deputy(PersonId("deputy"), "Deputy"),) if chance.random() < 0.3 else (),
        )
        for key in NAMERS
        if chance.random() < 0.6
    )  # fmt: skip
    return replace(bench, holders=people, substitutes=(), namers=namers, named_by="Namer")

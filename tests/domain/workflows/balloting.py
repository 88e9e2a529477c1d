"""Secret ballots in the naive telling of the rules (see model.py), and random workflows with some."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import DECIDING, Chair, Dissent, Lapse, Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Holder, OfficeRole


def with_voters(s: Stage, b: Bench, said: Sequence[Decision], seat: Seat) -> Bench:
    """Whoever has voted in secret in this round sits there from then to the end, whatever has become of them."""
    if not s.secret:
        return b
    people = {h.person: h for h in (*b.conflicted, *b.holders)}
    parties = {one.party for one in b.joint} or {b.party}
    for person in {d.person for d in said}:
        own = [d for d in said if d.person == person and d.party in parties and (d.seat == seat.key or (s.votes_once and person in people))]
        words = [d for d in own if d.verdict != "table"]
        if not words or words[-1].verdict == "recuse" or own[-1].verdict == "table":
            continue
        vote = own[-1]
        terms = [h for h in (*b.holders, *b.conflicted) if h.person == person]
        begun = [h for h in terms if not h.since or h.since <= vote.at]
        if terms and not begun:
            added = list(terms)
        elif not terms:
            added = [Holder(person, vote.person_name, since=vote.at, party=vote.party if b.joint else None)]
        else:
            now = [h for h in begun if not h.until or h.until > vote.at] or begun[-1:]
            lasting = replace(now[0], until=None, role=OfficeRole.MEMBER if now[0].role == "secretary" else now[0].role)
            added = [lasting if h is now[0] else h for h in terms]
        others = tuple(h for h in b.holders if h.person != person)
        b = replace(b, holders=(*others, *added), conflicted=tuple(h for h in b.conflicted if h.person != person))
    return b


def terms(model: Any, s: Stage, calendar: Calendar, opened: datetime | None) -> list[datetime | None]:
    """When the term and the least time of a bench end, by its calendar; in secret, when those of all of them have."""
    if not s.secret:
        return [model.ends(days, calendar, opened) for days in (s.due_days, s.least_days)]
    parties = {b.party for seat in s.seats for b in model.stands_for(s, seat)}
    found = [[model.ends(days, model.calendars.of(party), opened) for party in parties] for days in (s.due_days, s.least_days)]
    return [max((at for at in ends if at), default=None) for ends in found]


def with_ballots(chance: Random, flow: Workflow) -> Workflow:
    """The workflow with a secret ballot in place of most of what is decided."""
    secret = {s.key for s in flow.stages if s.kind in DECIDING and chance.random() < 0.8}
    free = [replace(s, apart=tuple(key for key in s.apart if key not in secret)) for s in flow.stages]
    return replace(flow, stages=tuple(_secret(chance, s) if s.key in secret else s for s in free))


def _secret(chance: Random, s: Stage) -> Stage:
    days, lapse = chance.choice([1, 2, 3]), chance.choice([Lapse.REFUSED, Lapse.PASSED])
    return replace(
        s, kind=StageKind.VOTE, secret=True, due_days=days, least_days=days, lapse=lapse, seats=tuple(_counting(seat) for seat in s.seats),
        weighing=None, valid_days=None, statement="",
    )  # fmt: skip


def _counting(seat: Seat) -> Seat:
    chair = Chair.VOTES if seat.rule.chair is Chair.BREAKS_TIES else seat.rule.chair
    return replace(seat, weight=None, rule=replace(seat.rule, dissent=Dissent.COUNTS, chair=chair, objections_block=False))

"""A second, naive telling of the rules of a round, to hold the evaluator against.

It shares no code and no structure with the evaluator: sets instead of records, questions asked one decision at a time, times found
by trying every moment, and the order of stages by repeating until nothing changes. No two decisions may have the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cowork.domain.conditions import holds
from cowork.domain.workflows.definition import Seat, Stage, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Submission

Spot = tuple[str, str, str]
"""Stage, seat and party: one key to turn."""


@dataclass(frozen=True)
class Model:
    flow: Workflow
    given: Submission
    decisions: Sequence[Decision]
    benches: Sequence[Bench]

    def outcome(self) -> str:
        ends = sorted((d.at, d.verdict.value) for d in self.decisions if d.round == self.given.round and d.verdict != "approve")
        if ends:
            return "rejected" if ends[0][1] == "reject" else "changes-requested"
        over = {self.standing(s) for s in self.flow.stages} <= {"met", "skipped"}
        return "approved" if over and not self.given.open_objections else "in-review"

    def standing(self, s: Stage) -> str:
        opened, over = self.times
        if self.skipped(s):
            return "skipped"
        if s.key not in opened:
            return "waiting"
        return "met" if s.key in over else "open"

    def skipped(self, s: Stage) -> bool:
        return s.when is not None and not holds(s.when, self.given.facts)

    @cached_property
    def times(self) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """When each stage opened and was over, skipped ones included, as though they were over at once."""
        opened: dict[str, datetime] = {}
        over: dict[str, datetime] = {}
        for _ in self.flow.stages:  # each pass settles at least one more stage
            for s in self.flow.stages:
                if all(key in over for key in s.after):
                    opened[s.key] = max([self.given.submitted_at] + [over[key] for key in s.after])
                    moment = opened[s.key] if self.skipped(s) else self.first_moment_when_met(s, opened[s.key])
                    if moment is not None:
                        over[s.key] = moment
        return opened, over

    def first_moment_when_met(self, s: Stage, opened: datetime) -> datetime | None:
        for moment in sorted({opened} | {d.at for d in self.decisions if d.at > opened}):
            if all(self.parties(seat) and all(self.turned(s, seat, p, moment) for p in self.parties(seat)) for seat in s.seats):
                return moment
        return None

    def parties(self, seat: Seat) -> set[str]:
        """Every party that sits anywhere on this seat's side."""
        return {
            bench.party
            for bench in self.benches
            for s in self.flow.stages
            for other in s.seats
            if (bench.stage, bench.seat) == (s.key, other.key) and other.side == seat.side
        }

    def turned(self, s: Stage, seat: Seat, party: str, until: datetime | None = None) -> bool:
        """Whether this key is turned by the approvals up to a moment (none given: by all of them)."""
        spot = (s.key, seat.key, party)
        here = [d for d in self.decisions_worth["counted"] if _spot(d) == spot]
        approved = {d.person for d in here if until is None or d.at <= until}
        if seat.rule.kind == "all":
            return bool(self.able(spot)) and self.able(spot) <= approved
        return len(approved) >= (seat.rule.count or 1)

    def able(self, spot: Spot) -> set[str]:
        """Who may decide there now."""
        here = [bench for bench in self.benches if (bench.stage, bench.seat, bench.party) == spot]
        return {h.person for bench in here for h in bench.holders if h not in bench.conflicted}

    @cached_property
    def decisions_worth(self) -> dict[str, list[Decision]]:
        return {word: [d for d in self.decisions if self.worth(d) == word] for word in ("counted", "stale", "nothing")}

    def worth(self, d: Decision) -> str:
        """ "counted", "stale" or "nothing"."""
        owner = [(s, seat) for s in self.flow.stages for seat in s.seats if (s.key, seat.key) == (d.stage, d.seat)]
        if not owner or d.verdict != "approve" or not self.belongs(d) or self.overtaken(d) or self.conflicted(d):
            return "nothing"
        s, seat = owner[0]
        if d.party not in self.parties(seat) or (seat.rule.kind == "all" and d.person not in self.able(_spot(d))):
            return "nothing"
        for key in set(d.digests) | set(self.given.digests):
            unseen = "@" in key and not key.endswith("@" + seat.side)
            unread = s.reads is not None and key.split("@")[0] not in s.reads
            if not unseen and not unread and d.digests.get(key) != self.given.digests.get(key):
                return "stale"
        return "counted"

    def belongs(self, d: Decision) -> bool:
        return d.workflow == self.flow.digest and d.round <= self.given.round

    def overtaken(self, d: Decision) -> bool:
        later = [other for other in self.decisions if other.at > d.at and self.belongs(other)]
        return any(_spot(other) == _spot(d) and other.person == d.person for other in later)

    def conflicted(self, d: Decision) -> bool:
        here = [bench for bench in self.benches if (bench.stage, bench.seat, bench.party) == _spot(d)]
        return any(d.person == holder.person for bench in here for holder in bench.conflicted)

    def asked(self) -> set[Spot]:
        """The keys that somebody has to turn now."""
        if self.outcome() != "in-review":
            return set()
        spots = {(s, seat, p) for s in self.flow.stages if self.standing(s) == "open" for seat in s.seats for p in self.parties(seat)}
        return {(s.key, seat.key, party) for s, seat, party in spots if not self.turned(s, seat, party)}

    def turns(self) -> set[tuple[Spot, str]]:
        given = {(_spot(d), d.person) for d in self.decisions_worth["counted"]}
        return {(spot, str(person)) for spot in self.asked() for person in self.able(spot) if (spot, person) not in given}


def _spot(d: Decision) -> Spot:
    return (d.stage, d.seat, d.party)

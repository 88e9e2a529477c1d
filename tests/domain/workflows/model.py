"""A second, naive telling of the rules of a round, to hold the evaluator against.

It is written from the rules (definition.py, progress.py, docs/workflows.md), not from the evaluator, and shares no structure with it:
every question is asked at one moment, and first moments are found by trying all of them. Slow and obvious. What one bench is worth
is told in tables.py. No two decisions may have the same time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

from cowork.domain.conditions import facts_in, holds
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import BackTo, ByVerdict, Refusal, Seat, Stage, Workflow
from cowork.domain.workflows.progress import Bench, Calendars, Decision, Override, Referral, Sitting, Submission
from cowork.domain.workflows.terms import Term
from tests.domain.workflows import appealing, balloting, doubling, namings, parting
from tests.domain.workflows.days import passed_days, term
from tests.domain.workflows.sharing import asked, met_here
from tests.domain.workflows.tables import AGAINST, DECIDING, FOR, Table, at_the_table, share


@dataclass(frozen=True)
class Stand:
    """Where a stage stands. `over` is None too where its end is the round's; `how` it was refused, what that does; `unnamed` it waits."""

    standing: str
    opened: datetime | None = None
    ended: datetime | None = None
    over: datetime | None = None
    due: datetime | None = None
    unmet: tuple[str, ...] = ()
    how: str | None = None
    does: Refusal | BackTo | None = None
    unnamed: bool = False


@dataclass(frozen=True)
class Model:
    """`now` is when it is asked; decisions later than `known` are not known. While it is worked out, `dead` are the approvals that
    have run out, and `anew` is when a stage opened anew because of that, by stage.
    """

    flow: Workflow
    given: Submission
    decisions: Sequence[Decision]
    benches: Sequence[Bench]
    calendars: Calendars
    now: datetime
    known: datetime | None = None
    dead: dict[str, list[Decision]] = field(default_factory=dict)
    anew: dict[str, datetime] = field(default_factory=dict)
    renewed: dict[str, datetime] = field(default_factory=dict)
    so_far: dict[str, Stand] = field(default_factory=dict)

    # What stands

    @cached_property
    def accepted(self) -> list[Decision]:
        known = {self.flow.digest, *self.given.earlier_workflows}
        own = [d for d in self.decisions if d.workflow in known and d.round <= self.given.round and d.undone_at is None]
        return sorted(own, key=lambda d: d.at)

    @cached_property
    def standing_decisions(self) -> list[Decision]:
        return [d for d in self.accepted if d.verdict == "recuse" or not self.sent_back_since(d.stage, d.at)]

    @cached_property
    def returns(self) -> list[tuple[str, datetime]]:
        """To which stage, and when, it was sent back: by a refusal, or by somebody who alone can do so."""
        found = [(one.to, one.at) for one in self.referrals]
        for d in self.accepted:
            seats = [seat for s in self.flow.stages if s.key == d.stage for seat in s.seats if seat.key == d.seat]
            known = any(s.key == d.back_to for s in self.flow.stages)
            if known and seats and d.verdict == "request-changes" and seats[0].rule.dissent == "ends" and self.sat(d):
                found.append((str(d.back_to), d.at))
        return found

    def sat(self, d: Decision) -> bool:
        benches = [b for b in self.benches if (b.stage, b.seat) == (d.stage, d.seat) and d.party in at_the_table(b)]
        stage = self.flow.stage(d.stage)
        seat = next(seat for seat in stage.seats if seat.key == d.seat)
        gone = frozenset(self.left_out(stage))
        tables = [Table(stage, seat, b, None, self.accepted, self.given, None, self.now, None, gone=gone) for b in benches]
        return any(d.person in table.seated(d.at) for table in tables)

    def sent_back_since(self, stage: str, at: datetime) -> bool:
        return any(when >= at and self.waits_for(stage, target) for target, when in self.returns)

    def waits_for(self, stage: str, earlier: str) -> bool:
        """Whether a stage is that one, or waits for it, directly or not."""
        own = [s for s in self.flow.stages if s.key == stage]
        return stage == earlier or any(self.waits_for(key, earlier) for s in own for key in s.after)

    # Stages

    @cached_property
    def stands(self) -> dict[str, Stand]:
        found = self.so_far
        while len(found) < len(self.flow.stages):
            for s in self.flow.stages:
                if s.key not in found and all(key in found for key in s.after):
                    found[s.key] = self.stand(s, found)
        return found

    # Changes that void what was said

    def changes(self, s: Stage) -> list[datetime]:
        """When a change made void what had been said at a stage in this round."""
        own = [one for one in self.given.renewals if one.stage == s.key and one.round == self.given.round]
        return [one.at for one in own if one.at <= (self.known or self.now)]

    def asked_anew(self, s: Stage, opened: datetime) -> datetime:
        """The last change since it opened begins it anew, unless the approvals that the change left were enough already."""
        self.renewed.pop(s.key, None)
        last = max((at for at in self.changes(s) if at >= opened), default=None)
        if last is None:
            return opened
        before = [t for t in self.times(s, opened) if t <= last] if s.kind in DECIDING and not s.secret else []
        tables = self.tables(s, opened)
        if any(self.enough(s, tables, t) for t in before):
            return opened
        self.renewed[s.key] = last
        return last

    # Approvals that run out

    def runs_out(self, s: Stage, d: Decision) -> datetime:
        """The end of the last of the calendar days for which an approval counts."""
        zone = ZoneInfo(self.calendars.of(d.party).zone)
        day = d.at.astimezone(zone).date() + timedelta(days=s.valid_days or 0)
        return datetime.combine(day, time(23, 59, 59, fold=1), zone).astimezone(UTC)

    def still_valid(self, s: Stage, opened: datetime | None) -> datetime | None:
        """When a stage opened, anew where it was over by an approval that ran out. Who else approved counts on. Nothing changes once it
        was refused, passed by hand, or settled by the end of its term.
        """
        self.dead[s.key] = []
        self.anew.pop(s.key, None)
        if opened and s.key in self.renewed:
            self.anew[s.key] = self.renewed[s.key]
        own = [d for d in self.standing_decisions if d.stage == s.key and d.verdict in FOR and s.valid_days]
        for d in sorted(own, key=lambda d: self.runs_out(s, d)):
            end = self.runs_out(s, d)
            if end > self.now:
                break
            if opened is None or end <= opened:
                self.dead[s.key].append(d)
                continue
            before = self.as_of(end - timedelta(microseconds=1))
            standing, ended = before.ran(s, opened)
            if standing == "refused" or before.passed(s) or (ended and not before.enough(s, before.tables(s, opened), ended)):
                break
            self.dead[s.key].append(d)
            after = self.as_of(end)
            due = after.due(s, opened) if s.lapse != "open" else None
            in_time = [t for t in after.times(s, opened) if due is None or t <= due]
            if standing == "met" and not any(after.enough(s, after.tables(s, opened), t) for t in in_time):
                opened = self.anew[s.key] = end
        return opened

    # Refusals

    def whole(self) -> "Model":
        """The same with everything on record that refusals sent back by themselves, the earliest first."""
        first = self.ending()
        stand = self.stands[first.key] if first else None
        if first is None or stand is None or stand.ended is None or not isinstance(stand.does, BackTo):
            return self
        said = {d.id for c in self.as_of(stand.ended).tables(first, stand.opened) for d in c.positions() if d.id}
        one = Referral(first.key, stand.does.stage, stand.ended, self.given.round, frozenset(said))
        return replace(self, given=replace(self.given, referrals=(*self.given.referrals, one)), so_far={}).whole()

    def as_of(self, t: datetime) -> "Model":
        """When only what was decided by then was known."""
        return replace(self, now=t, known=t)

    def follows(self, s: Stage, how: str) -> Refusal | BackTo:
        """What the refusal of a stage does, by how it was refused and how often it went back already."""
        does = s.refusal
        if isinstance(does, ByVerdict):
            does = does.rejected if how == "rejected" else does.changes_requested
        times = len([one for one in self.referrals if (one.stage, one.round) == (s.key, self.given.round)])
        return does.then if isinstance(does, BackTo) and does.times is not None and times >= does.times else does

    @cached_property
    def referrals(self) -> list[Referral]:
        """Those on record, without those of which a decision was taken back."""
        gone = {d.id for d in self.decisions if d.undone_at}
        return [one for one in self.given.referrals if not any(key in gone for key in one.decisions)]

    def facts(self, found: Mapping[str, Stand]) -> dict[str, Mapping[str, object]]:
        over = {key: one for key, one in found.items() if one.over is not None}
        refused = {key: one.how for key, one in over.items() if one.how}
        ends = {key: self.ended_how(key, one) for key, one in over.items()}
        for key, one in over.items():
            ends |= {f"{key}.{seat.key}": self.seat_ended(self.flow.stage(key), seat, one) for seat in self.seats_of(key, one)}
        return {**self.given.facts, "stage": ends, "refused": refused}

    def seats_of(self, key: str, one: Stand) -> list[Seat]:
        """The seats of a stage that is over, for who asks how each stood: of one that was skipped there is nothing to say."""
        return self.needed_seats(self.flow.stage(key)) if one.standing != "skipped" else []

    def seat_ended(self, s: Stage, seat: Seat, one: Stand) -> str:
        """How a seat stood when its stage was over."""
        tables, t = self.tables(s, one.opened), one.over or self.now
        if self.turned(seat, tables, lambda c: c.met_by(t)) and any(c.seat.key == seat.key for c in tables):
            return "approved"
        return "refused" if self.is_lost(seat, tables, t) else "open"

    def ended_how(self, key: str, one: Stand) -> str:
        if one.standing != "met" or self.flow.stage(key).kind == "appeal":
            return one.standing if one.standing != "met" else "lodged"
        said = {c.verdict(p, c.history[1] or self.now) for c in self.tables(self.flow.stage(key), one.opened) for p in c.counted()}
        return "approved-with-conditions" if "approve-with-conditions" in said else "approved"

    def stand(self, s: Stage, found: Mapping[str, Stand]) -> Stand:
        facts = self.facts(found)
        if s.kind == "end":
            last: Stand = appealing.end(self, s, found, Stand)
            return last
        asked = [fact.split(".")[1] for fact in (facts_in(s.when) if s.when else ()) if fact.startswith(("stage.", "refused."))]
        waits = any(key not in facts["stage"] for key in asked)
        ends = [found[key].over for key in s.after]
        reached = None if None in ends else max([self.given.submitted_at, *(e for e in ends if e), *self.begun_again(s)])
        self.still_valid(s, None)
        idle = appealing.nothing_refused(s, facts) or not self.needed_seats(s)
        if (s.when is not None and not waits and not holds(s.when, facts)) or idle:
            return Stand("skipped", over=reached)
        unmet = tuple(r.title for r in s.requires if not holds(r.that, facts))
        passed = self.passed(s)
        opened = self.begins(s, reached, passed) if reached and not waits else None
        if opened is None or (unmet and passed is None):
            return Stand("waiting", unmet=unmet if reached else (), unnamed=bool(reached and not waits and not unmet))
        opened = self.still_valid(s, self.asked_anew(s, opened)) or opened
        standing, ended = self.ran(s, opened)
        passed = self.passed(s)
        if passed and (ended is None or standing == "refused" or max(opened, passed.at) < ended):
            standing, ended = "overridden", max(opened, passed.at)
        how = self.refused_as(s, opened, ended) if standing == "refused" and ended else None
        how = str(facts["refused"][s.against]) if how and s.against else how
        does = self.follows(s, how) if how else None
        goes_on = does in (None, "continues")
        return Stand(standing, opened, ended, ended if goes_on else None, self.due(s, opened), how=how, does=does)

    def begins(self, s: Stage, reached: datetime, passed: Override | None) -> datetime | None:
        """When a stage that is reached opens: what it requires is there, and its people are named, unless it was passed."""
        first = max(reached, self.given.facts_at) if s.requires and self.given.facts_at else reached
        return namings.since(self.tables(s, None), first, self.now) or (first if passed else None)

    def begun_again(self, s: Stage) -> list[datetime]:
        return [when for target, when in self.returns if target == s.key]

    def passed(self, s: Stage) -> Override | None:
        """The first override since it was last sent back."""
        own = sorted((o for o in self.given.overrides if o.stage == s.key), key=lambda o: o.at)
        since = self.anew.get(s.key)
        known = [o for o in own if (since is None or o.at > since) and (self.known is None or o.at <= self.known)]
        return next((o for o in known if not self.sent_back_since(s.key, o.at)), None)

    def ran(self, s: Stage, opened: datetime) -> tuple[str, datetime | None]:
        """How a stage went that opened then: the first moment at which it was over."""
        if s.kind in ("inform", "appeal"):
            return ("met", opened) if s.kind == "inform" else appealing.ran(self, s, opened)
        tables, due = self.tables(s, opened), self.due(s, opened)
        for t in self.times(s, opened):
            how = self.notice(s, tables, due, t) if s.kind == "notice" else self.decided(s, tables, due, t)
            if how is None and s.kind in DECIDING and s.lapse != "open" and t == due:
                return "met" if s.lapse == "passed" else "refused", t
            if how is not None:
                return how, t
        return "open", None

    def times(self, s: Stage, opened: datetime) -> list[datetime]:
        """Every moment since it opened at which a stage may have been over."""
        tables, due = self.tables(s, opened), self.due(s, opened)
        moments = {t for c in tables for t in (*c.moments, c.history[1]) if t and t > opened} | {opened} | ({due} if due else set())
        return sorted(t for t in moments if t <= self.now)

    def decided(self, s: Stage, tables: Sequence[Table], due: datetime | None, t: datetime) -> str | None:
        if self.enough(s, tables, t):
            return "met"
        if s.kind == "consult":
            return "met" if due and t >= due else None
        return "refused" if self.lost(s, tables, t) else None

    def notice(self, s: Stage, tables: Sequence[Table], due: datetime | None, t: datetime) -> str | None:
        """Over when everybody has said that they do not object, else with the term; enough objections refuse or hold it."""
        objected = any(self.stopped(seat, [c for c in tables if c.seat.key == seat.key], t) for seat in s.seats)
        done = [c.met_by(t) or all(p in c.answers(t) and p not in c.objections(t) for p in c.asked_of(t)) for c in tables]
        spoke = any(c.met_by(t) or any(c.verdict(p, t) not in (None, "recuse") for p in c.seated(t)) for c in tables)
        long_enough = all(c.not_before is None or t >= c.not_before for c in tables)
        if all(done) and spoke and not objected and long_enough:
            return "met"
        if due is None or t < due or (objected and s.refusal == "holds"):
            return None
        return "refused" if objected else "met"

    def stopped(self, seat: Seat, own: Sequence[Table], t: datetime) -> bool:
        """Whether so many people of one party, or so many parties, object as it takes."""
        against, limit = [set() if c.met_by(t) else c.objections(t) for c in own], seat.rule.fails_at
        if limit is None:
            return any(against)
        if seat.rule.of == "parties":
            return sum(map(bool, against)) >= share(limit.kind, limit.number, len(own)) and any(against)
        voters = [len(set(c.asked_of(t)) - c.chairs(t)) for c in own]
        return any(len(people) >= share(limit.kind, limit.number, size) for people, size in zip(against, voters, strict=True))

    def enough(self, s: Stage, tables: Sequence[Table], t: datetime) -> bool:
        """Whether so many seats as are needed have so many keys turned as they need."""
        if s.weighing and s.weighing.parties:
            return all(self.enough(*one, t) for one in doubling.both(s, tables, self.weighty(s, tables, t)))
        if s.weighing:
            if s.weighing.of == "votes":
                return self.weighed_endings(s, tables, t) == {True} and self.weights(s, tables, t)[1] > 0 and self.weighty(s, tables, t)
            total, yes, no = self.weights(s, tables, t)
            away = sum(c.seat.weight or 1 for c in tables if c.answered_by(t) and not c.met_by(t) and not c.refused_by(t))
            quorum = share(s.weighing.quorum.kind, s.weighing.quorum.number, total) if s.weighing.quorum else 0
            return yes >= share(s.weighing.needed.kind, s.weighing.needed.number, total) and yes + no + away >= quorum
        full = [seat for seat in self.needed_seats(s) if self.turned(seat, tables, lambda c: c.met_by(t))]
        return len(full) >= self.wanted(s)

    def lost(self, s: Stage, tables: Sequence[Table], t: datetime) -> bool:
        """Whether too few seats would be left even if everybody else approved."""
        if s.weighing and s.weighing.parties:
            return any(self.lost(*one, t) for one in doubling.both(s, tables, self.weighty(s, tables, t)))
        if s.weighing and s.weighing.of == "votes":
            given = self.voted(tables, t)
            spoke = self.weights(s, tables, t)[2] > 0 or (given > 0 and not self.unvoted(s, tables, t))
            return spoke and self.weighed_endings(s, tables, t) == {False}
        if s.weighing:
            total, _, no = self.weights(s, tables, t)
            return no > 0 and total - no < share(s.weighing.needed.kind, s.weighing.needed.number, total)
        possible = [seat for seat in self.needed_seats(s) if not self.is_lost(seat, tables, t)]
        return len(possible) < self.wanted(s)

    def weights(self, s: Stage, tables: Sequence[Table], t: datetime) -> tuple[int, int, int]:
        """All weight that can vote, with one vote for a seat that nobody has; what is for it; what is against it."""
        votes = [(c.seat.weight or 1, c.met_by(t), c.refused_by(t)) for c in tables]
        votes += [(seat.weight or 1, False, False) for seat in self.needed_seats(s) if not self.stands_for(s, seat)]
        return sum(w for w, _, _ in votes), sum(w for w, yes, _ in votes if yes), sum(w for w, _, no in votes if no)

    def voted(self, tables: Sequence[Table], t: datetime) -> int:
        return sum(c.seat.weight or 1 for c in tables if c.met_by(t) or c.refused_by(t) or c.answered_by(t))

    def weighty(self, s: Stage, tables: Sequence[Table], t: datetime) -> bool:
        """Whether enough of all the weight has voted."""
        quorum = s.weighing.quorum if s.weighing else None
        wanted = share(quorum.kind, quorum.number, self.weights(s, tables, t)[0]) if quorum else 1
        return self.voted(tables, t) >= wanted

    def unvoted(self, s: Stage, tables: Sequence[Table], t: datetime) -> list[int]:
        """The weights that can still come; none once a vote that had its quorum closed with the term."""
        due = max((c.due for c in tables if c.due), default=None)
        if s.weighing and s.weighing.closes_at_term and due and t >= due and self.weighty(s, tables, t):
            return []
        silent = [c.seat.weight or 1 for c in tables if not (c.met_by(t) or c.refused_by(t) or c.answered_by(t))]
        return silent + [seat.weight or 1 for seat in self.needed_seats(s) if not self.stands_for(s, seat)]

    def weighed_endings(self, s: Stage, tables: Sequence[Table], t: datetime) -> set[bool | str]:
        """Every result to which the missing weights could lead: each for, against or abstaining."""
        assert s.weighing
        needed, found = s.weighing.needed, set[bool | str]()
        _, yes, no = self.weights(s, tables, t)
        silent = self.unvoted(s, tables, t)
        for ways in product((1, -1, 0), repeat=len(silent)):
            pro = yes + sum(w for w, way in zip(silent, ways, strict=True) if way == 1)
            contra = no + sum(w for w, way in zip(silent, ways, strict=True) if way == -1)
            tied = needed.kind == "majority" and pro == contra > 0 and s.lapse != "open"
            found.add("term" if tied else pro >= share(needed.kind, needed.number, pro + contra))
        return found

    def is_lost(self, seat: Seat, tables: Sequence[Table], t: datetime) -> bool:
        own = [c for c in tables if c.seat.key == seat.key]
        refused = any(c.refused_by(t) for c in own)
        return refused and not self.turned(seat, tables, lambda c: not c.refused_by(t))

    def turned(self, seat: Seat, tables: Sequence[Table], holds_for: Callable[[Table], bool]) -> bool:
        own = [c for c in tables if c.seat.key == seat.key]
        return sum(map(holds_for, own)) >= share(seat.keys.kind, seat.keys.number, len(own))

    def wanted(self, s: Stage) -> int:
        seats = len(self.needed_seats(s))
        return min(s.needed or seats, seats)

    def needed_seats(self, s: Stage) -> list[Seat]:
        """All, but seats for partners, for others or for some by name where there are none."""
        return [seat for seat in s.seats if seat.parties not in ("partners", "others", "named") or self.stands_for(s, seat)]

    # Benches and terms

    def stands_for(self, s: Stage, seat: Seat) -> list[Bench]:
        """The benches of a seat, with an empty one for every party of its side that was given none."""
        given = [b for b in self.benches if (b.stage, b.seat) == (s.key, seat.key)]
        if seat.parties != "each" or seat.joint:
            return given
        parties = {b.party: b for b in self.benches if seat.side is None or b.side == seat.side}
        alone = [replace(b, party=one.party, side=one.side) for b in self.benches for one in b.joint]
        parties |= {b.party: b for b in alone if seat.side is None or b.side == seat.side}
        bare = [replace(b, holders=(), conflicted=(), joint=(), substitutes=(), namers=()) for b in parties.values()]
        empty = [replace(b, stage=s.key, seat=seat.key) for b in bare]
        return given + [b for b in empty if b.party not in {own.party for own in given}]

    def tables(self, s: Stage, opened: datetime | None) -> list[Table]:
        return [self.table(s, seat, b, opened) for seat in s.seats for b in self.stands_for(s, seat)]

    def table(self, s: Stage, seat: Seat, b: Bench, opened: datetime | None) -> Table:
        calendar, meeting, gone = self.calendars.of(b.party), self.meeting(s, seat, b), self.left_out(s)
        free = [replace(h, deputies=tuple(d for d in h.deputies if d.person not in gone)) for h in b.holders if h.person not in gone]
        b = replace(b, holders=tuple(free), substitutes=tuple(h for h in b.substitutes if h.person not in gone))
        standing = [d for d in self.standing_decisions if self.known is None or d.at <= self.known]
        made = [d for d in standing if d.stage != s.key or (d.person not in gone and d.by not in gone)]
        b = balloting.with_voters(s, b, [d for d in made if (d.stage, d.round) == (s.key, self.given.round)], seat)
        due, least = balloting.terms(self, s, calendar, opened)
        return Table(s, seat, b, due, appealing.about_this(self, s, made), self.given, meeting, self.now, least, self.dead.get(s.key, []))

    def left_out(self, s: Stage) -> set[str]:
        return parting.left_out(self.flow, s, self.accepted)

    def meeting(self, s: Stage, seat: Seat, b: Bench) -> Sitting | None:
        """The last meeting that voted there in this round and was not overtaken by sending it back."""
        made, gone = self.accepted, self.left_out(s)
        held = [one for one in self.given.sittings if met_here(s, seat, b, one, self.benches, made, self.given, gone)]
        since = self.anew.get(s.key)
        held = [one for one in held if since is None or one.closed_at > since]
        return next((one for one in reversed(held) if not self.sent_back_since(s.key, one.closed_at)), None)

    def due(self, s: Stage, opened: datetime) -> datetime | None:
        """The latest end of its benches' terms."""
        found = [c.due for c in self.tables(s, opened) if c.due]
        return max(found) if found else self.ends(s.due_days, self.calendars.lead, opened)

    def ends(self, days: Term | None, calendar: Calendar, opened: datetime | None) -> datetime | None:
        """The end of a term by a calendar; what began to stand still before it ended adds its days."""
        if days is None or opened is None:
            return None
        end, held = term(calendar, opened, days), 0
        for hold in sorted(self.given.holds, key=lambda h: h.since):
            began, resumed = max(hold.since, opened), hold.until or self.now
            if began < resumed and began < end:
                held += passed_days(calendar, began, resumed, days)
                end = max(term(calendar, opened, days, held), term(calendar, resumed, 0))
        return end

    # The round

    def ending(self) -> Stage | None:
        """The stage whose refusal ended the round."""
        ends = [s for s in self.flow.stages if self.stands[s.key].does not in (None, "continues")]
        return min(ends, key=lambda s: self.stands[s.key].ended or self.now, default=None)

    def outcome(self) -> str:
        ending = self.ending()
        if ending is not None:
            return str(self.stands[ending.key].how)
        over = all(one.standing in ("met", "refused", "skipped", "overridden") for one in self.stands.values())
        approving = [s for s in self.flow.stages if s.kind in DECIDING | {"notice"}]
        approved = any(self.stands[s.key].standing in ("met", "overridden") for s in approving)
        waits = self.given.open_objections or self.given.conditions or self.held()
        return "approved" if over and approved and not waits else "in-review"

    def held(self) -> bool:
        return any(hold.until is None for hold in self.given.holds)

    def ran_out(self, s: Stage, opened: datetime, ended: datetime) -> bool:
        """Whether a stage ended with its term, though neither enough nor too few votes had been given by then."""
        tables = self.tables(s, opened)
        at_term = s.kind in DECIDING and s.lapse != "open" and ended == self.due(s, opened)
        return at_term and not any(f(s, tables, ended) for f in (self.enough, self.lost))

    def refused_as(self, s: Stage, opened: datetime, ended: datetime) -> str:
        """What the single dissent that refused it said, else what most of those against it said when it was refused."""
        if s.kind not in DECIDING or self.ran_out(s, opened, ended):
            return "changes-requested"
        against = [(c, d) for c in self.as_of(ended).tables(s, opened) for d in c.positions() if d.verdict in AGAINST | {"object"}]
        single = [d for c, d in against if c.seat.rule.dissent == "ends" and d.verdict in AGAINST]
        said = [min(single, key=lambda d: d.at)] if single else list({d.at: d for _, d in against}.values())
        return "rejected" if sum(d.verdict == "reject" for d in said) * 2 > len(said) else "changes-requested"

    def open_tables(self) -> list[Table]:
        if self.outcome() != "in-review" or self.held():
            return []
        stages = [s for s in self.flow.stages if self.stands[s.key].standing == "open"]
        return [c for s in stages for c in self.tables(s, self.stands[s.key].opened)]

    def turns(self) -> set[tuple[str, str, str, str, str]]:
        """Stage, seat, party, who is asked, whose vote it is; or who is asked to name people there."""
        return asked(self.open_tables()) | namings.turns(self)

    def in_court(self) -> set[str]:
        """The parties with something to do."""
        waits = [c for c in self.open_tables() if c.not_before is None or self.now >= c.not_before or c.still_asked()]
        running_tables = [c for c in waits if c.stage.kind != "notice" and c.history[1] is None]
        asked = [({str(h.party or c.bench.party) for h in c.still_asked()}, c) for c in running_tables]
        busy = {party for own, c in asked for party in own or (at_the_table(c.bench) if c.stage.kind in DECIDING else ())}
        busy |= {str(c.bench.party) for c in namings.nameless(self)}
        return busy | {str(one.party) for one in self.given.conditions if one.party and self.outcome() == "in-review" and not self.held()}

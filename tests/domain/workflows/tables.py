"""One bench in the naive telling of the rules (see model.py): who has a vote, what it is worth, when the rule was fulfilled.

"No missing vote could change the result" is found by trying every way in which the missing could vote.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import product

from cowork.domain.workflows.definition import Seat, Stage
from cowork.domain.workflows.progress import Bench, Decision, Holder, Sitting, Submission

FOR, AGAINST = {"approve", "approve-with-conditions"}, {"request-changes", "reject"}
DECIDING = {"decide", "endorse", "check", "vote"}


def share(kind: str, number: int, base: int) -> int:
    """The smallest number of people, at least one, that is the share of a base."""
    enough: dict[str, Callable[[int], bool]] = {
        "count": lambda n: n >= number,
        "percent": lambda n: n * 100 >= number * base,
        "more-than": lambda n: n > Fraction(number * base, 100),
        "majority": lambda n: n > Fraction(base, 2),
        "two-thirds": lambda n: n >= Fraction(2 * base, 3),
        "one-third": lambda n: n >= Fraction(base, 3),
        "all": lambda n: n >= base,
    }
    return next(n for n in range(1, 2_000) if enough[kind](n))


def at_the_table(bench: Bench) -> set[str]:
    """The parties whose people sit there: one, but on a joint bench."""
    return {str(one.party) for one in bench.joint} or {str(bench.party)}


@dataclass(frozen=True)
class Table:
    """One bench in a stage that opened at a moment: every question is asked of a time `t`.

    `decisions` are all that stand, anywhere; nothing is decided before `not_before`;
    approvals that are `dead` have run out;
    `meeting` is the closed one that voted on this in this round.
    """

    stage: Stage
    seat: Seat
    bench: Bench
    due: datetime | None
    decisions: Sequence[Decision]
    given: Submission
    meeting: Sitting | None
    now: datetime
    not_before: datetime | None = None
    dead: Sequence[Decision] = ()
    gone: frozenset[str] = frozenset()

    @cached_property
    def said(self) -> list[Decision]:
        """What was decided here and stands, by people without a conflict, oldest first. Tabling changes nothing."""
        conflicted = {holder.person for holder in self.bench.conflicted}
        here = [d for d in self.decisions if self.is_here(d)]
        said = [d for d in here if d.verdict != "table" and d.person not in conflicted]
        for end in self.closings:
            late = self.may_speak_after(end) if any(d.at > end for d in said) else None
            if late is not None:
                return [d for d in said if d.at <= end or d.verdict == "recuse" or d.person in late]
        return said

    def is_here(self, d: Decision) -> bool:
        """Whether it was said in this seat, or in another one of a stage where that counts in every seat that somebody has."""
        people = {h.person for h in (*self.bench.holders, *self.bench.conflicted, *self.bench.substitutes)}
        elsewhere = self.stage.votes_once and d.person in people
        return d.stage == self.stage.key and (d.seat == self.seat.key or elsewhere) and d.party in at_the_table(self.bench)

    @property
    def closings(self) -> list[datetime]:
        """When a meeting about this was closed, and when the term of a vote that closes with it was over."""
        rule = self.seat.rule
        looks = rule.of in ("present", "votes") or rule.chair == "breaks-ties"
        found = [self.meeting.closed_at] if self.meeting and looks else []
        if rule.closes_at_term and self.due and self.stage.kind in DECIDING and rule.dissent == "counts":
            found.append(self.due)
        return sorted(at for at in found if at <= self.now and not (self.not_before and self.not_before > at))

    @cached_property
    def may_still_speak(self) -> set[str] | None:
        """Who can still say something; None where anybody can."""
        return next((late for end in self.closings if (late := self.may_speak_after(end)) is not None), None)

    def may_speak_after(self, end: datetime) -> set[str] | None:
        """Who can still say something once it was closed with its quorum; None where anybody can, as where there was none."""
        rule = self.seat.rule
        then = replace(self, decisions=[d for d in self.decisions if d.at <= end], now=end)
        if not then.quorate(end):
            return None
        chairs = {str(h.person) for h in self.bench.holders if h.role == "chair" and rule.chair == "breaks-ties"}
        objected = {str(d.person) for d in then.said if then.said_last(d.person) == "object"}
        silent = {str(p) for p in (self.meeting.present if self.meeting else ()) if then.said_last(p) is None}
        return chairs | objected | (silent if rule.dissent == "ends" else set())

    def said_last(self, person: str) -> str | None:
        """Somebody's last word, if it is about what is in review, whether they sit here or not."""
        own = [d for d in self.said if d.person == person]
        return own[-1].verdict.value if own and self.current(own[-1]) else None

    def current(self, d: Decision) -> bool:
        """Whether it is about what is in review now."""
        if d.verdict == "recuse":
            return True
        if any(d == one for one in self.dead):
            return False
        if (d.verdict not in FOR or self.stage.secret) and d.round != self.given.round:
            return False
        if self.stage.kind == "appeal" or (d.verdict in AGAINST and self.seat.rule.dissent == "ends"):
            return True
        side, now_there = self.side_of(d.party), self.given.digests
        for key in {*d.digests, *now_there}:
            section, _, lane = key.partition("@")
            read = self.stage.reads is None or section in self.stage.reads
            if read and lane in ("", side) and d.digests.get(key) != now_there.get(key):
                return False
        return True

    def side_of(self, party: str) -> str | None:
        """The side whose private lane a member of this party reads."""
        own = [one.side for one in self.bench.joint if one.party == party] or [self.bench.side or self.seat.side]
        return own[0]

    def vote(self, person: str, t: datetime) -> Decision | None:
        """A person has one vote, their latest; but an objection stood until it was taken back."""
        own = [d for d in self.said if d.person == person]
        until_then = [d for d in own if d.at <= t]
        if not until_then or not self.current(until_then[-1]):
            return None
        found = until_then[-1]
        return found if found is own[-1] or found.verdict == "object" else None

    def seated(self, t: datetime) -> dict[str, Holder]:
        conflicted = {holder.person for holder in self.bench.conflicted}
        there = [h for h in (*self.bench.holders, *self.bench.substitutes) if h.since is None or h.since <= t]
        there = [h for h in there if (h.until is None or t < h.until) and h.role != "secretary" and h.person not in conflicted]
        own = [h for h in there if h in self.bench.holders]
        served = {h.party for h in own if h.person not in self.gone and not self.stood_aside(h.person, t)}
        return {str(h.person): h for h in there if h in own or h.party not in served} | {str(h.person): h for h in own if h.party in served}

    def stood_aside(self, person: str, t: datetime) -> bool:
        """Whether somebody's last word was, by then, that they leave this to others."""
        own = [d for d in self.decisions if self.is_here(d)]
        words = [d for d in own if d.person == person and d.verdict != "table"]
        return bool(words) and words[-1].verdict == "recuse" and words[-1].at <= t

    def asked_of(self, t: datetime) -> dict[str, Holder]:
        """Those seated who did not recuse themselves."""
        return {p: h for p, h in self.seated(t).items() if self.verdict(p, t) != "recuse"}

    def verdict(self, person: str, t: datetime) -> str | None:
        own = self.vote(person, t)
        return own.verdict.value if own else None

    def answers(self, t: datetime) -> dict[str, str]:
        return {p: v for p in self.asked_of(t) if (v := self.verdict(p, t)) is not None}

    def chairs(self, t: datetime) -> set[str]:
        """The chairs who do not vote like everybody else."""
        apart = self.seat.rule.chair != "votes"
        return {p for p, h in self.asked_of(t).items() if h.role == "chair" and apart}

    def objections(self, t: datetime) -> set[str]:
        return {p for p, v in self.answers(t).items() if v == "object"}

    def closed(self, t: datetime) -> bool:
        at_term = self.seat.rule.closes_at_term and self.due is not None and t >= self.due
        return at_term or (self.meeting is not None and t >= self.meeting.closed_at)

    def here(self, t: datetime) -> set[str]:
        attended = self.meeting.present if self.meeting is not None and t >= self.meeting.closed_at else frozenset()
        return set(self.answers(t)) | (set(self.asked_of(t)) & set(attended))

    def quorate(self, t: datetime) -> bool:
        quorum = self.seat.rule.quorum
        wanted = share(quorum.kind, quorum.number, len(self.asked_of(t))) if quorum else 1
        return len(self.here(t)) >= wanted and self.each_there(t) and all(self.some(kind, t) for kind in set(self.seat.rule.quorum_with))

    def some(self, kind: str, t: datetime) -> bool:
        """Whether so many holders of this kind of office as are asked for, who sit by it now, take part."""
        instead = [h for h in self.bench.substitutes if self.seated(t).get(str(h.person)) is h]
        holding = [h for h in (*self.bench.holders, *instead) if h.kind == kind and h.role != "secretary"]
        now = {h.person for h in holding if h.person in self.here(t) and (not h.since or h.since <= t) and (not h.until or t < h.until)}
        return len(now) >= len([one for one in self.seat.rule.quorum_with if one == kind])

    def each_there(self, t: datetime) -> bool:
        """Whether so many of each party and of each side are there as a joint bench may ask for."""
        members = self.seated(t)
        parties = Counter(members[p].party for p in self.here(t))
        sides = Counter(one.side for p in self.here(t) for one in self.bench.joint if one.party == members[p].party)
        few = [one for one in self.bench.joint if parties[one.party] < self.seat.rule.each_party]
        few += [one for one in self.bench.joint if sides[one.side] < self.seat.rule.each_side]
        return not few

    def kind_of(self, verdict: str) -> str:
        """What a verdict is worth here: yes, no, abstain or other. Who is only asked what they think has answered with anything."""
        if self.stage.kind == "appeal":
            return "yes" if verdict == "appeal" else "other"
        if self.stage.kind not in DECIDING:
            return "other" if verdict in ("object", "recuse", "table") else "yes"
        return "yes" if verdict in FOR else "no" if verdict in AGAINST else "abstain" if verdict == "abstain" else "other"

    def endings(self, t: datetime) -> Iterator[bool | str]:
        """The result of every way in which those who have not voted could vote or stay away: also "chair", who would decide, or "term"."""
        voters = set(self.asked_of(t)) - self.chairs(t)
        silent = [] if self.closed(t) else [p for p in voters if p not in self.answers(t)]
        given = Counter(self.kind_of(v) for p, v in self.answers(t).items() if p in voters)
        away = len((self.here(t) & voters) - set(self.answers(t)))
        for yes, no, abstain in product(range(len(silent) + 1), repeat=3):
            if yes + no + abstain <= len(silent):
                more = Counter(yes=yes, no=no, abstain=abstain)
                yield self.result(given + more, len(voters), away, t)

    def result(self, votes: Counter[str], members: int, silent_but_there: int, t: datetime) -> bool | str:
        """Whether these votes, were they all, would approve. A casting vote is cast once the others are through."""
        rule = self.seat.rule
        base = {"members": members, "present": votes.total() + silent_but_there, "votes": votes["yes"] + votes["no"]}.get(rule.of, members)
        if rule.approvals.kind == "all" and rule.of != "votes":
            base -= votes["abstain"] if self.stage.kind in DECIDING else 0
        wanted = share(rule.approvals.kind, rule.approvals.number, base)
        if rule.fails_at is not None and votes["no"] >= share(rule.fails_at.kind, rule.fails_at.number, members):
            return False
        if votes["yes"] >= max(wanted, self.least(members)):
            return True
        if rule.approvals.kind != "majority" or not votes["yes"] == votes["no"] > 0:
            return False
        chairs = self.chairs(t) if rule.chair == "breaks-ties" else set()
        if votes["yes"] + (1 if chairs else 0) < self.least(members):
            return False
        said = {self.kind_of(v) for p, v in self.answers(t).items() if p in chairs and not self.still_out(t)}
        if "yes" in said or "no" in said:
            return "yes" in said
        if chairs - set(self.answers(t)) or (chairs and self.still_out(t)):
            return "chair"
        return "term" if self.stage.lapse != "open" and rule.of in ("present", "votes") else False

    def least(self, members: int) -> int:
        """How many approvals there must be whatever the share says: a number, or a share of everybody who has a vote."""
        wanted = self.seat.rule.at_least
        return share(wanted.kind, wanted.number, members) if wanted else 0

    def tally(self, t: datetime) -> Counter[str]:
        return Counter(self.kind_of(v) for p, v in self.answers(t).items() if p not in self.chairs(t))

    def still_out(self, t: datetime) -> bool:
        """Whether a vote can still come."""
        return not self.closed(t) and any(p not in self.answers(t) for p in set(self.asked_of(t)) - self.chairs(t))

    def dissent(self, t: datetime) -> datetime | None:
        """When a single dissent of somebody who sat here then ended it."""
        if self.seat.rule.dissent != "ends":
            return None
        own = [(p, self.vote(p, t)) for p in {d.person for d in self.said}]
        return min((d.at for p, d in own if d and d.verdict in AGAINST and p in self.seated(d.at)), default=None)

    def state(self, t: datetime) -> str:
        """met, refused, tied or open, as far as this moment alone tells. Where nothing is decided, nothing is refused."""
        rule, tally = self.seat.rule, self.tally(t)
        if self.stage.kind in DECIDING and self.dissent(t) is not None:
            return "refused"
        if self.seat.naming and len(set(self.asked_of(t)) - self.chairs(t)) < self.seat.naming.least:
            return "open"
        can_fail = rule.dissent == "counts" and self.stage.kind in DECIDING
        limit = share(rule.fails_at.kind, rule.fails_at.number, len(set(self.asked_of(t)) - self.chairs(t))) if rule.fails_at else None
        too_many = can_fail and limit is not None and tally["no"] >= limit
        if too_many and (not self.quorate(t) or self.blocked(t)):
            return "refused"
        if not self.quorate(t) or self.blocked(t):
            return "open"
        endings = set(self.endings(t))
        if endings == {True}:
            may_object = self.seat.rule.objections_block and self.seat.rule.closes_at_term and self.still_out(t)
            return "open" if may_object else "met"
        if endings == {False} and can_fail and self.too_late_for_more(t):
            return "refused"
        return "tied" if endings == {"chair"} and not self.still_out(t) else "open"

    def blocked(self, t: datetime) -> bool:
        return self.seat.rule.objections_block and bool(self.objections(t))

    def too_late_for_more(self, t: datetime) -> bool:
        """Too few people is no refusal: somebody said no, or the vote is over, or everybody was asked for a share of them."""
        if self.tally(t)["no"] or self.closed(t):
            return True
        share_alone = replace(self, seat=replace(self.seat, rule=replace(self.seat.rule, at_least=None)))
        return not self.still_out(t) and self.seat.rule.approvals.kind != "count" and True not in set(share_alone.endings(t))

    @cached_property
    def history(self) -> tuple[str, datetime | None]:
        """How the bench stands, and since when that is final."""
        state = "open"
        for t in self.moments:
            if self.not_before is not None and t < self.not_before:
                continue
            state = self.state(t)
            if state in ("met", "refused"):
                since = (self.dissent(t) or t) if state == "refused" else t
                return state, max(since, self.not_before) if self.not_before else since
        return state, None

    @cached_property
    def moments(self) -> list[datetime]:
        """Every moment at which anything may change here, up to now."""
        times = [d.at for d in self.said] + [at for h in (*self.bench.holders, *self.bench.substitutes) for at in (h.since, h.until) if at]
        times += [self.due] if self.due else []
        times += [self.not_before] if self.not_before else []
        times += [self.meeting.closed_at] if self.meeting else []
        return sorted({t for t in times if t <= self.now})

    def met_by(self, t: datetime) -> bool:
        state, since = self.history
        return state == "met" and since is not None and since <= t

    def refused_by(self, t: datetime) -> bool:
        state, since = self.history
        return state == "refused" and since is not None and since <= t

    def answered_by(self, t: datetime) -> bool:
        """Whether there was a moment at which everybody with a vote had said something."""
        for then in (then for then in self.moments if then <= t and (self.not_before is None or then >= self.not_before)):
            voters = set(self.asked_of(then)) - self.chairs(then)
            if voters and voters <= set(self.answers(then)):
                return True
        return False

    def counted(self) -> set[str]:
        """Whose approvals are counted."""
        t = self.history[1] or self.now
        return {p for p in self.seated(t) if (v := self.verdict(p, t)) is not None and self.kind_of(v) == "yes"}

    def positions(self) -> list[Decision]:
        """What everybody who sits here says, once it is decided as of then."""
        t = self.history[1] or self.now
        return [d for p in self.seated(t) if (d := self.vote(p, t)) is not None]

    def still_asked(self) -> list[Holder]:
        """Who has no valid say yet, or objects; the chair that is kept apart only where there is a tie to break."""
        state, since = self.history
        if since is not None:
            return []
        people = self.seated(self.now)
        open_ = [h for p, h in people.items() if self.verdict(p, self.now) in (None, "object")]
        apart = self.seat.rule.chair != "votes"
        late = self.may_still_speak
        open_ = [h for h in open_ if late is None or h.person in late]
        return [h for h in open_ if not (apart and h.role == "chair") or (state == "tied" and self.seat.rule.chair == "breaks-ties")]

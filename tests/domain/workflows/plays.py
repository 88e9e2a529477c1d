"""Playing a story on a workflow: lines such as "board at u2: 1 2 approve" become decisions, and the evaluator says where that leads.

The parties are u1, u2 … (universities) and e1, e2 … (employers); u1 leads. Every office of every party is held by three people
unless the story says otherwise; the first of them is the chair. The lines::

    board: 1 2 approve               holders 1 and 2 of the first seat of the stage, at the first party that has it
    board/deans at u2: all reject    everybody who is asked there, one after the other
    board: 1 request-changes back to head
    board at e1: 1 approve           on a joint bench: the first of this party
    panel names: 1 2                 whoever names people there names these, at the first party that has it
    board meets: 1 2 3               a meeting of these people is closed; who did not vote was present all the same
    10 days pass                     working days; 30 calendar days pass
    business.fee becomes 900         an edit, in the middle of the round
    again                            the authors submit the next round
    board is open                    what must be true at this point
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.proposals import PartyFacts
from cowork.domain.workflows import joint, standing, terms
from cowork.domain.workflows.definition import Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.evaluation import evaluate, read_digests
from cowork.domain.workflows.facts import changed_since
from cowork.domain.workflows.progress import Bench, Decision, Holder, OfficeRole, Outcome, Progress, Sitting, Submission, Turn, Verdict
from cowork.domain.workflows.renewing import renewed
from cowork.domain.workflows.terms import Span, Unit
from tests.domain.workflows.builders import CALENDARS, MONDAY, UTC_WEEK

_SAYS = re.compile(r"(?P<place>\S+(?: at \S+)?): (?P<who>all|[\d ]+) (?P<verdict>[a-z-]+)(?: back to (?P<back>\S+))?")
_MEETS = re.compile(r"(?P<place>\S+(?: at \S+)?) meets: (?P<who>[\d ]+)")
_NAMES = re.compile(r"(?P<place>\S+(?: at \S+)?) names: (?P<who>[\d ]+)")
_BECOMES = re.compile(r"(?P<fact>\w+\.\w+) becomes (?P<value>.+)")
_PASS = re.compile(r"(?P<days>\d+) (?P<all>calendar )?days pass")
_IS = re.compile(r"(?P<stage>\S+) is (?P<standing>\w+)")


def _day_of(now: datetime) -> dict[str, int]:
    return {"month": now.month, "day": now.day}


@dataclass
class Play:
    """One round, or several, of a workflow among these parties. `people` says how many hold an office where it is not three."""

    flow: Workflow
    sections: Sequence[str]
    universities: int = 1
    employers: int = 1
    people: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    now: datetime = MONDAY
    made: list[Decision] = field(default_factory=list)
    sides: dict[OrganisationId, Side] = field(init=False)
    benches: list[Bench] = field(init=False)
    given: Submission = field(init=False)
    in_review: Mapping[str, str] = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        own = [(f"u{n}", Side.UNIVERSITY) for n in range(1, self.universities + 1)]
        own += [(f"e{n}", Side.EMPLOYER) for n in range(1, self.employers + 1)]
        self.sides = {OrganisationId(key): side for key, side in own}
        self.benches = list(self._benches())
        answers: dict[str, dict[str, Any]] = {
            "complete": dict.fromkeys(self.sections, True),
            "changed": dict.fromkeys(self.sections, True),
            "proposal": {"kind": "new", "round": 1, "employers": self.employers, "universities": self.universities, **_day_of(self.now)},
        }
        for path, value in self.facts.items():
            section, _, key = path.partition(".")
            answers.setdefault(section, {})[key] = value
        self.given = Submission(1, 1, self.now, answers, dict.fromkeys(self.sections, "first"))
        self.in_review = self.given.digests

    def play(self, lines: Sequence[str]) -> Progress:
        """Where the story leads. Raises AssertionError for a line that cannot be as it says."""
        for line in lines:
            self._line(line)
            self.given = replace(self.given, referrals=self.progress().referrals)  # kept in the commit in which it is found
        return self.progress()

    def progress(self) -> Progress:
        return evaluate(self.flow, self.given, self.made, self.benches, CALENDARS, self.now)

    # The lines

    def _line(self, line: str) -> None:
        if line == "again":
            self._again()
        elif match := _SAYS.fullmatch(line):
            self._say(match["place"], match["who"], Verdict(match["verdict"]), match["back"])
        elif match := _MEETS.fullmatch(line):
            self._meet(self._bench(match["place"]), match["who"])
        elif match := _NAMES.fullmatch(line):
            self._name(self._bench(match["place"]), match["who"])
        elif match := _BECOMES.fullmatch(line):
            self._edit(match["fact"], tomllib.loads(f"value = {match['value']}")["value"])
        elif match := _PASS.fullmatch(line):
            days = Span(Unit.CALENDAR, int(match["days"])) if match["all"] else int(match["days"])
            self.now = terms.end_of(UTC_WEEK, self.now, days) + timedelta(seconds=1)
        elif match := _IS.fullmatch(line):
            assert self.progress().stage(match["stage"]).standing == match["standing"], (line, self.progress().sentence)
        else:
            raise AssertionError(f"nobody knows what “{line}” means")

    def _say(self, place: str, who: str, verdict: Verdict, back: str | None) -> None:
        bench = self._bench(place)
        holders = self._people(bench, place)
        for number in range(1, len(holders) + 1) if who == "all" else map(int, who.split()):
            holder = holders[number - 1]
            turn = self._turn(bench, holder)
            if turn is None and who == "all":
                continue
            assert turn is not None, f"{place}: {number} is not asked. {self.progress().sentence}"
            self.now += timedelta(hours=1)
            self.made.append(self._decision(bench, holder, verdict, back))

    def _turn(self, bench: Bench, holder: Holder) -> Turn | None:
        place = (bench.stage, bench.seat, bench.party_of(holder), holder.person)
        return next((t for t in self.progress().turns if (t.stage, t.seat, t.party, t.person) == place), None)

    def _decision(self, bench: Bench, holder: Holder, verdict: Verdict, back: str | None) -> Decision:
        party = bench.party_of(holder)
        read = read_digests(self.flow.stage(bench.stage), self.sides[party], self.given.digests)
        return Decision(
            bench.stage, bench.seat, party, holder.person, holder.name, verdict, self.given.round, self.given.version,
            read, self.now, self.flow.digest, back_to=back,
            secret=self.flow.stage(bench.stage).secret and verdict is not Verdict.RECUSE,
        )  # fmt: skip

    def _meet(self, bench: Bench, who: str) -> None:
        self.now += timedelta(hours=1)
        present = frozenset(bench.holders[int(number) - 1].person for number in who.split())
        sitting = Sitting(bench.stage, bench.seat, bench.party, self.given.round, self.now, present)
        self.given = replace(self.given, sittings=(*self.given.sittings, sitting))

    def _name(self, bench: Bench, who: str) -> None:
        """Whoever is asked names people of this bench, in addition to those who are named."""
        asked = [turn for turn in self.progress().turns if (turn.stage, turn.seat, turn.party) == (bench.stage, bench.seat, bench.party)]
        assert any(turn.names for turn in asked), f"nobody is asked to name people. {self.progress().sentence}"
        self.now += timedelta(hours=1)
        people = [Holder(PersonId(f"{bench.party}-named-{number}"), f"named {number}", since=self.now) for number in who.split()]
        self.benches[self.benches.index(bench)] = replace(bench, holders=(*bench.holders, *people))

    def _edit(self, fact: str, value: object) -> None:
        section, _, key = fact.partition(".")
        self.now += timedelta(hours=1)
        version = self.given.version + 1
        facts = {**self.given.facts, section: {**self.given.facts.get(section, {}), key: value}}
        self.ended = self.ended or self.progress().outcome is not Outcome.IN_REVIEW
        digests = {**self.given.digests, section: f"version {version}"}
        moved = replace(self.given, version=version, facts=facts, digests=digests, facts_at=self.now)
        self.given = renewed(self.flow, moved, self.made, self.benches, self.now)
        self.in_review = self.in_review if self.ended else digests

    def _again(self) -> None:
        self.now += timedelta(hours=1)
        number = self.given.round + 1
        changed = changed_since(self.sections, self.in_review, self.given.digests)
        proposal = {**self.given.facts["proposal"], "round": number, **_day_of(self.now)}
        facts = {**self.given.facts, "proposal": proposal, "changed": changed}
        self.in_review, self.ended = self.given.digests, False
        self.given = replace(self.given, round=number, submitted_at=self.now, facts=facts, facts_at=None, sittings=())

    # The people

    def _bench(self, place: str) -> Bench:
        """The bench that a line names: stage, perhaps "/seat", perhaps " at party"."""
        where, _, party = place.partition(" at ")
        stage, _, seat = where.partition("/")
        found = [b for b in self.benches if b.stage == stage and (not seat or b.seat == seat) and (not party or party in b.parties)]
        assert found, f"there is no bench “{place}”"
        return found[0]

    def _people(self, bench: Bench, place: str) -> list[Holder]:
        """Those on a bench, its substitutes last; on a joint one, of the party that a line names, if it names one."""
        party = place.partition(" at ")[2]
        people = (*bench.holders, *bench.substitutes)
        return [holder for holder in people if not party or bench.party_of(holder) == party]

    def _benches(self) -> Iterator[Bench]:
        for stage in self.flow.stages:
            for seat in stage.seats:
                own = list(self._separate(stage, seat))
                yield from [joint.joined(own, own[0].party, seat.title)] if seat.joint and own else own

    def _separate(self, stage: Stage, seat: Seat) -> Iterator[Bench]:
        """The bench of each party."""
        for party in self._parties(stage, seat):
            holders = tuple(self._holders(seat, party))
            replies = stage.kind is StageKind.CONSULT and "author" in seat.participants
            writes = stage.kind not in (StageKind.INFORM, StageKind.APPEAL) and not replies
            free = tuple(holder for holder in holders if not (writes and "-author-" in holder.person))
            office = OfficeId(f"{party}-{seat.offices[0]}") if seat.offices else None
            name = f"Party {party}"
            barred = tuple(holder for holder in holders if holder not in free)
            subs = self._substitutes(seat, party)
            own = Bench(stage.key, seat.key, party, name, office, seat.title, free, barred, self.sides[party], substitutes=subs)
            by = (seat.naming.by,) if seat.naming else ()
            yield replace(own, namers=tuple(self._holders(replace(seat, offices=by), party)) if by else (), named_by="".join(by))

    def _substitutes(self, seat: Seat, party: OrganisationId) -> tuple[Holder, ...]:
        found = self._holders(replace(seat, offices=seat.otherwise, people=(), participants=()), party)
        return tuple(replace(holder, instead=holder.name) for holder in found)

    def _parties(self, stage: Stage, seat: Seat) -> list[OrganisationId]:
        there = [PartyFacts(party, party, side, party == "u1", slug=party) for party, side in self.sides.items()]
        return [party.organisation for party in standing.parties_of(there, stage, seat)]

    def _holders(self, seat: Seat, party: OrganisationId) -> Iterator[Holder]:
        """Those in office, then those named (of the party that their address names: assessor@u1.example), then the participants."""
        for kind in seat.offices:
            for number in range(1, self.people.get(kind, 3) + 1):
                role = OfficeRole.MEMBER if number > 1 else OfficeRole.CHAIR
                yield Holder(PersonId(f"{party}-{kind}-{number}"), f"{kind} {number}", role, kind=kind)
        for address in seat.people:
            if address.partition("@")[2].startswith(f"{party}."):
                yield Holder(PersonId(address), address)
        for role_word in seat.participants:
            yield Holder(PersonId(f"{party}-{role_word}-1"), f"{role_word} 1")

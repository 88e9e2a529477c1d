"""Random workflows, parties and people, each drawn from a `random.Random`, so that a number is all it takes to see one again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from cowork.domain.conditions import All, Condition
from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import (
    DECIDING,
    BackTo,
    Base,
    ByVerdict,
    Chair,
    Dissent,
    Lapse,
    Parties,
    Refusal,
    RefusedAs,
    Requirement,
    Rule,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Weighing,
    Workflow,
)
from cowork.domain.workflows.progress import Bench, BenchParty, Calendars, Deputy, Holder, OfficeRole, SeatEnd
from cowork.domain.workflows.terms import Span, Term, Unit
from tests.domain.workflows.builders import ALL, ANY, THIS

KEYS = ("a", "b", "c", "a@university", "a@employer", "b@employer")
PARTIES = {
    OrganisationId("northfield"): Side.UNIVERSITY,
    OrganisationId("southgate"): Side.UNIVERSITY,
    OrganisationId("ibm"): Side.EMPLOYER,
    OrganisationId("acme"): Side.EMPLOYER,
}
PEOPLE = tuple(PersonId(f"p{n}") for n in range(8))
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Etc/GMT-14", "Etc/GMT+12", "Africa/Cairo")
LIMITS = (ThresholdKind.COUNT, ThresholdKind.ONE_THIRD, ThresholdKind.PERCENT, ThresholdKind.MORE_THAN, ThresholdKind.MAJORITY)
SHARES = (ThresholdKind.PERCENT, ThresholdKind.MORE_THAN, ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS, ThresholdKind.ALL)
KEYS_TURNED = (
    Threshold(ThresholdKind.ALL), Threshold(ThresholdKind.COUNT, 1), Threshold(ThresholdKind.COUNT, 2),
    Threshold(ThresholdKind.MORE_THAN, 50),
)  # fmt: skip
ENDED = ("approved", "approved-with-conditions", "refused", "skipped", "overridden")


def threshold(chance: Random, kinds: Sequence[ThresholdKind]) -> Threshold:
    kind = chance.choice(kinds)
    number = {ThresholdKind.COUNT: chance.randint(1, 3), ThresholdKind.PERCENT: chance.choice([1, 25, 50, 60, 75, 100])}
    number[ThresholdKind.MORE_THAN] = chance.choice([1, 25, 50, 60, 75, 99])
    return Threshold(kind, number.get(kind, 0))


def rule(chance: Random, has_term: bool) -> Rule:
    """Any rule that a definition can hold."""
    if chance.random() < 0.35:
        return chance.choice([ANY, ALL])
    approvals = threshold(chance, (ThresholdKind.COUNT, ThresholdKind.COUNT, *SHARES))
    counted = approvals.kind is ThresholdKind.COUNT
    chairs = [Chair.VOTES, Chair.SILENT, *([Chair.BREAKS_TIES] * 3 if approvals.kind is ThresholdKind.MAJORITY else [])]
    quorum = threshold(chance, (ThresholdKind.COUNT, ThresholdKind.ONE_THIRD, *SHARES)) if chance.random() < 0.4 else None
    fails_at = chance.choice([None, None, None, *[threshold(chance, LIMITS)] * 2])
    of = Base.MEMBERS if counted else chance.choice([Base.MEMBERS, Base.PRESENT, Base.VOTES])
    least = (ThresholdKind.COUNT, *(LIMITS if of is not Base.MEMBERS or approvals.kind is ThresholdKind.ALL else ()))
    return Rule(
        approvals,
        of,
        quorum,
        fails_at,
        chance.choice(chairs),
        Dissent.COUNTS if fails_at or chance.random() < 0.75 else Dissent.ENDS,
        chance.random() < 0.2,
        has_term and chance.random() < 0.4,
        None if counted or chance.random() < 0.6 else threshold(chance, least),
        ("student",) * chance.choice([1, 1, 2]) if quorum and chance.random() < 0.3 else (),
    )


def seat(chance: Random, key: str, kind: StageKind, has_term: bool) -> Seat:
    asked = rule(chance, has_term)
    if kind is StageKind.CONSULT:
        asked = replace(ALL if chance.random() < 0.7 else asked, dissent=Dissent.COUNTS)
    elif kind in (StageKind.NOTICE, StageKind.INFORM):
        asked = replace(ALL, dissent=Dissent.COUNTS)
        if kind is StageKind.NOTICE and chance.random() < 0.5:
            asked = replace(asked, fails_at=threshold(chance, LIMITS), of=chance.choice([Base.MEMBERS, Base.PARTIES]))
    own = Seat(
        key,
        chance.choice([Side.UNIVERSITY, Side.UNIVERSITY, Side.EMPLOYER, None]),
        (key,),
        key.title(),
        asked,
        parties=chance.choice([Parties.EACH] * 5 + [Parties.LEAD, Parties.PARTNERS, Parties.NAMED]),
        keys=chance.choices(KEYS_TURNED, [6, 3, 1, 1])[0],
    )
    own = replace(own, named=("southgate", "ibm")) if own.parties is Parties.NAMED else own
    return joint(chance, own, kind) if own.parties is not Parties.LEAD and chance.random() < 0.2 else own


def joint(chance: Random, own: Seat, kind: StageKind) -> Seat:
    """The same seat as one bench of all its parties, of each of which, or of each side of which, the quorum may ask for people."""
    asked = replace(own.rule, of=Base.MEMBERS) if own.rule.of is Base.PARTIES else own.rule
    if kind in DECIDING and chance.random() < 0.5:
        party, side = chance.choice([(1, 0), (1, 0), (2, 0), (0, 1), (0, 2)])
        asked = replace(asked, each_party=party, each_side=side)
    return replace(own, joint=True, side=chance.choice([None, None, own.side]), rule=asked, keys=Threshold(ThresholdKind.ALL))


def condition(chance: Random, before: Sequence[Stage]) -> Condition | None:
    """On a fact, or on how an earlier stage ended, or was refused, or a seat of it stood."""
    earlier = sorted(s.key for s in before)
    if chance.random() < 0.7:
        return None
    fact = Fact(f"facts.{chance.choice(['one', 'two'])}", "is", True)
    if not earlier or chance.random() < 0.5:
        return fact
    ended = Fact(f"stage.{chance.choice(earlier)}", chance.choice(["is", "is-not"]), chance.choice(ENDED))
    if chance.random() < 0.3:
        ended = Fact(f"refused.{chance.choice(earlier)}", chance.choice(["is", "is-not"]), chance.choice(list(RefusedAs)).value)
    elif chance.random() < 0.4:
        one = chance.choice([s for s in before if s.key in earlier])
        ended = Fact(f"stage.{one.key}.{chance.choice(one.seats).key}", chance.choice(["is", "is-not"]), chance.choice(list(SeatEnd)).value)
    return ended if chance.random() < 0.7 else All((fact, ended))


def end(chance: Random, number: int, before: Sequence[Stage]) -> Stage:
    """A stage at which the round ends, if something is so."""
    after = tuple(chance.sample([s.key for s in before], chance.choice([1, min(2, len(before))])))
    asked = [s for s in before if s.key in reachable(before, after)]
    when = next(found for found in iter(lambda: condition(chance, asked), ...) if found is not None)
    return Stage(f"s{number}", f"End {number}", StageKind.END, (), after, when=when, outcome=chance.choice(list(RefusedAs)))


def stage(chance: Random, number: int, before: Sequence[Stage]) -> Stage:
    kind = chance.choice([StageKind.DECIDE, StageKind.VOTE, StageKind.CHECK, StageKind.ENDORSE] * 2 + [*StageKind][:-2])
    quiet = kind in (StageKind.CONSULT, StageKind.NOTICE)
    due_days = chance.choice([1, 2, 5]) if quiet else chance.choice([None, 1, 3, 10])
    spans = due_days is not None and chance.random() < 0.25
    seats = [seat(chance, f"seat{n}", kind, due_days is not None) for n in range(chance.choice([1, 1, 1, 2, 3]))]
    after = tuple(chance.sample([s.key for s in before], chance.choice([0, 1, 1, min(2, len(before))]) if before else 0))
    weighing = None
    if kind in DECIDING and chance.random() < 0.25:
        seats = [replace(own, weight=chance.choice([None, 1, 2, 3]), keys=Threshold(ThresholdKind.ALL)) for own in seats]
        seats[0] = replace(seats[0], weight=2)
        weighing = Weighing(threshold(chance, (*SHARES, ThresholdKind.COUNT)), chance.choice([None, threshold(chance, SHARES)]))
        if weighing.needed.kind is not ThresholdKind.COUNT and chance.random() < 0.6:
            weighing = replace(weighing, of=Base.VOTES, closes_at_term=due_days is not None and chance.random() < 0.5)
    refusal = refused(chance, kind, sorted(reachable(before, after)))
    return Stage(
        f"s{number}",
        f"Stage {number}",
        kind,
        tuple(seats),
        after,
        when=condition(chance, [s for s in before if s.key in reachable(before, after)]),
        reads=chance.choice([None, ("a",), ("b",), ("a", "c"), ("b", "c")]),
        due_days=spanned(due_days) if spans and due_days else due_days,
        needed=None if weighing else chance.choice([None, None, chance.randint(1, len(seats))]),
        weighing=weighing,
        requires=(Requirement("the register is complete", Fact("complete.legal", "is", True)),) if chance.random() < 0.15 else (),
        least_days=least(chance, due_days, spans) if kind in (StageKind.VOTE, StageKind.NOTICE) and chance.random() < 0.4 else None,
        apart=tuple(sorted(e for e in reachable(before, after) if chance.random() < 0.3)) if kind in DECIDING else (),
        lapse=chance.choice([*Lapse]) if kind in DECIDING and due_days is not None and chance.random() < 0.4 else Lapse.OPEN,
        valid_days=chance.choice([1, 1, 2, 4]) if kind in DECIDING and chance.random() < 0.2 else None,
        votes_once=len(seats) > 1 and kind in DECIDING | {StageKind.NOTICE} and chance.random() < 0.4,
        refusal=Refusal.ENDS if kind in (StageKind.CONSULT, StageKind.INFORM) else refusal,
    )


def spanned(days: int) -> Span:
    """So many days by the calendar; a month for ten."""
    return Span(Unit.MONTHS, 1) if days == 10 else Span(Unit.CALENDAR, days)


def least(chance: Random, due_days: int | None, spans: bool) -> Term:
    """For how long a vote stays open at least: no longer than its term, and counted like it."""
    days = chance.randint(1, due_days or 3)
    return Span(Unit.CALENDAR, days) if spans or (due_days is None and chance.random() < 0.3) else days


def refused(chance: Random, kind: StageKind, earlier: Sequence[str]) -> Refusal | BackTo | ByVerdict:
    """What follows when it is refused: the same always, or something else for each of the two verdicts."""
    if kind in DECIDING and chance.random() < 0.3:
        return ByVerdict(consequence(chance, kind, earlier), consequence(chance, kind, earlier))
    return consequence(chance, kind, earlier)


def consequence(chance: Random, kind: StageKind, earlier: Sequence[str]) -> Refusal | BackTo:
    if earlier and chance.random() < 0.4:
        times = chance.choice([None, 1, 1, 2])
        return BackTo(chance.choice(earlier), times, Refusal.ENDS if times is None else chance.choice([Refusal.ENDS, Refusal.CONTINUES]))
    return chance.choice([Refusal.ENDS, Refusal.ENDS, Refusal.CONTINUES] + [Refusal.HOLDS] * 2 * (kind is StageKind.NOTICE))


def reachable(stages: Sequence[Stage], after: Sequence[str]) -> set[str]:
    """The stages before those of these keys, themselves included: a condition may ask how those ended."""
    found = set(after)
    for s in reversed(stages):
        found |= set(s.after) if s.key in found else set()
    return found


def workflow(chance: Random, size: int | None = None) -> Workflow:
    stages: list[Stage] = []
    for number in range(size or chance.choice([1, 2, 2, 3, 3, 4])):
        lasting = [s for s in stages if s.kind is not StageKind.END]
        stages.append(end(chance, number, lasting) if lasting and chance.random() < 0.15 else stage(chance, number, lasting))
    return Workflow("test", 1, "Test", "For a test.", "Written for a test.", tuple(chance.sample(stages, len(stages))), THIS)


def parties(chance: Random) -> list[OrganisationId]:
    """The first leads."""
    universities = [p for p, side in PARTIES.items() if side is Side.UNIVERSITY][: chance.choice([1, 1, 2])]
    employers = [p for p, side in PARTIES.items() if side is Side.EMPLOYER][: chance.choice([1, 1, 2])]
    return universities + employers if chance.random() < 0.8 else employers + universities


def calendars(chance: Random, there: Sequence[OrganisationId]) -> Calendars:
    """Every party works on other days, in another zone."""
    own = {party: calendar(chance) for party in there if chance.random() < 0.7}
    return Calendars(own.get(there[0], Calendar()), own)


def calendar(chance: Random) -> Calendar:
    closed = frozenset(date(2026, 11, 20) + timedelta(days=chance.randint(0, 40)) for _ in range(chance.choice([0, 1, 4])))
    return Calendar(chance.choice([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()]), closed, chance.choice(ZONES))


def benches(chance: Random, flow: Workflow, there: Sequence[OrganisationId], start: datetime) -> tuple[Bench, ...]:
    """The seats of every party that each stands for; now and then one is missing."""
    found = []
    for s in flow.stages:
        for own in s.seats:
            if own.joint:
                found += joint_bench(chance, s, own, there, start)
                continue
            for party in standing_for(own, there):
                if chance.random() < 0.98:
                    office, people = OfficeId(own.key), holders(chance, own, start)
                    authors = tuple(people[:1]) if chance.random() < 0.08 else ()
                    one = Bench(s.key, own.key, party, party.title(), office, own.title, people, authors, PARTIES[party])
                    found.append(replace(one, substitutes=standing_in(chance, own, start)))
    return tuple(found)


def joint_bench(chance: Random, s: Stage, own: Seat, there: Sequence[OrganisationId], start: datetime) -> list[Bench]:
    """One bench under the first of its parties; nobody sits there for two of them."""
    sitting: list[Holder] = []
    parties = standing_for(own, there)
    for party in parties:
        new = holders(chance, own, start)
        sitting += [replace(h, party=party) for h in new if h.person not in {other.person for other in sitting}]
    authors = tuple(sitting[:1]) if chance.random() < 0.08 else ()
    people = tuple(BenchParty(party, party.title(), PARTIES[party]) for party in parties)
    name = " and ".join(one.name for one in people)
    first = [Bench(s.key, own.key, parties[0], name, None, own.title, tuple(sitting), authors, PARTIES[parties[0]])] if parties else []
    subs = [holder for party in parties for holder in standing_in(chance, own, start, party)]
    free = {h.person: h for h in subs if h.person not in {other.person for other in sitting}}
    return [replace(one, joint=people, substitutes=tuple(free.values())) for one in first]


def standing_in(chance: Random, own: Seat, start: datetime, party: OrganisationId | None = None) -> tuple[Holder, ...]:
    """Who sits in the place of others, at some seats; without deputies of their own."""
    if chance.random() < 0.75:
        return ()
    return tuple(replace(holder, party=party, instead="Deputy", deputies=()) for holder in holders(chance, own, start)[:2])


def standing_for(own: Seat, there: Sequence[OrganisationId]) -> list[OrganisationId]:
    side = [party for party in there if own.side in (None, PARTIES[party])]
    if own.parties is Parties.LEAD:
        return [party for party in side if party == there[0]] or side
    if own.parties is Parties.NAMED:
        return [party for party in side if party in own.named]
    return [party for party in side if party != there[0]] if own.parties is Parties.PARTNERS else side


def holders(chance: Random, own: Seat, start: datetime) -> tuple[Holder, ...]:
    """Up to five people, some with deputies, some of whom come later or leave during the round."""
    found: list[Holder] = []
    for person in chance.sample(PEOPLE, chance.choice([0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5])):
        role = chance.choice([OfficeRole.MEMBER] * 12 + [OfficeRole.SECRETARY])
        if not found and (own.rule.chair is not Chair.VOTES or chance.random() < 0.2):
            role = OfficeRole.CHAIR
        since = start + timedelta(hours=chance.randint(-300, 200), seconds=1) if chance.random() < 0.15 else None
        until = (since or start) + timedelta(hours=chance.randint(1, 300), seconds=2) if chance.random() < 0.12 else None
        deputies = (Deputy(PersonId("deputy"), "Deputy"),) if chance.random() < 0.1 else ()
        kind = chance.choice([own.key, own.key, "student"])
        found.append(Holder(person, person.title(), role, since, until, deputies, OfficeId(own.key), kind))
        if chance.random() < 0.1:
            found.append(Holder(person, person.title(), role, None, start + timedelta(hours=50, seconds=3), kind="student"))
    return tuple(found)

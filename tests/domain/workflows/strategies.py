"""Random histories, step by step as people live them: those asked decide, members come and go, authors edit, rounds follow.

A history is told by a number: the same number tells the same history.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import strategies as st

from cowork.domain.ids import ConditionId, DecisionId, Digest, OrganisationId, PersonId, Side
from cowork.domain.reviews import choices
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import (
    DECIDING,
    Base,
    Chair,
    Dissent,
    Lapse,
    Refusal,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Weighing,
    Workflow,
)
from cowork.domain.workflows.evaluation import evaluate, read_digests
from cowork.domain.workflows.progress import (
    OVER,
    Bench,
    BenchParty,
    Calendars,
    Decision,
    Hold,
    Holder,
    OfficeRole,
    OpenCondition,
    Outcome,
    Override,
    Progress,
    Sitting,
    StageStanding,
    Submission,
    Turn,
    Verdict,
)
from cowork.domain.workflows.renewing import renewed
from tests.domain.workflows import appealing, balloting, casting, namings, parting
from tests.domain.workflows.builders import ALL, ANY, MONDAY
from tests.domain.workflows.casting import KEYS, PEOPLE

WEIGHTS = {
    Verdict.APPROVE: 24, Verdict.APPROVE_WITH_CONDITIONS: 3, Verdict.REQUEST_CHANGES: 7, Verdict.REJECT: 2, Verdict.NO_OBJECTION: 8,
    Verdict.OBJECT: 6, Verdict.ABSTAIN: 4, Verdict.RECUSE: 3, Verdict.COMMENT: 10, Verdict.TABLE: 2, Verdict.APPEAL: 12,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One call of the evaluator."""

    flow: Workflow
    given: Submission
    decisions: tuple[Decision, ...]
    benches: tuple[Bench, ...]
    calendars: Calendars
    now: datetime


@dataclass(frozen=True)
class Step:
    """What was done (`act`), and the case after it. Nothing but the time changed where `act` is "wait"."""

    act: str
    case: Case


def workflows(most: int) -> st.SearchStrategy[Workflow]:
    """Random workflows of up to so many stages."""
    return st.builds(lambda number, size: casting.workflow(Random(number), size), st.integers(0, 10_000), st.integers(1, most))


def run(case: Case) -> Progress:
    return evaluate(case.flow, case.given, case.decisions, case.benches, case.calendars, case.now)


def beginning(chance: Random) -> Case:
    flow, there = casting.workflow(chance), casting.parties(chance)
    start = MONDAY + timedelta(minutes=chance.randint(0, 20_000))
    facts = {"facts": {"one": chance.random() < 0.5, "two": chance.random() < 0.5}, "complete": {"legal": chance.random() < 0.7}}
    given = Submission(1, 1, start, facts, dict.fromkeys(KEYS, "x"))
    return Case(flow, given, (), casting.benches(chance, flow, there, start), casting.calendars(chance, there), start)


def with_names(number: int) -> Iterator[Step]:
    """A history in which people are named at some of the seats."""
    chance = Random(-number - 1)
    case = beginning(Random(number))
    flow = namings.with_names(chance, case.flow)
    yield from history(number, begun=replace(case, flow=flow, benches=namings.benches(chance, flow, case.benches, case.now)))


def with_stages_apart(number: int) -> Iterator[Step]:
    """A history in which nobody decides at two stages that run side by side."""
    case = beginning(Random(number))
    yield from history(number, begun=replace(case, flow=parting.with_stages_apart(case.flow)))


def with_appeals(number: int) -> Iterator[Step]:
    """A history in which authors can appeal against a refusal."""
    chance = Random(-number - 1)
    case = beginning(Random(number))
    flow = appealing.with_appeals(chance, case.flow)
    yield from history(number, begun=replace(case, flow=flow, benches=appealing.benches(chance, flow, case.benches)))


def with_ballots(number: int) -> Iterator[Step]:
    """A history in which some of the votes are secret."""
    case = beginning(Random(number))
    flow = balloting.with_ballots(Random(-number - 1), case.flow)
    yield from history(number, begun=replace(case, flow=flow, benches=tuple(replace(b, substitutes=()) for b in case.benches)))


def history(number: int, steps: int = 20, begun: Case | None = None) -> Iterator[Step]:
    """The steps of one history, the beginning first."""
    chance = Random(number)
    case = beginning(chance)
    case = begun or case
    yield Step("submit", case)
    for _ in range(chance.randint(4, steps)):
        progress = run(case)
        case = waited(chance, recorded(case, progress), progress)
        yield Step("wait", case)
        progress = run(case)
        case = recorded(case, progress)
        if progress.outcome is not Outcome.IN_REVIEW:
            if progress.outcome is Outcome.APPROVED or case.given.round == 3:
                return
            case = next_round(chance, case)
            yield Step("submit", case)
            continue
        act = chance.choice(ACTS if to_decide(progress) else STUCK)
        case = act(chance, case, progress)
        yield Step(act.__name__, case)


def vote(number: int) -> Iterator[Step]:
    """A single bench of up to seven under any rule at all, evenly split as often as not, until nobody is asked."""
    chance = Random(number)
    case = beginning(chance)
    kind = chance.choice([StageKind.DECIDE, StageKind.VOTE])
    rule = next(one for one in iter(lambda: casting.rule(chance, has_term=True), None) if one not in (ANY, ALL))
    if chance.random() < 0.2:
        rule = replace(rule, approvals=Threshold(ThresholdKind.MAJORITY), chair=Chair.BREAKS_TIES)
    own = Seat("seat", Side.UNIVERSITY, ("seat", "student"), "Seat", rule)
    least, refusal = chance.choice([None, None, 1]), chance.choice([Refusal.ENDS, Refusal.CONTINUES])
    board = Stage("board", "Board", kind, (own,), (), due_days=2, least_days=least, refusal=refusal)
    roles = [chance.choice([OfficeRole.CHAIR, OfficeRole.CHAIR, OfficeRole.MEMBER]), *[OfficeRole.MEMBER] * 5, OfficeRole.SECRETARY]
    kinds = [chance.choice(["seat", "seat", "student"]) for _ in PEOPLE]
    seated = [Holder(person, person.title(), role, kind=kind_of) for person, role, kind_of in zip(PEOPLE, roles, kinds, strict=False)]
    size, party = chance.choice([1, 2, 3, 4, 5, 6, 7, 7]), OrganisationId("northfield")
    bench = Bench("board", "seat", party, "Northfield", None, "Board", tuple(seated[:size]), side=Side.UNIVERSITY)
    if chance.random() < 0.25:
        board, bench = jointly(chance, board, bench)
        own = board.seats[0]
    case = replace(case, flow=replace(case.flow, stages=(board,)), benches=(bench,), calendars=Calendars(Calendar()))
    weights = {**WEIGHTS, Verdict.REQUEST_CHANGES: 9, Verdict.REJECT: 9, Verdict.ABSTAIN: 6, Verdict.RECUSE: 4}
    for _ in range(14):
        yield Step("vote", case)
        progress = run(case)
        if not progress.turns:
            return
        case = replace(case, now=case.now + timedelta(hours=chance.choice([1, 1, 1, 30]), seconds=1))
        act = chance.choice([None] * 16 + [meet, seat_people])
        if act is not None:
            case = act(chance, case, progress)
            continue
        offered = choices(board, own)
        verdict = chance.choices(offered, [weights[one] for one in offered])[0]
        case = replace(case, decisions=(*case.decisions, decision(case, chance.choice(progress.turns), verdict)))


def by_weight_and_parties(number: int) -> Iterator[Step]:
    """The same where so many of the parties must be for it too."""
    yield from by_weight(number, casting.threshold(Random(-number - 1), casting.SHARES))


def by_weight(number: int, parties: Threshold | None = None) -> Iterator[Step]:
    """One stage at which up to four parties vote by weight, until nobody is asked or its term is long over."""
    chance = Random(number)
    case = beginning(chance)
    counted = replace(ANY, dissent=Dissent.COUNTS)
    weights = [chance.choice([1, 1, 2, 3]), chance.choice([1, 1, 2])]
    seats = [Seat(f"seat{n}", side, ("seat",), "Seat", counted, weight=weights[n]) for n, side in enumerate(Side)]
    needed, of = casting.threshold(chance, casting.SHARES), chance.choice([Base.VOTES, Base.VOTES, Base.MEMBERS])
    quorum = casting.threshold(chance, casting.SHARES) if chance.random() < 0.5 else None
    weighing = Weighing(needed, quorum, of, of is Base.VOTES and chance.random() < 0.6, parties)
    lapse, refusal = chance.choice([Lapse.OPEN, *Lapse]), chance.choice([Refusal.ENDS, Refusal.CONTINUES])
    board = Stage("board", "Board", StageKind.VOTE, tuple(seats), (), due_days=1, lapse=lapse, refusal=refusal, weighing=weighing)
    there = list(casting.PARTIES)[: chance.choice([1, 2, 3, 3, 4, 4])]
    case = replace(case, flow=replace(case.flow, stages=(board,)), calendars=Calendars(Calendar()), benches=tuple(
        Bench("board", own.key, party, party.title(), None, "Seat", casting.holders(chance, own, case.now), side=own.side)
        for own in seats for party in there if casting.PARTIES[party] is own.side
    ))  # fmt: skip
    for _ in range(10):
        yield Step("vote by weight", case)
        progress = run(case)
        case = replace(case, now=case.now + timedelta(hours=chance.choice([1, 1, 1, 1, 30]), seconds=1))
        if progress.turns:
            verdict = chance.choices([Verdict.APPROVE, Verdict.REJECT, Verdict.ABSTAIN], [4, 4, 2])[0]
            case = replace(case, decisions=(*case.decisions, decision(case, chance.choice(progress.turns), verdict)))


def recorded(case: Case, progress: Progress) -> Case:
    """With what refusals sent back put on record, as the service does in the commit in which it is found."""
    return replace(case, given=replace(case.given, referrals=progress.referrals))


def jointly(chance: Random, board: Stage, bench: Bench) -> tuple[Stage, Bench]:
    """The same people on a joint bench of an employer and one or two universities."""
    parties = [party for party in casting.PARTIES if party != "acme"][:: chance.choice([1, 2])]
    people = tuple(replace(holder, party=chance.choice(parties)) for holder in bench.holders)
    sides = tuple(BenchParty(party, party.title(), casting.PARTIES[party]) for party in parties)
    seat = casting.joint(chance, board.seats[0], board.kind)
    return replace(board, seats=(replace(seat, side=None),)), replace(bench, holders=people, joint=sides)


def waited(chance: Random, case: Case, progress: Progress) -> Case:
    """Minutes, days, or until the moment at which time alone may change something, or just before."""
    later = case.now + timedelta(seconds=chance.choice([chance.randint(1, 20_000), chance.randint(1, 20_000), chance.randint(1, 600_000)]))
    if progress.look_at is not None and chance.random() < 0.3:
        later = progress.look_at + timedelta(seconds=chance.choice([0, 0, -1, 1]))
    return replace(case, now=max(later, case.now + timedelta(microseconds=1)))


def next_round(chance: Random, case: Case) -> Case:
    """Submitted again, with edits or as it was."""
    digests = edited(chance, case.given) if chance.random() < 0.6 else case.given.digests
    given = Submission(case.given.round + 1, case.given.version + 1, case.now, case.given.facts, digests, referrals=case.given.referrals)
    return replace(case, given=given)


def edited(chance: Random, given: Submission) -> dict[str, str]:
    return {**given.digests, chance.choice(KEYS): chance.choice("xyz")}


# What people do


def decide(chance: Random, case: Case, progress: Progress) -> Case:
    """One who is asked decides; a deputy or the person themselves."""
    turns = to_decide(progress)
    if not turns:
        return case
    turn = chance.choice(turns)
    stage, seat = place_of(case, turn)
    offered = choices(stage, seat, stage.kind is StageKind.APPEAL)
    verdict = chance.choices(offered, [WEIGHTS[one] for one in offered])[0]
    made = decision(case, turn, verdict)
    earlier = sorted(case.flow.before(stage.key))
    if verdict is Verdict.REQUEST_CHANGES and seat.rule.dissent is Dissent.ENDS and earlier and chance.random() < 0.85:
        made = replace(made, back_to=chance.choice(earlier))
    return replace(case, decisions=(*case.decisions, made))


def approve(chance: Random, case: Case, progress: Progress) -> Case:
    """One who is asked says yes."""
    turns = to_decide(progress)
    if not turns:
        return case
    turn = chance.choice(turns)
    stage, seat = place_of(case, turn)
    usual = choices(stage, seat, stage.kind is StageKind.APPEAL)[0]
    return replace(case, decisions=(*case.decisions, decision(case, turn, usual)))


def to_decide(progress: Progress) -> list[Turn]:
    """Who is asked, but for those who are asked to name others."""
    return [turn for turn in progress.turns if not turn.names]


def place_of(case: Case, turn: Turn) -> tuple[Stage, Seat]:
    stage = case.flow.stage(turn.stage)
    return stage, next(seat for seat in stage.seats if seat.key == turn.seat)


def decision(case: Case, turn: Turn, verdict: Verdict) -> Decision:
    """As the service records it: bound to what the stage reads now."""
    stage, seat = place_of(case, turn)
    side = casting.PARTIES[turn.party]
    return Decision(
        stage.key, seat.key, turn.party, turn.principal, turn.principal.title(), verdict, case.given.round, case.given.version,
        read_digests(stage, side, case.given.digests), case.now, case.flow.digest, DecisionId(f"d{len(case.decisions)}"), turn.person,
        secret=stage.secret and verdict is not Verdict.RECUSE,
    )  # fmt: skip


def send_back(chance: Random, case: Case, progress: Progress) -> Case:
    """One who alone can do so asks for changes at an earlier stage."""
    turns = [t for t in to_decide(progress) if place_of(case, t)[1].rule.dissent is Dissent.ENDS and case.flow.before(t.stage)]
    if not turns:
        return case
    turn = chance.choice(turns)
    earlier = chance.choice(sorted(case.flow.before(turn.stage)))
    return replace(case, decisions=(*case.decisions, replace(decision(case, turn, Verdict.REQUEST_CHANGES), back_to=earlier)))


def undo(chance: Random, case: Case, progress: Progress) -> Case:
    if not case.decisions:
        return case
    number = chance.randint(max(len(case.decisions) - 3, 0), len(case.decisions) - 1)
    undone = replace(case.decisions[number], undone_at=case.now)
    return replace(case, decisions=(*case.decisions[:number], undone, *case.decisions[number + 1 :]))


def meet(chance: Random, case: Case, progress: Progress) -> Case:
    """A committee votes in a meeting: some of those present, and perhaps some who sent their vote; then it is closed."""
    asked = [(t, under(case, t)) for t in to_decide(progress) if case.flow.stage(t.stage).kind in DECIDING]
    if not asked:
        return case
    place = chance.choice(sorted({place for _, place in asked}))
    present = {t.principal for t, own in asked if own == place and chance.random() < 0.8}
    for turn in [t for t, own in asked if own == place and t.person == t.principal]:
        if turn.principal in present and chance.random() < 0.85:
            case = replace(case, now=case.now + timedelta(seconds=1))
            verdict = chance.choices([Verdict.APPROVE, Verdict.REJECT, Verdict.ABSTAIN], [6, 2, 1])[0]
            case = replace(case, decisions=(*case.decisions, decision(case, turn, verdict)))
    sitting = Sitting(*place, case.given.round, case.now + timedelta(seconds=1), frozenset(present))
    given = replace(case.given, sittings=(*case.given.sittings, sitting))
    return replace(case, given=given, now=sitting.closed_at)


def under(case: Case, turn: Turn) -> tuple[str, str, OrganisationId]:
    """The bench at which somebody is asked, by the party under which it stands: a joint one votes in that party's meetings."""
    found = (b for b in case.benches if (b.stage, b.seat) == (turn.stage, turn.seat) and turn.party in b.parties)
    return turn.stage, turn.seat, next(found).party


def hold_or_resume(chance: Random, case: Case, progress: Progress) -> Case:
    holds = case.given.holds
    if holds and holds[-1].until is None:
        holds = (*holds[:-1], replace(holds[-1], until=case.now))
    else:
        holds = (*holds, Hold(case.now, None, "Admin", "Waiting"))
    return replace(case, given=replace(case.given, holds=holds))


def override(chance: Random, case: Case, progress: Progress) -> Case:
    open_ = [s.stage.key for s in progress.stages if s.standing not in OVER]
    if not open_ or chance.random() < 0.5:
        return case
    passed = Override(chance.choice(open_), case.now, "Admin", "The dean is ill.")
    return replace(case, given=replace(case.given, overrides=(passed, *case.given.overrides)))


def edit(chance: Random, case: Case, progress: Progress) -> Case:
    given = replace(case.given, digests=edited(chance, case.given), version=case.given.version + 1, facts_at=case.now)
    return replace(case, given=renewed(case.flow, given, case.decisions, case.benches, case.now))


def answer(chance: Random, case: Case, progress: Progress) -> Case:
    """An answer on which the route depends changes."""
    facts = {section: dict(fields) for section, fields in case.given.facts.items()}
    section, field = chance.choice([("facts", "one"), ("facts", "two"), ("complete", "legal")])
    facts[section][field] = not facts[section][field]
    return replace(case, given=replace(case.given, facts=facts, facts_at=case.now))


def seat_people(chance: Random, case: Case, progress: Progress) -> Case:
    """Somebody joins, leaves, is found to be an author, or becomes secretary of, a bench; now or at a date."""
    if not case.benches:
        return case
    number = chance.randrange(len(case.benches))
    bench = case.benches[number]
    at = case.now + timedelta(hours=chance.choice([0, 0, 0, 30, 200]))
    sitting = [holder for holder in bench.holders if holder.sits_at(case.now)]
    if sitting and chance.random() < 0.5:
        leaver = chance.choice(sitting)
        if chance.random() < 0.15:
            bench = replace(bench, conflicted=(*bench.conflicted, leaver))
        else:
            bench = replace(bench, holders=tuple(replace(h, until=at) if h is leaver else h for h in bench.holders))
    else:
        new = chance.choice(PEOPLE)
        known = [h for h in (*bench.holders, *bench.conflicted) if h.person == new and (h.until is None or h.until > case.now)]
        if not known:
            party = chance.choice(bench.parties) if bench.joint else None
            bench = replace(bench, holders=(*bench.holders, Holder(new, new.title(), since=at, party=party)))
    return replace(case, benches=(*case.benches[:number], bench, *case.benches[number + 1 :]))


def object_in_a_thread(chance: Random, case: Case, progress: Progress) -> Case:
    return replace(case, given=replace(case.given, open_objections=chance.choice([0, 0, 1])))


def set_condition(chance: Random, case: Case, progress: Progress) -> Case:
    """A condition of an approval is opened, or all are closed."""
    party = chance.choice([None, *sorted({bench.party for bench in case.benches})])
    one = OpenCondition(ConditionId("c"), DecisionId("d0"), "Name the assessor.", "A. Okafor", None, party)
    return replace(case, given=replace(case.given, conditions=() if case.given.conditions else (one,)))


def migrate(chance: Random, case: Case, progress: Progress) -> Case:
    """The running round goes over to a new version of its workflow; or what was decided under the old one is left behind."""
    new = Digest(chance.choice("abcdef") * 64)
    earlier = case.given.earlier_workflows | ({case.flow.digest} if chance.random() < 0.9 else frozenset())
    return replace(case, flow=replace(case.flow, digest=new), given=replace(case.given, earlier_workflows=earlier))


def intrude(chance: Random, case: Case, progress: Progress) -> Case:
    """Something is stored that no page would let through: anybody decides anything on any open stage."""
    open_ = [s.stage for s in progress.stages if s.standing is StageStanding.OPEN]
    places = [bench for bench in case.benches if bench.stage in {s.key for s in open_}]
    if not places:
        return case
    bench, person = chance.choice(places), PersonId(chance.choice([*PEOPLE, PersonId("stranger")]))
    if any(h.person == person and h.sits_at(case.now) for h in bench.holders) and not any(h.person == person for h in bench.conflicted):
        return case
    turn = Turn(bench.stage, bench.seat, chance.choice(bench.parties), bench.office, person, person, case.now, None)
    made = decision(case, turn, chance.choice([Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.OBJECT]))
    earlier = sorted(case.flow.before(bench.stage))
    if made.verdict is Verdict.REQUEST_CHANGES and earlier:
        made = replace(made, back_to=chance.choice(earlier))
    return replace(case, decisions=(*case.decisions, made))


Act = Callable[[Random, Case, Progress], Case]
ACTS: tuple[Act, ...] = (
    *[approve] * 14, *[decide] * 16, *[meet] * 3, *[hold_or_resume] * 2, *[edit] * 2, *[seat_people] * 3, *[send_back] * 4,
    override, answer, undo, object_in_a_thread, set_condition, migrate, intrude,
)  # fmt: skip
"""What can be done while somebody is asked, each as often as it happens."""
STUCK: tuple[Act, ...] = (
    hold_or_resume, seat_people, seat_people, override, override, override, answer, edit, set_condition, object_in_a_thread,
)  # fmt: skip
"""What can be done while nobody is."""

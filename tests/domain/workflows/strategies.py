"""Random workflows, parties, people and histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.definition import Seat, Workflow
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.progress import Bench, Decision, Holder, Outcome, Submission, Turn, Verdict
from tests.domain.workflows.builders import ALL, ANY, MONDAY, THIS, UTC_WEEK, approval_by, at_least, stage, submission, workflow

PEOPLE = tuple(Holder(PersonId(f"p{n}"), f"Person {n}") for n in range(5))
OFFICES = (*(PEOPLE[start : start + size] for start in (0, 1, 3) for size in (1, 2, 2, 3)), ())
KEYS = ("a", "b", "c", "a@university", "a@employer", "b@employer")
PARTIES = {
    Side.UNIVERSITY: (OrganisationId("northfield"), OrganisationId("southgate")),
    Side.EMPLOYER: (OrganisationId("ibm"), OrganisationId("acme")),
}


@dataclass(frozen=True)
class Case:
    """One call of the evaluator."""

    flow: Workflow
    given: Submission
    decisions: tuple[Decision, ...]
    benches: tuple[Bench, ...]


seats = st.builds(
    lambda key, side, rule: Seat(key, side, key, key.title(), rule),
    st.sampled_from(["one", "two"]),
    st.sampled_from(Side),
    st.sampled_from([ANY, ANY, ANY, ALL, ALL, at_least(2), at_least(2), at_least(3)]),
)
digests = st.fixed_dictionaries({key: st.sampled_from("xxxxy") for key in KEYS})


@st.composite
def workflows(draw: st.DrawFn, most: int = 5) -> Workflow:
    stages = []
    for number in range(draw(st.integers(1, most))):
        earlier = [f"s{n}" for n in range(number)]
        stages.append(
            stage(
                f"s{number}",
                *draw(st.lists(seats, min_size=1, max_size=draw(st.sampled_from([1, 1, 2])), unique_by=lambda own: own.key)),
                after=tuple(draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2))) if earlier else (),
                when=draw(st.sampled_from([None, None, Fact("facts.one", "is", True), Fact("facts.two", "is", True)])),
                reads=draw(st.sampled_from([None, ("a",), ("b",), ("a", "c"), ("b", "c")])),
                due_days=draw(st.sampled_from([None, 1, 5])),
            )
        )
    return workflow(*draw(st.permutations(stages)))


@st.composite
def benches_for(draw: st.DrawFn, flow: Workflow) -> tuple[Bench, ...]:
    """Mostly every key of every party with somebody in the office; sometimes nobody, sometimes no bench at all."""
    parties = {
        side: draw(st.lists(st.sampled_from(PARTIES[side]), unique=True, min_size=draw(st.sampled_from([0, 1, 1, 1])))) for side in Side
    }
    found = []
    for deciding in flow.stages:
        for seat in deciding.seats:
            for party in parties[seat.side]:
                holders = draw(st.sampled_from(OFFICES))
                conflicted = draw(st.sampled_from([(), (), (), PEOPLE[:1], PEOPLE[1:2]]))
                if draw(st.sampled_from([True] * 19 + [False])):
                    office = OfficeId(seat.office) if holders else None
                    found.append(Bench(deciding.key, seat.key, party, party.title(), office, seat.title, tuple(holders), tuple(conflicted)))
    return tuple(found)


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    facts = {"facts": {"one": draw(st.booleans()), "two": draw(st.booleans())}}
    return submission(draw(st.integers(1, 2)), draw(digests), facts, draw(st.sampled_from([0, 0, 0, 1, 2])))


@st.composite
def decisions_on(draw: st.DrawFn, benches: Sequence[Bench], given: Submission, number: int) -> Decision:
    """Any decision at all, the absurd ones included: by strangers, on stages that wait, of other workflows and rounds."""
    place = draw(st.sampled_from(benches))
    person = draw(st.sampled_from(place.holders * 3 + PEOPLE))
    return Decision(
        stage=place.stage,
        seat=place.seat,
        party=place.party,
        person=person.person,
        person_name=person.name,
        verdict=draw(st.sampled_from([Verdict.APPROVE] * 30 + [Verdict.REQUEST_CHANGES, Verdict.REJECT])),
        round=draw(st.sampled_from([1, 1, 1, 2, 2, 3])),
        version=number,
        digests=given.digests if draw(st.sampled_from([True, True, False])) else draw(digests),
        at=MONDAY + timedelta(hours=draw(st.integers(-40, 40)), seconds=number),
        workflow=draw(st.sampled_from([THIS] * 9 + [Digest("e" * 64)])),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case without any sense to it: what the store holds could be anything."""
    flow, given = draw(workflows(most=3)), draw(submissions())
    benches = draw(benches_for(flow))
    count = draw(st.sampled_from([0, 4, 8, 12, 16])) if benches else 0
    return Case(flow, given, tuple(draw(decisions_on(benches, given, number)) for number in range(count)), benches)


@st.composite
def histories(draw: st.DrawFn) -> list[Case]:
    """A round as people live it, step by step: those who are asked decide, authors edit, offices change hands, rounds follow."""
    flow = draw(workflows())
    case = Case(flow, draw(submissions()), (), draw(benches_for(flow)))
    told = [case]
    for hour in range(1, draw(st.sampled_from([4, 8, 12, 18]))):
        case = draw(_next(case, hour))
        told.append(case)
    return told


@st.composite
def _next(draw: st.DrawFn, case: Case, hour: int) -> Case:
    progress = evaluate(case.flow, case.given, case.decisions, case.benches, UTC_WEEK)
    if progress.outcome in (Outcome.CHANGES_REQUESTED, Outcome.REJECTED):
        number, now = case.given.round + 1, MONDAY + timedelta(hours=hour)
        return replace(case, given=replace(case.given, round=number, submitted_at=now, digests=draw(_edited(case.given.digests))))
    step = draw(st.sampled_from(["decide"] * 8 + ["edit", "edit", "people", "fact", "objection"]))
    if step == "decide" and progress.turns:
        return replace(case, decisions=(*case.decisions, draw(_decided(case, progress.turns, hour))))
    if step == "edit":
        return replace(case, given=replace(case.given, digests=draw(_edited(case.given.digests))))
    if step == "people":
        return replace(case, benches=draw(benches_for(case.flow)))
    if step == "fact":
        return replace(case, given=replace(case.given, facts=draw(submissions()).facts))
    return replace(case, given=replace(case.given, open_objections=draw(st.sampled_from([0, 0, 1]))))


@st.composite
def _decided(draw: st.DrawFn, case: Case, turns: Sequence[Turn], hour: int) -> Decision:
    turn = draw(st.sampled_from(turns))
    place = next(b for b in case.benches if (b.stage, b.seat, b.party) == (turn.stage, turn.seat, turn.party))
    person = next(holder for holder in place.holders if holder.person == turn.person)
    made = approval_by(case.flow, case.given, place, person, MONDAY + timedelta(hours=hour))
    return replace(made, verdict=draw(st.sampled_from([Verdict.APPROVE] * 14 + [Verdict.REQUEST_CHANGES, Verdict.REJECT])))


@st.composite
def _edited(draw: st.DrawFn, before: Mapping[str, str]) -> dict[str, str]:
    key = draw(st.sampled_from(KEYS))
    return {**before, key: draw(st.sampled_from("xyz"))}

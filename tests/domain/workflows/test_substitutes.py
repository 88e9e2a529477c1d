"""Substitutes sit while nobody who holds the office of a seat can, and no longer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows.definition import Stage
from cowork.domain.workflows.interventions import Intervention, InterventionKind, seated
from cowork.domain.workflows.joint import joined
from cowork.domain.workflows.loading import problems
from cowork.domain.workflows.progress import Bench, Holder, OfficeRole, Progress, Verdict
from cowork.domain.workflows.substitutes import filled
from tests.domain.workflows.builders import IBM, MONDAY, NORTHFIELD, bench, decision, people, progress_of, seat, stage, workflow
from tests.domain.workflows.test_loading import HEADING


def sub(name: str, since: datetime | None = None) -> Holder:
    return Holder(PersonId(name.lower()), name, since=since, instead="Deputy dean")


DEAN = replace(bench("dean", "Dora"), substitutes=(sub("Sam"),))
FLOW = workflow(stage("dean"))


def asked(progress: Progress) -> list[str]:
    return [turn.person for turn in progress.turns]


def at_hours(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_while_the_dean_can_decide_the_deputy_is_not_asked_and_has_no_vote() -> None:
    assert asked(progress_of(FLOW, [DEAN])) == ["dora"]
    assert progress_of(FLOW, [DEAN], [decision("dean", "Sam")]).outcome == "in-review"


@pytest.mark.parametrize(
    ("dean", "why"),
    [
        (replace(DEAN, holders=()), "an office that nobody holds"),
        (replace(DEAN, conflicted=people("Dora")), "who wrote the proposal"),
        (replace(DEAN, holders=(), conflicted=people("Dora")), "who wrote the proposal"),
        (replace(DEAN, holders=(replace(DEAN.holders[0], role=OfficeRole.SECRETARY),)), "an office that nobody holds"),
    ],
)
def test_where_nobody_holds_the_office_or_all_who_do_wrote_it_the_deputy_sits(dean: Bench, why: str) -> None:
    progress = progress_of(FLOW, [dean])
    assert asked(progress) == ["sam"]
    assert progress.sentence == (
        f"Still needed: Northfield University: Sam (Dean) must approve at Dean’s decision. (Sam sits in place of the Dean, {why}.)"
    )
    assert progress_of(FLOW, [dean], [decision("dean", "Sam")]).outcome == "approved"


def test_where_the_dean_stands_aside_the_deputy_sits_from_then_on() -> None:
    aside = decision("dean", "Dora", 2, Verdict.RECUSE)
    progress = progress_of(FLOW, [DEAN], [aside])
    assert (asked(progress), "who stood aside" in progress.sentence) == (["sam"], True)
    assert progress_of(FLOW, [DEAN], [aside, decision("dean", "Sam", 3)]).outcome == "approved"
    too_early = progress_of(FLOW, [DEAN], [decision("dean", "Sam", 1), aside, replace(decision("dean", "Sam", 1), undone_at=None)])
    assert too_early.stages[0].seats[0].met_at == at_hours(2)
    undone = progress_of(FLOW, [DEAN], [replace(aside, undone_at=at_hours(3))])
    assert asked(undone) == ["dora"]


def test_without_a_term_the_substitute_sits_at_every_time_that_no_dean_covers() -> None:
    terms = (Holder(PersonId("a"), "A", until=at_hours(1)), Holder(PersonId("b"), "B", since=at_hours(2), until=at_hours(3)))
    sitting = [h for h in filled(replace(DEAN, holders=terms), (), ()).holders if h.instead]
    assert [(h.since, h.until) for h in sitting] == [(at_hours(1), at_hours(2)), (at_hours(3), None)]


def test_with_two_deans_the_deputy_sits_only_when_neither_can() -> None:
    two = replace(DEAN, holders=people("Dora", "Dan"))
    aside = [decision("dean", name, hours, Verdict.RECUSE) for hours, name in ((1, "Dora"), (2, "Dan"))]
    assert asked(progress_of(FLOW, [two], aside[:1])) == ["dan"]
    assert asked(progress_of(FLOW, [two], aside)) == ["sam"]


def test_the_deputy_sits_between_two_deans_and_what_they_approved_then_stays() -> None:
    old, new = replace(DEAN.holders[0], until=at_hours(1)), Holder(PersonId("nora"), "Nora", since=at_hours(10))
    vacant = replace(DEAN, holders=(old, new))
    assert asked(progress_of(FLOW, [vacant], now=at_hours(5))) == ["sam"]
    assert asked(progress_of(FLOW, [vacant], now=at_hours(11))) == ["nora"]
    assert progress_of(FLOW, [vacant], [decision("dean", "Sam", 5)]).outcome == "approved"
    assert progress_of(FLOW, [vacant], [decision("dean", "Sam", 12)]).outcome == "in-review"
    assert progress_of(FLOW, [vacant], now=at_hours(0.5)).look_at == at_hours(1)


def test_who_is_to_be_apart_is_replaced_and_the_substitute_can_send_it_back() -> None:
    flow = workflow(stage("head", seat("head")), replace(stage("dean", after=("head",)), apart=("head",)))
    benches = [bench("head", "Dora"), DEAN]
    first = [decision("head", "Dora", 1)]
    progress = progress_of(flow, benches, first)
    assert asked(progress) == ["sam"]
    assert "Sam sits in place of the Dean, who decided at another stage" in progress.sentence
    back = replace(decision("dean", "Sam", 2, Verdict.REQUEST_CHANGES), back_to="head")
    assert progress_of(flow, benches, [*first, back]).stage("head").standing == "open"


def test_on_a_joint_bench_each_party_has_substitutes_of_its_own() -> None:
    partner = replace(bench("board", party=IBM), substitutes=(sub("Ida"),))
    own = replace(bench("board", "Ann"), substitutes=(sub("Sam"),))
    one = joined([own, partner], NORTHFIELD, "Board")
    flow = workflow(stage("board", replace(seat("board"), side=None, joint=True)))
    assert {(turn.party, turn.person) for turn in progress_of(flow, [one]).turns} == {(NORTHFIELD, "ann"), (IBM, "ida")}


def test_on_a_joint_bench_nobody_stands_in_for_a_party_while_they_sit_for_another() -> None:
    partner = bench("board", "Sam", party=IBM)
    one = joined([replace(bench("board"), substitutes=(sub("Sam"),)), partner], NORTHFIELD, "Board")
    added = replace(one, substitutes=(replace(sub("Sam"), party=NORTHFIELD),))
    flow = workflow(stage("board", replace(seat("board"), side=None, joint=True)))
    for board in (one, added):
        assert [(turn.party, turn.person) for turn in progress_of(flow, [board]).turns] == [(IBM, "sam")]


def act(kind: InterventionKind, person: str, party: OrganisationId = NORTHFIELD) -> Intervention:
    payload = {"stage": "dean", "seat": "dean", "party": party, "person": person}
    return Intervention(kind, payload, PersonId("admin"), "Admin", at_hours(1), "", {person: person.title()})


def test_a_substitute_can_be_taken_off_and_whoever_is_added_needs_none() -> None:
    vacant = replace(DEAN, holders=())
    assert asked(progress_of(FLOW, list(seated([vacant], [act(InterventionKind.PERSON_REMOVED, "sam")])))) == []
    assert asked(progress_of(FLOW, list(seated([vacant], [act(InterventionKind.PERSON_ADDED, "ada")])))) == ["ada"]


@pytest.mark.parametrize(
    ("seat_text", "fault"),
    [
        ('participants = "reader", otherwise = "dean"', "so name that office"),
        ('office = "dean", otherwise = "dean"', '`otherwise` names "dean", which is the `office` of this seat already'),
        ('office = "dean", otherwise = 3', '`otherwise` names kinds of office such as "deputy-dean"'),
    ],
)
def test_substitutes_stand_in_for_another_office(seat_text: str, fault: str) -> None:
    own = f'{{ key = "b", side = "both", {seat_text}, title = "B", rule = "any" }}'
    source = f'[[stage]]\nkey = "s"\ntitle = "S"\nkind = "check"\nseat = [{own}]\n'
    found = problems(HEADING + source)
    assert len(found) == 1, found
    assert fault in found[0]


def test_a_stage_without_substitutes_is_what_it_was() -> None:
    plain: Stage = stage("dean")
    assert plain.seats[0].otherwise == ()
    assert progress_of(FLOW, [bench("dean")]).stages[0].seats[0].instead == ""

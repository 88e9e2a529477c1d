"""People who are named for each proposal: when their stage opens, who is asked to name them, and who cannot be named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows import drafting, naming, placing
from cowork.domain.workflows.definition import Naming
from cowork.domain.workflows.fillins_naming import naming_fields, read_naming
from cowork.domain.workflows.interventions import Intervention, InterventionKind, for_seats
from cowork.domain.workflows.loading import load, problems
from cowork.domain.workflows.progress import Bench, Decision, Deputy, Holder, Outcome, Progress, StageStanding, Verdict
from cowork.domain.workflows.reading_naming import MOST_NAMED
from cowork.domain.workflows.writing import to_toml
from tests.domain.workflows.builders import ALL, MONDAY, NORTHFIELD, at, bench, decision, progress_of, seat, stage, workflow
from tests.domain.workflows.test_loading import HEADING

DEAN = Holder(PersonId("dean"), "Dean", deputies=(Deputy(PersonId("deputy"), "Deputy"),))
PANEL = replace(seat("panel", ALL), offices=(), naming=Naming("dean", 2, 3))
FLOW = workflow(stage("panel", PANEL, due_days=5))


def panel(*named: tuple[str, float], namers: Sequence[Holder] = (DEAN,)) -> Bench:
    """The bench with these people, each named so many hours after Monday morning."""
    people = tuple(Holder(PersonId(name.lower()), name, since=MONDAY + timedelta(hours=hours)) for name, hours in named)
    return replace(bench("panel"), holders=people, namers=tuple(namers), named_by="Dean")


def asked(progress: Progress) -> list[tuple[str, str, bool]]:
    return [(turn.person, turn.principal, turn.names) for turn in progress.turns]


def test_until_enough_people_are_named_the_stage_waits_and_asks_whoever_names_them() -> None:
    progress = progress_of(FLOW, [panel(("Ito", 1))])
    assert at(progress, "panel").standing is StageStanding.WAITING
    assert asked(progress) == [("dean", "dean", True), ("deputy", "dean", True)]
    assert progress.court == (NORTHFIELD,)
    assert progress.sentence == (
        "Still needed: Northfield University: waiting for Dean (Dean) to name 1 to 2 more people for Panel’s decision. (Ito is named.)"
    )


def test_the_term_begins_when_enough_are_named() -> None:
    found = at(progress_of(FLOW, [panel(("Ito", 1), ("Li", 30))]), "panel")
    assert (found.standing, found.opened_at) == (StageStanding.OPEN, MONDAY + timedelta(hours=30))
    early = at(progress_of(FLOW, [panel(("Ito", -50), ("Li", -40))]), "panel")
    assert early.opened_at == MONDAY


def test_nothing_is_approved_while_too_few_are_left_and_the_dean_is_asked_again() -> None:
    made = [decision("panel", "Ito", 3), decision("panel", "Li", 4, Verdict.RECUSE)]
    progress = progress_of(FLOW, [panel(("Ito", 1), ("Li", 2))], made)
    assert at(progress, "panel").standing is StageStanding.OPEN
    assert asked(progress) == [("dean", "dean", True), ("deputy", "dean", True)]
    assert "to name 1 to 2 more people" in progress.sentence
    again = progress_of(FLOW, [panel(("Ito", 1), ("Li", 2), ("Roy", 5))], [*made, decision("panel", "Roy", 6)])
    assert again.outcome is Outcome.APPROVED


def test_a_request_of_one_of_those_named_ends_it_however_few_are_left() -> None:
    made = [decision("panel", "Ito", 3, Verdict.REJECT), decision("panel", "Li", 4, Verdict.RECUSE)]
    assert progress_of(FLOW, [panel(("Ito", 1), ("Li", 2))], made).outcome is Outcome.REJECTED


def test_where_nobody_can_name_people_it_says_whom_to_ask() -> None:
    progress = progress_of(FLOW, [panel(namers=[replace(DEAN, until=MONDAY)])])
    assert asked(progress) == []
    assert "Nobody who could name the people for Panel’s decision holds the office of Dean at Northfield University" in progress.sentence


def test_a_term_of_the_naming_office_that_begins_later_is_looked_at_then() -> None:
    later = MONDAY + timedelta(days=3)
    progress = progress_of(FLOW, [panel(namers=[replace(DEAN, since=later)])], now=MONDAY)
    assert progress.look_at == later


KNOWN = naming.Standing(
    title="Panel",
    party=OrganisationId("northfield"),
    party_name="Northfield",
    named=(PersonId("ito"), PersonId("li")),
    decided=frozenset(),
    recused=frozenset(),
    writers=frozenset({PersonId("ama")}),
    apart=frozenset({PersonId("head")}),
    source=frozenset(map(PersonId, ("ito", "li", "roy", "kim", "ama", "head", "dean"))),
    source_title="External examiner",
    names={PersonId(name): name.title() for name in ("ito", "li", "roy", "kim", "ama", "head", "dean", "zoe")},
)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("ito", "Name 2 to 3 people for Panel; you chose 1."),
        ("", "Name 2 to 3 people for Panel; you chose nobody."),
        ("ito li roy kim", "Name 2 to 3 people for Panel; you chose 4."),
        ("ito ama", "Ama writes this proposal, and nobody decides on what they write. Choose somebody else."),
        ("ito head", "Head decided at another stage, and may not decide at Panel. Choose somebody else."),
        ("ito zoe", "Zoe does not hold the office “External examiner” at Northfield. Choose somebody who does."),
        ("ito dean", "Nobody names themselves. Choose somebody else, or let another holder of your office name you."),
    ],
)
def test_who_cannot_be_named_is_told_with_the_reason(chosen: str, sentence: str) -> None:
    people = [PersonId(name) for name in chosen.split()]
    assert naming.problems(Naming("dean", 2, 3), KNOWN, people, PersonId("dean")) == [sentence]


def test_once_one_of_them_has_decided_people_are_added_only() -> None:
    known = replace(KNOWN, decided=frozenset({PersonId("ito")}))
    by, asked_for = PersonId("dean"), Naming("dean", 2, 3)
    assert naming.problems(asked_for, known, [PersonId(name) for name in ("ito", "li", "roy")], by) == []
    assert naming.problems(asked_for, known, [PersonId(name) for name in ("ito", "roy")], by) == [
        "Somebody has decided already, so nobody is taken off any more: keep Li. You can add people."
    ]


def test_who_stood_aside_is_not_counted_among_those_named() -> None:
    known = replace(KNOWN, recused=frozenset({PersonId("li")}))
    found = naming.problems(Naming("dean", 2, 2), known, [PersonId("ito"), PersonId("li")], PersonId("dean"))
    assert found == ["Name 2 people for Panel; you chose 1. Who stood aside does not count."]
    assert naming.problems(Naming("dean", 2, 2), known, [PersonId(name) for name in ("ito", "li", "roy")], PersonId("dean")) == []


def test_what_was_decided_here_in_this_round_counts_and_standing_aside_does_not() -> None:
    made: list[Decision] = [
        decision("panel", "Ito", 1), decision("panel", "Li", 2, Verdict.RECUSE), decision("panel", "Roy", 3, round_number=2),
        replace(decision("panel", "Kim", 4), undone_at=MONDAY), decision("other", "Zoe", 5),
    ]  # fmt: skip
    assert naming.decided_of(made, "panel", "panel", NORTHFIELD, 1) == {"ito"}


@pytest.mark.parametrize(
    ("asked_for", "there", "words"),
    [
        (Naming("dean"), 0, "at least 1 people"),
        (Naming("dean", 1, 1), 0, "1 person"),
        (Naming("dean", 2), 0, "at least 2 people"),
        (Naming("dean", 2, 3), 0, "2 to 3 people"),
        (Naming("dean", 2, 2), 1, "1 more person"),
        (Naming("dean", 2, 3), 1, "1 to 2 more people"),
    ],
)
def test_how_many_people_are_to_be_named_is_said_in_words(asked_for: Naming, there: int, words: str) -> None:
    assert naming.people_in_words(asked_for, there) == words.replace("at least 1 people", "at least 1 person")


SEAT = 'seat = [{{ key = "panel", side = "university", title = "Panel", rule = "all", named = {named} }}]'
TEXT = HEADING + '[[stage]]\nkey = "panel"\ntitle = "Panel"\nkind = "{kind}"\ndue_days = 5\n' + SEAT


@pytest.mark.parametrize(
    ("named", "kind", "fault"),
    [
        ('"dean"', "check", "`named` says who names how many people: write `named = { by = "),
        ('{ least = 2 }', "check", "`by` is a short name of lower-case letters"),
        ('{ office = "dean" }', "check", "`named` knows no `office`: write `by`. Known are: by, least, most, from."),
        ('{ by = "dean", lest = 2 }', "check", "`named` knows no `lest`: write `least`."),
        (f'{{ by = "dean", most = {MOST_NAMED + 1} }}', "check", "`most` is a whole number from 1 to 50."),
        ('{ by = "dean", least = 3, most = 2 }', "check", "`most` is fewer people than `least`, which asks for 3."),
        ('{ by = "dean" }', "inform", 'nobody is waited for at a stage of kind "inform", so nobody is `named` for it'),
    ],
)
def test_a_fault_of_named_is_told_with_what_to_write(named: str, kind: str, fault: str) -> None:
    found = problems(TEXT.format(named=named, kind=kind), frozenset())
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('office = "dean"', "who sits here is named for each proposal, so leave `office` out"),
        ('bench = "joint"', "each party has its own people named, so leave `bench` out"),
        ('nominated-by = "provost"', '`nominated-by` is not known here: write `named = { by = "provost" }`.'),
        ("rule = { at-least = 3 }", "the `rule` asks for 3 approvals, but at most 2 people are named"),
    ],
)
def test_what_does_not_go_together_with_named_is_told(line: str, fault: str) -> None:
    rule = "" if line.startswith("rule") else 'rule = "all", '
    text = TEXT.replace('rule = "all", ', f"{line}, {rule}".replace("{", "{{").replace("}", "}}"))
    found = problems(text.format(named='{ by = "dean", most = 2 }', kind="check"), frozenset())
    assert any(fault in one for one in found), found


@pytest.mark.parametrize("asked_for", [Naming("dean"), Naming("dean", 2, 3, "external-examiner"), Naming("quality-office", 1, 1)])
def test_it_is_written_as_it_is_read(asked_for: Naming) -> None:
    flow = replace(FLOW, stages=(replace(FLOW.stages[0], seats=(replace(PANEL, naming=asked_for),)),))
    assert load(to_toml(flow)).stages[0].seats[0].naming == asked_for


@pytest.mark.parametrize(
    "value", [None, {"by": "dean"}, {"by": "dean", "least": 2, "most": 3, "from": "examiner"}, {"by": "dean", "colour": 1}, "dean"]
)
def test_the_fields_of_a_form_show_it_and_keep_it(value: object) -> None:
    fields = {f"n-{name}": (text,) for name, text in naming_fields(value).items()}
    assert read_naming(fields, "n") == value


def test_a_draft_keeps_who_is_named_and_shows_where_a_fault_is_mended() -> None:
    own = {"key": "panel", "title": "Panel", "side": "university", "named": {"by": "dean", "least": 2}, "rule": "all"}
    table: drafting.Table = {"stage": [{"key": "s", "title": "S", "kind": "check", "seat": [own]}]}
    shown = drafting.fields_of(table, 0, {})
    assert shown["seat-0-naming-by"] == ["dean"]
    assert drafting.filled(table, 0, shown, {}) == table
    emptied = drafting.filled(table, 0, {**shown, "seat-0-naming-by": [""], "seat-0-naming-least": [""]}, {})
    assert "named" not in drafting.seats(drafting.stages(emptied)[0])[0]
    place = placing.place_of(table, 'Stage "s", seat "panel": `most` is fewer people than `least`, which asks for 2.')
    assert place == placing.Place(0, "seat-0-naming-most")


def test_who_is_named_stays_named_in_later_rounds_and_other_additions_do_not() -> None:
    def added(place: str) -> Intervention:
        payload = {"stage": place, "seat": place, "party": "northfield", "person": "ito"}
        return Intervention(InterventionKind.PERSON_ADDED, payload, PersonId("dean"), "Dean", MONDAY, "", {})

    flow = workflow(stage("panel", PANEL), stage("board"))
    acts = [(1, added("panel")), (2, added("panel")), (2, added("board"))]
    assert [one.payload["stage"] for one in for_seats(flow, acts, 3)] == ["panel", "panel"]
    assert [one.payload["stage"] for one in for_seats(flow, acts, 2, since=1)] == ["panel", "board"]

"""A draft as a form: what is shown and sent back unchanged changes nothing; what is typed is kept, however wrong."""

import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.conditions import Condition
from cowork.domain.specifications import forms
from cowork.domain.toml import dumps
from cowork.domain.workflows import drafting, facts, loading
from cowork.domain.workflows.definition import Rule, StageKind, Workflow
from cowork.domain.workflows.drafting import act, fields_of, filled, stages
from cowork.domain.workflows.facts import Kind
from cowork.domain.workflows.fillins import condition_fields, parsed, read_condition, read_rule, rule_fields, text_of
from cowork.domain.workflows.placing import Place, place_of
from cowork.domain.workflows.writing import condition_table, rule_value, table_of
from tests.domain.workflows.test_writing import NASTY, conditions, rules, same, tables, toml_values, workflows

FORM = forms.shipped()
KINDS = {fact.path: fact.kind for fact in facts.every(FORM)}


def small() -> dict[str, object]:
    seat = {"key": "dean", "title": "Dean", "side": "university", "office": "dean", "rule": "any"}
    made = [{"key": key, "title": key.title(), "kind": "decide", "seat": [dict(seat)]} for key in ("a", "b", "c")]
    return {"key": "small", "version": 1, "title": "Small", "description": "D.", "source": "S.", "stage": made}


def sent_back(table: dict[str, object]) -> dict[str, object]:
    """Every part of the draft opened and saved as it was shown."""
    for part in (None, *range(len(stages(table)))):
        table = filled(table, part, fields_of(table, part, KINDS), KINDS)
    return table


@given(workflows())
def test_a_form_that_is_sent_back_unchanged_changes_nothing(flow: Workflow) -> None:
    again = sent_back(table_of(flow))
    assert loading.problems(dumps(again)) == ()
    assert same(loading.load(dumps(again)), flow)


@pytest.mark.parametrize("source", loading.sources())
def test_every_shipped_workflow_can_be_edited_by_the_form(source: str) -> None:
    assert same(loading.load(dumps(sent_back(tomllib.loads(source)))), loading.load(source))


@given(toml_values)
def test_any_condition_is_shown_and_read_back_as_it_was(value: object) -> None:
    fields = {f"c-{name}": (text,) for name, text in condition_fields(value, KINDS).items()}
    assert read_condition(fields, "c", KINDS) == value or value == ""


@given(conditions)
def test_any_sound_condition_is_shown_and_read_back_as_it_was(condition: Condition) -> None:
    value = condition_table(condition)
    fields = {f"c-{name}": (text,) for name, text in condition_fields(value, KINDS).items()}
    assert read_condition(fields, "c", KINDS) == value


@given(toml_values.filter(lambda value: value != ""))
def test_any_value_is_written_as_text_and_read_again(value: object) -> None:
    assert parsed(text_of(value)) == value


@given(rules())
def test_any_rule_is_shown_in_fields_and_read_back(rule: Rule) -> None:
    value = rule_value(rule, StageKind.DECIDE)
    shown = rule_fields(value)
    assert "text" not in shown, "the fields can say every sound rule"
    assert read_rule({f"r-{name}": (text,) for name, text in shown.items()}, "r") == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3 specialist", {"specialist": 3}), ("student-member, 3 specialist", {"student-member": 1, "specialist": 3}),
        ("student-member", "student-member"), ("one; two", ["one", "two"]),
    ],
)  # fmt: skip
def test_how_many_of_a_kind_a_quorum_includes_is_typed_before_it(typed: str, value: object) -> None:
    rule = read_rule({"r-kind": ("majority",), "r-quorum": ("people",), "r-quorum-number": ("5",), "r-with": (typed,)}, "r")
    assert rule == {"majority": True, "quorum": 5, "with": value}
    assert read_rule({f"r-{name}": (text,) for name, text in rule_fields(rule).items()}, "r") == rule


def test_a_notice_that_takes_several_objections_is_sent_back_as_it_was() -> None:
    rule = {"fails-at": 3}
    seat = {"key": "senators", "side": "university", "office": "senate", "title": "Senators", "rule": rule}
    call = {"key": "call", "title": "Call", "kind": "notice", "due_days": 10, "seat": [seat]}
    assert stages(sent_back({"stage": [call]}))[0]["seat"] == [seat]
    assert read_rule({f"r-{name}": (text,) for name, text in rule_fields(rule).items()}, "r") == rule


@pytest.mark.parametrize("value", [{"at-least": "two"}, {"surprise": 1}, 7, ["any"], {"quorum": -3}, {"majority": False}, "most"])
def test_a_wrong_rule_is_kept_as_it_is(value: object) -> None:
    assert read_rule({f"r-{name}": (text,) for name, text in rule_fields(value).items()}, "r") == value


@given(tables)
def test_no_draft_is_too_odd_to_be_shown_and_drawn(table: dict[str, object]) -> None:
    for part in (None, *range(len(stages(table)))):
        fields_of(table, part, KINDS)
    drafting.sketch(table)
    for fault in loading.problems(dumps(table)):
        place_of(table, fault)


@pytest.mark.parametrize("typed", ["soon", "-3", "1.5", "9" * 30, "٣"])
def test_a_number_that_is_none_is_kept_and_explained(typed: str) -> None:
    table = filled(small(), 0, {"due_days": [typed]}, KINDS)
    assert fields_of(table, 0, KINDS)["due_days"] == [typed]
    faults = loading.problems(dumps(table))
    assert any("due_days" in fault for fault in faults)
    assert place_of(table, faults[0]) == Place(0, "due_days")


@pytest.mark.parametrize(
    ("typed", "value", "again"),
    [
        ("30 calendar days", {"calendar": 30}, "30 calendar days"), ("3 months", {"months": 3}, "3 months"), ("10", 10, "10"),
        ("1 month", {"months": 1}, "1 month"), ("5 Working days", 5, "5"), ("30 days", "30 days", "30 days"),
        ("{ calendar = 30 }", {"calendar": 30}, "30 calendar days"), ("{months=3}", {"months": 3}, "3 months"),
        ("30  Calendar  days", {"calendar": 30}, "30 calendar days"), ("two weeks", {"calendar": 14}, "14 calendar days"),
        ("{ weeks = 2 }", "{ weeks = 2 }", "{ weeks = 2 }"),
    ],
)  # fmt: skip
def test_a_term_is_typed_as_it_is_said(typed: str, value: object, again: str) -> None:
    table = filled(small(), 0, {"due_days": [typed], "least_days": [typed]}, KINDS)
    assert stages(table)[0]["due_days"] == stages(table)[0]["least_days"] == value
    assert fields_of(table, 0, KINDS)["due_days"] == [again]


@pytest.mark.parametrize("typed", NASTY)
def test_a_hostile_text_stays_a_text(typed: str) -> None:
    table = filled(small(), 0, {"title": [typed], "guidance": [typed], "seat-0-key": [typed], "seat-0-title": [typed]}, KINDS)
    again = tomllib.loads(dumps(table))
    assert again["stage"][0].get("title", "") == typed.strip()
    assert again["stage"][1:] == small()["stage"][1:]  # type: ignore[index]


def test_conditions_are_typed_by_the_fact_they_ask() -> None:
    assert KINDS["legal.exclusivity"] is Kind.YESNO
    rows = {
        "c-join": ["any"], "c-0-fact": ["legal.exclusivity"], "c-0-op": ["is"], "c-0-value": ["yes"],
        "c-1-fact": ["business.fee"], "c-1-op": ["at-least"], "c-1-value": ["0.5"], "c-2-fact": [""], "c-2-op": ["is"], "c-2-value": [""],
    }  # fmt: skip
    assert read_condition(rows, "c", KINDS) == {
        "any": [{"fact": "legal.exclusivity", "is": True}, {"fact": "business.fee", "at-least": 0.5}]
    }
    assert read_condition({"c-0-fact": ["identity.code"], "c-0-op": ["is"], "c-0-value": ["5"]}, "c", KINDS) == {
        "fact": "identity.code", "is": "5"
    }  # fmt: skip


def test_what_rows_cannot_say_is_shown_as_text() -> None:
    value = {"not": {"fact": "legal.exclusivity", "is": True}}
    assert condition_fields(value, KINDS) == {"text": '{ not = { fact = "legal.exclusivity", is = true } }'}
    assert condition_fields(None, KINDS) == {"join": "all"}


def test_a_new_key_is_followed_by_whoever_names_it() -> None:
    table = small()
    stages(table)[2] |= {"after": ["a", "b"], "when": {"any": [{"fact": "stage.a", "is": "met"}]}}
    found = stages(filled(table, 0, {"key": ["first"]}, KINDS))
    assert (found[2]["after"], found[2]["when"]) == (["first", "b"], {"any": [{"fact": "stage.first", "is": "met"}]})


def keys(table: Mapping[str, object]) -> list[object]:
    return [stage["key"] for stage in stages(table)]


@pytest.mark.parametrize(
    ("action", "order", "part"),
    [
        ("stage-up:1", ["b", "a", "c"], 0),
        ("stage-down:1", ["a", "c", "b"], 2),
        ("stage-move:2:0", ["c", "a", "b"], 2),
        ("stage-move:1:2", ["a", "c", "b"], 2),
        ("stage-remove:0", ["b", "c"], 0),
        ("stage-remove:1", ["a", "c"], None),
        ("stage-add", ["a", "b", "c", "stage-4"], 3),
        ("stage-up:9", ["a", "b", "c"], 1),
        ("stage-remove", ["a", "b", "c"], 1),
        ("nonsense:x", ["a", "b", "c"], 1),
    ],
)
def test_stages_are_added_removed_and_moved(action: str, order: list[str], part: int | None) -> None:
    table, shown = act(small(), 1, action)
    assert (keys(table), shown) == (order, part)


def test_whoever_waited_for_a_removed_stage_waits_for_what_it_waited_for() -> None:
    table = small()
    stages(table)[2]["after"] = ["b"]
    assert stages(act(table, None, "stage-remove:1")[0])[1]["after"] == ["a"]


def test_seats_are_added_and_removed() -> None:
    table, part = act(small(), 0, "seat-add")
    assert [seat["key"] for seat in drafting.seats(stages(table)[0])] == ["dean", "seat-2"]
    table, part = act(table, part, "seat-up:1")
    table, part = act(table, part, "seat-remove:1")
    assert [seat["key"] for seat in drafting.seats(stages(table)[0])] == ["seat-2"]


def test_every_fault_leads_to_a_field_that_is_shown() -> None:
    table = small()
    stages(table)[1] |= {"kind": "odd", "due_days": "x", "after": ["nowhere"], "reads": [], "when": 3, "requires": [{"title": "T"}]}
    drafting.seats(stages(table)[1])[0] |= {"side": "x", "rule": {"percent": 300}, "office": 7}
    found = {place_of(table, fault).field for fault in loading.problems(dumps(table))}
    assert {"kind", "due_days", "after-by", "reads-by", "when", "requires-0-that", "seat-0-side", "seat-0-rule-number"} <= found


def test_a_new_draft_says_what_is_missing() -> None:
    faults = facts.faults(drafting.blank("our-way", "Our way"), FORM)
    assert any("`description` is missing" in fault for fault in faults)
    assert any("say who sits here" in fault for fault in faults)


def test_conditions_are_told_in_words() -> None:
    labels = {fact.path: fact.label for fact in facts.every(FORM)}
    flow = next(flow for flow in loading.shipped() if flow.key == "joint-employer-university")
    when = flow.stage("business").when
    assert when is not None
    told = facts.in_words(when, labels)
    assert " or " in told
    assert "is yes" in told


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_draft(text: str) -> None:
    table = drafting.parse(text)
    assert table is None or drafting.sketch(table) is not None


def test_a_draft_is_drawn_whatever_its_keys_are() -> None:
    table = small()
    stages(table)[0]["key"] = "Not a key"
    stages(table)[1] |= {"key": "c", "title": ""}
    stages(table)[2]["after"] = ["Not a key", "nowhere"]
    drawn = drafting.sketch(table)
    assert [(stage.key, stage.title, stage.after) for stage in drawn.stages] == [
        ("stage-1", "A", ()), ("stage-2", "c", ("stage-1",)), ("stage-3", "C", ("stage-1",)),
    ]  # fmt: skip


def test_a_joint_seat_with_its_quorum_substitutes_and_named_parties_is_shown_and_kept() -> None:
    rule = {"majority": True, "quorum": {"people": {"percent": 50}, "each-party": 2, "each-side": 1}}
    own = {"key": "board", "title": "Board", "side": "both", "office": "dean", "otherwise": ["deputy", "head"], "bench": "joint"}
    table: drafting.Table = {"stage": [{"key": "s", "title": "S", "kind": "vote", "seat": [{**own, "parties": ["a", "b"], "rule": rule}]}]}
    shown = drafting.fields_of(table, 0, {})
    names = ("parties", "named", "bench", "otherwise", "rule-each-party", "rule-each-side", "rule-quorum", "rule-quorum-number")
    assert [shown[f"seat-0-{name}"][0] for name in names] == ["named", "a, b", "joint", "deputy, head", "2", "1", "percent", "50"]
    assert drafting.filled(table, 0, shown, {}) == table
    changed = {**shown, "seat-0-parties": ["each"], "seat-0-bench": [""], "seat-0-rule-each-party": [""], "seat-0-rule-each-side": [""]}
    seat = drafting.seats(drafting.stages(drafting.filled(table, 0, changed, {}))[0])[0]
    assert ("parties" in seat, "bench" in seat, seat["rule"]) == (False, False, {"majority": True, "quorum": {"percent": 50}})


@pytest.mark.parametrize("kept", [None, True, False, "yes"])
def test_whether_it_decides_on_outlines_is_ticked_and_whatever_else_stands_there_is_kept(kept: object) -> None:
    table = small() if kept is None else {**small(), "outline": kept}
    assert filled(table, None, fields_of(table, None, KINDS), KINDS).get("outline") == kept
    assert filled(table, None, {**fields_of(table, None, KINDS), "outline": ["yes"]}, KINDS)["outline"] is True
    without = filled(table, None, {**fields_of(table, None, KINDS), "outline": []}, KINDS).get("outline")
    assert without == (None if kept is True else kept)

"""Framework checks: nothing passes that was not checked."""

import json
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms
from cowork.domain.specifications.framework_rules import FRAMEWORK_RULES
from cowork.domain.specifications.frameworks import ItemResult, Standing, check
from tests.domain.specifications.builders import SMALL, Contents, cloud
from tests.domain.specifications.strategies import contents

UNREAD = {"EU-P1", "EU-P10", "AU-CIR", "HK-2", "MY-1", "MY-6"}


def items(content: Contents) -> dict[str, ItemResult]:
    return {item.id: item for report in check(forms.shipped(), content) for item in report.items}


def standing(content: Contents, item: str) -> Standing:
    return items(content)[item].standing


def with_answers(**answers: Value) -> Contents:
    """The example with some answers replaced; ``section__field`` names them."""
    content = cloud()
    for path, value in answers.items():
        section, _, field = path.partition("__")
        content.setdefault(section, {})[field] = value
    return content


def test_an_empty_specification_passes_nothing() -> None:
    assert [item.id for item in items({}).values() if item.standing is Standing.PASSES] == []


def test_whatever_does_not_pass_says_why() -> None:
    assert [item.id for item in items(cloud()).values() if item.standing is not Standing.PASSES and not item.why] == []


@given(contents)
def test_what_was_not_read_is_never_claimed(content: Contents) -> None:
    found = items({**cloud(), **content})
    assert {found[item].standing for item in UNREAD} == {Standing.NOT_CLAIMED}


def test_what_shows_at_the_award_is_later_even_when_prepared() -> None:
    assert standing(cloud(), "EU-M1") is Standing.LATER
    assert standing({}, "EU-M1") is Standing.FAILS
    assert standing(cloud(), "SUNY-3") is Standing.LATER


def test_a_form_that_does_not_ask_claims_nothing() -> None:
    found = {item.standing for report in check(SMALL, {}) for item in report.items}
    assert Standing.PASSES not in found
    assert {item.why for r in check(SMALL, {}) for item in r.items if item.id == "EU-M2"} == {"This form does not ask about it."}


def test_private_answers_do_not_show_in_a_report() -> None:
    form = forms.shipped()
    private = {"business": {"costs": [{"id": "c1", "item": "x", "kind": "delivery", "amount": 1}], "break_even": 3}}
    assert check(form, {**cloud(), **private}) == check(form, cloud())


def test_every_item_is_served_by_fields_or_says_why_not() -> None:
    unserved = {item.id for item in items(cloud()).values() if not item.fields}
    assert unserved == {"AU-CIR", "SUNY-2", "SUNY-3", "IE-9", *(f"EU-P{number}" for number in range(1, 11) if number != 2)}


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        ("EU-M2", cloud, lambda: with_answers(identity__title="")),
        ("EU-M4", cloud, lambda: with_answers(parties__awarding_body="Acme Cloud")),
        ("EU-M6", cloud, lambda: with_answers(outcomes__items=[{"id": "o1", "text": "Understand costs"}])),
        ("EU-M7", cloud, lambda: with_answers(workload__ects=6)),
        ("EU-M8", cloud, lambda: with_answers(identity__level_framework="aqf")),
        ("EU-M8", lambda: with_answers(identity__level_framework="none", identity__level_reason="New field"), dict),
        ("EU-M8", lambda: with_answers(identity__level_framework="qf-ehea", identity__level="second"), dict),
        ("EU-M9", cloud, lambda: with_answers(assessments__items=[])),
        ("EU-M10", cloud, lambda: with_answers(delivery__mode="project")),
        ("EU-O4", lambda: with_answers(recognition__stacking="standalone"), lambda: with_answers(recognition__stacking="stackable")),
        ("AU-P2", cloud, lambda: with_answers(need__evidence=[], employer_statements__demand=[])),
        ("NZ-3", lambda: with_answers(identity__nzsced="020113"), lambda: with_answers(identity__nzsced="20113")),
        ("NZ-7", lambda: with_answers(quality__review_months=36), lambda: with_answers(quality__review_months=37)),
        ("NZ-8", cloud, lambda: with_answers(need__evidence=[{"id": "e1", "source": "Northfield University", "date": "2026-01-01"}])),
        ("NZ-9", cloud, lambda: with_answers(identity__title="National Cloud Diploma")),
        ("NZ-9", lambda: with_answers(identity__title="Mastering Clouds"), lambda: with_answers(identity__title="Master of Clouds")),
        ("NZ-10", cloud, lambda: with_answers(identity__title="ACME Operations")),
        ("NZ-10", lambda: with_answers(identity__title="Acme Operations", identity__title_reason="Their product"), dict),
        ("UK-1", lambda: with_answers(identity__level_framework="scqf"), cloud),
        ("CMF-1", cloud, lambda: with_answers(workload__total_hours=151)),
        ("CMF-2", cloud, lambda: with_answers(identity__level="8")),
        ("CMF-4", cloud, lambda: with_answers(assessments__learner_identity="")),
        ("CMF-5", cloud, lambda: with_answers(workload__ects=None)),
        ("ON-F2", cloud, lambda: with_answers(skills__items=[{"id": "s1", "framework": "own", "label": "x", "uri": "https://e.org"}])),
        ("ON-F3", cloud, lambda: with_answers(skills__items=[{"id": "s1", "framework": "esco", "label": "x", "outcomes": ["o1"]}])),
        ("ON-F6", cloud, lambda: with_answers(employer_statements__assessment=[])),
        ("IE-1", lambda: with_answers(identity__level_framework="nfq"), cloud),
        ("IE-2", cloud, lambda: with_answers(workload__ects=7.5)),
        ("IE-7", cloud, lambda: with_answers(outcomes__items=[{"id": "o1", "text": "List steps", "bloom": "create"}])),
        ("HK-1", lambda: with_answers(workload__scheme="hk", workload__local_credits=12.5), cloud),
        ("IN-1", lambda: with_answers(workload__scheme="in", workload__local_credits=4, workload__total_hours=120), cloud),
        ("IN-2", lambda: with_answers(identity__level_framework="ncrf", identity__level="4.5"), cloud),
        ("NL-1", cloud, lambda: with_answers(workload__ects=2.5)),
        ("OL-1", cloud, lambda: with_answers(identity__summary="word " * 31)),
        ("OL-2", cloud, lambda: with_answers(identity__purpose="word " * 101)),
        ("ACU-6", with_answers, lambda: with_answers(outcomes__items=[{"id": f"o{n}", "text": "x"} for n in range(4)])),
    ],
)  # fmt: skip
def test_an_item_passes_on_sound_answers_and_fails_on_others(item: str, good: Callable[[], Contents], bad: Callable[[], Contents]) -> None:
    assert items(good())[item].why == ""
    assert standing(good(), item) is Standing.PASSES
    assert standing(bad(), item) is Standing.FAILS


def test_new_zealand_credit_needs_scheme_level_and_matching_hours() -> None:
    level: dict[str, Value] = {"identity__level_framework": "nzqcf", "workload__scheme": "nz"}
    assert standing(with_answers(**level, workload__local_credits=12, workload__total_hours=120), "NZ-2") is Standing.PASSES
    assert "120 hours, but the total is 125" in items(with_answers(**level, workload__local_credits=12))["NZ-2"].why
    assert "from 1 to 40" in items(with_answers(**level, workload__local_credits=12.5))["NZ-2"].why


def test_a_framework_passes_only_when_all_it_needs_was_checked() -> None:
    reports = {report.id: report for report in check(forms.shipped(), cloud())}
    assert reports["emc-cmf"].passed
    assert not reports["my-mqa"].passed
    assert not reports["us-suny"].passed
    assert sum(reports["eu-2022"].count(standing) for standing in Standing) == len(reports["eu-2022"].items)


def test_no_rule_is_left_over() -> None:
    text = files("cowork.domain.specifications").joinpath("library", "frameworks.json").read_text("utf-8")
    named = {item["check"] for entry in json.loads(text) for item in entry["items"] if isinstance(item.get("check"), str)}
    assert named == set(FRAMEWORK_RULES)

"""Completeness: what is asked, what is missing, and what does not fit together."""

from collections.abc import Callable

import pytest
from hypothesis import given

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.rules import RULES
from tests.domain.specifications.builders import SMALL, Contents, assessment, cloud
from tests.domain.specifications.strategies import contents


def said(content: Contents, section: str) -> list[str]:
    found = completeness(forms.shipped(), content).section(section)
    assert found is not None
    return [problem.message for problem in found.missing]


def with_answer(path: str, value: Value) -> Contents:
    content = cloud()
    section, _, field = path.partition(".")
    content.setdefault(section, {})[field] = value
    return content


def test_an_empty_specification_is_nought_per_cent() -> None:
    found = completeness(SMALL, {})
    assert (found.percent, found.complete) == (0, False)
    assert [(section.section, section.answered, section.asked) for section in found.sections] == [("about", 0, 1), ("plan", 0, 1)]


def test_a_whole_specification_is_a_hundred_per_cent() -> None:
    found = completeness(SMALL, {"about": {"title": "T"}, "plan": {"goals": [{"id": "g1", "text": "x"}]}})
    assert (found.percent, found.complete) == (100, True)


def test_a_condition_adds_its_question() -> None:
    found = completeness(SMALL, {"about": {"title": "T", "kind": "a"}}).section("about")
    assert found is not None
    assert (found.answered, found.asked, found.complete) == (1, 2, False)
    assert [problem.path for problem in found.missing] == ["about.why"]


def test_too_few_and_too_many_entries_are_counted_for_the_reader() -> None:
    few = completeness(SMALL, {"about": {"title": "T", "tags": ["one"]}}).sections[0]
    assert [problem.message for problem in few.missing] == ["“Tags” needs at least 2 tags; there is 1."]
    goals = [{"id": f"g{n}", "text": "x"} for n in range(4)]
    many = completeness(SMALL, {"plan": {"goals": goals}}).sections[1]
    assert [problem.message for problem in many.missing] == ["“Goals” takes at most 3 entries; there are 4."]


def test_a_row_without_its_required_column_is_named() -> None:
    found = completeness(SMALL, {"plan": {"goals": [{"id": "g1", "size": 1}]}}).sections[1]
    assert [(problem.path, problem.message) for problem in found.missing] == [
        ("plan.goals.g1.text", "Entry 1 of “Goals” has no “Goal” yet.")
    ]
    assert found.answered == 0


@given(contents)
def test_the_percentage_is_a_hundred_exactly_when_all_is_complete(content: Contents) -> None:
    found = completeness(SMALL, content)
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) is found.complete is all(section.complete for section in found.sections)


@pytest.mark.parametrize(
    ("content", "section", "expected"),
    [
        (lambda: with_answer("identity.summary", "word " * 31), "identity", "31 words"),
        (lambda: with_answer("assessments.items", [assessment("a1", 60, ["o1", "o2", "o3"])]), "assessments", "add up to 60 %"),
        (lambda: with_answer("assessments.items", [assessment("a1", 100, ["o1", "o2"])]), "assessments", "Outcome 3 is not assessed"),
        (lambda: with_answer("workload.total_hours", 130), "workload", "add up to 125, but the total is 130"),
        (lambda: with_answer("workload.ects", None), "workload", "how many ECTS"),
        (lambda: with_answer("modules.items", [{"id": "m1", "title": "M", "hours": 126, "lead": "joint"}]), "modules", "126 hours"),
        (
            lambda: with_answer("employer_statements.demand", [{"id": "d1", "organisation": "A", "statement": "s"}]),
            "employer_statements",
            "“The competency is in demand” is not signed",
        ),
        (lambda: with_answer("outcomes.items", cloud()["outcomes"]["items"][:2]), "outcomes", "at least 3 entries"),  # type: ignore[index]
        (
            lambda: {**cloud(), "quality": {"valid_from": "2028-01-01", "valid_until": "2027-01-01"}},
            "quality",
            "lies before “Offered from”",
        ),
        (lambda: {**cloud(), "legal": {"term_start": "2028-01-01", "term_end": "2027-01-01"}}, "legal", "ends before it starts"),
        (lambda: {**cloud(), "delivery": {"cohort_min": 20, "cohort_max": 10}}, "delivery", "smaller than the smallest"),
        (lambda: with_answer("signoffs.items", [{"id": "s1", "side": "university"}]), "signoffs", "answers for the employer"),
    ],
)
def test_answers_that_do_not_fit_together_are_named(content: Callable[[], Contents], section: str, expected: str) -> None:
    assert any(expected in message for message in said(content(), section))


def test_a_sound_specification_breaks_no_rule() -> None:
    assert [problem for rule in RULES for problem in rule.broken(cloud())] == []


def test_fractions_of_weights_add_up_exactly() -> None:
    thirds = [assessment("a1", 33.3, ["o1"]), assessment("a2", 33.3, ["o2"]), assessment("a3", 33.4, ["o3"])]
    assert said(with_answer("assessments.items", thirds), "assessments")[:1] != ["The weights of the assessments add up to 100 %."]
    assert not any("add up" in message for message in said(with_answer("assessments.items", thirds), "assessments"))


def test_rules_speak_of_fields_that_the_shipped_form_has() -> None:
    paths = {f"{section.key}.{field.key}" for section in forms.shipped().sections for field in section.fields}
    assert {path for rule in RULES for path in rule.needs} - paths == set()


def test_a_rule_is_silent_about_a_form_that_does_not_ask() -> None:
    assert completeness(SMALL, {"identity": {"summary": "word " * 50}}).section("identity") is None

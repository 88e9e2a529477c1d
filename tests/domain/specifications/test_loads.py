"""What the alignment says about assessments and outcomes that carry too much or too little."""

from cowork.domain.conditions import Value
from cowork.domain.specifications.alignment import alignment
from cowork.domain.specifications.loads import outcome_shares, overloads
from tests.domain.specifications.builders import Contents, assessment, cloud


def said(content: Contents) -> list[str]:
    return [found.sentence for found in overloads(content)]


def test_a_sound_specification_carries_its_load() -> None:
    assert overloads(cloud()) == ()
    assert overloads({}) == ()


def outcomes(count: int) -> Value:
    return [{"id": f"o{number}", "text": f"Do {number}", "bloom": "apply"} for number in range(1, count + 1)]


def test_an_assessment_of_too_many_outcomes_is_named() -> None:
    content = cloud()
    content["outcomes"]["items"] = outcomes(5)
    content["assessments"]["items"] = [assessment("a1", 100, ["o1", "o2", "o3", "o4", "o5"])]
    assert said(content) == ["A 1 “Task a1” tests 5 outcomes: one mark says little about each. Split it, or tie it to fewer."]
    assert overloads(content)[0].path == "assessments.items.a1.outcomes"


def test_an_outcome_that_is_tested_too_often_is_named() -> None:
    content = cloud()
    content["assessments"]["items"] = [assessment(f"a{number}", 25, ["o1", "o2", "o3"]) for number in range(1, 5)]
    assert len(said(content)) == 3
    assert "is tested 4 times" in said(content)[0]


def test_a_task_on_too_many_outcomes_is_named() -> None:
    content = cloud()
    content["outcomes"]["items"] = outcomes(6)
    content["alignment"]["tasks"] = [{"id": "t1", "task": "All", "outcomes": [f"o{number}" for number in range(1, 7)]}]
    assert any("rests on 6 outcomes" in sentence for sentence in said(content))


def test_marks_that_are_spread_unevenly_are_named() -> None:
    content = cloud()
    content["assessments"]["items"] = [assessment("a1", 96, ["o1"]), assessment("a2", 4, ["o2", "o3"])]
    found = said(content)
    assert "carries 96 % of the marks" in found[0]
    assert "LO 1" in found[1]
    assert "more than all others" in found[1]
    assert [sentence[:4] for sentence in found[2:]] == ["LO 2", "LO 3"]


def test_without_weights_nothing_is_said_of_them() -> None:
    content = cloud()
    first, second = assessment("a1", 96, ["o1"]), assessment("a2", 4, ["o2", "o3"])
    del second["weight"]
    content["assessments"]["items"] = [first, second]
    assert said(content) == []


def test_the_shares_of_outcomes_add_up_to_all_marks() -> None:
    matrix = alignment(cloud())
    assert outcome_shares({"a1": 60, "a2": 40}, matrix) == {"o1": 30, "o2": 30, "o3": 40}
    assert outcome_shares({"a1": 0, "a2": None}, matrix) == {}

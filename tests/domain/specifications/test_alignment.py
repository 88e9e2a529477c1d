"""The alignment matrix and its gaps."""

from cowork.domain.specifications.alignment import alignment
from tests.domain.specifications.builders import cloud


def test_a_sound_specification_has_no_gaps() -> None:
    assert alignment(cloud()).gaps == ()


def test_the_matrix_follows_the_links_both_ways() -> None:
    found = alignment(cloud())
    assert [[item.short for item in line.assessments] for line in found.outcomes] == [["A 1"], ["A 1"], ["A 2"]]
    assert [item.text for item in found.outcomes[0].skills] == ["operate cloud services"]
    assert [item.short for item in found.outcomes[2].modules] == ["M 1"]
    assert [item.short for item in found.outcomes[2].tasks] == ["T 1"]


def test_a_task_is_also_proved_by_what_assesses_its_outcomes() -> None:
    line = alignment(cloud()).tasks[0]
    assert [item.short for item in line.assessments] == ["A 1"]
    assert [item.short for item in line.via_outcomes] == ["A 2"]
    assert [item.short for item in line.evidence] == ["E 1"]


def test_every_kind_of_gap_is_told_in_a_sentence() -> None:
    content = cloud()
    content["outcomes"]["items"] = [{"id": "o9", "text": "Plan", "bloom": "create"}]
    content["alignment"]["tasks"] = [{"id": "t9", "task": "Work"}]
    assert alignment(content).gaps == (
        "LO 1 “Plan” is not assessed. Tie an assessment to it.",
        "LO 1 “Plan” is not taught in any module. Tie a module to it.",
        "LO 1 “Plan” shows no skill. Tie a skill to it.",
        "LO 1 “Plan” serves no job task. Name the task it prepares for.",
        "T 1 “Work” is built by no outcome. Tie an outcome to it.",
        "T 1 “Work” is proved by no assessment. Tie an assessment to it.",
        "T 1 “Work” names no skill. Tie a skill to it.",
        "T 1 “Work” rests on no evidence of need. Tie an item of evidence to it.",
    )


def test_a_row_tied_to_nothing_is_told() -> None:
    content = cloud()
    content["modules"]["items"] = [
        *content["modules"]["items"],  # type: ignore[misc]
        {"id": "m2", "title": "Extra", "hours": 1, "lead": "joint"},
    ]
    assert alignment(content).gaps == ("M 2 “Extra” serves no outcome. Tie one to it or remove the entry.",)


def test_links_to_removed_rows_are_passed_over() -> None:
    content = cloud()
    del content["skills"], content["assessments"], content["need"]
    line = alignment(content).tasks[0]
    assert (line.skills, line.assessments, line.via_outcomes, line.evidence) == ((), (), (), ())


def test_an_empty_specification_has_an_empty_matrix() -> None:
    found = alignment({})
    assert (found.outcomes, found.assessments, found.tasks, found.gaps) == ((), (), (), ())

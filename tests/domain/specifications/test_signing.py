"""Signatures of rows: bound to what a statement rests on, stale exactly when that changes."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from cowork.domain.ids import Digest, OrganisationId, PersonId
from cowork.domain.specifications.signing import (
    OUTCOMES,
    TASKS,
    Reading,
    Signature,
    Statement,
    all_signed,
    overtaken,
    reading,
    readings,
    signed,
    stale_of,
)
from tests.domain.specifications.builders import cloud

DEMAND, JOB = Statement.IN_DEMAND, Statement.AS_ON_THE_JOB
AT = datetime(2026, 3, 2, tzinfo=UTC)


def signature(found: Reading, person: str = "ada") -> Signature:
    return Signature(
        found.path, found.row, found.statement, PersonId(person), person.title(), OrganisationId("acme"), "Acme", 1, found.digest, AT
    )


def of(content: Any, path: str = TASKS, row: str = "t1", statement: Statement = DEMAND) -> Reading:
    found = reading(content, path, row, statement)
    assert found is not None
    return found


def test_both_statements_can_be_signed_of_every_task_and_outcome() -> None:
    assert [found.key for found in readings(cloud())] == [
        f"{path}/{row}/{statement}"
        for path, row in ((TASKS, "t1"), (OUTCOMES, "o1"), (OUTCOMES, "o2"), (OUTCOMES, "o3"))
        for statement in ("in-demand", "as-on-the-job")
    ]
    assert readings({}) == ()


def test_a_reading_says_what_the_statement_rests_on() -> None:
    assert [label for label, _ in of(cloud()).lines] == ["Job task", "Skill", "Evidence"]
    assert [label for label, _ in of(cloud(), statement=JOB).lines] == ["Job task", *["Outcome"] * 3, *["Assessment"] * 2]
    last = ("Assessment", "Task a2; project; weight 40 %; criteria: It works.; leaves: A repository.")
    assert of(cloud(), statement=JOB).lines[-1] == last
    assert [label for label, _ in of(cloud(), OUTCOMES, "o1").lines] == ["Outcome", "Skill", "Job task"]
    assert reading(cloud(), TASKS, "t9", DEMAND) is None
    assert reading(cloud(), "skills.items", "s1", DEMAND) is None


def changed(section: str, field: str, row: int, column: str, value: object) -> Any:
    content: Any = deepcopy(cloud())
    content[section][field][row][column] = value
    return content


@pytest.mark.parametrize(
    ("change", "demand", "job"),
    [
        (("alignment", "tasks", 0, "task", "Other work"), True, True),
        (("alignment", "tasks", 0, "skills", []), True, False),
        (("alignment", "tasks", 0, "outcomes", ["o1"]), False, True),
        (("alignment", "tasks", 0, "outcomes", ["o3", "o2", "o1"]), False, False),
        (("alignment", "tasks", 0, "confirmed", False), False, False),
        (("need", "evidence", 0, "title", "Survey"), True, False),
        (("skills", "items", 0, "label", "run clouds"), True, False),
        (("outcomes", "items", 0, "text", "Plan a network"), False, True),
        (("outcomes", "items", 0, "bloom", "create"), False, False),
        (("assessments", "items", 0, "title", "Exam"), False, True),
        (("assessments", "items", 1, "weight", 41), False, True),
        (("assessments", "items", 1, "supervision", "none"), False, False),
        (("modules", "items", 0, "title", "Nets"), False, False),
    ],
)
def test_a_signature_is_stale_exactly_when_what_it_rests_on_changed(change: Any, demand: bool, job: bool) -> None:
    given = [signature(of(cloud())), signature(of(cloud(), statement=JOB))]
    found = {one.reading.statement: one for one in signed(changed(*change), given) if one.reading.path == TASKS}
    assert [bool(found[statement].stale) for statement in (DEMAND, JOB)] == [demand, job]
    assert [bool(found[statement].valid) for statement in (DEMAND, JOB)] == [not demand, not job]


def test_moving_rows_makes_nothing_stale() -> None:
    content: Any = cloud()
    for section in ("outcomes", "assessments"):
        content[section]["items"].reverse()
    assert {found.key: found.digest for found in readings(content)} == {found.key: found.digest for found in readings(cloud())}


def test_a_signature_of_one_row_does_not_serve_another() -> None:
    content: Any = cloud()
    content["alignment"]["tasks"].append({**content["alignment"]["tasks"][0], "id": "t2"})
    assert of(content, row="t1").lines == of(content, row="t2").lines
    assert of(content, row="t1").digest != of(content, row="t2").digest


def test_a_list_is_signed_when_every_row_has_both_signatures_as_it_reads() -> None:
    both = [signature(of(cloud())), signature(of(cloud(), statement=JOB))]
    assert all_signed(cloud(), TASKS, both)
    assert not all_signed(cloud(), TASKS, both[:1])
    assert not all_signed(cloud(), OUTCOMES, both)
    assert not all_signed({}, TASKS, both)
    assert not all_signed(changed("assessments", "items", 0, "title", "Exam"), TASKS, both)


def test_a_false_digest_is_no_signature() -> None:
    one = signature(of(cloud()))
    false = Signature(one.path, one.row, one.statement, one.person, one.name, one.organisation, one.party, 1, Digest("0" * 64), AT)
    assert signed(cloud(), [false])[0].valid == ()


def test_a_change_overtakes_what_held_before_and_a_row_that_went_does_too() -> None:
    content: Any = cloud()
    before = [signature(of(content)), signature(of(content, statement=JOB)), signature(of(content, statement=JOB), "ben")]
    after: Any = changed("assessments", "items", 0, "title", "Exam")
    assert overtaken(content, after, before) == (before[1], before[2])
    assert overtaken(content, content, before) == ()
    assert overtaken(after, content, [signature(of(after, statement=JOB))]) != (), "going back overtakes what was signed between"
    assert overtaken(after, changed("assessments", "items", 0, "title", "Oral"), before[1:]) == (), "what was stale is not overtaken again"
    gone: Any = cloud()
    gone["alignment"]["tasks"] = []
    assert set(overtaken(content, gone, before)) == set(before)


def test_whoever_signed_anew_has_nothing_stale() -> None:
    old, now = signature(of(cloud(), statement=JOB)), changed("assessments", "items", 0, "title", "Exam")
    assert stale_of(signed(now, [old]), old.person) == (old,)
    assert stale_of(signed(now, [old]), PersonId("ben")) == ()
    assert stale_of(signed(now, [old, signature(of(now, statement=JOB))]), old.person) == ()

"""Where a fault can be mended: the very field that says it, in whatever part of the form that is."""

import pytest

from cowork.domain.specifications import forms
from cowork.domain.toml import dumps
from cowork.domain.workflows import drafting, facts, placing
from cowork.domain.workflows.drafting import fields_of, stages
from cowork.domain.workflows.placing import Place
from tests.domain.workflows.test_drafting import KINDS, small

FORM = forms.shipped()


def places(table: dict[str, object]) -> dict[Place, str]:
    return {placing.place_of(table, fault): fault for fault in facts.faults(dumps(table), FORM)}


def changed(number: int, **keys: object) -> dict[str, object]:
    table = small()
    stages(table)[number] |= keys
    return table


def in_seat(**keys: object) -> dict[str, object]:
    table = small()
    drafting.seats(stages(table)[1])[0] |= keys
    return table


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"majority": True, "quorum": 0}, "quorum-number"), ({"majority": True, "quorum": {"percent": 0}}, "quorum-number"),
        ({"majority": True, "fails-at": {"percent": 0}}, "fails-at"), ({"majority": True, "with": "x", "quorum": 2}, "with"),
        ({"majority": True, "fails-at": 0}, "fails-at"), ({"majority": True, "chair": "x"}, "chair"),
        ({"majority": True, "of": "x"}, "of"), ({"percent": 300}, "number"), ({"at-least": 0}, "number"),
        ({"majority": True, "at-least": 0}, "least"), ({"majority": True, "closes": "at-term"}, None),
        ({"majority": True, "quorum": {"people": 2, "each-party": 0}}, "each-party"), ({"surprise": 1}, "text"),
        ({"two-thirds": True, "chair": "breaks-ties"}, "kind"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_stands_at_the_field_that_says_it(rule: dict[str, object], field: str | None) -> None:
    table = in_seat(rule=rule)
    wanted = Place(1, "") if field is None else Place(1, f"seat-0-rule-{field}")
    if field is None:
        wanted = Place(1, "due_days")
    assert wanted in places(table)
    assert wanted.field in fields_of(table, 1, KINDS), "the form has that field"


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"participants": "authors"}, "seat-0-participants"), ({"parties": ["Not A Key"]}, "seat-0-named"),
        ({"parties": "x"}, "seat-0-parties"), ({"colour": "red"}, "seat-0"), ({"keys": 0}, "seat-0-keys"),
    ],
)  # fmt: skip
def test_a_fault_of_a_seat_stands_at_the_field_that_says_it(keys: dict[str, object], field: str) -> None:
    assert Place(1, field) in places(in_seat(**keys))


@pytest.mark.parametrize(
    ("number", "keys", "place"),
    [
        (1, {"when": {"fact": "stage.c", "is": "refused"}}, Place(1, "when")),
        (1, {"requires": [{"title": "T", "that": {"fact": "refused.c", "is": "rejected"}}]}, Place(1, "requires-0-that")),
        (1, {"requires": [{"title": "", "that": {"fact": "complete.legal", "is": True}}]}, Place(1, "requires-0-title")),
        (1, {"requires": [{"title": "T", "that": {"fact": "nowhere.x", "is": True}}]}, Place(1, "requires-0-that")),
        (2, {"when": {"fact": "stage.a", "is": "approved"}}, Place(2, "when")),
        (1, {"refusal": {"back-to": "c"}}, Place(1, "refusal-to")),
        (1, {"refusal": {"surprise": 1}}, Place(1, "refusal-text")),
        (1, {"refusal": {"request-changes": "x"}}, Place(1, "refusal-changes")),
        (2, {"key": "a"}, Place(2, "key")),
        (0, {"after": ["b"]}, Place(0, "after-by")),
        (1, {"after": ["b"]}, Place(1, "after-by")),
    ],
)  # fmt: skip
def test_a_fault_of_a_stage_stands_at_the_field_that_says_it(number: int, keys: dict[str, object], place: Place) -> None:
    assert place in places(changed(number, **keys))


def test_twin_seats_are_told_at_the_last_of_them() -> None:
    table = small()
    own = drafting.seats(stages(table)[1])
    stages(table)[1]["seat"] = [*own, *own]
    assert Place(1, "seat-1-key") in places(table)


def test_windows_are_told_at_their_fields() -> None:
    assert Place(None, "window-0-closes") in places(small() | {"window": [{"opens": 1, "closes": "x"}]})

"""What a refusal does, shown in fields and read back as it was; where fields cannot say it, as text."""

import pytest

from cowork.domain.workflows.fillins_refusals import read_refusal, refusal_fields

BACK = {"back-to": "committee", "times": 1}


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, {"all": "", "changes": ""}),
        ("continues", {"all": "continues", "changes": ""}),
        (BACK, {"all": "back", "changes": "", "to": "committee", "times": "1", "then": ""}),
        ({"reject": "continues"}, {"all": "continues", "changes": "ends"}),
        ({"request-changes": BACK}, {"all": "ends", "changes": "back", "to": "committee", "times": "1", "then": ""}),
        ({"reject": BACK, "request-changes": BACK}, {"all": "back", "changes": "back", "to": "committee", "times": "1", "then": ""}),
    ],
)
def test_fields_say_what_a_refusal_does_and_are_read_back(value: object, fields: dict[str, str]) -> None:
    assert refusal_fields(value) == fields
    assert read_refusal({f"r-{name}": (text,) for name, text in fields.items()}, "r") == value


@pytest.mark.parametrize("changes", [BACK, "continues"])
def test_an_end_that_holds_anyway_opens_in_the_fields_too(changes: object) -> None:
    fields = refusal_fields({"reject": "ends", "request-changes": changes})
    assert fields == refusal_fields({"request-changes": changes})
    assert read_refusal({f"r-{name}": (text,) for name, text in fields.items()}, "r") == {"request-changes": changes}


@pytest.mark.parametrize(
    "value",
    [
        {"reject": {"back-to": "a"}, "request-changes": {"back-to": "b"}},
        {"back-to": "a", "twice": True},
        {"reject": "back"},
        ["ends"],
        3,
    ],
)
def test_what_they_cannot_say_is_shown_as_text_and_kept(value: object) -> None:
    fields = refusal_fields(value)
    assert list(fields) == ["text"]
    assert read_refusal({"r-text": (fields["text"],)}, "r") == value

"""What docs/workflows.md shows can be used as it stands, and nothing that can be written is missing from it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cowork.domain.conditions import OPERATORS
from cowork.domain.specifications import forms
from cowork.domain.workflows import reading, rules
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.loading import problems, shipped
from tests.domain.workflows.test_library import OFFICES
from tests.domain.workflows.test_loading import HEADING

PAGE = Path(__file__).parents[3].joinpath("docs", "workflows.md").read_text(encoding="utf-8")
EXAMPLES = [text if text.startswith("key") else HEADING + text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
FACTS = frozenset(f"{section.key}.{field.key}" for section in forms.shipped().sections for field in section.fields)


def keys_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from keys_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_in(part)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_used_with_the_shipped_form(example: str) -> None:
    assert problems(example, FACTS) == ()


def test_an_example_shows_every_key_operator_and_kind() -> None:
    shown = {key for example in EXAMPLES for key in keys_in(tomllib.loads(example))}
    kinds = {stage["kind"] for example in EXAMPLES for stage in tomllib.loads(example)["stage"]}
    known = {*reading._WORKFLOW_KEYS, *reading._STAGE_KEYS, *reading._SEAT_KEYS, *rules._KEYS, *OPERATORS, "all", "any", "not"}
    assert known - shown - {"majority"} == set()
    assert kinds == {kind.value for kind in StageKind}


def test_the_page_lists_every_shipped_workflow_and_every_kind_of_office() -> None:
    assert [name for name in (*OFFICES, *(flow.key for flow in shipped())) if f"| `{name}` |" not in PAGE] == []

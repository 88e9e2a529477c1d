"""What docs/workflows.md shows can be used as it stands."""

import re
from pathlib import Path

import pytest

from cowork.domain.workflows.loading import problems, shipped
from tests.domain.workflows.test_library import OFFICES
from tests.domain.workflows.test_loading import HEADING

PAGE = Path(__file__).parents[3].joinpath("docs", "workflows.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_there_is_an_example_for_every_construct() -> None:
    for construct in ("after", "when", "reads", "due_days", "guidance", "at-least", '"any"', '"all"', '"employer"'):
        assert construct in PAGE
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_used(example: str) -> None:
    assert problems(example if example.startswith("key") else HEADING + example) == ()


def test_the_page_lists_every_shipped_workflow_and_every_kind_of_office() -> None:
    assert [name for name in (*OFFICES, *(flow.key for flow in shipped())) if f"| `{name}` |" not in PAGE] == []

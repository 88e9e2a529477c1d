"""What docs/workflows.md shows can be used as it stands, and nothing that can be written is missing from it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cowork.domain.conditions import OPERATORS
from cowork.domain.ids import Side
from cowork.domain.specifications import forms
from cowork.domain.workflows import facts, reading, reading_seats, rules
from cowork.domain.workflows.definition import Base, Chair, Dissent, Lapse, Parties, Refusal, StageKind
from cowork.domain.workflows.loading import shipped
from cowork.domain.workflows.progress import StageStanding
from tests.domain.workflows.test_chains import CHAINS
from tests.domain.workflows.test_library import OFFICES
from tests.domain.workflows.test_loading import HEADING

PAGE = Path(__file__).parents[3].joinpath("docs", "workflows.md").read_text(encoding="utf-8")
EXAMPLES = [text if text.startswith("key") else HEADING + text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]


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
    assert facts.faults(example, forms.shipped()) == ()


def test_an_example_shows_every_key_operator_and_kind() -> None:
    shown = {key for example in EXAMPLES for key in keys_in(tomllib.loads(example))}
    kinds = {stage["kind"] for example in EXAMPLES for stage in tomllib.loads(example)["stage"]}
    known = {*reading._WORKFLOW_KEYS, *reading._STAGE_KEYS, *reading_seats._SEAT_KEYS, *rules.KEYS, *OPERATORS, "all", "any", "not"}
    assert known - shown - {"majority"} == set()
    assert kinds == {kind.value for kind in StageKind}


def words_in(value: object) -> Iterator[object]:
    """Every single value, and the tables that say a number of people as a share."""
    if isinstance(value, dict):
        yield tuple(value)
        for part in value.values():
            yield from words_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from words_in(part)
    else:
        yield value


def test_an_example_shows_every_word_that_can_be_chosen_beside_what_leaving_out_means() -> None:
    def shown(name: str) -> set[object]:
        tables = [tomllib.loads(example) for example in EXAMPLES]
        return {word for table in tables for value in named(table, name) for word in words_in(value)}

    chosen: dict[str, set[object]] = {
        "refusal": {Refusal.ENDS, Refusal.CONTINUES},
        "lapse": {*Lapse} - {Lapse.OPEN},
        "side": {*Side, "both"},
        "parties": {*Parties} - {Parties.EACH, Parties.NAMED} | {"northfield-university"},
        "keys": {"any", 2},
        "of": {*Base} - {Base.MEMBERS},
        "fails-at": {2, ("percent",), "one-third"},
        "chair": {*Chair} - {Chair.VOTES},
        "dissent": {*Dissent},
        "quorum": {"one-third", "majority", "two-thirds", "all", 6, ("percent",)},
        "participants": {"author", "commenter", "reader", "all"},
    }
    assert {name: words - shown(name) for name, words in chosen.items() if words - shown(name)} == {}


def test_the_page_tells_how_a_stage_can_have_ended() -> None:
    ends = {StageStanding.REFUSED, StageStanding.SKIPPED, StageStanding.OVERRIDDEN, "approved", "approved-with-conditions"}
    assert [end for end in ends if f"`{end}`" not in PAGE] == []


def named(value: object, name: str) -> Iterator[object]:
    """What stands under this key, however deep."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == name:
                yield part
            yield from named(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from named(part, name)


def test_the_page_names_only_chains_that_there_are() -> None:
    part = PAGE.partition("## Chains to look at")[2].partition("\n## ")[0]
    named_there = set(re.findall(r"`([a-z-]+)`", part.partition("|---|---|")[2]))
    assert named_there <= set(CHAINS)
    assert len(named_there) >= 10


def test_the_page_lists_every_shipped_workflow_and_every_kind_of_office() -> None:
    assert [name for name in (*OFFICES, *(flow.key for flow in shipped())) if f"| `{name}` |" not in PAGE] == []

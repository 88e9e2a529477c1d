"""Approval chains of the field that are not among those shipped: each is written as data alone and played through its stories.

``chains/NAME.toml`` is the workflow; ``chains/NAME.stories.toml`` says whose practice it is, who takes part, and what happens.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cowork.domain.specifications import forms
from cowork.domain.workflows.loading import load, problems, shipped
from cowork.domain.workflows.progress import Outcome
from tests.domain.workflows.plays import Play

FOLDER = Path(__file__).with_name("chains")
CHAINS = sorted(path.name.removesuffix(".stories.toml") for path in FOLDER.glob("*.stories.toml"))
FACTS = frozenset(f"{section.key}.{asked.key}" for section in forms.shipped().sections for asked in section.fields)


def source(name: str) -> str:
    return FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")


def script(name: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(f"{name}.stories.toml").read_text(encoding="utf-8"))


def facts_for(name: str) -> frozenset[str]:
    """The facts of the shipped form and the questions that the organisation of this chain has added to it."""
    return FACTS | frozenset(script(name).get("own_questions", ()))


STORIES = [pytest.param(name, story, id=f"{name}: {story['title']}") for name in CHAINS for story in script(name)["story"]]


def staged(name: str, story: dict[str, Any]) -> Play:
    setting, facts = script(name), facts_for(name)
    flow = load(source(name), facts)
    sections = sorted({fact.partition(".")[0] for fact in facts})
    numbers = {word: story.get(word, setting.get(word, 1)) for word in ("universities", "employers")}
    people = {**setting.get("people", {}), **story.get("people", {})}
    return Play(flow, sections, people=people, facts=story.get("facts", {}), **numbers)


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_can_be_written_as_data_alone(name: str) -> None:
    assert problems(source(name), facts_for(name)) == ()
    assert load(source(name)).key == name
    assert script(name)["practice"]


@pytest.mark.parametrize(("name", "story"), STORIES)
def test_a_story_ends_as_it_does_in_the_field(name: str, story: dict[str, Any]) -> None:
    progress = staged(name, story).play(story["lines"])
    assert progress.outcome == story["ends"], progress.sentence
    found = {entry.stage.key: str(entry.standing) for entry in progress.stages}
    assert {key: found[key] for key in story.get("stages", {})} == story.get("stages", {})
    assert bool(progress.needs) is (progress.outcome is Outcome.IN_REVIEW)


def test_there_are_at_least_twenty_chains_each_with_an_end_and_another_way() -> None:
    assert len(CHAINS) >= 20
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}{end}" for name in CHAINS for end in (".toml", ".stories.toml")}
    assert not {flow.key for flow in shipped()} & set(CHAINS)
    for name in CHAINS:
        stories = script(name)["story"]
        assert len(stories) >= 2
        assert any(story["ends"] == "approved" for story in stories), name

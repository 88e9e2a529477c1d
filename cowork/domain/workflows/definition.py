"""The workflow: which stages a round passes, who sits in each, and by what rule a seat is filled.

A workflow is versioned data (TOML under ``library/``). `loading.load` reads one, `loading.problems` explains every fault of one
in sentences.
"""

from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.conditions import Condition
from cowork.domain.ids import Digest, Side


class StageKind(StrEnum):
    """What a stage does. All of them gather approvals; the word tells people what is asked of them."""

    DECIDE = "decide"
    ENDORSE = "endorse"
    CHECK = "check"
    VOTE = "vote"


class RuleKind(StrEnum):
    ANY = "any"  # one holder is enough
    ALL = "all"  # every holder who has no conflict
    AT_LEAST = "at-least"  # `count` of the holders


@dataclass(frozen=True, slots=True)
class Rule:
    kind: RuleKind
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """An office of a party that must approve. A seat stands once for every party of its side: each has its own key to turn."""

    key: str
    side: Side
    office: str
    title: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Stage:
    """`after` names the stages that must be over first (empty: runs from the start; several: a join)."""

    key: str
    title: str
    kind: StageKind
    seats: tuple[Seat, ...]
    after: tuple[str, ...]
    guidance: str = ""
    when: Condition | None = None
    reads: tuple[str, ...] | None = None
    due_days: int | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    key: str
    version: int
    title: str
    description: str
    source: str
    stages: tuple[Stage, ...]
    digest: Digest

    def stage(self, key: str) -> Stage:
        """The stage of that key; KeyError when there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

"""From parsed TOML to the dataclasses of `definition`, collecting every fault on the way as a sentence with its place."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from cowork.domain.conditions import BadCondition, Condition, Value, facts_in, parse
from cowork.domain.ids import Digest, Side
from cowork.domain.workflows.definition import Rule, RuleKind, Seat, Stage, StageKind, Workflow

MAX_STAGES = 60
MAX_SEATS = 20
MAX_TITLE = 120
MAX_PARAGRAPH = 2_000
MAX_VERSION = 1_000_000
MAX_COUNT = 1_000
LONGEST_TERM = 365
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SECTION = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_MAX_KEY = 60
_WORKFLOW_KEYS = ("key", "version", "title", "description", "source", "stage")
_STAGE_KEYS = ("key", "title", "kind", "guidance", "after", "when", "reads", "due_days", "seat")
_SEAT_KEYS = ("key", "side", "office", "title", "rule")
_ANY = Rule(RuleKind.ANY)

Table = Mapping[str, Value]
Word = TypeVar("Word", bound=StrEnum)


class Reading:
    """One pass over one text. `faults` grows while it is read; a value that cannot be read is replaced by a harmless one."""

    def __init__(self, facts: Collection[str] | None) -> None:
        self.faults: list[str] = []
        self._facts = None if facts is None else frozenset(facts)

    def workflow(self, raw: Table, digest: Digest) -> Workflow:
        """The workflow; usable only when `faults` is empty afterwards."""
        place = "Workflow"
        self._known_keys(raw, _WORKFLOW_KEYS, place)
        heading = Workflow(
            key=self._key(raw, "key", place),
            version=self._number(raw, "version", place, MAX_VERSION) or 0,
            title=self._text(raw, "title", place, MAX_TITLE),
            description=self._text(raw, "description", place, MAX_PARAGRAPH),
            source=self._text(raw, "source", place, MAX_PARAGRAPH),
            stages=(),
            digest=digest,
        )
        stages = self._stages(raw)
        self._order(stages)
        return replace(heading, stages=stages)

    # Stages and seats

    def _stages(self, raw: Table) -> tuple[Stage, ...]:
        tables = self._tables(raw, "stage", "Workflow", MAX_STAGES)
        stages: list[Stage] = []
        for number, table in enumerate(tables, 1):
            place = _place("stage", table, number)
            before = (stages[-1].key,) if stages and stages[-1].key else ()
            stages.append(self._stage(table, place, before))
        self._no_twins([stage.key for stage in stages], "Workflow", "stages")
        if stages and all(stage.when is not None for stage in stages):
            self._fault("Workflow", "every stage has a `when`, so a proposal could pass without any decision. Let one stage always run")
        return tuple(stages)

    def _stage(self, raw: Table, place: str, before: tuple[str, ...]) -> Stage:
        self._known_keys(raw, _STAGE_KEYS, place)
        after = self._words(raw, "after", place, _KEY)
        return Stage(
            key=self._key(raw, "key", place),
            title=self._text(raw, "title", place, MAX_TITLE),
            kind=self._word(raw, "kind", place, StageKind, StageKind.DECIDE),
            seats=self._seats(raw, place),
            after=before if after is None else after,
            guidance=self._text(raw, "guidance", place, MAX_PARAGRAPH) if "guidance" in raw else "",
            when=self._when(raw, place),
            reads=self._reads(raw, place),
            due_days=self._number(raw, "due_days", place, LONGEST_TERM) if "due_days" in raw else None,
        )

    def _seats(self, raw: Table, place: str) -> tuple[Seat, ...]:
        seats = []
        for number, table in enumerate(self._tables(raw, "seat", place, MAX_SEATS), 1):
            inner = f"{place}, {_place('seat', table, number, start='seat')}"
            self._known_keys(table, _SEAT_KEYS, inner)
            seats.append(
                Seat(
                    key=self._key(table, "key", inner),
                    side=self._word(table, "side", inner, Side, Side.UNIVERSITY),
                    office=self._key(table, "office", inner),
                    title=self._text(table, "title", inner, MAX_TITLE),
                    rule=self._rule(table, inner),
                )
            )
        self._no_twins([seat.key for seat in seats], place, "seats")
        return tuple(seats)

    def _rule(self, raw: Table, place: str) -> Rule:
        match raw.get("rule"):
            case "any":
                return _ANY
            case "all":
                return Rule(RuleKind.ALL)
            case {"at-least": int(count), **rest} if not rest and not isinstance(count, bool) and 1 <= count <= MAX_COUNT:
                return Rule(RuleKind.AT_LEAST, count)
        self._fault(place, f'`rule` is "any", "all" or {{ at-least = N }} with N from 1 to {MAX_COUNT:,}')
        return _ANY

    def _when(self, raw: Table, place: str) -> Condition | None:
        if "when" not in raw:
            return None
        try:
            condition = parse(raw["when"])
        except BadCondition as error:
            self._fault(place, f"in `when`, {error}")
            return None
        for fact in dict.fromkeys(facts_in(condition)):
            if self._facts is not None and fact not in self._facts:
                self._fault(place, f'`when` asks about "{fact}", which the form does not have')
        return condition

    def _reads(self, raw: Table, place: str) -> tuple[str, ...] | None:
        reads = self._words(raw, "reads", place, _SECTION)
        if reads == () and raw["reads"] == []:
            self._fault(place, "`reads` is empty, so no edit could ever void a decision. Name sections, or leave it out to read all")
        if self._facts is not None:
            sections = {fact.partition(".")[0] for fact in self._facts}
            for section in reads or ():
                if section not in sections:
                    self._fault(place, f'`reads` names the section "{section}", which the form does not have')
        return reads

    # The order of the stages

    def _order(self, stages: Sequence[Stage]) -> None:
        """Report `after` that names no stage, circles, and stages that can never open because of either."""
        keys = {stage.key for stage in stages}
        if "" in keys or len(keys) < len(stages):
            return  # faults of the keys are reported already; without sound keys there is no order to speak of
        for stage in stages:
            for earlier in stage.after:
                if earlier not in keys:
                    self._fault(f'Stage "{stage.key}"', f'`after` names "{earlier}", but there is no such stage')
        circle = _circle(stages)
        if circle:
            chain = " after ".join(f'"{key}"' for key in circle)
            self._fault("Workflow", f"stages wait for each other in a circle ({chain}), so none of them can open")
        lost = set(circle) | {stage.key for stage in stages if not keys.issuperset(stage.after)}
        for key in _behind(stages, lost):
            self._fault(f'Stage "{key}"', "it can never be reached, because a stage before it cannot open")

    # Values

    def _fault(self, place: str, text: str) -> None:
        self.faults.append(f"{place}: {text}.")

    def _known_keys(self, raw: Table, known: Sequence[str], place: str) -> None:
        for key in raw:
            if key not in known:
                self._fault(place, f"`{_shown(key)}` is not known here. Known are: {', '.join(known)}")

    def _tables(self, raw: Table, name: str, place: str, most: int) -> list[Table]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            self._fault(
                place,
                f"write each {name} as a table of its own that begins with [[{'stage' if name == 'stage' else 'stage.seat'}]]",
            )
            return []
        if not value:
            self._fault(place, f"there is no {name}. Add at least one")
        if len(value) > most:
            self._fault(place, f"there are {len(value):,} {name}s, but at most {most} are possible")
        return value[:most]

    def _no_twins(self, keys: Sequence[str], place: str, what: str) -> None:
        for key, count in Counter(keys).items():
            if count > 1 and key:
                self._fault(place, f'{count} {what} have the key "{key}". Each needs its own')

    def _text(self, raw: Table, name: str, place: str, most: int) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value.strip():
            self._fault(place, f"`{name}` is missing: write it as text in quotes")
            return ""
        if len(value) > most:
            self._fault(place, f"`{name}` has {len(value):,} characters, but at most {most:,} are possible")
        text = " ".join(value.split())
        if not text.isprintable():
            self._fault(place, f"`{name}` holds characters that cannot be shown. Type it anew")
        return text

    def _key(self, raw: Table, name: str, place: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > _MAX_KEY:
            self._fault(place, f'`{name}` is a short name of lower-case letters, digits and hyphens, such as "quality-office"')
            return ""
        return value

    def _word(self, raw: Table, name: str, place: str, words: type[Word], otherwise: Word) -> Word:
        value = raw.get(name)
        for word in words:
            if word.value == value:
                return word
        self._fault(place, f"`{name}` is one of: {', '.join(word.value for word in words)}")
        return otherwise

    def _number(self, raw: Table, name: str, place: str, most: int) -> int | None:
        value = raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self._fault(place, f"`{name}` is a whole number from 1 to {most:,}")
            return None
        return value

    def _words(self, raw: Table, name: str, place: str, pattern: re.Pattern[str]) -> tuple[str, ...] | None:
        """A list of different names; None where it is left out."""
        if name not in raw:
            return None
        value = raw[name]
        words = [word for word in value if isinstance(word, str) and pattern.fullmatch(word)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(words) < len(value):
            self._fault(place, f"`{name}` is a list of keys in quotes")
        if len(set(words)) < len(words):
            self._fault(place, f"`{name}` names something twice")
        return tuple(dict.fromkeys(words))


def _place(what: str, raw: Table, number: int, start: str = "Stage") -> str:
    key = raw.get("key")
    name = f'"{_shown(key)}"' if isinstance(key, str) and key else str(number)
    return f"{start} {name}" if start != what else f"{what} {name}"


def _shown(word: str) -> str:
    """A word of the author's, short and on one line."""
    return " ".join(word.split())[:_MAX_KEY]


def _circle(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The keys of stages that wait for each other, first and last the same; empty where there are none."""
    waits = {stage.key: stage.after for stage in stages}
    try:
        tuple(TopologicalSorter(waits).static_order())
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def _behind(stages: Sequence[Stage], lost: Collection[str]) -> tuple[str, ...]:
    """The stages that wait, directly or not, for one of these keys, in the order of the file."""
    unreachable = set(lost)
    grew = True
    while grew:
        more = {stage.key for stage in stages if stage.key not in unreachable and unreachable & set(stage.after)}
        unreachable |= more
        grew = bool(more)
    return tuple(stage.key for stage in stages if stage.key in unreachable and stage.key not in lost)

"""From parsed TOML to the dataclasses of `definition`, collecting every fault on the way as a sentence with its place."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from cowork.domain.conditions import BadCondition, Condition, Value, facts_in, parse, tests_in
from cowork.domain.ids import Digest, Side
from cowork.domain.proposals import ProposalKind, Role
from cowork.domain.workflows import rules
from cowork.domain.workflows.definition import (
    ALL,
    ANY,
    DECIDING,
    Dissent,
    Parties,
    Refusal,
    Requirement,
    Rule,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Window,
    Workflow,
)

MAX_STAGES = 60
MAX_SEATS = 20
MAX_TITLE = 120
MAX_PARAGRAPH = 2_000
MAX_VERSION = 1_000_000
LONGEST_TERM = 365
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SECTION = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DAY = re.compile(r"(\d\d)-(\d\d)")
_MAX_KEY = 60
_WORKFLOW_KEYS = ("key", "version", "title", "description", "source", "window", "idle_days", "stage")
_STAGE_KEYS = (
    "key", "title", "kind", "guidance", "after", "when", "reads", "requires", "edits", "statement", "needed", "refusal", "due_days",
    "idle_days", "escalate_to", "seat",
)  # fmt: skip
_SEAT_KEYS = ("key", "side", "office", "person", "participants", "parties", "keys", "title", "rule")
_BOTH = "both"
STAGE_RESULTS = ("approved", "approved-with-conditions", "refused", "skipped", "overridden")
"""How a stage can have ended, as conditions call it."""
_LEAP_YEAR = 2028
_PROPOSAL_FACTS = ("kind", "round", "employers", "universities")
_NEVER_REFUSED = frozenset({StageKind.CONSULT, StageKind.INFORM})

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
            windows=self._windows(raw),
            idle_days=self._number(raw, "idle_days", place, LONGEST_TERM) if "idle_days" in raw else None,
        )
        stages = self._stages(raw)
        self._order(stages)
        return replace(heading, stages=stages)

    def stage(self, raw: Table) -> Stage:
        """One stage by itself, as it is added to a round that runs."""
        return self._stage(raw, _place("stage", raw, 1), ())

    # Stages and seats

    def _stages(self, raw: Table) -> tuple[Stage, ...]:
        tables = self._tables(raw, "stage", "Workflow", MAX_STAGES)
        stages: list[Stage] = []
        for number, table in enumerate(tables, 1):
            place = _place("stage", table, number)
            before = (stages[-1].key,) if stages and stages[-1].key else ()
            stages.append(self._stage(table, place, before))
        self._no_twins([stage.key for stage in stages], "Workflow", "stages")
        if stages and all(stage.kind in _NEVER_REFUSED for stage in stages):
            self._fault("Workflow", "no stage decides anything: consulting and informing approve nothing. Add a stage that decides")
        return tuple(stages)

    def _stage(self, raw: Table, place: str, before: tuple[str, ...]) -> Stage:
        self._known_keys(raw, _STAGE_KEYS, place)
        after = self._words(raw, "after", place, _KEY)
        kind = self._word(raw, "kind", place, StageKind, StageKind.DECIDE)
        seats = self._seats(raw, place, kind)
        stage = Stage(
            key=self._key(raw, "key", place),
            title=self._text(raw, "title", place, MAX_TITLE),
            kind=kind,
            seats=seats,
            after=before if after is None else after,
            guidance=self._optional_text(raw, "guidance", place),
            when=self._condition(raw, "when", place) if "when" in raw else None,
            reads=self._sections(raw, "reads", place),
            due_days=self._number(raw, "due_days", place, LONGEST_TERM) if "due_days" in raw else None,
            needed=self._number(raw, "needed", place, MAX_SEATS) if "needed" in raw else None,
            requires=self._requirements(raw, place),
            edits=self._sections(raw, "edits", place) or (),
            statement=self._optional_text(raw, "statement", place),
            refusal=self._refusal(raw, place, kind),
            idle_days=self._number(raw, "idle_days", place, LONGEST_TERM) if "idle_days" in raw else None,
            escalate_to=self._key(raw, "escalate_to", place) if "escalate_to" in raw else "",
        )
        self._fits(stage, place)
        return stage

    def _fits(self, stage: Stage, place: str) -> None:
        """Report what each value alone does not show."""
        if stage.needed is not None and stage.needed > len(stage.seats):
            self._fault(place, f"`needed` asks for {stage.needed} seats, but there are {len(stage.seats)}")
        if stage.kind in (StageKind.CONSULT, StageKind.NOTICE) and stage.due_days is None:
            self._fault(place, f'a stage of kind "{stage.kind.value}" ends by its term, so it needs `due_days`')
        if stage.due_days is None and any(seat.rule.closes_at_term for seat in stage.seats):
            self._fault(place, "a vote that closes at the end of the term needs `due_days`")
        if stage.statement and stage.kind not in DECIDING:
            self._fault(place, f'nobody approves at a stage of kind "{stage.kind.value}", so there is no `statement` to sign')

    def _refusal(self, raw: Table, place: str, kind: StageKind) -> Refusal:
        if "refusal" not in raw:
            return Refusal.HOLDS if kind is StageKind.NOTICE else Refusal.ENDS
        found = self._word(raw, "refusal", place, Refusal, Refusal.ENDS)
        if kind in _NEVER_REFUSED:
            self._fault(place, f'a stage of kind "{kind.value}" is never refused, so leave `refusal` out')
        elif found is Refusal.HOLDS and kind is not StageKind.NOTICE:
            self._fault(place, '`refusal` is "holds" for notices only. Write "ends" or "continues"')
        return found

    def _requirements(self, raw: Table, place: str) -> tuple[Requirement, ...]:
        if "requires" not in raw:
            return ()
        found = []
        for number, table in enumerate(self._tables(raw, "requires", place, MAX_SEATS), 1):
            inner = f"{place}, requirement {number}"
            self._known_keys(table, ("title", "that"), inner)
            condition = self._condition(table, "that", inner)
            title = self._text(table, "title", inner, MAX_TITLE)
            if condition is not None:
                found.append(Requirement(title, condition))
        return tuple(found)

    def _windows(self, raw: Table) -> tuple[Window, ...]:
        if "window" not in raw:
            return ()
        found = []
        for number, table in enumerate(self._tables(raw, "window", "Workflow", MAX_SEATS), 1):
            place = f"Workflow, window {number}"
            self._known_keys(table, ("opens", "closes"), place)
            opens, closes = self._day(table, "opens", place), self._day(table, "closes", place)
            if bool(opens[0]) is not bool(closes[0]):
                self._fault(place, '`opens` and `closes` are both days of the year ("09-01") or both days of the month (1)')
            found.append(Window(opens, closes))
        return tuple(found)

    def _day(self, raw: Table, name: str, place: str) -> tuple[int, int]:
        """A day of the year "MM-DD" as (month, day), or a day of every month as (0, day)."""
        value = raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31:
            return 0, value
        match = _DAY.fullmatch(value) if isinstance(value, str) else None
        if match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= monthrange(_LEAP_YEAR, int(match[1]))[1]:
            return int(match[1]), int(match[2])
        self._fault(place, f'`{name}` is a day of the year such as "09-01" (month-day) or a day of every month from 1 to 31')
        return 0, 1

    def _seats(self, raw: Table, place: str, kind: StageKind) -> tuple[Seat, ...]:
        seats = []
        for number, table in enumerate(self._tables(raw, "seat", place, MAX_SEATS), 1):
            inner = f"{place}, {_place('seat', table, number, start='seat')}"
            self._known_keys(table, _SEAT_KEYS, inner)
            seats.append(self._seat(table, inner, kind))
        self._no_twins([seat.key for seat in seats], place, "seats")
        return tuple(seats)

    def _seat(self, raw: Table, place: str, kind: StageKind) -> Seat:
        sources = [name for name in ("office", "person", "participants") if name in raw]
        if not sources:
            self._fault(place, "say who sits here: `office`, `person` or `participants`")
        return Seat(
            key=self._key(raw, "key", place),
            side=None if raw.get("side") == _BOTH else self._side(raw, place),
            offices=self._one_or_more(raw, "office", place, _KEY, 'kinds of office such as "dean"'),
            title=self._text(raw, "title", place, MAX_TITLE),
            rule=self._rule(raw, place, kind),
            people=tuple(p.lower() for p in self._one_or_more(raw, "person", place, _EMAIL, "e-mail addresses")),
            participants=self._roles(raw, place),
            parties=self._word(raw, "parties", place, Parties, Parties.EACH) if "parties" in raw else Parties.EACH,
            keys=self._seat_keys(raw, place),
        )

    def _side(self, raw: Table, place: str) -> Side:
        value = raw.get("side")
        for side in Side:
            if side.value == value:
                return side
        self._fault(place, f'`side` is one of: {", ".join(side.value for side in Side)}, {_BOTH}')
        return Side.UNIVERSITY

    def _roles(self, raw: Table, place: str) -> tuple[str, ...]:
        if raw.get("participants") == "all":
            return tuple(role.value for role in Role)
        found = self._one_or_more(raw, "participants", place, _KEY, 'roles: "author", "commenter", "reader", or "all"')
        if unknown := sorted(set(found) - {role.value for role in Role}):
            self._fault(place, f'`participants` names "{unknown[0]}". Known are: author, commenter, reader, all')
        return found

    def _seat_keys(self, raw: Table, place: str) -> Threshold:
        value = raw.get("keys", "all")
        if value == "all":
            return Threshold(ThresholdKind.ALL)
        if value == "any":
            return Threshold(ThresholdKind.COUNT, 1)
        if value in ("majority", "two-thirds"):
            return Threshold(ThresholdKind(value))
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= rules.MAX_COUNT:
            return Threshold(ThresholdKind.COUNT, value)
        self._fault(place, '`keys` says how many of the parties must approve: "all", "any", "majority", "two-thirds" or a number')
        return Threshold(ThresholdKind.ALL)

    def _one_or_more(self, raw: Table, name: str, place: str, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
        """One text or a list of them; empty where it is left out."""
        if name not in raw:
            return ()
        value = raw[name]
        words = [value] if isinstance(value, str) else value
        fits = isinstance(words, list) and all(isinstance(w, str) and pattern.fullmatch(w) and len(w) <= 254 for w in words)
        if not fits or not isinstance(words, list) or not words:
            self._fault(place, f"`{name}` names {what}: one in quotes, or a list")
            return ()
        if len(set(words)) < len(words):
            self._fault(place, f"`{name}` names something twice")
        return tuple(dict.fromkeys(words))

    def _rule(self, raw: Table, place: str, kind: StageKind) -> Rule:
        if kind in DECIDING:
            found = rules.read(raw.get("rule"))
        elif kind is StageKind.NOTICE and isinstance(own := raw.get("rule"), Mapping) and set(own) == {"fails-at"}:
            found = rules.read(own)
            found = found if isinstance(found, str) else replace(ALL, fails_at=found.fails_at)
        elif "rule" in raw and kind is not StageKind.CONSULT:
            self._fault(place, f'nobody approves at a stage of kind "{kind.value}", so it has no `rule`')
            return ALL
        else:
            found = rules.read(raw.get("rule", "all"))
        if isinstance(found, str):
            self._fault(place, found)
            return ANY
        return found if kind in DECIDING else replace(found, dissent=Dissent.COUNTS)

    def _condition(self, raw: Table, name: str, place: str) -> Condition | None:
        try:
            condition = parse(raw.get(name))
        except BadCondition as error:
            self._fault(place, f"in `{name}`, {error}")
            return None
        for fact in dict.fromkeys(facts_in(condition)):
            if not self._is_known(fact):
                self._fault(place, f'`{name}` asks about "{fact}", which the form does not have')
        for test in tests_in(condition):
            for value in test.operand if isinstance(test.operand, list) else [test.operand]:
                known = _words_of(test.fact) if test.operator in ("is", "is-not", "in") else ()
                if known and value not in known:
                    self._fault(place, f'`{name}` compares "{test.fact}" with {_shown(str(value))}. It is one of: {", ".join(known)}')
        return condition

    def _is_known(self, fact: str) -> bool:
        """Whether a fact is an answer of the form, or one of those that every proposal has. Those of stages are checked with the order."""
        section, _, field = fact.partition(".")
        if section == "stage":
            return True
        if section == "proposal":
            return field in _PROPOSAL_FACTS
        if self._facts is None:
            return True
        if section == "complete":
            return field in {known.partition(".")[0] for known in self._facts}
        return fact in self._facts

    def _sections(self, raw: Table, name: str, place: str) -> tuple[str, ...] | None:
        found = self._words(raw, name, place, _SECTION)
        if found == () and raw[name] == []:
            if name == "reads":
                self._fault(place, "`reads` is empty, so no edit could ever void a decision. Name sections, or leave it out to read all")
            else:
                self._fault(place, f"`{name}` is empty. Name sections, or leave it out")
        if self._facts is not None:
            sections = {fact.partition(".")[0] for fact in self._facts}
            for section in found or ():
                if section not in sections:
                    self._fault(place, f'`{name}` names the section "{section}", which the form does not have')
        return found

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
        if not circle:
            self._looks_back(stages)

    def _looks_back(self, stages: Sequence[Stage]) -> None:
        """Report conditions on how stages ended that are not before the one that asks: nobody could know yet."""
        flow = Workflow("", 1, "", "", "", tuple(stages), Digest(""))
        for stage in stages:
            conditions = [*([stage.when] if stage.when else []), *(needed.that for needed in stage.requires)]
            asked = [fact.partition(".") for condition in conditions for fact in facts_in(condition)]
            known = flow.before(stage.key)
            for section, _, key in asked:
                if section == "stage" and key not in known:
                    self._fault(f'Stage "{stage.key}"', f'a condition asks how stage "{key}" ended, but that is not one of those before it')

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
                f"write each {name} as a table of its own that begins with [[{'' if name in ('stage', 'window') else 'stage.'}{name}]]",
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

    def _optional_text(self, raw: Table, name: str, place: str) -> str:
        return self._text(raw, name, place, MAX_PARAGRAPH) if name in raw else ""

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


def _words_of(fact: str) -> tuple[str, ...]:
    """The words that a fact can be, where they are known to every form; empty where they are not."""
    if fact == "proposal.kind":
        return tuple(kind.value for kind in ProposalKind)
    return STAGE_RESULTS if fact.startswith("stage.") else ()


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

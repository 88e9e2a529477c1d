"""Workflows back into TOML: canonical, and pleasant to read. The opposite of `loading`.

`to_toml` writes a workflow; loading what it wrote gives the same workflow again, but for the digest. `dumps` writes any parsed TOML,
so that a draft that is no workflow yet can be kept too; reading what it wrote gives the same values again.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from math import isinf, isnan
from textwrap import wrap

from cowork.domain.conditions import All, Any, Condition, Not, Value
from cowork.domain.proposals import Role
from cowork.domain.workflows.definition import (
    ALL,
    ANY,
    DECIDING,
    Base,
    Chair,
    Dissent,
    Parties,
    Refusal,
    Rule,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Window,
    Workflow,
)

WIDTH = 120
"""Longer lists are written an item a line, longer texts are wrapped."""
ORDER = (
    "key", "version", "title", "kind", "description", "source", "guidance", "after", "when", "reads", "requires", "edits", "statement",
    "needed", "refusal", "due_days", "side", "office", "person", "participants", "parties", "keys", "rule", "idle_days", "escalate_to",
    "fact", "that", "window", "stage", "seat",
)  # fmt: skip
"""The keys of every table in the order in which they are written; unknown ones follow."""
TABLES = ("window", "stage", "seat")
"""Lists that are written as tables of their own."""
_STAMP = re.compile(r"# Published in Cowork by [^\n]*\n+")
_VERSION = re.compile(r"^version[ \t]*=[ \t]*[^\s\"'\[{]+[ \t]*$", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_WORDS = {
    "any": ANY,
    "all": ALL,
    "majority": Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS),
    "two-thirds": Rule(Threshold(ThresholdKind.TWO_THIRDS), dissent=Dissent.COUNTS),
}

Table = Mapping[str, Value]


def to_toml(workflow: Workflow) -> str:
    """The TOML of a workflow. `loading.load` of it gives the same workflow, with the digest of this text."""
    return dumps(table_of(workflow))


def table_of(workflow: Workflow) -> dict[str, Value]:
    """A workflow as the table that TOML would be parsed to; what is as usual is left out."""
    table: dict[str, Value] = {"key": workflow.key, "version": workflow.version, "title": workflow.title}
    table |= {"description": prose(workflow.description), "source": prose(workflow.source)}
    if workflow.idle_days is not None:
        table["idle_days"] = workflow.idle_days
    if workflow.windows:
        table["window"] = [_window(window) for window in workflow.windows]
    before: tuple[str, ...] = ()
    stages: list[Value] = []
    for stage in workflow.stages:
        stages.append(_stage(stage, before))
        before = (stage.key,)
    table["stage"] = stages
    return table


def prose(text: str) -> str:
    """A text as it is kept in TOML: a long one on lines of its own, which count as spaces when it is read."""
    text = " ".join(text.split())
    if len(text) <= WIDTH - 20:
        return text
    return "\n".join(wrap(text, WIDTH + 15, break_long_words=False, break_on_hyphens=False)) + "\n"


def _window(window: Window) -> dict[str, Value]:
    days = {"opens": window.opens, "closes": window.closes}
    return {name: f"{month:02}-{day:02}" if month else day for name, (month, day) in days.items()}


def _stage(stage: Stage, before: tuple[str, ...]) -> dict[str, Value]:
    table: dict[str, Value] = {"key": stage.key, "title": stage.title, "kind": stage.kind.value}
    if stage.after != before or not before:
        table["after"] = list(stage.after)
    texts = {"guidance": stage.guidance, "statement": stage.statement}
    table |= {name: prose(text) for name, text in texts.items() if text}
    if stage.when is not None:
        table["when"] = condition_table(stage.when)
    sections = {"reads": stage.reads, "edits": stage.edits or None}
    table |= {name: list(keys) for name, keys in sections.items() if keys is not None}
    if stage.requires:
        table["requires"] = [{"title": one.title, "that": condition_table(one.that)} for one in stage.requires]
    numbers = {"needed": stage.needed, "due_days": stage.due_days, "idle_days": stage.idle_days}
    table |= {name: number for name, number in numbers.items() if number is not None}
    if stage.refusal is not (Refusal.HOLDS if stage.kind is StageKind.NOTICE else Refusal.ENDS):
        table["refusal"] = stage.refusal.value
    if stage.escalate_to:
        table["escalate_to"] = stage.escalate_to
    return {**table, "seat": [_seat(seat, stage.kind) for seat in stage.seats]}


def _seat(seat: Seat, kind: StageKind) -> dict[str, Value]:
    table: dict[str, Value] = {"key": seat.key, "title": seat.title, "side": seat.side.value if seat.side else "both"}
    sources = {"office": seat.offices, "person": seat.people, "participants": seat.participants}
    if seat.participants == tuple(role.value for role in Role):
        table["participants"] = "all"
    for name, words in sources.items():
        if words and name not in table:
            table[name] = words[0] if len(words) == 1 else list(words)
    if seat.parties is not Parties.EACH:
        table["parties"] = seat.parties.value
    if seat.keys.kind is ThresholdKind.COUNT:
        table["keys"] = "any" if seat.keys.number == 1 else seat.keys.number
    elif seat.keys.kind is not ThresholdKind.ALL:
        table["keys"] = seat.keys.kind.value
    rule = rule_value(seat.rule, kind)
    return {**table, "rule": rule} if kind in DECIDING or rule != "all" else table


def rule_value(rule: Rule, kind: StageKind) -> Value:
    """A rule as a word or a table. Where nobody approves, every dissent only counts, whatever was written."""
    return {"fails-at": rule.fails_at} if kind is StageKind.NOTICE and rule.fails_at is not None else _rule_value(rule, kind)


def _rule_value(rule: Rule, kind: StageKind) -> Value:
    for word, known in _WORDS.items():
        if rule == known or (kind not in DECIDING and _same_but_for_dissent(rule, known)):
            return word
    table: dict[str, Value] = {}
    match rule.approvals.kind:
        case ThresholdKind.COUNT:
            table["at-least"] = rule.approvals.number
        case ThresholdKind.PERCENT:
            table["percent"] = rule.approvals.number
        case other:
            table[other.value] = True
    if rule.of is not Base.MEMBERS:
        table["of"] = rule.of.value
    if rule.quorum is not None:
        table["quorum"] = _quorum(rule.quorum)
    if rule.fails_at is not None:
        table["fails-at"] = rule.fails_at
    if rule.chair is not Chair.VOTES:
        table["chair"] = rule.chair.value
    if rule.objections_block:
        table["objections"] = "block"
    if rule.dissent is not usual_dissent(table):
        table["dissent"] = rule.dissent.value
    if rule.closes_at_term:
        table["closes"] = "at-term"
    return table


def usual_dissent(table: Table) -> Dissent:
    """What a dissent does where the table of a rule does not say: it counts in a vote, and ends anything else."""
    votes = ("percent", "majority", "two-thirds", "quorum", "fails-at", "objections")
    is_vote = any(key in table for key in votes) or table.get("chair", "votes") != "votes"
    return Dissent.COUNTS if is_vote else Dissent.ENDS


def _same_but_for_dissent(one: Rule, other: Rule) -> bool:
    parts = ("approvals", "of", "quorum", "fails_at", "chair", "objections_block", "closes_at_term")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _quorum(quorum: Threshold) -> Value:
    if quorum.kind is ThresholdKind.COUNT:
        return quorum.number
    return {"percent": quorum.number} if quorum.kind is ThresholdKind.PERCENT else quorum.kind.value


def condition_table(condition: Condition) -> dict[str, Value]:
    """A condition as a table."""
    match condition:
        case All(parts):
            return {"all": [condition_table(part) for part in parts]}
        case Any(parts):
            return {"any": [condition_table(part) for part in parts]}
        case Not(part):
            return {"not": condition_table(part)}
        case test:
            return {"fact": test.fact, test.operator: test.operand}


def dumps(table: Table) -> str:
    """Any parsed TOML as text. Reading it gives the same values."""
    return "\n".join(_lines(table, "")).strip("\n") + "\n"


def _lines(table: Table, path: str) -> list[str]:
    own = [name for name in table if name in TABLES and _is_tables(table[name])]
    lines = [f"{_key(name)} = {_block(table[name], _key(name))}" for name in in_order(table) if name not in own]
    for name in sorted(own, key=TABLES.index):
        inner = f"{path}.{name}" if path else name
        for entry in table[name]:  # type: ignore[attr-defined]  # `_is_tables` saw that it is a list
            lines += ["", f"[[{inner}]]", *_lines(entry, inner)]
    return lines


def _is_tables(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def in_order(table: Table) -> list[str]:
    """The keys of a table in the order in which they are written."""
    places = {key: place for place, key in enumerate(ORDER)}
    return sorted(table, key=lambda key: places.get(key, len(ORDER)))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _block(value: Value, name: str) -> str:
    """A value that stands behind its key on a line of its own."""
    if isinstance(value, str) and "\n" in value:
        return _lines_of_text(value)
    return _value(value, len(name) + 3, "")


def inline(value: Value) -> str:
    """A value as it is written behind an equals sign."""
    return _value(value, 0, "")


def _value(value: Value, used: int, indent: str) -> str:
    """A value, in lines of its own where it would run over the width from the column `used`."""
    flat = _flat(value)
    if used + len(flat) <= WIDTH or not isinstance(value, list | Mapping) or not value:
        return flat
    if isinstance(value, Mapping):
        # An inline table cannot be broken, but lists in it can.
        parts = [f"{_key(name)} = {_value(value[name], len(indent) + len(name) + 5, indent)}" for name in in_order(value)]
        return "{ " + ", ".join(parts) + " }"
    deeper = indent + "    "
    return "[\n" + "".join(f"{deeper}{_value(entry, len(deeper) + 1, deeper)},\n" for entry in value) + indent + "]"


def _flat(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(name)} = {_flat(value[name])}" for name in in_order(value)) + " }" if value else "{}"
        case list():
            return "[" + ", ".join(_flat(entry) for entry in value) + "]"
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


def _number(value: float) -> str:
    if isnan(value):
        return "nan"
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


def _string(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _lines_of_text(text: str) -> str:
    """A text of several lines. Quotes are escaped where three of them could end it."""
    kept = "\n" if '""' in text or text.endswith('"') else '\n"'
    return '"""\n' + "".join(letter if letter in kept else _escaped(letter) for letter in text) + '"""'


def _escaped(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    return f"\\u{ord(letter):04X}" if ord(letter) < 32 or ord(letter) == 127 else letter


def listed(value: Value) -> list[Value]:
    """A value that may be one or a list, as a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return [] if value is None else [value]


def unstamped(text: str) -> str:
    """The text without the line that says who published it."""
    return _STAMP.sub("", text, count=1) if text.startswith("#") else text


def published(text: str, version: int, publisher: str) -> str:
    """The text as it is published: under its number, with the publisher in a first line, so that no two publishers have the same one.

    Comments stay where they can. `text` is TOML; `publisher` is one line.
    """
    wanted = {**tomllib.loads(text), "version": version}
    stamp, body = f"# Published in Cowork by {publisher}, version {version}.\n\n", unstamped(text)
    at = body.find("\n[")
    head, rest = (body, "") if at < 0 else (body[:at], body[at:])
    changed = stamp + _VERSION.sub(f"version = {version}", head, count=1) + rest
    try:
        return changed if tomllib.loads(changed) == wanted else stamp + dumps(wanted)
    except tomllib.TOMLDecodeError:
        return stamp + dumps(wanted)

"""Workflows back into TOML: canonical, and pleasant to read. The opposite of `loading`.

`to_toml` writes a workflow; loading what it wrote gives the same workflow again, but for the digest.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from textwrap import wrap

from cowork.domain.conditions import All, Any, Condition, Not, Value
from cowork.domain.proposals import Role
from cowork.domain.toml import WIDTH, dumps
from cowork.domain.workflows.definition import (
    ALL,
    ANY,
    DECIDING,
    BackTo,
    Base,
    ByVerdict,
    Chair,
    Dissent,
    Lapse,
    Naming,
    Parties,
    Refusal,
    Rule,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Weighing,
    Window,
    Workflow,
)
from cowork.domain.workflows.terms import Span, Term

_STAMP = re.compile(r"# Published in Cowork by [^\n]*\n+")
_VERSION = re.compile(r"^version[ \t]*=[ \t]*[^\s\"'\[{]+[ \t]*$", re.MULTILINE)
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
    if workflow.outline:
        table["outline"] = True
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
    table |= _weighing(stage.weighing) if stage.weighing is not None else {}
    numbers = {"needed": stage.needed, "due_days": _term(stage.due_days), "least_days": _term(stage.least_days)}
    numbers |= {"idle_days": stage.idle_days, "valid_days": stage.valid_days}
    table |= {name: number for name, number in numbers.items() if number is not None}
    if stage.refusal is not (Refusal.HOLDS if stage.kind is StageKind.NOTICE else Refusal.ENDS):
        table["refusal"] = _refusal(stage.refusal)
    if stage.lapse is not Lapse.OPEN:
        table["lapse"] = stage.lapse.value
    if stage.apart:
        table["apart"] = list(stage.apart)
    if stage.votes_once:
        table["votes"] = "once"
    if stage.secret:
        table["ballot"] = "secret"
    if stage.escalate_to:
        table["escalate_to"] = stage.escalate_to
    if stage.kind is StageKind.APPEAL:
        return {**table, "against": stage.against}
    if stage.outcome is not None:
        return {**table, "outcome": stage.outcome.value}
    return {**table, "seat": [_seat(seat, stage.kind) for seat in stage.seats]}


def _term(term: Term | None) -> Value:
    return {term.unit.value: term.number} if isinstance(term, Span) else term


def _weighing(weighing: Weighing) -> dict[str, Value]:
    table = {"needed": _people(weighing.needed)} if weighing.needed.kind is not ThresholdKind.ALL else {}
    if weighing.parties is not None:
        table["needed_parties"] = _people(weighing.parties)
    if weighing.of is not Base.MEMBERS:
        table["of"] = weighing.of.value
    if weighing.quorum is not None:
        table["quorum"] = _people(weighing.quorum)
    return {**table, "closes": "at-term"} if weighing.closes_at_term else table


def _refusal(refusal: Refusal | BackTo | ByVerdict) -> Value:
    if isinstance(refusal, ByVerdict):
        both = {"reject": _refusal(refusal.rejected), "request-changes": _refusal(refusal.changes_requested)}
        return {verdict: found for verdict, found in both.items() if found != Refusal.ENDS.value}
    if isinstance(refusal, Refusal):
        return refusal.value
    times: Table = {} if refusal.times is None else {"times": refusal.times}
    return {"back-to": refusal.stage, **times, **({} if refusal.then is Refusal.ENDS else {"then": refusal.then.value})}


def _seat(seat: Seat, kind: StageKind) -> dict[str, Value]:
    table: dict[str, Value] = {"key": seat.key, "title": seat.title, "side": seat.side.value if seat.side else "both"}
    sources = {"office": seat.offices, "person": seat.people, "participants": seat.participants}
    if seat.participants == tuple(role.value for role in Role):
        table["participants"] = "all"
    for name, words in sources.items():
        if words and name not in table:
            table[name] = words[0] if len(words) == 1 else list(words)
    if seat.naming is not None:
        table["named"] = _naming(seat.naming)
    if seat.otherwise:
        table["otherwise"] = seat.otherwise[0] if len(seat.otherwise) == 1 else list(seat.otherwise)
    if seat.parties is not Parties.EACH:
        table["parties"] = list(seat.named) if seat.parties is Parties.NAMED else seat.parties.value
    if seat.joint:
        table["bench"] = "joint"
    if seat.keys.kind is not ThresholdKind.ALL:
        table["keys"] = "any" if seat.keys == ANY.approvals else _people(seat.keys)
    if seat.weight is not None:
        table["weight"] = seat.weight
    rule = rule_value(seat.rule, kind)
    return {**table, "rule": rule} if kind in DECIDING or rule != "all" else table


def _naming(naming: Naming) -> dict[str, Value]:
    table: dict[str, Value] = {"by": naming.by}
    if naming.least != 1:
        table["least"] = naming.least
    if naming.most is not None:
        table["most"] = naming.most
    return {**table, "from": naming.source} if naming.source else table


def rule_value(rule: Rule, kind: StageKind) -> Value:
    """A rule as a word or a table. Where nobody approves, every dissent only counts, whatever was written."""
    if kind is StageKind.NOTICE and rule.fails_at is not None:
        return {"fails-at": _people(rule.fails_at)} | ({"of": rule.of.value} if rule.of is not Base.MEMBERS else {})
    return _rule_value(rule, kind)


def _rule_value(rule: Rule, kind: StageKind) -> Value:
    for word, known in _WORDS.items():
        if rule == known or (kind not in DECIDING and _same_but_for_dissent(rule, known)):
            return word
    table = _approvals(rule)
    if (quorum := _quorum(rule)) is not None:
        table["quorum"] = quorum
    if rule.quorum_with:
        kinds = Counter(rule.quorum_with)
        words = rule.quorum_with[0] if len(rule.quorum_with) == 1 else list(rule.quorum_with)
        table["with"] = dict(kinds) if len(kinds) < len(rule.quorum_with) else words
    if rule.fails_at is not None:
        table["fails-at"] = _people(rule.fails_at)
    if rule.chair is not Chair.VOTES:
        table["chair"] = rule.chair.value
    if rule.objections_block:
        table["objections"] = "block"
    if rule.dissent is not usual_dissent(table):
        table["dissent"] = rule.dissent.value
    if rule.closes_at_term:
        table["closes"] = "at-term"
    return table


def _approvals(rule: Rule) -> dict[str, Value]:
    """The part of a rule's table that says how many approve it, of what."""
    table: dict[str, Value] = {}
    match rule.approvals.kind:
        case ThresholdKind.COUNT:
            table["at-least"] = rule.approvals.number
        case ThresholdKind.PERCENT | ThresholdKind.MORE_THAN as kind:
            table[kind.value] = rule.approvals.number
        case other:
            table[other.value] = True
    if rule.of is not Base.MEMBERS:
        table["of"] = rule.of.value
    if rule.at_least:
        table["at-least"] = _people(rule.at_least)
    return table


def _quorum(rule: Rule) -> Value:
    """A number or a share, or a table where each party or side has to take part; None where no quorum is asked."""
    people = _people(rule.quorum) if rule.quorum is not None else None
    each = {name: number for name, number in (("each-party", rule.each_party), ("each-side", rule.each_side)) if number}
    if not each:
        return people
    return each if people is None else {"people": people, **each}


def usual_dissent(table: Table) -> Dissent:
    """What a dissent does where the table of a rule does not say: it counts in a vote, and ends anything else."""
    votes = ("percent", "more-than", "majority", "two-thirds", "quorum", "fails-at", "objections")
    is_vote = any(key in table for key in votes) or table.get("chair", "votes") != "votes"
    return Dissent.COUNTS if is_vote else Dissent.ENDS


def _same_but_for_dissent(one: Rule, other: Rule) -> bool:
    parts = (
        "approvals", "of", "quorum", "fails_at", "chair", "objections_block", "closes_at_term", "at_least", "quorum_with",
        "each_party", "each_side",
    )  # fmt: skip
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _people(threshold: Threshold) -> Value:
    if threshold.kind is ThresholdKind.COUNT:
        return threshold.number
    by_number = threshold.kind in (ThresholdKind.PERCENT, ThresholdKind.MORE_THAN)
    return {threshold.kind.value: threshold.number} if by_number else threshold.kind.value


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

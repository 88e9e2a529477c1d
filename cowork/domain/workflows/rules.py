"""Reading the rule of a seat from parsed TOML.

A word ("any", "all", "majority", "two-thirds") or a table::

    rule = { at-least = 2 }
    rule = { percent = 60, of = "present", quorum = 5 }
    rule = { more-than = 75, of = "votes", quorum = { more-than = 50 } }
    rule = { majority = true, of = "present", quorum = "majority", chair = "breaks-ties" }
    rule = { majority = true, of = "present", quorum = "majority", with = ["student-member", "external-member"] }
    rule = { majority = true, quorum = 7, with = { specialist = 3 } }
    rule = { fails-at = 2, quorum = 6, closes = "at-term" }
    rule = { two-thirds = true, fails-at = { percent = 25 } }
    rule = { majority = true, of = "votes", at-least = 3 }
    rule = { two-thirds = true, of = "votes", at-least = { percent = 40 } }
    rule = { majority = true, quorum = { people = 6, each-party = 2 } }
    rule = { at-least = 1, quorum = "two-thirds", objections = "block" }
"""

from collections.abc import Mapping
from dataclasses import replace

from cowork.domain.conditions import Value
from cowork.domain.toml import inline, listed
from cowork.domain.workflows import suggestions
from cowork.domain.workflows.definition import ALL, ANY, Base, Chair, Dissent, Rule, Threshold, ThresholdKind, Weighing
from cowork.domain.workflows.reading_values import KEY, shown

MAX_COUNT = 1_000
MOST_WITH = 100
_LONGEST_SHOWN = 160
KEYS = (
    "at-least", "percent", "more-than", "majority", "two-thirds", "all", "of", "quorum", "with", "fails-at", "chair", "dissent",
    "objections", "closes",
)  # fmt: skip
_WORDS = {
    "any": ANY,
    "all": ALL,
    "majority": Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS),
    "two-thirds": Rule(Threshold(ThresholdKind.TWO_THIRDS), dissent=Dissent.COUNTS),
}
PARTS = ("one-third", "majority", "two-thirds", "all")
"""How a share of people is said by a word."""
SHARES = ("percent", "more-than", "majority", "two-thirds", "all")
"""The keys of a rule that say a share; at most one stands in it."""
MOST_PER_CENT = {"percent": 100, "more-than": 99}
"""How a share is said by a number, and how large that can be."""
QUORUM_OF = ("people", "each-party", "each-side")
"""What a quorum of a joint bench can count: everybody, and in each party or on each side."""
_SHARES = (ThresholdKind.PERCENT, ThresholdKind.MORE_THAN, ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS)


def read(raw: Value) -> Rule | str:
    """The rule, or a sentence (without its full stop) that says what is wrong with it."""
    if isinstance(raw, str) and raw in _WORDS:
        return _WORDS[raw]
    if meant := suggestions.of_rule(raw, tuple(_WORDS)):
        return f"`rule` does not know {inline(raw)[:60]}: write {meant}"
    if not isinstance(raw, Mapping) or not raw:
        return f'`rule` is one of {", ".join(f"“{word}”" for word in _WORDS)}, or a table such as {{ at-least = 2 }}'
    for key in raw:
        if key not in KEYS:
            if key == "all-but" and (meant := suggestions.of_all_but(raw[key], MAX_COUNT)):
                return f"`all-but` is not known in `rule`: write {meant}"
            if share := suggestions.of_share_key(key, tuple(_WORDS)):
                return f"`{shown(key)}` is not known in `rule`: write `{share}`"
            near = suggestions.of_key(key, KEYS)
            but = f", but `{near}` is" if near else ""
            return f"`{shown(key)}` is not known in `rule`{but}. Known are: {', '.join(KEYS)}"
    try:
        return _table(raw)
    except _Bad as fault:
        return str(fault)


def within(rule: Value, beside: Mapping[str, Value]) -> str:
    """The rule of a seat with keys in it that were written beside it, as TOML."""
    found = inline(together(rule, beside))
    return found if found.isprintable() and len(found) < _LONGEST_SHOWN else f"{{ …, {', '.join(f'{key} = …' for key in beside)} }}"


def together(rule: Value, beside: Mapping[str, Value]) -> dict[str, Value]:
    """The same as a table."""
    own: Mapping[str, Value] = rule if isinstance(rule, Mapping) else {}
    if isinstance(rule, str) and rule in _WORDS and not {"at-least", *SHARES} & set(beside):
        own = {"at-least": 1} if rule == "any" else {rule: True}
    return {**own, **beside}


def read_weighing(raw: Mapping[str, Value]) -> Weighing | str:
    """How a stage is decided by weight, from its `needed` (left out: all), `needed_parties`, `of`, `quorum` and `closes`; or what
    is wrong with them.
    """
    try:
        needed = _people(raw, "needed", "a weight such as 3") if "needed" in raw else Threshold(ThresholdKind.ALL)
        quorum = _people(raw, "quorum", "a weight such as 3") if "quorum" in raw else None
        parties = _people(raw, "needed_parties", "a number of parties such as 3") if "needed_parties" in raw else None
        of = Base.VOTES if _choice(raw, "of", (Base.VOTES,), "") else Base.MEMBERS
        closes = _choice(raw, "closes", ("at-term",), "") == "at-term"
        if of is Base.VOTES and needed.kind is ThresholdKind.COUNT:
            raise _Bad('`of` says what a share is counted against, so write `needed` as a share, such as "majority" or { percent = 60 }')
        if of is Base.VOTES and parties is not None and parties.kind is ThresholdKind.COUNT:
            raise _Bad('`of` says what a share is counted against, so write `needed_parties` as a share, such as "majority"')
        if closes and of is not Base.VOTES:
            raise _Bad('`closes` lets what has not voted fall out, so write `of = "votes"` beside it, or `lapse = "refused"` in its place')
        return Weighing(needed, quorum, of, closes, parties)
    except _Bad as fault:
        return str(fault)


def read_keys(raw: Mapping[str, Value]) -> Threshold | str:
    """How many of the parties of a seat must approve, from its `keys` (left out: all); or what is wrong with it."""
    value = raw.get("keys", "all")
    if value == "any":
        return Threshold(ThresholdKind.COUNT, 1)
    try:
        return _people({"keys": value}, "keys", 'a number of parties, "any"')
    except _Bad as fault:
        return str(fault)


def read_notice(raw: Value) -> Rule | str:
    """The rule of a notice: how many objections, or parties that object, it takes. Or what is wrong with it, as `read` says it."""
    if not isinstance(raw, Mapping) or "fails-at" not in raw or not set(raw) <= {"fails-at", "of"}:
        return 'a notice says in `rule` only how many objections it takes, such as { fails-at = 3 }'
    try:
        of = Base(_choice(raw, "of", (Base.MEMBERS, Base.PARTIES), Base.MEMBERS))
        return replace(ALL, of=of, fails_at=_people(raw, "fails-at"), dissent=Dissent.COUNTS)
    except _Bad as fault:
        return str(fault)


class _Bad(ValueError):
    """A fault; the message is the sentence."""


def _table(raw: Mapping[str, Value]) -> Rule:
    if raw.get("of") == Base.PARTIES:
        raise _Bad("`of` counts parties at notices only. Here each party decides by itself: say in `keys` how many of them must approve")
    approvals = _approvals(raw)
    of = Base(_choice(raw, "of", (Base.MEMBERS, Base.PRESENT, Base.VOTES), Base.MEMBERS))
    quorum, each_party, each_side = _quorum(raw)
    fails_at = _people(raw, "fails-at") if "fails-at" in raw else None
    chair = Chair(_choice(raw, "chair", tuple(Chair), Chair.VOTES))
    blocks = _choice(raw, "objections", ("block",), "") == "block"
    is_vote = approvals.kind in _SHARES or "quorum" in raw or fails_at is not None or chair is not Chair.VOTES or blocks
    dissent = Dissent(_choice(raw, "dissent", tuple(Dissent), Dissent.COUNTS if is_vote else Dissent.ENDS))
    closes = _choice(raw, "closes", ("at-term",), "") == "at-term"
    at_least = _least(raw, approvals, of)
    if of is not Base.MEMBERS and approvals.kind is ThresholdKind.COUNT:
        raise _Bad("`of` says what a share is counted against, so it needs `percent`, `more-than`, `majority`, `two-thirds` or `all`")
    if chair is Chair.BREAKS_TIES and approvals.kind is not ThresholdKind.MAJORITY:
        raise _Bad('a tie can only come about in a majority vote: write `majority = true` beside `chair = "breaks-ties"`')
    if fails_at is not None and dissent is Dissent.ENDS:
        raise _Bad('`fails-at` counts dissents, so `dissent` cannot be "ends"')
    return Rule(
        approvals, of, quorum, fails_at, chair, dissent, blocks, closes, at_least, _quorum_with(raw), each_party, each_side
    )  # fmt: skip


def _least(raw: Mapping[str, Value], approvals: Threshold, of: Base) -> Threshold | None:
    """How many approvals there must be beside a share: so many, or a share of all members. None where the rule does not say."""
    if "at-least" not in raw or approvals.kind is ThresholdKind.COUNT:
        return None
    if isinstance(raw["at-least"], int):
        return Threshold(ThresholdKind.COUNT, _whole(raw, "at-least", MAX_COUNT))
    found = _people(raw, "at-least")
    if found.kind is not ThresholdKind.COUNT and approvals.kind in _SHARES and of is Base.MEMBERS:
        raise _Bad('both shares are of all members, so the larger one decides: leave `at-least` out, or write `of = "votes"` beside it')
    return found


def _quorum_with(raw: Mapping[str, Value]) -> tuple[str, ...]:
    if "with" not in raw:
        return ()
    value = raw["with"]
    counts = value if isinstance(value, Mapping) else {}
    if unsaid := [kind for kind in counts if not isinstance(counts[kind], int) or isinstance(counts[kind], bool)]:
        raise _Bad(f"`with` says of {shown(unsaid[0])} how many holders the quorum must include: a whole number such as 3")
    kinds = sorted(counts) if counts else [value] if isinstance(value, str) else listed(value)
    if not kinds or not all(isinstance(kind, str) and KEY.fullmatch(kind) for kind in kinds) or len(set(kinds)) < len(kinds):
        raise _Bad('`with` names different kinds of office, such as ["student-member", "external-member"], or { specialist = 3 }')
    if "quorum" not in raw:
        raise _Bad("`with` says who must be among the quorum, so write `quorum` beside it")
    return tuple(str(kind) for kind in kinds for _ in range(_whole(counts, str(kind), MOST_WITH) if counts else 1))


def _quorum(raw: Mapping[str, Value]) -> tuple[Threshold | None, int, int]:
    """So many people, and so many of each party and of each side (0: that is not asked)."""
    value = raw.get("quorum")
    if not isinstance(value, Mapping) or not set(value) & set(QUORUM_OF):
        return (_people(raw, "quorum") if "quorum" in raw else None), 0, 0
    if unknown := sorted(set(value) - set(QUORUM_OF)):
        raise _Bad(f"`{unknown[0][:60]}` is not known in a `quorum`. Known are: {', '.join(QUORUM_OF)}")
    people = _people(value, "people") if "people" in value else None
    party, side = (_whole(value, name, MAX_COUNT) if name in value else 0 for name in ("each-party", "each-side"))
    if not party and not side:
        raise _Bad("write the people of a `quorum` without a table, or add `each-party` or `each-side`")
    return people, party, side


def _approvals(raw: Mapping[str, Value]) -> Threshold:
    """What approves: a share or, where there is none, a number of people."""
    given = [key for key in SHARES if key in raw]
    if len(given) > 1:
        raise _Bad(
            f"`rule` has both `{given[0]}` and `{given[1]}`. Keep one of them; only `at-least` can stand beside it, "
            "with a number or a share of all members, such as { percent = 25 }"
        )
    if not given:
        return Threshold(ThresholdKind.COUNT, _whole(raw, "at-least", MAX_COUNT) if "at-least" in raw else 1)
    if given[0] in MOST_PER_CENT:
        return _per_cent(raw, given[0])
    if raw[given[0]] is not True:
        raise _Bad(f"write `{given[0]} = true`, or leave it out")
    return Threshold(ThresholdKind(given[0]))


def _people(raw: Mapping[str, Value], name: str, what: str = "a number of people") -> Threshold:
    """So many people, or of what else is said: a number or a share."""
    value = raw[name]
    if value in PARTS:
        return Threshold(ThresholdKind(str(value)))
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT:
        return Threshold(ThresholdKind.COUNT, value)
    if isinstance(value, Mapping) and len(value) == 1 and set(value) <= set(MOST_PER_CENT):
        return _per_cent(value, next(iter(value)))
    if meant := (suggestions.of_limit if name == "fails-at" else suggestions.of_share)(value, PARTS):
        raise _Bad(f"`{name}` does not know {inline(value)[:60]}: write {meant}")
    raise _Bad(f'`{name}` is {what}, {{ percent = 50 }}, {{ more-than = 50 }}, "one-third", "majority", "two-thirds" or "all"')


def _per_cent(raw: Mapping[str, Value], name: str) -> Threshold:
    """So many per cent, or more than so many."""
    return Threshold(ThresholdKind(name), _whole(raw, name, MOST_PER_CENT[name]))


def _whole(raw: Mapping[str, Value], name: str, most: int) -> int:
    value = raw[name]
    if name == "at-least" and (share := _share_alone(value)):
        raise _Bad(f"`at-least` alone is a number of people, and a share of all members beside another one: write {share}")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise _Bad(f"`{name}` is a whole number from 1 to {most:,}{_hint(value)}")
    return value


def _share_alone(value: Value) -> str:
    """How a rule says the share of the members that was written as `at-least`, as TOML; empty where that is none."""
    if isinstance(value, Mapping) and len(value) == 1 and set(value) <= set(MOST_PER_CENT):
        return f"`{inline(value)}`"
    found = f'"{value}"' if value in PARTS else suggestions.of_share(value, PARTS)
    found = "{ more-than = 33 }" if found == '"one-third"' else found
    return f"`{found}`" if found.startswith(("{", '"')) else ""


def _hint(value: Value) -> str:
    """What else to write where a number was meant."""
    if isinstance(value, float):
        return "; two thirds are said by `two-thirds`" if 66 < value < 67 else "; 0.6 is written as 60" if 0 < value < 1 else ""
    return ", without quotes" if isinstance(value, str) else ""


def _choice(raw: Mapping[str, Value], name: str, words: tuple[str, ...], otherwise: str) -> str:
    value = raw.get(name, otherwise)
    if value != otherwise and value not in words:
        known = f"is one of: {', '.join(words)}" if len(words) > 1 else f'is "{words[0]}", or left out'
        raise _Bad(f"`{name}` {known}")
    return str(value)

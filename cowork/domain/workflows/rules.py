"""Reading the rule of a seat from parsed TOML.

A word ("any", "all", "majority", "two-thirds") or a table::

    rule = { at-least = 2 }
    rule = { percent = 60, of = "present", quorum = 5 }
    rule = { majority = true, of = "present", quorum = "majority", chair = "breaks-ties" }
    rule = { fails-at = 2, quorum = 6, closes = "at-term" }
    rule = { two-thirds = true, fails-at = { percent = 25 } }
    rule = { majority = true, quorum = { people = 6, each-party = 2 } }
    rule = { at-least = 1, quorum = "two-thirds", objections = "block" }
"""

from collections.abc import Mapping
from dataclasses import replace

from cowork.domain.conditions import Value
from cowork.domain.workflows.definition import ALL, ANY, Base, Chair, Dissent, Rule, Threshold, ThresholdKind, Weighing

MAX_COUNT = 1_000
_KEYS = (
    "at-least", "percent", "majority", "two-thirds", "all", "of", "quorum", "fails-at", "chair", "dissent", "objections", "closes",
)  # fmt: skip
_WORDS = {
    "any": ANY,
    "all": ALL,
    "majority": Rule(Threshold(ThresholdKind.MAJORITY), dissent=Dissent.COUNTS),
    "two-thirds": Rule(Threshold(ThresholdKind.TWO_THIRDS), dissent=Dissent.COUNTS),
}
PARTS = ("one-third", "majority", "two-thirds", "all")
"""How a share of people is said by a word."""
QUORUM_OF = ("people", "each-party", "each-side")
"""What a quorum of a joint bench can count: everybody, and in each party or on each side."""
_SHARES = (ThresholdKind.PERCENT, ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS)


def read(raw: Value) -> Rule | str:
    """The rule, or a sentence (without its full stop) that says what is wrong with it."""
    if isinstance(raw, str) and raw in _WORDS:
        return _WORDS[raw]
    if not isinstance(raw, Mapping) or not raw:
        return f'`rule` is one of {", ".join(f"“{word}”" for word in _WORDS)}, or a table such as {{ at-least = 2 }}'
    for key in raw:
        if key not in _KEYS:
            return f"`{str(key)[:60]}` is not known in `rule`. Known are: {', '.join(_KEYS)}"
    try:
        return _table(raw)
    except _Bad as fault:
        return str(fault)


def read_weighing(raw: Mapping[str, Value]) -> Weighing | str:
    """How a stage is decided by weight, from its `needed` (left out: all) and `quorum`; or what is wrong with them."""
    try:
        needed = _people(raw, "needed") if "needed" in raw else Threshold(ThresholdKind.ALL)
        return Weighing(needed, _people(raw, "quorum") if "quorum" in raw else None)
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
    approvals = _approvals(raw)
    of = Base(_choice(raw, "of", (Base.MEMBERS, Base.PRESENT, Base.VOTES), Base.MEMBERS))
    quorum, each_party, each_side = _quorum(raw)
    fails_at = _people(raw, "fails-at") if "fails-at" in raw else None
    chair = Chair(_choice(raw, "chair", tuple(Chair), Chair.VOTES))
    blocks = _choice(raw, "objections", ("block",), "") == "block"
    is_vote = approvals.kind in _SHARES or "quorum" in raw or fails_at is not None or chair is not Chair.VOTES or blocks
    dissent = Dissent(_choice(raw, "dissent", tuple(Dissent), Dissent.COUNTS if is_vote else Dissent.ENDS))
    closes = _choice(raw, "closes", ("at-term",), "") == "at-term"
    if of is not Base.MEMBERS and approvals.kind is ThresholdKind.COUNT:
        raise _Bad("`of` says what a share is counted against, so it needs `percent`, `majority`, `two-thirds` or `all`")
    if chair is Chair.BREAKS_TIES and approvals.kind is not ThresholdKind.MAJORITY:
        raise _Bad('a tie can only come about in a majority vote: write `majority = true` beside `chair = "breaks-ties"`')
    if fails_at is not None and dissent is Dissent.ENDS:
        raise _Bad('`fails-at` counts dissents, so `dissent` cannot be "ends"')
    return Rule(approvals, of, quorum, fails_at, chair, dissent, blocks, closes, each_party, each_side)


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
    given = [key for key in ("at-least", "percent", "majority", "two-thirds", "all") if key in raw]
    if len(given) > 1:
        raise _Bad(f"`rule` has both `{given[0]}` and `{given[1]}`. Keep one of them")
    if not given:
        return Threshold(ThresholdKind.COUNT, 1)
    if given[0] == "at-least":
        return Threshold(ThresholdKind.COUNT, _whole(raw, "at-least", MAX_COUNT))
    if given[0] == "percent":
        return Threshold(ThresholdKind.PERCENT, _whole(raw, "percent", 100))
    if raw[given[0]] is not True:
        raise _Bad(f"write `{given[0]} = true`, or leave it out")
    return Threshold(ThresholdKind(given[0]))


def _people(raw: Mapping[str, Value], name: str) -> Threshold:
    """So many people: a number or a share."""
    value = raw[name]
    if value in PARTS:
        return Threshold(ThresholdKind(str(value)))
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT:
        return Threshold(ThresholdKind.COUNT, value)
    if isinstance(value, Mapping) and set(value) == {"percent"}:
        return Threshold(ThresholdKind.PERCENT, _whole(value, "percent", 100))
    raise _Bad(f'`{name}` is a number of people, {{ percent = 50 }}, "one-third", "majority", "two-thirds" or "all"')


def _whole(raw: Mapping[str, Value], name: str, most: int) -> int:
    value = raw[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise _Bad(f"`{name}` is a whole number from 1 to {most:,}")
    return value


def _choice(raw: Mapping[str, Value], name: str, words: tuple[str, ...], otherwise: str) -> str:
    value = raw.get(name, otherwise)
    if value != otherwise and value not in words:
        raise _Bad(f"`{name}` is one of: {', '.join(words)}")
    return str(value)

"""Rules as people say them: how many approve, of what, with which quorum. The same words stand on pages, in mails and beside the editor."""

from collections import Counter
from collections.abc import Sequence

from cowork.domain.workflows.definition import DECIDING, Base, Chair, Rule, Seat, StageKind, Threshold, ThresholdKind, Weighing


def seat_rule_in_words(kind: StageKind, seat: Seat) -> str:
    """By what rule a seat approves, or how many objections it takes, and how many of its parties must; empty where neither is asked."""
    wanted = seat.rule.fails_at if kind is StageKind.NOTICE else None
    parts = [rule_in_words(seat.rule)] if kind in DECIDING else []
    if wanted is not None:
        parts.append(f"it takes {so_many(wanted, 'objection', 'parties' if seat.rule.of is Base.PARTIES else 'members')}")
    parts += ["its parties vote as one body"] if seat.joint else []
    return "; ".join([*parts, *_keys_in_words(seat.keys), *([f"weight {seat.weight}"] if seat.weight is not None else [])])


def weighing_in_words(weighing: Weighing) -> str:
    """How much weight must be for a stage whose benches vote by weight."""
    needed = weighing.needed
    of = "the weight of the votes given" if weighing.of is Base.VOTES else "the weight"
    words = f"a weight of {needed.number}" if needed.kind is ThresholdKind.COUNT else f"{share(needed)} of {of}"
    words += f" with {_of_parties(weighing.parties, weighing.of)}" if weighing.parties else ""
    words += f", quorum {share(weighing.quorum)}" if weighing.quorum else ""
    return words + (", closes when the term ends" if weighing.closes_at_term else "")


def _of_parties(wanted: Threshold, base: Base) -> str:
    """How many parties must be for it too, such as "more than half of the parties that vote for or against"."""
    of = "parties" if wanted.kind is ThresholdKind.COUNT else "of the parties"
    return f"{share(wanted)} {of}{' that vote for or against' if base is Base.VOTES else ''}"


def _keys_in_words(keys: Threshold) -> list[str]:
    """How many of the parties are enough; nothing where every one is needed."""
    match keys.kind:
        case ThresholdKind.COUNT:
            return [f"{keys.number} of the parties {'is' if keys.number == 1 else 'are'} enough"]
        case ThresholdKind.ALL:
            return []
        case _:
            return [f"{share(keys)} of the parties are enough"]


def rule_in_words(rule: Rule) -> str:
    """A rule as people say it, such as "a majority of those present, quorum 6, the chair breaks ties"."""
    parts = [_threshold(rule) + _least(rule.at_least)]
    if quorum := quorum_in_words(rule):
        parts.append(f"quorum {quorum}")
    if rule.fails_at is not None:
        parts.append(f"fails on {so_many(rule.fails_at, 'dissent', 'members')}")
    if rule.chair is not Chair.VOTES:
        parts.append("the chair breaks ties" if rule.chair is Chair.BREAKS_TIES else "the chair does not vote")
    if rule.objections_block:
        parts.append("no objection")
    if rule.closes_at_term:
        parts.append("closes when the term ends")
    return ", ".join(parts)


def quorum_in_words(rule: Rule) -> str:
    """How many must take part, such as "6 with 2 of each party and a student member"; empty where no quorum is asked."""
    each = [f"{number} of each {of}" for number, of in ((rule.each_party, "party"), (rule.each_side, "side")) if number]
    each += _kinds(rule, rule.quorum_with)
    if rule.quorum is None:
        return listed(each, "and")
    amount = "everybody" if rule.quorum.kind is ThresholdKind.ALL else share(rule.quorum)
    return f"{amount} with {listed(each, 'and')}" if each else amount


_BODIES = frozenset({
    "board", "committee", "council", "commission", "desk", "faculty", "group", "office", "panel", "registry", "senate", "team", "union",
})  # fmt: skip
"""Last words of kinds of office that are bodies: one does not say that a committee came, but that a member of it did."""


def kinds_in_words(rule: Rule, kinds: Sequence[str]) -> str:
    """Which of these kinds of office a quorum must include, such as "a student member and 3 specialists"."""
    return listed(_kinds(rule, kinds), "and")


def _kinds(rule: Rule, kinds: Sequence[str]) -> list[str]:
    asked = Counter(rule.quorum_with)
    return [article(kind) if asked[kind] == 1 else f"{asked[kind]} {holders_of(kind)}" for kind in dict.fromkeys(kinds)]


def holder_of(kind: str) -> str:
    """Whoever holds an office of this kind, such as "student member" or "member of the curriculum committee"."""
    words = kind.replace("-", " ")
    return f"member of the {words}" if words.rpartition(" ")[2] in _BODIES else words


def holders_of(kind: str) -> str:
    """Several of them, such as "student members", "deputies" or "members of the curriculum committee"."""
    one = holder_of(kind)
    if one.startswith("member of "):
        return f"members{one.removeprefix('member')}"
    return f"{one[:-1]}ies" if one.endswith("y") and one[-2:-1] not in "aeiou" else f"{one}s"


def article(kind: str) -> str:
    """The same with its article: "a student member"."""
    words = holder_of(kind)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def absent_in_words(absent: Sequence[str], asked: Sequence[str]) -> str:
    """What a quorum lacks of the kinds that are asked, such as "no student member and 2 specialists too few"; empty where nothing."""
    short = Counter(absent)
    words = [f"no {holder_of(kind)}" if asked.count(kind) <= 1 else f"{_some(short[kind], kind)} too few" for kind in short]
    return listed(words, "and")


def _some(number: int, kind: str) -> str:
    return f"{number} {holder_of(kind) if number == 1 else holders_of(kind)}"


def so_many(wanted: Threshold, what: str, of: str) -> str:
    """So many dissents or objections, such as "2 dissents", "dissents of a third of the members", "objections of 2 parties"."""
    if wanted.kind is ThresholdKind.COUNT and of == "parties":
        return f"{what}s of {wanted.number} {'party' if wanted.number == 1 else of}"
    if wanted.kind is ThresholdKind.COUNT:
        return f"{wanted.number} {what if wanted.number == 1 else f'{what}s'}"
    return f"{what}s of {share(wanted)} of the {of}"


def share(threshold: Threshold) -> str:
    """A number or a share as people say it."""
    return {
        ThresholdKind.COUNT: str(threshold.number),
        ThresholdKind.PERCENT: f"{threshold.number} %",
        ThresholdKind.MORE_THAN: f"more than {threshold.number} %",
        ThresholdKind.MAJORITY: "more than half",
        ThresholdKind.TWO_THIRDS: "two thirds",
        ThresholdKind.ONE_THIRD: "a third",
        ThresholdKind.ALL: "all",
    }[threshold.kind]


def _least(wanted: Threshold | None) -> str:
    """How many approvals it takes beside the share; nothing where that is one, which every share asks."""
    if wanted is None or (wanted.kind is ThresholdKind.COUNT and wanted.number <= 1):
        return ""
    return f" and no fewer than {wanted.number} approvals" if wanted.kind is ThresholdKind.COUNT else f" and {_of_all(wanted)} for it"


def _of_all(wanted: Threshold) -> str:
    """A share of all members, however few of them vote."""
    if wanted.kind is ThresholdKind.ALL:
        return "everybody"
    exact = wanted.kind in (ThresholdKind.MAJORITY, ThresholdKind.MORE_THAN)
    return f"{'' if exact else 'at least '}{share(wanted)} of all members"


def _threshold(rule: Rule) -> str:
    of = {Base.PRESENT: "those present", Base.VOTES: "the votes given"}.get(rule.of, "all members")
    match rule.approvals.kind:
        case ThresholdKind.COUNT:
            return "one approval" if rule.approvals.number <= 1 else f"{rule.approvals.number} approvals"
        case ThresholdKind.MAJORITY:
            return f"a majority of {of}"
        case ThresholdKind.ALL if rule.of is Base.MEMBERS:
            return "everybody"
        case _:
            return f"{share(rule.approvals)} of {of}"


def listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""

"""What the votes of one moment decide: how many a rule asks for, whether they are there, and whether they still can be."""

import math
from dataclasses import dataclass

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Base, Dissent, Rule, Threshold, ThresholdKind
from cowork.domain.workflows.progress import APPROVALS, DISSENTS, Lack, Verdict


@dataclass(frozen=True, slots=True)
class Count:
    """The votes at one moment. `voters` are counted, the chair apart where it breaks ties; `left` have not voted. `chair` is what the
    chair said who breaks ties, once there is something that breaks one, or nobody left who could. `ties_lapse`: the end of the term
    settles a tie that nobody broke. `lacking` is what the quorum lacks of single parties or sides, `absent` are the kinds of
    office that it must include and of which too few took part, each as often as some are missing.
    """

    voters: frozenset[PersonId]
    present: int
    quorum: int
    took_part: int
    yes: int
    no: int
    abstained: int
    objections: int
    left: int
    chair: Verdict | None
    chair_waits: bool
    ties_lapse: bool
    closed: bool
    fails_at: int | None
    lacking: tuple[Lack, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def is_quorate(self) -> bool:
        """Whether so many took part as are needed, at least one, of every party, and of every kind that has to be among them."""
        return self.present >= max(self.quorum, 1) and not self.lacking and not self.absent


def amount(threshold: Threshold, base: int) -> int:
    """How many people a threshold asks of a base; at least one."""
    match threshold.kind:
        case ThresholdKind.COUNT:
            found = threshold.number
        case ThresholdKind.PERCENT:
            found = math.ceil(threshold.number * base / 100)
        case ThresholdKind.MORE_THAN:
            found = threshold.number * base // 100 + 1
        case ThresholdKind.MAJORITY:
            found = base // 2 + 1
        case ThresholdKind.TWO_THIRDS:
            found = math.ceil(2 * base / 3)
        case ThresholdKind.ONE_THIRD:
            found = math.ceil(base / 3)
        case _:
            found = base
    return max(found, 1)


def result(rule: Rule, votes: Count) -> tuple[bool | None, bool]:
    """Whether the rule is fulfilled (True), can never be (False) or is still open (None); and whether the chair's vote decides."""
    if _failed_by_dissents(rule, votes):
        return False, False
    if not votes.is_quorate or votes.objections:
        return None, False
    left = 0 if votes.closed else votes.left
    if votes.yes >= _asked(rule, votes, left) and (votes.fails_at is None or votes.no + left < votes.fails_at):
        return (None if rule.objections_block and rule.closes_at_term and left else True), False  # whoever is left may still object
    if _is_tied(rule, votes) and not left:
        return _tie(votes)
    return (False if _failed(rule, votes, left) else None), False


def _asked(rule: Rule, votes: Count, left: int) -> int:
    """How many approvals it takes when everybody who is still missing votes against: the share, and no fewer than the rule says."""
    return max(amount(rule.approvals, _base(rule, votes, left)), _least(rule, votes))


def _least(rule: Rule, votes: Count) -> int:
    """How many approvals there must be beside the share: so many, or a share of all who have a vote, however few of them vote."""
    return amount(rule.at_least, len(votes.voters)) if rule.at_least else 0


def _is_tied(rule: Rule, votes: Count) -> bool:
    """Whether as many are for it as against; not where even the casting vote would leave it with too few approvals."""
    enough = votes.yes + votes.chair_waits >= _least(rule, votes)
    return rule.approvals.kind is ThresholdKind.MAJORITY and votes.yes == votes.no > 0 and enough


def _tie(votes: Count) -> tuple[bool | None, bool]:
    """What becomes of a tie: the chair breaks it or is waited for; else it is lost, or open until the end of a term settles it."""
    if votes.chair_waits and votes.chair is None:
        return None, True
    if votes.chair_waits and votes.chair in APPROVALS:
        return True, False
    broken = votes.chair_waits and votes.chair in DISSENTS
    return (None if votes.ties_lapse and not broken else False), False


def _base(rule: Rule, votes: Count, left: int) -> int:
    """The base as it is when everybody who is still missing votes against."""
    match rule.of:
        case Base.MEMBERS | Base.PARTIES:
            base = len(votes.voters)
        case Base.PRESENT:
            base = votes.took_part + left
        case _:
            base = votes.yes + votes.no + left
    return base - votes.abstained if rule.approvals.kind is ThresholdKind.ALL and rule.of is not Base.VOTES else base


def _failed_by_dissents(rule: Rule, votes: Count) -> bool:
    return rule.dissent is Dissent.COUNTS and votes.fails_at is not None and votes.no >= votes.fails_at


def _failed(rule: Rule, votes: Count, left: int) -> bool:
    """Whether even the best of what is missing cannot fulfil the rule."""
    if rule.dissent is Dissent.ENDS:
        return False
    if (votes.chair_waits or votes.ties_lapse) and _may_tie(rule, votes, left):
        return False
    if votes.no or votes.closed:
        return votes.yes + left < _asked(rule, votes, left)
    missed = votes.yes < amount(rule.approvals, _base(rule, votes, left))
    return missed and not left and rule.approvals.kind is not ThresholdKind.COUNT  # too few people is no refusal


def _may_tie(rule: Rule, votes: Count, left: int) -> bool:
    """Whether it may still come to a tie that the chair, or the end of the term, decides."""
    each = max(votes.yes, votes.no, 1, _least(rule, votes) - votes.chair_waits)
    reached = left > 0 and 2 * each - votes.yes - votes.no <= left
    return rule.approvals.kind is ThresholdKind.MAJORITY and reached and (votes.fails_at is None or each < votes.fails_at)


def needed(rule: Rule, votes: Count) -> int:
    """How many approvals it takes as the votes are now."""
    return _asked(rule, votes, 0 if votes.closed else votes.left)

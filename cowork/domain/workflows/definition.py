"""The workflow: which stages a round passes, who sits in each, and by what rule a seat is filled.

A workflow is versioned data (TOML under ``library/``). `loading.load` reads one, `loading.problems` explains every fault of one
in sentences. docs/workflows.md describes every construct with an example.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cowork.domain.conditions import Condition
from cowork.domain.ids import Digest, Side
from cowork.domain.workflows.terms import Term


class StageKind(StrEnum):
    """What a stage does. The first four gather approvals; the word tells people what is asked of them."""

    DECIDE = "decide"
    ENDORSE = "endorse"
    CHECK = "check"
    VOTE = "vote"
    CONSULT = "consult"  # comments are asked for; nobody can hold it up beyond its term
    NOTICE = "notice"  # silence is consent: over when the term ends without an objection
    INFORM = "inform"  # told, not asked: over as soon as it opens
    END = "end"  # nobody is asked: the round ends when the route comes here
    APPEAL = "appeal"  # authors can appeal against a refusal: without one that is final when the term ends


DECIDING = frozenset({StageKind.DECIDE, StageKind.ENDORSE, StageKind.CHECK, StageKind.VOTE})
"""The kinds of stage that gather approvals."""
NEVER_REFUSED = frozenset({StageKind.CONSULT, StageKind.INFORM})
"""The kinds of stage that ask people and that nobody can refuse."""


class ThresholdKind(StrEnum):
    COUNT = "count"  # so many approvals, at least one
    PERCENT = "percent"  # so many per cent of the base, rounded up
    MORE_THAN = "more-than"  # more than so many per cent of the base
    MAJORITY = "majority"  # more than half of the base
    TWO_THIRDS = "two-thirds"  # two thirds of the base, rounded up
    ONE_THIRD = "one-third"  # a third of the base, rounded up: a quorum, or what refuses
    ALL = "all"  # the whole base


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many of a base. `number` belongs to COUNT (people), PERCENT (1 to 100) and MORE_THAN (1 to 99)."""

    kind: ThresholdKind
    number: int = 0


class Base(StrEnum):
    """What approvals are counted against. People who recused themselves or have a conflict are in none of them."""

    MEMBERS = "members"  # everybody who holds the office
    PRESENT = "present"  # who took part: attendance of the meeting, else whoever took any position
    VOTES = "votes"  # approvals and dissents; abstentions fall out
    PARTIES = "parties"  # notices only: objections count once a party, against the parties that the seat stands for


class Chair(StrEnum):
    VOTES = "votes"  # like every other member
    BREAKS_TIES = "breaks-ties"  # asked only when the others are evenly split
    SILENT = "silent"  # never votes


class Dissent(StrEnum):
    """What a single request for changes or rejection does."""

    ENDS = "ends"  # the round, at once
    COUNTS = "counts"  # against the vote


@dataclass(frozen=True, slots=True)
class Rule:
    """When a bench has approved: `approvals` of `of`, `at_least` so many, or such a share of those who have a
    vote, where they are a share (None: any), with the quorum reached, and
    fewer than `fails_at` dissents (of a notice: objections). A share there is one of those who have a vote. Among the quorum there
    must be a holder of each office of `quorum_with` (kinds, each as often as holders of it are needed).

    `objections_block`: a member can object, which holds the bench until they change their mind; with `closes_at_term` everybody who
    could is waited for until then. `closes_at_term`: what is there when
    the term ends decides, if the quorum is reached; otherwise a bench is decided once no missing vote could change the result, and
    when a meeting that voted on it is closed. On a joint bench the quorum can also be so many of `each_party`, or of `each_side`
    (0: none).
    """

    approvals: Threshold
    of: Base = Base.MEMBERS
    quorum: Threshold | None = None
    fails_at: Threshold | None = None
    chair: Chair = Chair.VOTES
    dissent: Dissent = Dissent.ENDS
    objections_block: bool = False
    closes_at_term: bool = False
    at_least: Threshold | None = None
    quorum_with: tuple[str, ...] = ()
    each_party: int = 0
    each_side: int = 0


ANY = Rule(Threshold(ThresholdKind.COUNT, 1))
"""One holder is enough."""
ALL = Rule(Threshold(ThresholdKind.ALL))
"""Every holder who has no conflict."""


class Parties(StrEnum):
    """For which parties of its side a seat stands."""

    EACH = "each"  # once for every party: each turns its own key
    LEAD = "lead"  # for the leading party only, when it is of this side
    PARTNERS = "partners"  # for every party but the leading one
    NAMED = "named"  # for those whose short names it gives
    OTHERS = "others"  # for those whom no other seat of the stage names


MAY_BE_EMPTY = frozenset({Parties.PARTNERS, Parties.NAMED, Parties.OTHERS})
"""Seats that are left out where none of their parties takes part."""


@dataclass(frozen=True, slots=True)
class Naming:
    """People are named for each proposal: from `least` to `most` (None: any number) of a party, by whoever holds its office `by`.

    They are members of that party and, where `source` is a kind of office, hold that office.
    """

    by: str
    least: int = 1
    most: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who must approve. Whoever fits one of `offices` (kinds), `people` (e-mail addresses) or `participants` (roles) sits here.

    `side` None is both sides. A seat stands once for every party that `parties` names; `keys` says how many of these benches must
    fulfil the rule: ALL of them, a share, or a COUNT (1: any one of the parties is enough). A `joint` seat is one bench instead, on which
    the people of all these parties vote as one body. The holders of the offices `otherwise` sit where at a party nobody else can.
    `named` are the short names of the organisations for which a seat of NAMED parties stands. Where a seat of a stage has a `weight`, the
    votes of its benches are counted by weight instead, one each where a seat gives none. With a `naming` nobody sits here before they are
    named for the proposal.
    """

    key: str
    side: Side | None
    offices: tuple[str, ...]
    title: str
    rule: Rule = ANY
    people: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    parties: Parties = Parties.EACH
    keys: Threshold = Threshold(ThresholdKind.ALL)
    weight: int | None = None
    joint: bool = False
    otherwise: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    naming: Naming | None = None

    def in_whose_place(self, kind: str) -> str:
        """What the seat is called, where whoever holds an office of this kind sits here in somebody’s place; else empty."""
        return self.title if kind in self.otherwise and kind not in self.offices else ""


APPELLANTS = Seat(
    "authors", None, (), "Authors", Rule(Threshold(ThresholdKind.COUNT, 1), dissent=Dissent.COUNTS), participants=("author",),
    keys=Threshold(ThresholdKind.COUNT, 1),
)  # fmt: skip
"""The seat of every appeal: any one author of any party lodges it, and nobody else."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must be true of the specification before a stage opens, and how people say it: "the legal register is complete"."""

    title: str
    that: Condition


class Refusal(StrEnum):
    """What follows when a stage is refused: a dissent that ends, a vote that fails, an objection that stands."""

    ENDS = "ends"  # the round: as rejected or, where changes were asked for, as changes requested
    CONTINUES = "continues"  # it is recorded and the route goes on; later stages may ask for it in `when`
    HOLDS = "holds"  # notices only: an objection holds the stage until it is taken back


class RefusedAs(StrEnum):
    """How a stage was refused: which of the two verdicts prevailed. A term that lapsed or an objection asks for changes."""

    REJECTED = "rejected"
    CHANGES_REQUESTED = "changes-requested"


@dataclass(frozen=True, slots=True)
class BackTo:
    """The refusal sends the proposal back to an earlier stage by itself: in a round so many `times` (None: each time), then it does
    `then`.
    """

    stage: str
    times: int | None = None
    then: Refusal = Refusal.ENDS


@dataclass(frozen=True, slots=True)
class ByVerdict:
    """What follows from each of the two ways in which a stage can be refused, where that is not the same."""

    rejected: Refusal | BackTo
    changes_requested: Refusal | BackTo


class Lapse(StrEnum):
    """What the end of a term does to a stage at which nothing sufficient was decided until then: too few votes, no quorum, a tie."""

    OPEN = "open"  # nothing: it reminds, and the stage stays open
    REFUSED = "refused"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Stage:
    """`after` names the stages that must be over first (empty: runs from the start; several: a join).

    `needed` says how many of its seats must be fulfilled (None: all). `edits` are sections that authors may change while the stage is
    open. `due_days` is its term; a vote or notice is decided no earlier than the end of `least_days`. `statement` is what people sign
    by approving. Nobody who decided at one of the stages `apart`, before this one or beside it, decides here. `idle_days` without any
    decision the holders of `escalate_to` are told. `outcome` is how the round ends at a stage that is an end; `against` is the stage
    against whose refusal an appeal can be lodged. An approval counts for `valid_days` calendar days (None: for good). `votes_once`:
    what somebody says in one seat counts in every seat here where they sit, and they are asked once. `secret`: who has voted is shown,
    how they voted is not, see `secrecy`.
    """

    key: str
    title: str
    kind: StageKind
    seats: tuple[Seat, ...]
    after: tuple[str, ...]
    guidance: str = ""
    when: Condition | None = None
    reads: tuple[str, ...] | None = None
    due_days: Term | None = None
    needed: int | None = None
    requires: tuple[Requirement, ...] = ()
    edits: tuple[str, ...] = ()
    statement: str = ""
    refusal: Refusal | BackTo | ByVerdict = Refusal.ENDS
    idle_days: int | None = None
    escalate_to: str = ""
    lapse: Lapse = Lapse.OPEN
    least_days: Term | None = None
    apart: tuple[str, ...] = ()
    weighing: "Weighing | None" = None
    outcome: RefusedAs | None = None
    valid_days: int | None = None
    against: str = ""
    votes_once: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a stage whose benches vote by weight is decided: so much of their weight for it, once so much (None: any) of all has voted.

    `of` is MEMBERS for all the weight that there is, VOTES for what is given for and against. Of these, `closes_at_term`: what has not
    voted when the term ends falls out, if the quorum is reached. So many of the `parties` (None: any), each counted once whatever it
    weighs, must be for it too, of the same base.
    """

    needed: Threshold
    quorum: Threshold | None = None
    of: Base = Base.MEMBERS
    closes_at_term: bool = False
    parties: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which proposals are taken: days of the year (month, day), both included, or days of every month (month 0)."""

    opens: tuple[int, int]
    closes: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether this day lies in the window; a window may run over the end of the year or month."""
        here = (day.month if self.opens[0] else 0, day.day)
        if self.opens <= self.closes:
            return self.opens <= here <= self.closes
        return here >= self.opens or here <= self.closes


@dataclass(frozen=True, slots=True)
class Workflow:
    """`windows`: when proposals can be submitted (none: always). `idle_days` is for stages that set none.

    `outline` says that it decides on outlines: what it approves opens the whole form, and approves nothing else.
    """

    key: str
    version: int
    title: str
    description: str
    source: str
    stages: tuple[Stage, ...]
    digest: Digest
    windows: tuple[Window, ...] = ()
    idle_days: int | None = None
    outline: bool = False

    def stage(self, key: str) -> Stage:
        """The stage of that key; KeyError when there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def behind(self, key: str) -> frozenset[str]:
        """The stages that wait, directly or not, for this one, itself included."""
        found = {key}
        for _ in self.stages:
            found |= {stage.key for stage in self.stages if found & set(stage.after)}
        return frozenset(found)

    def before(self, key: str) -> frozenset[str]:
        """The stages that this one waits for, directly or not."""
        found = set(self.stage(key).after)
        for _ in self.stages:
            found |= {earlier for stage in self.stages if stage.key in found for earlier in stage.after}
        return frozenset(found)

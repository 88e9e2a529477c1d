"""What the evaluator is given and what it answers. See `evaluation.evaluate`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cowork.domain.conditions import Content
from cowork.domain.ids import ConditionId, DecisionId, Digest, OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import RefusedAs, Seat, Stage


class Verdict(StrEnum):
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve-with-conditions"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"
    NO_OBJECTION = "no-objection"  # took part, neither for nor against
    OBJECT = "object"  # holds a notice, or a bench whose rule lets objections block
    ABSTAIN = "abstain"
    RECUSE = "recuse"  # leaves the bench for this proposal
    COMMENT = "comment"  # has looked, has nothing (more) to say: ends a consultation for this person
    TABLE = "table"  # put off; on record, changes nothing
    APPEAL = "appeal"  # an author’s, against a refusal
    VOTED = "voted"  # never given: what others see of a vote in a secret ballot


APPROVALS = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS})
DISSENTS = frozenset({Verdict.REQUEST_CHANGES, Verdict.REJECT})


class Outcome(StrEnum):
    IN_REVIEW = "in-review"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    REJECTED = "rejected"


class StageStanding(StrEnum):
    WAITING = "waiting"  # an earlier stage is not over, or what the stage requires is not there
    OPEN = "open"  # decisions are asked for now
    MET = "met"  # enough seats are fulfilled, the notice ran out in silence, or everybody concerned is told
    REFUSED = "refused"  # over without approval; the route goes on (an advisory stage), or the round has ended
    SKIPPED = "skipped"  # its condition is not true of this specification
    OVERRIDDEN = "overridden"  # an administrator passed it


OVER = frozenset({StageStanding.MET, StageStanding.REFUSED, StageStanding.SKIPPED, StageStanding.OVERRIDDEN})


class SeatEnd(StrEnum):
    """How a seat stood when its stage was over."""

    APPROVED = "approved"
    REFUSED = "refused"
    OPEN = "open"  # neither: it had not been decided, and nobody waited for it


class OfficeRole(StrEnum):
    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"  # runs the meetings, has no vote


@dataclass(frozen=True, slots=True)
class Deputy:
    """A person who may act for a holder now."""

    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who sits on a bench from `since` (None: ever) until before `until` (None: until further notice).

    `deputies` may act for them now; what a deputy does counts as the holder's own, once. `office` is the one they sit for, None for
    people who are asked by name; `kind` is its kind. Who holds several offices of the seat is there once for each. `party` is the one
    whose member they are on a joint bench; None on any other. `instead` is the title of the office by which they sit as a substitute,
    empty for everybody else.
    """

    person: PersonId
    name: str
    role: OfficeRole = OfficeRole.MEMBER
    since: datetime | None = None
    until: datetime | None = None
    deputies: tuple[Deputy, ...] = ()
    office: OfficeId | None = None
    kind: str = ""
    party: OrganisationId | None = None
    instead: str = ""

    def sits_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class BenchParty:
    """A party whose people sit on a joint bench."""

    party: OrganisationId
    name: str
    side: Side | None


@dataclass(frozen=True, slots=True)
class Bench:
    """A seat of one party with the people who sit, sat or will sit in it; or, of the parties `joint`, one under the first of them.

    `conflicted` fit the seat but are authors, so they do not count; `apart`, whom the evaluator finds, have decided at a stage from
    which this one is to be apart, and no more sit here; `removed` were taken off by hand; `substitutes` sit while none of a party’s
    `holders` can, and the evaluator adds them to those for that time. `office` is None where nobody's
    office is asked; `side` is the party's, and `party_name` all their names on a joint bench, where decisions and turns are those of
    each member's own party. `namers` name the people of this seat, by the office called `named_by`: everybody who holds, held or will hold
    it and does not write the proposal; once evaluated, who holds it now.
    """

    stage: str
    seat: str
    party: OrganisationId
    party_name: str
    office: OfficeId | None
    office_title: str
    holders: tuple[Holder, ...]
    conflicted: tuple[Holder, ...] = ()
    side: Side | None = None
    apart: tuple[Holder, ...] = ()
    removed: tuple[Holder, ...] = ()
    joint: tuple[BenchParty, ...] = ()
    substitutes: tuple[Holder, ...] = ()
    namers: tuple[Holder, ...] = ()
    named_by: str = ""

    @property
    def parties(self) -> tuple[OrganisationId, ...]:
        """The parties whose people sit here."""
        return tuple(one.party for one in self.joint) or (self.party,)

    def party_of(self, holder: Holder) -> OrganisationId:
        """The party for which somebody sits here."""
        return holder.party or self.party

    def names(self) -> dict[OrganisationId, str]:
        """The name of each of its parties."""
        return {one.party: one.name for one in self.joint} or {self.party: self.party_name}

    def sides(self) -> dict[OrganisationId, Side]:
        """The side of each of its parties, as far as it is known."""
        own = {one.party: one.side for one in self.joint} or {self.party: self.side}
        return {party: side for party, side in own.items() if side is not None}


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it was made. `digests` are those of the sections its stage read: section key → SHA-256.

    `person` is whose vote it is; `by` who gave it, where that was a deputy or the minutes of a meeting. `back_to` is the earlier
    stage that a request for changes sends the proposal to (None: to its authors). An undone decision counts for nothing. `secret`: it
    is a vote in a secret ballot, see `secrecy.as_seen`.
    """

    stage: str
    seat: str
    party: OrganisationId
    person: PersonId
    person_name: str
    verdict: Verdict
    round: int
    version: int
    digests: Mapping[str, str]
    at: datetime
    workflow: Digest
    id: DecisionId | None = None
    by: PersonId | None = None
    by_name: str = ""
    back_to: str | None = None
    undone_at: datetime | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting of a bench that voted on this proposal and is closed: the votes given up to then are all there are."""

    stage: str
    seat: str
    party: OrganisationId
    round: int
    closed_at: datetime
    present: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition of an approval that is not closed yet. `due_at` is UTC."""

    id: ConditionId
    decision: DecisionId
    text: str
    owner: str
    due_at: datetime | None
    party: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The round stood still from `since` to `until` (None: it still does)."""

    since: datetime
    until: datetime | None
    by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """An administrator passed a stage without what it needs."""

    stage: str
    at: datetime
    by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A refused stage sent the proposal back to an earlier one by itself. `decisions` are what was said there: when one of them is
    taken back, it falls.
    """

    stage: str
    to: str
    at: datetime
    round: int
    decisions: frozenset[DecisionId] = frozenset()


@dataclass(frozen=True, slots=True)
class Renewal:
    """A stage began anew in this round, because a change of what it reads voided what was said there; `voided` is when that was said."""

    stage: str
    at: datetime
    round: int
    voided: frozenset[datetime]


@dataclass(frozen=True, slots=True)
class Submission:
    """What is in review: the round's number, the version with its facts and section digests, and what else can hold approval.

    `facts` hold, beside the answers, the section "proposal" (kind, round, employers, universities, month and day of the submission) and the
    sections "complete" and "changed" (section key → whether it is complete, or differs from what was approved last). `conditions` are
    those not closed.
    `earlier_workflows` are digests under which decisions of this round still count, because the round was migrated from them.
    `referrals` are those on record, of earlier rounds too.
    `facts_at` is when the version came to be the one in review, where that was later than the submission.
    """

    round: int
    version: int
    submitted_at: datetime
    facts: Content
    digests: Mapping[str, str]
    open_objections: int = 0
    conditions: tuple[OpenCondition, ...] = ()
    holds: tuple[Hold, ...] = ()
    overrides: tuple[Override, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    earlier_workflows: frozenset[Digest] = frozenset()
    facts_at: datetime | None = None
    referrals: tuple[Referral, ...] = ()
    renewals: tuple[Renewal, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendars:
    """The working days of each party; `lead` is used for everything else."""

    lead: Calendar
    by_party: Mapping[OrganisationId, Calendar] = field(default_factory=dict)

    def of(self, party: OrganisationId) -> Calendar:
        return self.by_party.get(party, self.lead)


@dataclass(frozen=True, slots=True)
class Lack:
    """So many more of these parties have to take part, where the quorum counts them: `name` is that of the party, or of its side."""

    parties: frozenset[OrganisationId]
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of a bench: people with a vote, how many took part, and what they said.

    `quorum` is 0 where none is asked; `lacking` is what is missing of one that counts each party or side, `absent` are the kinds of office
    that it must include and of which too few took part, each as often as some are missing; of `unfilled` too few are left who could.
    """

    members: int
    present: int
    approvals: int
    dissents: int
    abstentions: int
    quorum: int
    lacking: tuple[Lack, ...] = ()
    absent: tuple[str, ...] = ()
    unfilled: tuple[str, ...] = ()

    @property
    def is_quorate(self) -> bool:
        return self.present >= self.quorum and not self.lacking and not self.absent


@dataclass(frozen=True, slots=True)
class SeatProgress:
    """`counted` are valid approvals, `stale` those that an edit voided, `missing` the holders who are still asked (none once met).

    `positions` are all valid decisions, the latest of each holder; `lapsed` were given by people who had no seat any more when the
    rule was fulfilled, or have none now; `recused` left the bench. `met_at` is the time at which the rule was fulfilled; it can lie
    before the stage opened when it was carried over. `refused_at` is when it became clear that it never will be. `tied`: the chair's
    vote decides. `members` are those who sit there now. `fails_at` is how many dissents, or objections, refuse, where the rule says
    so. `open_until` is before when nothing can decide it, while that is still to come. `answered_at` is when everybody who has a vote
    had first said something, be it that they abstain. `expired` are approvals that have run out. `instead` says who sits in whose place,
    and why. In a `secret` ballot nothing is `counted` by name and `positions` say only who has voted; while it is `sealed` the tally says
    how many took part, and nothing of what they said.
    """

    seat: Seat
    bench: Bench
    needed: int
    counted: tuple[Decision, ...]
    stale: tuple[Decision, ...]
    missing: tuple[Holder, ...]
    met: bool
    met_at: datetime | None = None
    refused_at: datetime | None = None
    positions: tuple[Decision, ...] = ()
    lapsed: tuple[Decision, ...] = ()
    recused: tuple[Holder, ...] = ()
    blocking: tuple[Decision, ...] = ()
    tally: Tally | None = None
    tied: bool = False
    due_at: datetime | None = None
    members: tuple[Holder, ...] = ()
    fails_at: int | None = None
    open_until: datetime | None = None
    answered_at: datetime | None = None
    expired: tuple[Decision, ...] = ()
    instead: str = ""
    secret: bool = False
    sealed: bool = False

    @property
    def given(self) -> tuple[Decision, ...]:
        """The approvals that count by name; in a secret ballot all votes, which do not say how they were given."""
        return tuple(d for d in self.positions if d.verdict is Verdict.VOTED) if self.secret else self.counted


@dataclass(frozen=True, slots=True)
class StageProgress:
    """Times are UTC; `due_at` is the latest of its benches, None where the stage sets no term. `met_at` is when it was over.

    `unmet` are the requirements that are not there yet, once everything before the stage is over. `lapsed`: it ended with its term,
    with nothing sufficient decided. `refused_as` is how it was refused, `refused_by` the single dissent that did it, if
    one did; `ends` is whether the round ends with that, or goes back, and `back` how it would. `referred` are the times that it was sent
    back from here in this round. `unnamed` are the benches for which too few people are named, once everything before the stage is
    over, which was at `reached_at`; a stage that has not opened waits for them.
    """

    stage: Stage
    standing: StageStanding
    seats: tuple[SeatProgress, ...]
    opened_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    unmet: tuple[str, ...] = ()
    override: Override | None = None
    lapsed: bool = False
    refused_as: RefusedAs | None = None
    refused_by: Decision | None = None
    ends: bool = False
    back: Referral | None = None
    referred: tuple[Referral, ...] = ()
    unnamed: tuple[SeatProgress, ...] = ()
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is asked for a decision now, or (`names`) to name those who decide. `principal` is whose vote or office it is, where
    `person` is a deputy; else the same.
    """

    stage: str
    seat: str
    party: OrganisationId
    office: OfficeId | None
    person: PersonId
    principal: PersonId
    opened_at: datetime
    due_at: datetime | None
    names: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """`needs` are sentences, one per thing still needed; `sentence` joins them; `court` names the parties that must act.

    `look_at` is the earliest moment at which time alone may change any of this; None where it cannot. `referrals` are all that stand:
    those that the submission had on record, and those that this evaluation found. `because` is the sentence that says why it was
    referred back, while that matters; the sentence begins with it.
    """

    outcome: Outcome
    stages: tuple[StageProgress, ...]
    turns: tuple[Turn, ...]
    needs: tuple[str, ...]
    sentence: str
    court: tuple[OrganisationId, ...]
    ended_by: Decision | None = None
    held: Hold | None = None
    look_at: datetime | None = None
    referrals: tuple[Referral, ...] = ()
    because: str = ""

    def stage(self, key: str) -> StageProgress:
        """The progress of the stage of that key; KeyError when there is none."""
        for progress in self.stages:
            if progress.stage.key == key:
                return progress
        raise KeyError(key)

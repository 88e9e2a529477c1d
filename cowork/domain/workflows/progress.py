"""What the evaluator is given and what it answers. See `evaluation.evaluate`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId
from cowork.domain.workflows.definition import Seat, Stage


class Verdict(StrEnum):
    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"


class Outcome(StrEnum):
    IN_REVIEW = "in-review"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    REJECTED = "rejected"


class StageStanding(StrEnum):
    WAITING = "waiting"  # an earlier stage is not over
    OPEN = "open"  # decisions are asked for now
    MET = "met"  # every seat's rule is fulfilled
    SKIPPED = "skipped"  # its condition is not true of this specification


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds the office of a seat now."""

    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A seat of one party with the people who can sit in it. `conflicted` hold the office but are authors, so they do not count."""

    stage: str
    seat: str
    party: OrganisationId
    party_name: str
    office: OfficeId | None
    office_title: str
    holders: tuple[Holder, ...]
    conflicted: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it was made. `digests` are those of the sections its stage read: section key → SHA-256."""

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


@dataclass(frozen=True, slots=True)
class Submission:
    """What is in review: the round's number, the version with its facts and section digests, and what else can hold approval."""

    round: int
    version: int
    submitted_at: datetime
    facts: Content
    digests: Mapping[str, str]
    open_objections: int = 0


@dataclass(frozen=True, slots=True)
class SeatProgress:
    """`counted` are valid approvals, `stale` those that an edit voided, `missing` the holders who are still asked (none once met).

    `met_at` is the time of the approval that fulfilled the rule; it can lie before the stage opened when it was carried over.
    """

    seat: Seat
    bench: Bench
    needed: int
    counted: tuple[Decision, ...]
    stale: tuple[Decision, ...]
    missing: tuple[Holder, ...]
    met: bool
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StageProgress:
    """Times are UTC; `due_at` is None where the stage sets no term."""

    stage: Stage
    standing: StageStanding
    seats: tuple[SeatProgress, ...]
    opened_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is asked for a decision now."""

    stage: str
    seat: str
    party: OrganisationId
    office: OfficeId | None
    person: PersonId
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """`needs` are sentences, one per thing still needed; `sentence` joins them; `court` names the parties that must act."""

    outcome: Outcome
    stages: tuple[StageProgress, ...]
    turns: tuple[Turn, ...]
    needs: tuple[str, ...]
    sentence: str
    court: tuple[OrganisationId, ...]
    ended_by: Decision | None = None

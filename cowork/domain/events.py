"""What has happened: typed, past-tense, append-only.

An event's payload holds identifiers, numbers, digests and choices, never what people wrote or their names: texts live outside the
chain, so that they can be erased. Each event knows its `kind` (kebab-case) and its payload as JSON.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.access_events import AccessEvent
from cowork.domain.evidence_events import EvidenceEvent, FileForgotten
from cowork.domain.ids import (
    CommentId,
    ConditionId,
    DecisionId,
    Digest,
    MeetingId,
    OfficeId,
    OrganisationId,
    PersonId,
    ProgrammeId,
    RoundId,
    ThreadId,
)
from cowork.domain.organisation_events import MeetingEvent, OrganisationEvent
from cowork.domain.proposals import ProposalKind, Role
from cowork.domain.workflows.progress import Verdict


@dataclass(frozen=True, slots=True)
class ProposalStarted:
    programme: ProgrammeId
    proposal_kind: ProposalKind
    form: Digest
    workflow: Digest
    parties: tuple[OrganisationId, ...]


@dataclass(frozen=True, slots=True)
class ParticipantAdded:
    person: PersonId
    organisation: OrganisationId
    role: Role


@dataclass(frozen=True, slots=True)
class ParticipantRemoved:
    person: PersonId
    organisation: OrganisationId


@dataclass(frozen=True, slots=True)
class WorkflowChosen:
    workflow: Digest


@dataclass(frozen=True, slots=True)
class OriginNoted:
    """What the proposal was started from: a template or another proposal, in this version."""

    origin: str
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class ChangesPulled:
    """Changes of the template that the proposal was started from were looked at, up to this version; so many were taken."""

    source: str
    version: int
    taken: int


@dataclass(frozen=True, slots=True)
class VersionSaved:
    """`private` commits to the answers of private lanes with the proposal's secret salt. `writers` wrote it with the actor."""

    version: int
    digest: Digest
    private: Digest | None
    sections: tuple[str, ...]
    writers: tuple[PersonId, ...] | None = None


@dataclass(frozen=True, slots=True)
class FormChanged:
    """A draft was moved to another form: the newest questions of its parties."""

    form: Digest
    version: int


@dataclass(frozen=True, slots=True)
class ThreadOpened:
    thread: ThreadId
    version: int
    section: str | None
    field: str | None
    lane: OrganisationId | None
    objection: bool
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadPlaced:
    """Somebody said which words of this version a thread is about."""

    thread: ThreadId
    version: int
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class CommentWithdrawn:
    """Its author took a comment back before anybody answered. Its text is gone."""

    thread: ThreadId
    comment: CommentId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class SuggestionAccepted:
    """`version` brought it in; `person` made it, and counts as a writer from then on where `as_writer` says so."""

    thread: ThreadId
    version: int
    person: PersonId
    as_writer: bool
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class SuggestionRejected:
    thread: ThreadId
    person: PersonId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class CommentAdded:
    thread: ThreadId
    comment: CommentId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class ThreadResolved:
    thread: ThreadId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class ThreadReopened:
    thread: ThreadId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class ProposalSubmitted:
    round: RoundId
    number: int
    version: int
    digest: Digest
    workflow: Digest


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """`person` is whose vote it is, where somebody else recorded it; `meeting` the one that took it."""

    decision: DecisionId
    round: RoundId
    stage: str
    seat: str
    party: OrganisationId
    office: OfficeId | None
    verdict: Verdict
    version: int
    digest: Digest
    sections: tuple[str, ...]
    person: PersonId | None = None
    meeting: MeetingId | None = None


@dataclass(frozen=True, slots=True)
class PutOff:
    """A meeting of this office has looked at the proposal and put it off."""

    round: RoundId
    stage: str
    seat: str
    party: OrganisationId
    office: OfficeId
    version: int
    meeting: MeetingId


@dataclass(frozen=True, slots=True)
class ChangesRequested:
    """`lapsed`: nobody asked for changes, the term of the stage ended without the decision it needs."""

    round: RoundId
    stage: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class ReferredBack:
    """A stage was refused, and that sent the proposal back to an earlier one by itself."""

    round: RoundId
    stage: str
    to: str


@dataclass(frozen=True, slots=True)
class StageRenewed:
    """A stage began anew, because a change of the text or of a file voided what was said there."""

    round: RoundId
    stage: str


@dataclass(frozen=True, slots=True)
class ProposalRejected:
    round: RoundId
    stage: str


@dataclass(frozen=True, slots=True)
class ProposalApproved:
    """`decisions` are the approvals that counted: those that an edit voided are not among them."""

    round: RoundId
    version: int
    digest: Digest
    decisions: tuple[DecisionId, ...]


@dataclass(frozen=True, slots=True)
class OutlineApproved:
    """Every party wants to go on with an outline: the whole form is open."""

    round: RoundId
    version: int
    digest: Digest


@dataclass(frozen=True, slots=True)
class ProposalWithdrawn:
    round: RoundId


@dataclass(frozen=True, slots=True)
class DecisionUndone:
    """Whoever gave a decision took it back; `reopened` says that it had ended the round, which runs on."""

    decision: DecisionId
    round: RoundId
    stage: str
    reopened: bool


@dataclass(frozen=True, slots=True)
class ConditionSet:
    condition: ConditionId
    decision: DecisionId
    round: RoundId
    stage: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class ConditionReported:
    condition: ConditionId
    round: RoundId


@dataclass(frozen=True, slots=True)
class ConditionClosed:
    condition: ConditionId
    round: RoundId


@dataclass(frozen=True, slots=True)
class ConditionWaived:
    condition: ConditionId
    round: RoundId


@dataclass(frozen=True, slots=True)
class ReviewHeld:
    round: RoundId


@dataclass(frozen=True, slots=True)
class ReviewResumed:
    round: RoundId


@dataclass(frozen=True, slots=True)
class ProposalRevived:
    round: RoundId


@dataclass(frozen=True, slots=True)
class StageAdded:
    """`stage` is a key that was made, not one that somebody typed; `before` are the stages that wait for it."""

    round: RoundId
    stage: str
    stage_kind: str
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewerAdded:
    round: RoundId
    stage: str
    seat: str
    party: OrganisationId
    person: PersonId


@dataclass(frozen=True, slots=True)
class ReviewerRemoved:
    round: RoundId
    stage: str
    seat: str
    party: OrganisationId
    person: PersonId


@dataclass(frozen=True, slots=True)
class StageOverridden:
    round: RoundId
    stage: str


@dataclass(frozen=True, slots=True)
class RoundMoved:
    """The round runs on with a newer version; `opened` and `closed` are stages that it made needed, or no longer needed."""

    round: RoundId
    version: int
    digest: Digest
    opened: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundMigrated:
    """The round runs on under another workflow."""

    round: RoundId
    previous: Digest
    workflow: Digest


@dataclass(frozen=True, slots=True)
class Exported:
    """An export was made. The digest is of the file's bytes."""

    format: str
    version: int
    file: Digest


@dataclass(frozen=True, slots=True)
class ProgrammePublished:
    """The programme was put into the public register, or taken out of it."""

    public: bool


ProposalEvent = (
    ProposalStarted
    | ParticipantAdded
    | ParticipantRemoved
    | WorkflowChosen
    | OriginNoted
    | ChangesPulled
    | VersionSaved
    | FormChanged
    | ThreadOpened
    | CommentAdded
    | ThreadPlaced
    | CommentWithdrawn
    | SuggestionAccepted
    | SuggestionRejected
    | ThreadResolved
    | ThreadReopened
    | ProposalSubmitted
    | DecisionMade
    | PutOff
    | ChangesRequested
    | ReferredBack
    | StageRenewed
    | ProposalRejected
    | ProposalApproved
    | OutlineApproved
    | ProposalWithdrawn
    | DecisionUndone
    | ConditionSet
    | ConditionReported
    | ConditionClosed
    | ConditionWaived
    | ReviewHeld
    | ReviewResumed
    | ProposalRevived
    | StageAdded
    | ReviewerAdded
    | ReviewerRemoved
    | StageOverridden
    | RoundMoved
    | RoundMigrated
    | Exported
    | ProgrammePublished
    | EvidenceEvent
    | AccessEvent
)
Event = ProposalEvent | OrganisationEvent | MeetingEvent


def kind_of(event: type[object]) -> str:
    """The stored name of a type of event: ``VersionSaved`` → ``version-saved``."""
    name = event.__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() and at else letter.lower() for at, letter in enumerate(name))


def payload_of(event: Event) -> dict[str, object]:
    """The event's facts as JSON values; absent ones are left out."""
    facts = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    return {name: _plain(value) for name, value in facts.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def is_news(event: Event) -> bool:
    """Whether an event moves its proposal to the top of lists. An export does not, nor the end of a file's time, nor what happens in one
    party's own lane.
    """
    return not isinstance(event, Exported | FileForgotten) and lane_of(kind_of(type(event)), payload_of(event)) is None


IN_LANES = ("thread-", "comment-", "suggestion-", "access-", "file-", "letter-")
"""How the kinds of events begin that can happen in one party's own lane."""


def lane_of(kind: str, payload: Mapping[str, object]) -> str | None:
    """The organisation whose members alone may see this event in a list, or None where every reader may."""
    lane = payload.get("lane")
    return lane if kind.startswith(IN_LANES) and isinstance(lane, str) else None

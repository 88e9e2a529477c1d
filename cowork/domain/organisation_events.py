"""What has happened in an organisation: its people and offices, working days, meetings and workflows. See `events`."""

from dataclasses import dataclass

from cowork.domain.ids import DelegationId, Digest, MeetingId, OfficeId, PersonId


@dataclass(frozen=True, slots=True)
class MemberAdded:
    person: PersonId
    admin: bool


@dataclass(frozen=True, slots=True)
class MemberChanged:
    person: PersonId
    admin: bool


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    person: PersonId


@dataclass(frozen=True, slots=True)
class OfficeCreated:
    office: OfficeId
    office_kind: str


@dataclass(frozen=True, slots=True)
class OfficeTermStarted:
    office: OfficeId
    person: PersonId
    starts: str
    ends: str | None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class OfficeTermEnded:
    office: OfficeId
    person: PersonId


@dataclass(frozen=True, slots=True)
class OfficeRoleChanged:
    office: OfficeId
    person: PersonId
    role: str


@dataclass(frozen=True, slots=True)
class WorkingWeekChanged:
    """`closed_weekdays` are 0 (Monday) to 6; after `idle_days` working days without a decision somebody is told."""

    closed_weekdays: tuple[int, ...]
    idle_days: int


@dataclass(frozen=True, slots=True)
class ClosingDaysAdded:
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosingDaysRemoved:
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeDelegated:
    """`office` is None for all offices that the delegator holds at the organisation."""

    delegation: DelegationId
    delegator: PersonId
    delegate: PersonId
    office: OfficeId | None
    starts: str
    ends: str


@dataclass(frozen=True, slots=True)
class DelegationRevoked:
    delegation: DelegationId
    delegator: PersonId
    delegate: PersonId


@dataclass(frozen=True, slots=True)
class MeetingPlanned:
    meeting: MeetingId
    office: OfficeId
    starts: str


@dataclass(frozen=True, slots=True)
class AgendaChanged:
    """What is on the agenda now, in order: the proposal of each item, or an empty text for a matter of its own."""

    meeting: MeetingId
    items: tuple[str, ...]
    amended: bool


@dataclass(frozen=True, slots=True)
class AgendaDeclaredComplete:
    meeting: MeetingId
    items: int


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    meeting: MeetingId
    office: OfficeId
    present: int
    decisions: int


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    meeting: MeetingId
    office: OfficeId


@dataclass(frozen=True, slots=True)
class WorkflowImported:
    """A text was taken into a draft. The digest is of the text."""

    workflow: Digest


@dataclass(frozen=True, slots=True)
class WorkflowPublished:
    workflow: Digest
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class WorkflowRetired:
    """It is no longer offered for new proposals."""

    key: str


@dataclass(frozen=True, slots=True)
class WorkflowOffered:
    """It is offered again."""

    key: str


OrganisationEvent = (
    MemberAdded
    | MemberChanged
    | MemberRemoved
    | OfficeCreated
    | OfficeTermStarted
    | OfficeTermEnded
    | OfficeRoleChanged
    | WorkingWeekChanged
    | ClosingDaysAdded
    | ClosingDaysRemoved
    | OfficeDelegated
    | DelegationRevoked
    | WorkflowImported
    | WorkflowPublished
    | WorkflowRetired
    | WorkflowOffered
)
MeetingEvent = MeetingPlanned | AgendaChanged | AgendaDeclaredComplete | MeetingClosed | MeetingCancelled

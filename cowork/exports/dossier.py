"""The dossier: everything a format may say about one version of a proposal. Exports take a dossier and give bytes.

Whoever makes a dossier has asked the policy already: `content` holds only what every reader of the export may read, and nothing
here is looked up later. Times are UTC; `zone` is the IANA name of the zone in which they are shown.
"""

from dataclasses import dataclass
from datetime import datetime

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, ProposalId, Side
from cowork.domain.proposals import Phase, Standing
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.signing import Signature
from cowork.domain.workflows.progress import Verdict


@dataclass(frozen=True, slots=True)
class DossierParty:
    """A party of the proposal. `country` is a name or code to print, or empty."""

    name: str
    side: Side
    lead: bool
    country: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A decision of the approval record. `version` and `digest` are those that the person decided on.

    `through` says who gave it for them, as their deputy or from the minutes of a meeting, or is empty; `place` is the seat that they took
    in place of those who hold its office, or empty; `against` the stage that an appeal is against, or empty.
    """

    person: str
    office: str
    organisation: str
    stage: str
    verdict: Verdict
    at: datetime
    version: int
    digest: Digest
    through: str = ""
    place: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """How many voted how in a secret ballot that is over; `organisation` is empty where several parties voted as one body."""

    stage: str
    organisation: str
    approvals: int
    dissents: int
    abstentions: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A stage that an administrator passed without what it asks."""

    person: str
    stage: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The co-design record: how many words of each section came from whom. `groups` are names, `rows` a section's label with its words
    by group, in that order; the last row is the total.
    """

    groups: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class DossierFile:
    """A shared file that stands with the version. `sha256` is of its bytes or, of a letter signed here (`letter`), of what was signed;
    `dated` and `expires` are days in words or empty.
    """

    title: str
    kind: str
    party: str
    dated: str
    expires: str
    sha256: str
    letter: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """One version of a proposal, ready to be exported.

    `standing` is a value of `Standing`. `content` is the part of the answers in the shared lane; `digest` is the SHA-256 of its
    canonical document (see `cowork.exports.specification_json`). `approved_at` is set exactly when `standing` is approved.
    `audit_head` is the hash of the event that approved the proposal, `verify_url` the page where a reader can check this
    document, where there are such. `passed` are stages that administrators passed in the round that this version was in,
    `shares` is the co-design record of the shared texts, `signatures` are those of rows of the alignment that were not taken back;
    `files` are the shared files of the proposal, where this is its present version; `phase` says which questions it is asked;
    `ballots` are the counts of secret ballots, of which `approvals` say only who voted.
    """

    proposal_id: ProposalId
    title: str
    standing: str
    form: Form
    content: Content
    version: int
    version_at: datetime
    version_author: str
    digest: Digest
    parties: tuple[DossierParty, ...]
    demonstration: bool
    approvals: tuple[Approval, ...]
    approved_at: datetime | None
    workflow_title: str
    audit_head: str | None = None
    verify_url: str | None = None
    zone: str = "UTC"
    passed: tuple[Passed, ...] = ()
    shares: Shares | None = None
    signatures: tuple[Signature, ...] = ()
    files: tuple[DossierFile, ...] = ()
    phase: Phase = Phase.FULL
    ballots: tuple[Ballot, ...] = ()

    def __post_init__(self) -> None:
        if (self.approved_at is not None) is not (Standing(self.standing) is Standing.APPROVED):
            raise ValueError("an approved dossier, and only that, carries the time of its approval")
        moments = (self.version_at, self.approved_at, *(approval.at for approval in self.approvals), *(one.at for one in self.passed))
        if any(moment is not None and moment.tzinfo is None for moment in moments):
            raise ValueError("every time of a dossier needs its zone")

    @property
    def questions(self) -> Form:
        """The form as far as it is asked: what documents walk. The data are those of the whole form, as the digest covers them."""
        return self.form.outline() if self.phase is Phase.OUTLINE else self.form

    @property
    def kind(self) -> str:
        """What the document is, in words."""
        return "Outline of a programme" if self.phase is Phase.OUTLINE else "Programme specification"

    @property
    def approved(self) -> bool:
        return self.standing == Standing.APPROVED

"""What the pages of one proposal share: its head, its tabs, and the sentence that says what is still needed."""

from dataclasses import dataclass
from datetime import datetime

from cowork.domain.policy import Action
from cowork.domain.proposals import EDITABLE, ParticipantFacts, PartyFacts, Phase, ProposalKind, Standing
from cowork.domain.workflows.progress import Progress, StageStanding
from cowork.domain.workflows.rule_words import rule_in_words
from cowork.services.cases import Case
from cowork.web.frame import Tab

KIND_WORDS: dict[ProposalKind, str] = {
    ProposalKind.NEW: "New programme",
    ProposalKind.REVISION: "Revision",
    ProposalKind.RENEWAL: "Renewal",
    ProposalKind.RETIREMENT: "Retirement",
}
TABS: tuple[tuple[str, str], ...] = (
    ("draft", "Draft"),
    ("alignment", "Alignment"),
    ("review", "Review"),
    ("changes", "Changes"),
    ("route", "Route"),
    ("files", "Files"),
    ("people", "People"),
    ("activity", "Activity"),
    ("export", "Export"),
)


@dataclass(frozen=True, slots=True)
class ProposalFrame:
    """The head of every page of a proposal. `saved_at` is when the version was saved, where the page knows it."""

    id: str
    title: str
    standing: Standing
    kind: str
    parties: tuple[PartyFacts, ...]
    version: int
    saved_at: datetime | None
    tab: str
    tabs: tuple[Tab, ...]
    sentence: str
    due_at: datetime | None
    demonstration: bool
    percent: int
    open_threads: int
    open_objections: int
    workflow: str
    outline: bool = False


def proposal_frame(case: Case, current: str, *, version: int | None = None, saved_at: datetime | None = None) -> ProposalFrame:
    """The frame for a tab (a key of TABS). `version` is the one shown, the newest by default; KeyError for an unknown tab."""
    state = case.state
    # Shared files only: nobody learns from a number that another party keeps something of its own.
    counts = {"review": state.open_threads, "files": len(state.attached)}
    return ProposalFrame(
        id=state.id,
        title=state.title,
        standing=state.standing,
        kind=KIND_WORDS[state.kind],
        parties=state.facts.parties,
        version=state.version if version is None else version,
        saved_at=saved_at,
        tab=dict(TABS)[current],
        tabs=tuple(
            Tab(label, f"/proposals/{state.id}/{key}", key == current, counts.get(key, 0))
            for key, label in TABS
            # An outline has hardly anything to align.
            if key != "alignment" or state.phase is Phase.FULL
        ),
        sentence=state.sentence,
        due_at=state.due_at if state.standing is Standing.IN_REVIEW else None,
        demonstration=state.demonstration,
        percent=state.percent,
        open_threads=state.open_threads,
        open_objections=state.open_objections,
        workflow=state.workflow_title,
        outline=state.phase is Phase.OUTLINE,
    )


def first_tab(case: Case) -> str:
    """The tab that a proposal opens at: its text for whoever writes it now, the review for everybody else."""
    return "draft" if case.state.standing in EDITABLE and case.may(Action.EDIT_PROPOSAL) else "review"


@dataclass(frozen=True, slots=True)
class PartyPeople:
    """A party with whoever takes part for it."""

    party: PartyFacts
    participants: tuple[ParticipantFacts, ...]


@dataclass(frozen=True, slots=True)
class AskedOffice:
    """An office that the workflow asks. `conflicted` hold it but write the proposal, so they may not decide."""

    stage: str
    office: str
    party: str
    holders: tuple[str, ...]
    conflicted: tuple[str, ...]
    rule: str


def people_of(case: Case) -> tuple[PartyPeople, ...]:
    """Who takes part, by party, the lead first."""
    facts = case.state.facts
    return tuple(
        PartyPeople(party, tuple(person for person in facts.participants if person.organisation == party.organisation))
        for party in facts.parties
    )


def asked_offices(progress: Progress) -> tuple[AskedOffice, ...]:
    """The offices that are asked, in the order of the stages; those of stages that are not needed are left out."""
    return tuple(
        AskedOffice(
            stage.stage.title,
            seat.bench.office_title,
            seat.bench.party_name,
            tuple(holder.name for holder in seat.members),
            tuple(holder.name for holder in seat.bench.conflicted),
            rule_in_words(seat.seat.rule),
        )
        for stage in progress.stages
        if stage.standing is not StageStanding.SKIPPED
        for seat in stage.seats
    )

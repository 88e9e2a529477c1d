"""The route page and the submit page: who decides when, what was decided, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cowork.domain.errors import Invalid
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.reports import Forecast
from cowork.domain.workflows.definition import Dissent
from cowork.domain.workflows.layout import RouteDrawing, layout
from cowork.domain.workflows.progress import APPROVALS, DISSENTS, Decision, Progress, SeatProgress, Verdict
from cowork.services.conditions import ConditionView
from cowork.services.reviews import RoutePage
from cowork.store.reviews import DecisionFull, RoundFull
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.reviews.acting import Offer, ShownAct, offers, passable, shown_acts
from cowork.web.reviews.decisions import LABELS
from cowork.web.specifications.changes import labels

OUTCOMES = {
    "in-review": ("Running", "info", "clock"),
    "approved": ("Approved", "success", "tick"),
    "outline-approved": ("Outline accepted", "success", "tick"),
    "changes-requested": ("Changes requested", "warning", "warning"),
    "rejected": ("Rejected", "danger", "cross"),
    "withdrawn": ("Withdrawn", "neutral", "stop"),
}
VALIDITY = {
    "counted": ("Counts", "success", "tick"),
    "carried": ("Carried over", "success", "tick"),
    "stale": ("Text has changed since", "warning", "warning"),
    "expired": ("Has run out", "warning", "warning"),
    "past": ("No longer counts", "neutral", "skip"),
    "lapsed": ("No longer holds the office", "warning", "warning"),
    "undone": ("Taken back", "neutral", "skip"),
    "noted": ("On record", "neutral", "info"),
    "ended": ("Ended the round", "neutral", "stop"),
}


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision in the list. `validity` is the word, tone and icon of whether it counts now; `by` says who acted for the person,
    `back_to` the stage that it went back to, `signed` the statement that an approval signed.
    """

    person: str
    office: str
    party: str
    stage: str
    verdict: str
    version: int
    at: datetime
    reason: str
    sections: tuple[str, ...]
    validity: tuple[str, str, str]
    by: str = ""
    back_to: str = ""
    signed: str = ""
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_because: str = ""
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class ShownRound:
    round: RoundFull
    outcome: tuple[str, str, str]
    decisions: tuple[ShownDecision, ...]
    acts: tuple[ShownAct, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of submitting, with the page that mends it (empty: nobody here can)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    frame: ProposalFrame
    workflow: str
    description: str
    source: str
    drawing: RouteDrawing
    progress: Progress
    dry_run: bool
    court: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    rounds: tuple[ShownRound, ...]
    version: int
    digest: str
    may_submit: bool
    why_not: str
    may_withdraw: bool
    note: str
    errors: tuple[tuple[str, str], ...]
    stale: str
    forecast: Forecast | None
    offers: tuple[Offer, ...]
    passable: tuple[Offer, ...]
    conditions: tuple[ConditionView, ...]
    requirements: tuple[str, ...]
    left_out: tuple[str, ...]


def route_page(found: RoutePage, *, note: str = "", errors: Sequence[tuple[str, str]] = (), stale: str = "") -> Page:
    """The page from what the use case gave; `note`, `errors` and `stale` are kept from a submission that was refused."""
    case, state = found.case, found.case.state
    names = {party.organisation: party.name for party in state.facts.parties}
    return Page(
        frame=_frame(found),
        workflow=found.workflow.title,
        description=found.workflow.description,
        source=found.workflow.source,
        drawing=layout(found.workflow),
        progress=found.progress,
        dry_run=found.dry_run,
        court=tuple(names[party] for party in found.progress.court if party in names),
        obstacles=tuple(_obstacle(found, sentence) for sentence in found.missing),
        rounds=tuple(_round(found, one) for one in found.rounds),
        version=found.version.number,
        digest=found.version.digest,
        may_submit=case.may(Action.SUBMIT_PROPOSAL),
        why_not=case.why_not(Action.SUBMIT_PROPOSAL),
        may_withdraw=case.may(Action.WITHDRAW_PROPOSAL),
        note=note,
        errors=tuple(errors),
        stale=stale,
        forecast=found.forecast,
        offers=offers(case, found.review),
        passable=passable(case, found.review),
        conditions=found.conditions,
        requirements=found.requirements,
        left_out=found.left_out,
    )


def _frame(found: RoutePage) -> ProposalFrame:
    """The frame; while a review runs the page itself says at length what is needed, so the head does not."""
    frame = proposal_frame(found.case, "route", version=found.version.number, saved_at=found.version.at)
    return frame if found.dry_run else replace(frame, sentence="", due_at=None)


def submit_errors(error: Invalid) -> tuple[tuple[str, str], ...]:
    """What is wrong with a submission, for the summary: the note by name; what stands in the way is listed on the page already."""
    own = tuple((path, sentence) for path, sentence in error.problems if path != "submit")
    return own or (("obstacles", "It was not submitted: something still stands in the way. Mend what is listed, then submit again."),)


def _obstacle(found: RoutePage, sentence: str) -> Obstacle:
    """A sentence about a section leads to it; one about the workflow or an office to the people of the proposal."""
    section = next((s for s in found.case.form.sections if sentence.startswith(f"{s.label}: ")), None)
    root = f"/proposals/{found.case.state.id}"
    about_time = sentence.startswith("This way of approval takes proposals again")
    return Obstacle(sentence, f"{root}/draft/{section.key}" if section else "" if about_time else f"{root}/people")


def _round(found: RoutePage, one: RoundFull) -> ShownRound:
    made = [full for full in found.decisions if full.decision.round == one.number]
    undone = frozenset(full.id for full in found.decisions if full.decision.undone_at is not None)
    acts = shown_acts(found.review.acts.of_round(one.number), found.review.workflow, undone) if found.review is not None else ()
    outcome = OUTCOMES.get(one.outcome, (one.outcome, "neutral", "info"))
    return ShownRound(one, outcome, tuple(_decision(found, full) for full in made), acts)


def _decision(found: RoutePage, full: DecisionFull) -> ShownDecision:
    made = full.decision
    titles = {stage.key: stage.title for stage in found.workflow.stages}
    statement = next((stage.statement for stage in found.workflow.stages if stage.key == made.stage), "")
    through = f"{'as minuted by' if full.via == 'meeting' else 'through'} {made.by_name}" if made.by_name else ""
    return ShownDecision(
        made.person_name, _office(found, full), full.party_name, titles.get(made.stage, made.stage), LABELS[made.verdict], made.version,
        made.at, full.reason, labels(found.case.form, full.sections), VALIDITY[validity(found, made)], through,
        titles.get(made.back_to or "", ""), statement if made.verdict in APPROVALS else "", full.undone_by, made.undone_at,
        full.undone_because, f"/proposals/{found.case.state.id}/decisions/{full.id}/undo" if full in found.undoable else "",
    )  # fmt: skip


def _office(found: RoutePage, full: DecisionFull) -> str:
    """The office in which it was given, and in whose place where that was a substitute."""
    place = (full.decision.stage, full.decision.seat)
    seats = (seat for stage in found.workflow.stages for seat in stage.seats if (stage.key, seat.key) == place)
    instead = next((seat.in_whose_place(full.office_kind) for seat in seats), "")
    return f"{full.office_title}, in place of the {instead}" if instead else full.office_title


def validity(found: RoutePage, made: Decision) -> str:
    """Whether a decision counts where the review stands now (in a dry run: would count), as a key of VALIDITY."""
    seats = [seat for stage in found.progress.stages for seat in stage.seats]
    if made.undone_at is not None:
        return "undone"
    if made.verdict in APPROVALS and _among(seats, made, "counted"):
        newest = found.rounds[0].number if found.rounds else made.round
        running = found.case.state.standing is Standing.IN_REVIEW or not found.dry_run
        return "counted" if made.round == newest and running else "carried"
    ended = found.progress.ended_by
    if (ended is not None and ended.id == made.id) or (made.verdict in DISSENTS and _ended(found, made)):
        return "ended"
    if made.verdict in (Verdict.RECUSE, Verdict.TABLE):
        return "noted"
    known = {"positions": "counted", "expired": "expired", "stale": "stale", "lapsed": "lapsed"}
    return next((word for which, word in known.items() if _among(seats, made, which)), "past")


def _ended(found: RoutePage, made: Decision) -> bool:
    """Whether a dissent alone ended a round that is over: the last decision of one that was refused, where dissents are not counted."""
    places = [(stage.stage.key, seat.seat) for stage in found.progress.stages for seat in stage.seats]
    here = [seat.rule.dissent is Dissent.COUNTS for stage, seat in places if (stage, seat.key) == (made.stage, made.seat)]
    once = any(stage.stage.votes_once for stage in found.progress.stages if stage.stage.key == made.stage)
    others = [seat.rule.dissent is Dissent.COUNTS for stage, seat in places if stage == made.stage] if once else []
    if here and all((*here, *others)):
        return False
    own = next((one for one in found.rounds if one.number == made.round), None)
    last = [full.decision for full in found.decisions if full.decision.round == made.round and full.decision.undone_at is None]
    return own is not None and own.outcome in ("changes-requested", "rejected") and last[-1:] == [made]


def _among(seats: Sequence[SeatProgress], made: Decision, which: str) -> bool:
    return any(made.id == other.id for seat in seats for other in getattr(seat, which))

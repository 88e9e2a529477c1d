"""Pages that ask before something is done to a running review, and what the review and route pages offer to do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.workflows.definition import StageKind, Workflow
from cowork.domain.workflows.interventions import Intervention, InterventionKind
from cowork.domain.workflows.progress import StageStanding
from cowork.services.cases import Case
from cowork.services.conditions import ConditionPage, ConditionView
from cowork.services.migrating import why_not as why_not_migrate
from cowork.services.naming import own_seats
from cowork.services.rerouting import why_not_add
from cowork.services.reviewing import Review
from cowork.web.proposals.pages import ProposalFrame, proposal_frame


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act: what follows from it, a reason where one is asked for, and its buttons as (label, kind, value of `act`).

    `why_not` says why it cannot be done; `errors` are (field, sentence) and `reason` what was typed; `view` is the condition that it
    is about, if any.
    """

    frame: ProposalFrame
    title: str
    lead: tuple[str, ...]
    action: str
    back: str
    buttons: tuple[tuple[str, str, str], ...]
    reason_label: str = "Reason"
    reason: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    why_not: str = ""
    view: ConditionView | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the reader may do, and where."""

    label: str
    url: str


def act_page(
    case: Case,
    path: str,
    title: str,
    lead: Sequence[str],
    button: str,
    *,
    kind: str = "primary",
    tab: str = "route",
    reason_label: str = "Reason",
    reason: str = "",
    errors: Sequence[tuple[str, str]] = (),
    why_not: str = "",
) -> ActPage:
    """The page of an act with one button. `path` is below the proposal's own address."""
    root = f"/proposals/{case.state.id}"
    frame = proposal_frame(case, tab)
    return ActPage(
        frame, title, tuple(lead), f"{root}/{path}", f"{root}/{tab}", ((button, kind, ""),), reason_label, reason, tuple(errors), why_not
    )


def condition_asked(found: ConditionPage, note: str, errors: Sequence[tuple[str, str]]) -> ActPage:
    """The page of a condition."""
    view, root = found.view, f"/proposals/{found.case.state.id}"
    buttons = [("Report it as done", "primary", "report")] if view.may_report else []
    if view.may_close:
        buttons += [("Close it as met", "primary", "close"), ("Waive it", "danger", "waive")]
    why_not = "" if buttons else f"{found.view.condition.text} Whoever sees to it reports it, and whoever set it closes it."
    return ActPage(
        proposal_frame(found.case, "review"), "A condition of the approval", (), f"{root}/conditions/{view.condition.id}", f"{root}/review",
        tuple(buttons), "What was done" if not view.may_close else "Note", note, tuple(errors), why_not, view,
    )  # fmt: skip


OFFERS: tuple[tuple[Action, str, str], ...] = (
    (Action.WITHDRAW_PROPOSAL, "Withdraw", "withdraw"),
    (Action.REVIVE_PROPOSAL, "Revive it", "revive"),
)
"""What can be offered for a proposal as it stands: the action, the words, the path below the proposal."""


def offers(case: Case, review: Review | None) -> tuple[Offer, ...]:
    """What the reader may do to the review as it stands."""
    root = f"/proposals/{case.state.id}"
    found = [Offer(label, f"{root}/{path}") for action, label, path in OFFERS if case.may(action)]
    if review is None or case.state.standing is not Standing.IN_REVIEW:
        return tuple(found)
    if case.may(Action.HOLD_REVIEW):
        found.append(Offer("Resume it", f"{root}/resume") if review.progress.held else Offer("Put on hold", f"{root}/hold"))
    if case.may(Action.ADD_STAGE) and not why_not_add(case, review):
        found.append(Offer("Add a stage", f"{root}/stages/new"))
    if case.may(Action.MIGRATE_REVIEW) and not why_not_migrate(review):
        found.append(Offer("Change its workflow", f"{root}/route/migrate"))
    if own_seats(case, review):
        found.append(Offer("Name people", f"{root}/naming"))
    if case.may(Action.CHOOSE_REVIEWERS):
        found.append(Offer("Who is asked", f"{root}/reviewers"))
    return tuple(found)


def passable(case: Case, review: Review | None) -> tuple[Offer, ...]:
    """The open stages that the reader may pass as an administrator."""
    if review is None or not case.may(Action.OVERRIDE_STAGE):
        return ()
    root = f"/proposals/{case.state.id}"
    open_ = (s.stage for s in review.progress.stages if s.standing is StageStanding.OPEN)
    running = [stage for stage in open_ if stage.kind is not StageKind.APPEAL]
    return tuple(Offer(f"Pass “{stage.title}”", f"{root}/stages/{stage.key}/override") for stage in running)


ACT_WORDS = {
    InterventionKind.HOLD: "put the review on hold",
    InterventionKind.RESUME: "resumed the review",
    InterventionKind.EXTRA_STAGE: "added the stage {stage}",
    InterventionKind.PERSON_ADDED: "added {person} at {stage}",
    InterventionKind.PERSON_REMOVED: "removed {person} at {stage}",
    InterventionKind.OVERRIDE: "passed {stage} as an administrator",
    InterventionKind.MIGRATED: "moved the review to another workflow",
    InterventionKind.REFERRED: "referred it back to {to}",
    InterventionKind.RENEWED: "began anew, because what was said there was on another text",
    InterventionKind.REVIVED: "revived the proposal",
}


@dataclass(frozen=True, slots=True)
class ShownAct:
    """What somebody did to a round beside deciding, in words. It `fell` where a decision on which it rested was taken back."""

    who: str
    words: str
    at: datetime
    reason: str
    fell: bool = False


def shown_acts(interventions: Sequence[Intervention], workflow: Workflow, undone: Collection[str] = ()) -> tuple[ShownAct, ...]:
    """What was done to a round beside deciding, oldest first. `undone` are the decisions that were taken back."""
    titles = {stage.key: stage.title for stage in workflow.stages}
    return tuple(_shown(one, titles, undone) for one in interventions)


def _shown(one: Intervention, titles: Mapping[str, str], undone: Collection[str]) -> ShownAct:
    table = one.payload.get("stage", "")
    stage = str(table.get("title", "")) if isinstance(table, Mapping) else titles.get(str(table), str(table))
    person = one.names.get(str(one.payload.get("person", "")), "somebody")
    to = titles.get(str(one.payload.get("to", "")), "an earlier stage")
    sentence = "named {person} for {stage}" if one.payload.get("how") == "named" else ACT_WORDS[one.kind]
    words = sentence.format(stage=f"“{stage}”", person=person, to=f"“{to}”")
    behalf = one.names.get(str(one.payload.get("behalf", "")), "")
    who = f"{one.by_name}, for {behalf}," if behalf else one.by_name
    by_itself = one.kind in (InterventionKind.REFERRED, InterventionKind.RENEWED)
    fell = not frozenset(undone).isdisjoint(one.payload.get("decisions", ()))
    return ShownAct(f"“{stage}”" if by_itself else who, words, one.at, one.reason, fell)

"""Pages that ask before something is done to a running review, and what the review and route pages offer to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from cowork.domain.policy import Action
from cowork.services.cases import Case
from cowork.services.conditions import ConditionPage, ConditionView
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


OFFERS: tuple[tuple[Action, str, str], ...] = ((Action.WITHDRAW_PROPOSAL, "Withdraw", "withdraw"),)
"""What can be offered for a review that runs: the action, the words, the path below the proposal."""


def offers(case: Case) -> tuple[Offer, ...]:
    """What the reader may do to the review as it stands."""
    return tuple(Offer(label, f"/proposals/{case.state.id}/{path}") for action, label, path in OFFERS if case.may(action))

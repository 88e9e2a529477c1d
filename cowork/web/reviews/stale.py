"""A decision that came too late: what changed since the page was opened, with everything that was typed kept."""

from dataclasses import dataclass, replace

from flask import render_template

from cowork.domain.errors import NotFound
from cowork.domain.ids import ProposalId
from cowork.services import changes as compared
from cowork.services import reviews
from cowork.web import access
from cowork.web.parameters import number
from cowork.web.proposals.pages import ProposalFrame
from cowork.web.reviews.decisions import DecisionForm, Typed, what_it_is
from cowork.web.reviews.pages import review_page
from cowork.web.specifications import changes
from cowork.web.specifications.changes import ShownSection


@dataclass(frozen=True, slots=True)
class StalePage:
    """`message` says what happened; `sections` are the changes since the version that was looked at; `decision` asks again, if anything.

    `what` was not recorded: a decision, or a reply.
    """

    frame: ProposalFrame
    message: str
    old: int
    new: int
    sections: tuple[ShownSection, ...]
    decision: DecisionForm | None
    reason: str
    what: str


def shown(proposal: ProposalId, typed: Typed, message: str, version: str | None) -> str:
    """The page. The verdict is not kept: it was about another text."""
    context, actor = access.context(), access.actor()
    found = reviews.page(context, actor, proposal)
    again = review_page(context, found, typed=replace(typed, verdict="", errors=()))
    old, new = number(version), found.draft.version.number
    sections: tuple[ShownSection, ...] = ()
    if old != new:
        try:
            sections = changes.page(compared.page(context, actor, proposal, old, new)).sections
        except NotFound:
            sections = ()
    page = StalePage(again.frame, message, old, new, sections, again.decision, typed.reason, what_it_is(found.review, typed.turn[0]))
    return render_template("reviews/stale.html", page=page, frame=page.frame)

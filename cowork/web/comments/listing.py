"""All comments of a proposal as a list with filters, and whom a comment can name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.services import comments, mentions, specifications
from cowork.store.comments import ThreadFull
from cowork.web import access, threads
from cowork.web.passages import Pin, in_order, pins
from cowork.web.proposals.pages import proposal_frame

blueprint = Blueprint("comment_lists", __name__)

Choose = Callable[[ThreadFull, Pin, PersonId], bool]
FILTERS: Mapping[str, tuple[str, Choose]] = {
    "open": ("Open", lambda thread, _pin, _me: not thread.resolved),
    "mine": ("Mine", lambda thread, _pin, me: not thread.resolved and any(line.author == me for line in thread.comments)),
    "objections": ("Objections", lambda thread, _pin, _me: not thread.resolved and thread.objection),
    "suggestions": ("Suggestions", lambda thread, _pin, _me: not thread.resolved and thread.suggestion is not None),
    "moved": ("Moved or gone", lambda thread, pin, _me: not thread.resolved and pin.state in ("moved", "orphaned")),
    "resolved": ("Resolved", lambda thread, _pin, _me: thread.resolved),
}


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    label: str
    count: int
    url: str
    current: bool


@access.route(blueprint, "/proposals/<string:proposal>/comments", Action.READ_PROPOSAL)
def listed(proposal: ProposalId) -> str:
    """Every thread that the reader may read, as it stands in the newest version."""
    context, actor = access.context(), access.actor()
    draft = specifications.draft(context, actor, proposal)
    found = comments.threads(context, actor, proposal)
    pinned = pins(draft.case.form, draft.content, found)
    wanted = request.args.get("show", "open")
    current = wanted if wanted in FILTERS else "open"
    chosen = {key: [t for t in found if choose(t, pinned[t.id], actor.person)] for key, (_, choose) in FILTERS.items()}
    shown = in_order(chosen[current], pinned)
    views = threads.views(draft.case, shown, draft.version.number, pinned, {})
    tabs = tuple(
        Filter(key, label, len(chosen[key]), f"/proposals/{proposal}/comments?show={key}", key == current)
        for key, (label, _) in FILTERS.items()
    )
    frame = proposal_frame(draft.case, "review", version=draft.version.number, saved_at=draft.version.at)
    kinds = {thread.id: thread.suggestion is not None for thread in shown}
    return render_template("comments/list.html", frame=frame, filters=tabs, threads=views, kinds=kinds, current=current)


@access.route(blueprint, "/proposals/<string:proposal>/mentions", Action.COMMENT)
def mentionable(proposal: ProposalId) -> ResponseReturnValue:
    """Whom a comment in a lane can name: as a page, and as JSON for the list that opens at @."""
    key = request.args.get("lane", "")
    lane = OrganisationId(key) if key else None
    case, people = mentions.people(access.context(), access.actor(), proposal, lane)
    if request.args.get("as") == "json":
        return [{"name": one.name, "say": one.say, "party": one.party} for one in people]
    offered = [(value, words, value == key) for value, words, _ in threads.lanes(case)]
    return render_template("comments/mentions.html", frame=proposal_frame(case, "review"), people=people, lanes=offered)

"""The draft pages: the overview, the sections to write, the framework checks, and what changed between versions."""

from flask import Blueprint, render_template, request

from cowork.domain.errors import Conflict
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.services import comments, specifications
from cowork.web import access
from cowork.web.parameters import optional_number
from cowork.web.specifications import changes, checks, pages
from cowork.web.specifications.editor import Answer, Editor

blueprint = Blueprint("specifications", __name__)

LOCKED = "No stage that is open now lets its authors change this section. Withdraw the proposal to change it, or comment."


@access.route(blueprint, "/proposals/<string:proposal>/draft", Action.READ_PROPOSAL)
def overview(proposal: ProposalId) -> Answer:
    """How far every section is, and what is missing."""
    draft = specifications.draft(access.context(), access.actor(), proposal)
    threads = comments.threads(access.context(), access.actor(), proposal)
    page = pages.overview(draft, threads)
    return render_template("specifications/draft.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/draft/<string:section>", Action.READ_PROPOSAL)
def section(proposal: ProposalId, section: str) -> Answer:
    """One section: as a form for whoever writes it, to read for everybody else."""
    draft = specifications.draft(access.context(), access.actor(), proposal)
    return Editor(draft, pages.section_of(draft, section)).shown()


@access.route(blueprint, "/proposals/<string:proposal>/draft/<string:section>", Action.EDIT_PROPOSAL, methods=("POST",))
def save(proposal: ProposalId, section: str) -> Answer:
    """Save a section, or press a button of a repeating group, which saves nothing and loses nothing."""
    draft = specifications.draft(access.context(), access.actor(), proposal)
    editor = Editor(draft, pages.section_of(draft, section))
    return editor.pressed() if "row" in request.form else editor.saved()


@access.route(blueprint, "/proposals/<string:proposal>/draft/<string:section>/move", Action.EDIT_IN_REVIEW, methods=("POST",))
def move(proposal: ProposalId, section: str) -> Answer:
    """Save a section while the proposal is in review, after what that does was read and confirmed."""
    draft = specifications.draft(access.context(), access.actor(), proposal)
    if draft.case.may(Action.EDIT_IN_REVIEW) and section not in draft.writable:
        raise Conflict(LOCKED)
    return Editor(draft, pages.section_of(draft, section)).saved()


@access.route(blueprint, "/proposals/<string:proposal>/checks", Action.READ_PROPOSAL)
def check(proposal: ProposalId) -> Answer:
    """How the draft stands against public frameworks."""
    page = checks.page(specifications.draft(access.context(), access.actor(), proposal))
    return render_template("specifications/checks.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/changes", Action.READ_PROPOSAL)
def compare(proposal: ProposalId) -> Answer:
    """Two versions compared."""
    old, new = optional_number(request.args.get("old")), optional_number(request.args.get("new"))
    found = specifications.changes(access.context(), access.actor(), proposal, old, new)
    page = changes.page(found)
    return render_template("specifications/changes.html", page=page, frame=page.frame)

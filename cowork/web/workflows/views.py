"""Reading the workflows of an organisation: the list, a version, the difference of two, and trying one."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.layout import layout
from cowork.services import workflow_drafts, workflow_trials, workflows
from cowork.services.workflow_trials import Trial
from cowork.web import access
from cowork.web.parameters import optional_number
from cowork.web.workflows.pages import picture, stages_in_words, windows_in_words

blueprint = Blueprint("workflows", __name__)

Page = str | tuple[str, int] | AnyResponse
ROOT = "/organisations/<string:organisation>/workflows"
ONE = f"{ROOT}/<string:workflow>"


@access.route(blueprint, ROOT, Action.READ_ORGANISATION)
def listing(organisation: str) -> Page:
    found = workflows.listing(access.context(), access.actor(), OrganisationId(organisation))
    return render_template("workflows/list.html", page=found, problems=[])


@access.route(blueprint, ONE, Action.READ_ORGANISATION)
def workflow(organisation: str, workflow: str) -> Page:
    return _page(organisation, workflow, [])


def _page(organisation: str, workflow: str, problems: list[tuple[str, str]]) -> str:
    number = optional_number(request.args.get("version"))
    found = workflows.page(access.context(), access.actor(), OrganisationId(organisation), workflow, number)
    return render_template(
        "workflows/workflow.html", page=found, picture=picture(found.workflow, found.card, found.offices), problems=problems,
        stages=stages_in_words(found.workflow, found.form, found.offices), windows=windows_in_words(found.workflow.windows),
        root=f"/organisations/{found.card.id}/workflows/{found.shown.key}",
    )  # fmt: skip


@access.route(blueprint, f"{ONE}/compare", Action.READ_ORGANISATION)
def compare(organisation: str, workflow: str) -> Page:
    old, new = optional_number(request.args.get("old")), optional_number(request.args.get("new"))
    found = workflows.compare(access.context(), access.actor(), OrganisationId(organisation), workflow, old, new)
    return render_template("workflows/compare.html", page=found, root=f"/organisations/{found.card.id}/workflows/{found.new.key}")


@access.route(blueprint, f"{ONE}/download", Action.READ_ORGANISATION)
def download(organisation: str, workflow: str) -> Page:
    number = optional_number(request.args.get("version"))
    shown, text = workflows.text_of(access.context(), access.actor(), OrganisationId(organisation), workflow, number)
    return toml_file(text, f"{shown.key}-{shown.version}")


def toml_file(text: str, name: str) -> Response:
    """A text to take away; the name is made of letters, digits and hyphens."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return Response(text, content_type="application/toml; charset=utf-8", headers=headers)


@access.route(blueprint, f"{ONE}/copies", Action.MANAGE_WORKFLOWS, methods=("POST",))
def copy(organisation: str, workflow: str) -> Page:
    """Begin a draft of a new workflow or, when the form's button says so, of the next version."""
    number, revise = optional_number(request.form.get("version")), "revise" in request.form
    try:
        draft = workflow_drafts.copy(access.context(), access.actor(), OrganisationId(organisation), workflow, number, revise=revise)
    except Invalid as error:
        return _page(organisation, workflow, [("", sentence) for _, sentence in error.problems]), 422
    flash("A draft is made. It is used for nothing until you publish it.", "success")
    return redirect(f"/organisations/{organisation}/workflow-drafts/{draft}", 303)


@access.route(blueprint, f"{ONE}/offered", Action.MANAGE_WORKFLOWS, methods=("POST",))
def set_offered(organisation: str, workflow: str) -> Page:
    offered = "offer" in request.form
    try:
        workflows.set_offered(access.context(), access.actor(), OrganisationId(organisation), workflow, offered)
    except Invalid as error:
        return _page(organisation, workflow, [("", sentence) for _, sentence in error.problems]), 422
    words = "New proposals can choose it again." if offered else "It is retired: new proposals cannot choose it. Rounds that run go on."
    flash(words, "success")
    return redirect(f"/organisations/{organisation}/workflows/{workflow}", 303)


@access.route(blueprint, f"{ONE}/try", Action.READ_ORGANISATION)
def attempt(organisation: str, workflow: str) -> Page:
    number, proposal = optional_number(request.args.get("version")), chosen_proposal()
    found = workflow_trials.of_version(access.context(), access.actor(), OrganisationId(organisation), workflow, number, proposal)
    return trial_page(found, f"/organisations/{organisation}/workflows/{workflow}", number)


def chosen_proposal() -> ProposalId | None:
    """The proposal that an address names, or None."""
    named = request.args.get("proposal", "")[:64]
    return ProposalId(named) if named else None


def trial_page(found: Trial, root: str, number: int | None, **more: object) -> str:
    """The page of a trial of a version or a draft, which lies at `root`."""
    drawing = layout(found.workflow) if found.workflow and found.progress else None
    values = {"trial": found, "root": root, "number": number, "drawing": drawing, "tabs": (), "problems": found.problems, **more}
    return render_template("workflows/try.html", **values)

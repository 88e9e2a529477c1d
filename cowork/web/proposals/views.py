"""My work, the lists of proposals, starting one, and who takes part."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Role
from cowork.services import meetings, proposals, reviews
from cowork.services.cases import Case
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.proposals.forms import ROLE_NOTES, ROLE_WORDS, ParticipantForm, StartForm, WorkflowForm, offer, workflow_choices
from cowork.web.proposals.lists import list_page, narrowed_by, waiting
from cowork.web.proposals.pages import asked_offices, first_tab, people_of, proposal_frame

blueprint = Blueprint("proposals", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]


@access.route(blueprint, "/", Action.LIST_PROPOSALS)
def my_work() -> Page:
    work = proposals.my_work(access.context(), access.actor())
    coming = meetings.coming(access.context(), access.actor())
    decisions = waiting(work.decisions, access.context().now())
    return render_template("proposals/my_work.html", work=work, decisions=decisions, meetings=coming)


@access.route(blueprint, "/proposals", Action.LIST_PROPOSALS)
def listing() -> Page:
    narrowed = narrowed_by(request.args)
    found = proposals.listing(access.context(), access.actor(), narrowed)
    organisations = proposals.organisations_to_choose(access.context())
    return render_template("proposals/list.html", page=list_page(narrowed, found, organisations))


@access.route(blueprint, "/proposals/new", Action.START_PROPOSAL)
def new() -> Page:
    choices = proposals.choices(access.context(), access.actor())
    usual = choices.workflows[0].digest if choices.workflows else ""
    form = offer(StartForm(formdata=None, title=request.args.get("title", "")[:200], workflow=usual), choices)
    return render_template("proposals/new.html", form=form, choices=choices)


@access.route(blueprint, "/proposals/new", Action.START_PROPOSAL, methods=("POST",))
def start() -> Page:
    choices = proposals.choices(access.context(), access.actor())
    form = offer(StartForm(), choices)
    if "search" in request.form:  # without a script the list of partners is searched by sending the form
        return render_template("proposals/new.html", form=form, choices=choices)
    problems: Problems = []
    if form.validate_on_submit():
        try:
            return redirect(f"/proposals/{proposals.start(access.context(), access.actor(), start_command(form))}/draft", 303)
        except Invalid as error:
            problems = blame(form, error)
    return render_template("proposals/new.html", form=form, choices=choices, problems=problems), 422


def start_command(form: StartForm) -> StartCommand:
    lead = OrganisationId(form.organisation.data or "")
    partners = dict.fromkeys(OrganisationId(key) for key in form.partners.data or () if key != lead)
    return StartCommand(form.title.data or "", lead, tuple(partners), Digest(form.workflow.data or ""))


@access.route(blueprint, "/proposals/<string:proposal>", Action.READ_PROPOSAL)
def open_proposal(proposal: str) -> Response:
    case = proposals.case(access.context(), access.actor(), ProposalId(proposal))
    return redirect(f"/proposals/{case.state.id}/{first_tab(case)}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/people", Action.READ_PROPOSAL)
def people(proposal: str) -> Page:
    return _people_page(proposal, ParticipantForm(formdata=None), [])


def _people_page(proposal: str, form: ParticipantForm, problems: Problems) -> str:
    route = reviews.route(access.context(), access.actor(), ProposalId(proposal))
    offered = proposals.workflows_for(access.context(), access.actor(), ProposalId(proposal))
    if all(one.digest != route.workflow.digest for one in offered):
        offered = (route.workflow, *offered)  # an earlier version, or one that is retired: it stays until another is chosen
    workflows = WorkflowForm(formdata=None, workflow=route.workflow.digest)
    workflows.workflow.choices = workflow_choices(offered)
    return render_template(
        "proposals/people.html", frame=proposal_frame(route.case, "people"), form=form, problems=problems, parties=people_of(route.case),
        manages=route.case.may(Action.MANAGE_PARTICIPANTS), reroutes=route.case.may(Action.EDIT_PROPOSAL), workflow=route.workflow,
        chooses_for=[key for key in access.actor().memberships if route.case.chooses(key)],
        workflows=workflows, all_workflows=offered, offices=asked_offices(route.progress),
        role_words=ROLE_WORDS, role_notes=ROLE_NOTES,
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/people", Action.MANAGE_PARTICIPANTS, methods=("POST",))
def add_participant(proposal: str) -> Page:
    form = ParticipantForm()
    problems: Problems = []
    if form.validate_on_submit():
        try:
            command = ParticipantCommand(form.email.data or "", Role(form.role.data))
            proposals.add_participant(access.context(), access.actor(), ProposalId(proposal), command)
            flash(f"{command.email.strip()} takes part as {ROLE_WORDS[command.role].lower()}.", "success")
            return redirect(f"/proposals/{proposal}/people", 303)
        except Invalid as error:
            problems = blame(form, error)
    return _people_page(proposal, form, problems), 422


@access.route(blueprint, "/proposals/<string:proposal>/people/<string:organisation>/<string:person>", Action.READ_PROPOSAL)
def participant(proposal: str, organisation: str, person: str) -> Page:
    case = proposals.case(access.context(), access.actor(), ProposalId(proposal))
    return _participant_page(case, organisation, person, [])


def _participant_page(case: Case, organisation: str, person: str, problems: Problems) -> str:
    found = proposals.participant_of(case, PersonId(person), OrganisationId(organisation))
    return render_template(
        "proposals/participant.html", frame=proposal_frame(case, "people"), participant=found, problems=problems,
        party=case.state.facts.party(found.organisation), manages=case.chooses(found.organisation),
        role_words=ROLE_WORDS, role_notes=ROLE_NOTES,
    )  # fmt: skip


@access.route(
    blueprint, "/proposals/<string:proposal>/people/<string:organisation>/<string:person>", Action.MANAGE_PARTICIPANTS, methods=("POST",)
)
def change_participant(proposal: str, organisation: str, person: str) -> Page:
    """Change a role, or end somebody's part when the form's button says so."""
    context, actor = access.context(), access.actor()
    key, whose, house = ProposalId(proposal), PersonId(person), OrganisationId(organisation)
    role = request.form.get("role", "")
    try:
        if "remove" in request.form:
            proposals.remove_participant(context, actor, key, whose, house)
        elif role in set(Role):
            proposals.change_role(context, actor, key, whose, house, Role(role))
        else:
            raise Invalid([("role", "Choose a role from the list.")])
    except Invalid as error:
        problems = [("", sentence) for _, sentence in error.problems]
        return _participant_page(proposals.case(context, actor, key), organisation, person, problems), 422
    flash("Who takes part has changed.", "success")
    # Whoever ends their own part may have lost the proposal from sight with it.
    return redirect("/proposals" if whose == actor.person and "remove" in request.form else f"/proposals/{proposal}/people", 303)


@access.route(blueprint, "/proposals/<string:proposal>/workflow", Action.EDIT_PROPOSAL, methods=("POST",))
def choose_workflow(proposal: str) -> Page:
    try:
        proposals.choose_workflow(access.context(), access.actor(), ProposalId(proposal), Digest(request.form.get("workflow", "")))
    except Invalid as error:
        return _people_page(proposal, ParticipantForm(formdata=None), [("workflow", str(error))]), 422
    flash("The way of approval is changed. The Route page shows a dry run of it.", "success")
    return redirect(f"/proposals/{proposal}/people#route", 303)

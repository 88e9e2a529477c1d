"""Templates: finding one, reading it, making one, publishing it, giving it to others."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain import templates as rules
from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId, ProposalId, TemplateId
from cowork.domain.policy import Action
from cowork.domain.templates import Reach
from cowork.services import templates
from cowork.services.templates import SaveAsCommand
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.parameters import number
from cowork.web.proposals.pages import proposal_frame
from cowork.web.specifications import reading
from cowork.web.starting.forms import REACH_WORDS, DetailsForm, details_form, reach_form, save_as_form, with_owners

blueprint = Blueprint("starting", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]
MAX_QUERY = 200


@access.route(blueprint, "/templates", Action.LIST_TEMPLATES)
def listing() -> Page:
    """The templates that the reader can start from."""
    query = "".join(letter for letter in request.args.get("q", "") if letter.isprintable()).strip()[:MAX_QUERY]
    subject = request.args.get("subject", "")
    subject = subject if subject in rules.SUBJECTS else ""
    found = templates.listing(access.context(), access.actor(), query, subject)
    return render_template(
        "starting/list.html", found=found, query=query, subject=subject, subjects=rules.SUBJECTS, narrowed=bool(query or subject),
        number=len(found.own) + len(found.given) + len(found.shipped),
    )  # fmt: skip


@access.route(blueprint, "/templates/new", Action.MAKE_TEMPLATE)
def new() -> Page:
    """Make a template: an empty one, or from another."""
    source = request.args.get("from", "")[:64]
    details = templates.page(access.context(), access.actor(), source).details if source else None
    return _new(details_form(templates.choices(access.context(), access.actor()), details), source, [])


def _new(form: DetailsForm, source: str, problems: Problems) -> str:
    page = templates.page(access.context(), access.actor(), source) if source else None
    foreign = page is not None and page.state is not None and page.state.facts.owner not in access.actor().memberships
    return render_template("starting/new.html", form=form, page=page, source=source, foreign=foreign, problems=problems)


@access.route(blueprint, "/templates/new", Action.MAKE_TEMPLATE, methods=("POST",))
def create() -> Page:
    context, actor = access.context(), access.actor()
    source, form = request.form.get("from", "")[:64], with_owners(DetailsForm(), templates.choices(access.context(), access.actor()))
    owner = OrganisationId(form.owner.data or "")
    try:
        key = templates.create(context, actor, owner, form.details(), source, "shown" in request.form)
    except Invalid as error:
        return _new(form, source, blame(form, error)), 422
    flash("The template is made. Fill in its sections, then publish it.", "success")
    return redirect(f"/templates/{key}/edit", 303)


@access.route(blueprint, "/templates/<string:template>", Action.READ_TEMPLATE)
def show(template: str) -> Page:
    """A template as it would be started from."""
    return _page(template, [])


def _page(template: str, problems: Problems, status: int = 200) -> tuple[str, int]:
    page = templates.page(access.context(), access.actor(), template)
    choices = templates.choices(access.context(), access.actor())
    sections = [section for section in reading.read(page.form, page.content) if section.answered]
    html = render_template(
        "starting/template.html", page=page, sections=sections, problems=problems, subjects=rules.SUBJECTS, reach_words=REACH_WORDS,
        reach=reach_form(page, choices) if page.edits else None,
        gives=page.edits and page.state is not None and access.actor().admin_of(page.state.facts.owner),
    )  # fmt: skip
    return html, status


@access.route(blueprint, "/templates/<string:template>/publish", Action.EDIT_TEMPLATE, methods=("POST",))
def publish(template: str) -> Page:
    try:
        seen, note = number(request.form.get("saves")), request.form.get("note", "")
        version = templates.publish(access.context(), access.actor(), TemplateId(template), seen, note)
    except Invalid as error:
        return _page(template, list(error.problems), 422)
    flash(f"Version {version} is published.", "success")
    return redirect(f"/templates/{template}", 303)


@access.route(blueprint, "/templates/<string:template>/reach", Action.EDIT_TEMPLATE, methods=("POST",))
def give(template: str) -> Page:
    reach = request.form.get("reach", "")
    wanted = frozenset(OrganisationId(key[:64]) for key in request.form.getlist("organisations"))
    try:
        chosen = Reach(reach) if reach in set(Reach) else Reach.OWN
        templates.give(access.context(), access.actor(), TemplateId(template), chosen, wanted)
    except Invalid as error:
        return _page(template, list(error.problems), 422)
    flash("Who is given this template has changed.", "success")
    return redirect(f"/templates/{template}#given", 303)


@access.route(blueprint, "/templates/<string:template>/retire", Action.EDIT_TEMPLATE, methods=("POST",))
def retire(template: str) -> Page:
    """Stop offering a template, or offer it again when the form says so."""
    retired = "offer" not in request.form
    templates.retire(access.context(), access.actor(), TemplateId(template), retired)
    flash("Nobody can start from it any more." if retired else "It is offered again.", "success")
    return redirect(f"/templates/{template}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/template", Action.SAVE_AS_TEMPLATE)
def save_as(proposal: str) -> Page:
    """Choose what of a proposal becomes a template."""
    return _save_as(proposal, None, [])


def _save_as(proposal: str, form: DetailsForm | None, problems: Problems) -> str:
    context, actor = access.context(), access.actor()
    case = templates.savable(context, actor, ProposalId(proposal))
    form = form or save_as_form(case, templates.choices(context, actor), posted=False)
    return render_template("starting/save_as.html", frame=proposal_frame(case, "draft"), form=form, problems=problems)


@access.route(blueprint, "/proposals/<string:proposal>/template", Action.SAVE_AS_TEMPLATE, methods=("POST",))
def keep(proposal: str) -> Page:
    context, actor = access.context(), access.actor()
    case = templates.savable(context, actor, ProposalId(proposal))
    form = save_as_form(case, templates.choices(context, actor), posted=True)
    command = SaveAsCommand(
        OrganisationId(form.owner.data or ""), form.details(), frozenset(form.sections.data or ()), form.share.data == "parties"
    )
    try:
        key = templates.save_as(context, actor, ProposalId(proposal), command)
    except Invalid as error:
        return _save_as(proposal, form, blame(form, error)), 422
    flash("The template is made and published as version 1.", "success")
    return redirect(f"/templates/{key}", 303)


"""Organisations: their people and offices, and what their administrators change."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.ids import OfficeId, OrganisationId, PersonId
from cowork.domain.policy import Action
from cowork.services import organisations
from cowork.services.organisations import OFFICE_KINDS, MemberCommand, OrganisationPage, TermCommand
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.organisations.forms import ROLE_NOTES, MemberForm, OfficeForm, PositionForm, RoleForm, TermForm, term_form
from cowork.web.organisations.pages import (
    SIDE_WORDS,
    day_words,
    member_of,
    office_of,
    office_rows,
    offices_held,
    term_words,
    week_words,
)

blueprint = Blueprint("organisations", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]


def _page(organisation: str) -> OrganisationPage:
    return organisations.page(access.context(), access.actor(), OrganisationId(organisation))


@access.route(blueprint, "/organisations", Action.LIST_PROPOSALS)
def own() -> Page:
    cards = organisations.own(access.context(), access.actor())
    if len(cards) == 1:
        return redirect(f"/organisations/{cards[0].id}", 303)
    return render_template("organisations/list.html", cards=cards, side_words=SIDE_WORDS)


@access.route(blueprint, "/organisations/<string:organisation>", Action.READ_ORGANISATION)
def organisation(organisation: str) -> Page:
    return _render(_page(organisation), MemberForm(formdata=None), OfficeForm(formdata=None), [])


def _render(page: OrganisationPage, member: MemberForm, office: OfficeForm, problems: Problems) -> str:
    held = {one.person: offices_held(page, one.person) for one in page.members}
    return render_template(
        "organisations/organisation.html", page=page, offices=office_rows(page), held=held, member_form=member, office_form=office,
        problems=problems, kinds=OFFICE_KINDS, side_words=SIDE_WORDS, several=len(access.actor().memberships) > 1,
        worked=week_words(page.working.closed_weekdays), term_words=term_words,
        closings=[(day_words(one.day), one.title) for one in page.working.days if one.day >= page.today],
    )  # fmt: skip


@access.route(blueprint, "/organisations/<string:organisation>/members", Action.MANAGE_ORGANISATION, methods=("POST",))
def add_member(organisation: str) -> Page:
    """The password of somebody who is new here is shown once, on the answer itself: it must not stand in a cookie or an address."""
    form = MemberForm()
    problems: Problems = []
    if form.validate_on_submit():
        command = MemberCommand(form.email.data or "", form.name.data or "", form.position.data or "", form.admin.data)
        try:
            made = organisations.add_member(access.context(), access.actor(), OrganisationId(organisation), command)
        except Invalid as error:
            problems = blame(form, error)
        else:
            if made.password is not None:
                return render_template("organisations/member_added.html", page=_page(organisation), command=command, password=made.password)
            flash("The person had an account already and is a member now.", "success")
            return redirect(f"/organisations/{organisation}#members", 303)
    return _render(_managed(organisation), form, OfficeForm(formdata=None), problems or _first_errors(form)), 422


def _managed(organisation: str) -> OrganisationPage:
    """The page for whoever may change it: a form that failed before the use case ran must not answer others differently."""
    organisations.require_manager(access.context(), access.actor(), OrganisationId(organisation))
    return _page(organisation)


def _first_errors(form: MemberForm | OfficeForm | TermForm) -> Problems:
    return [(field.id, str(field.errors[0])) for field in form if field.errors]


@access.route(blueprint, "/organisations/<string:organisation>/members/<string:person>", Action.READ_ORGANISATION)
def member(organisation: str, person: str) -> Page:
    page = _page(organisation)
    found = member_of(page, person)
    form = PositionForm(formdata=None, position=found.position, admin=found.admin)
    return render_template("organisations/member.html", page=page, member=found, form=form, held=offices_held(page, person), problems=[])


@access.route(
    blueprint, "/organisations/<string:organisation>/members/<string:person>", Action.MANAGE_ORGANISATION, methods=("POST",)
)
def change_member(organisation: str, person: str) -> Page:
    """Change a member, or remove them when the form's button says so."""
    context, actor, house, whose = access.context(), access.actor(), OrganisationId(organisation), PersonId(person)
    form = PositionForm()
    try:
        if "remove" in request.form:
            organisations.remove_member(context, actor, house, whose)
        else:
            organisations.change_member(context, actor, house, whose, admin=form.admin.data, position=form.position.data or "")
    except Invalid as error:
        page = _page(organisation)
        problems = [("", sentence) for _, sentence in error.problems]
        shown = {"member": member_of(page, person), "form": form, "held": offices_held(page, person), "problems": problems}
        return render_template("organisations/member.html", page=page, **shown), 422
    flash("The member is removed." if "remove" in request.form else "The member is changed.", "success")
    # Whoever removed themselves no longer sees the organisation.
    return redirect("/" if whose == actor.person and "remove" in request.form else f"/organisations/{organisation}#members", 303)


@access.route(blueprint, "/organisations/<string:organisation>/offices", Action.MANAGE_ORGANISATION, methods=("POST",))
def add_office(organisation: str) -> Page:
    form = OfficeForm()
    problems: Problems = []
    if form.validate_on_submit():
        try:
            kind, title = form.kind.data or "", form.title.data or ""
            office = organisations.add_office(access.context(), access.actor(), OrganisationId(organisation), kind, title)
            flash("The office is created. Say who holds it.", "success")
            return redirect(f"/organisations/{organisation}/offices/{office}", 303)
        except Invalid as error:
            problems = blame(form, error)
    return _render(_managed(organisation), MemberForm(formdata=None), form, problems or _first_errors(form)), 422


@access.route(blueprint, "/organisations/<string:organisation>/offices/<string:office>", Action.READ_ORGANISATION)
def office(organisation: str, office: str) -> Page:
    page = _page(organisation)
    return _office_page(page, office, term_form(page, sent=False), [])


def _office_page(page: OrganisationPage, office: str, form: TermForm, problems: Problems) -> str:
    row = office_of(page, office)
    return render_template("organisations/office.html", page=page, office=row, form=form, problems=problems, role_notes=ROLE_NOTES)


@access.route(blueprint, "/organisations/<string:organisation>/offices/<string:office>", Action.MANAGE_ORGANISATION, methods=("POST",))
def start_term(organisation: str, office: str) -> Page:
    page = _managed(organisation)
    form = term_form(page, sent=True)
    problems: Problems = []
    if form.validate_on_submit() and form.starts.data is not None:
        command = TermCommand(OfficeId(office), PersonId(form.person.data), form.starts.data, form.ends.data, form.role.data or "")
        try:
            organisations.start_term(access.context(), access.actor(), page.card.id, command)
            flash("The term is noted. Reviews that ask this office take it into account at once.", "success")
            return redirect(f"/organisations/{organisation}/offices/{office}", 303)
        except Invalid as error:
            problems = blame(form, error)
    return _office_page(page, office, form, problems or _first_errors(form)), 422


TERM = "/organisations/<string:organisation>/offices/<string:office>/terms/<string:term>"


@access.route(blueprint, TERM, Action.MANAGE_ORGANISATION)
def term(organisation: str, office: str, term: str) -> Page:
    """What the holder is, and the question before their term ends."""
    return _term_page(organisation, office, term, None, [])


def _term_page(organisation: str, office: str, term: str, form: RoleForm | None, problems: Problems) -> str:
    page = _managed(organisation)
    row = office_of(page, office)
    found = next((one for one in (*row.now, *row.coming) if one.id == term), None)
    if found is None:
        raise NotFound("term of office")
    return render_template(
        "organisations/term.html", page=page, office=row, term=found, begun=found in row.now, problems=problems,
        form=form or RoleForm(formdata=None, role=found.role_key), role_notes=ROLE_NOTES,
    )  # fmt: skip


@access.route(blueprint, TERM, Action.MANAGE_ORGANISATION, methods=("POST",))
def change_term(organisation: str, office: str, term: str) -> Page:
    """Change the holder's role where the form names one; else end the term."""
    context, actor, house = access.context(), access.actor(), OrganisationId(organisation)
    if "role" in request.form:
        try:
            organisations.change_role(context, actor, house, OfficeId(office), term, request.form["role"])
        except Invalid as error:
            form = RoleForm()
            return _term_page(organisation, office, term, form, blame(form, error)), 422
        flash("The role is changed. Reviews that ask this office take it into account at once.", "success")
    else:
        organisations.end_term(context, actor, house, OfficeId(office), term)
        flash("The term has ended. Decisions made in it stay.", "success")
    return redirect(f"/organisations/{organisation}/offices/{office}", 303)

"""The pages of delegations: who acts for whom at an organisation, and a person's own."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from cowork.domain.errors import Invalid
from cowork.domain.ids import DelegationId, OfficeId, OrganisationId, PersonId
from cowork.domain.organisations import MAX_REASON, Delegation
from cowork.domain.policy import Action
from cowork.services import delegations, organisations
from cowork.services.delegations import DelegationPage
from cowork.store.delegations import DelegationLine
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.identity.pages import account_tabs
from cowork.web.organisations.pages import day_words
from cowork.web.paths import own_path

blueprint = Blueprint("delegations", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]
PAGE = "/organisations/<string:organisation>/delegations"
ALL_OFFICES = "all"


class DelegationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who is to act for whom, when and why. Days are included."""

    delegator = SelectField("For whom", [InputRequired("Choose for whom.")])
    delegate = SelectField("Who acts for them", [InputRequired("Choose who acts.")])
    office = SelectField("In which office", [InputRequired("Choose an office, or all.")])
    starts = DateField("First day", [Optional()])
    ends = DateField("Last day", [Optional()])
    reason = TextAreaField("Reason", description="Such as leave, or a conflict of interest. It is kept with the delegation.")


def delegation_form(page: DelegationPage, *, sent: bool) -> DelegationForm:
    """The form with the members and offices that this actor may choose from, as it was sent or as it begins."""
    actor = access.actor()
    form = DelegationForm() if sent else DelegationForm(formdata=None, starts=page.today, delegator=actor.person, office=ALL_OFFICES)
    able: dict[str, str] = {m.person: m.name for m in page.members if page.manages or m.person == actor.person}
    holders = {key: name for key, name in able.items() if delegations.held_by(page.offices, PersonId(key), page.today)}
    form.delegator.choices = {"": "Choose a member", **holders} if page.manages else holders
    form.delegate.choices = {"": "Choose a member", **{m.person: m.name for m in page.members if m.active}}
    held = [office for key in holders for office in delegations.held_by(page.offices, PersonId(key), page.today)]
    form.office.choices = {ALL_OFFICES: "All their offices", **{o.id: o.title for o in page.offices if o.id in held}}
    return form


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation in words. `ending` is the address that revokes it, empty where this actor may not or it is over.

    `reason` is for those concerned and administrators: why somebody is away is nobody else's business.
    """

    line: DelegationLine
    office: str
    days: str
    reason: str
    standing: tuple[str, str]
    ending: str


def delegation_rows(lines: tuple[DelegationLine, ...]) -> tuple[DelegationRow, ...]:
    """Delegations that run or are to come first, then those that are over; each the latest first."""
    actor, now, rows = access.actor(), access.context().now(), []
    for line in sorted(lines, key=lambda line: line.is_over(now)):
        concerned = actor.person in (line.delegator, line.delegate) or actor.admin_of(line.organisation)
        ending = f"/organisations/{line.organisation}/delegations/{line.id}/revoke"
        days = f"{day_words(line.starts)} to {day_words(line.ends)}"
        shown = ending if concerned and not line.is_over(now) else ""
        reason = line.reason if concerned else ""
        rows.append(DelegationRow(line, line.office_title or "All offices", days, reason, standing_of(line, now), shown))
    return tuple(rows)


def standing_of(line: DelegationLine, now: datetime) -> tuple[str, str]:
    """Where a delegation stands, as the words and tone of a tag."""
    if line.revoked_at is not None:
        return "Revoked", "neutral"
    if line.is_over(now):
        return "Over", "neutral"
    return ("Runs", "success") if line.starts <= line.today(now) else ("To come", "info")


def _page(organisation: str) -> DelegationPage:
    return delegations.page(access.context(), access.actor(), OrganisationId(organisation))


def _render(page: DelegationPage, form: DelegationForm, problems: Problems) -> str:
    return render_template(
        "organisations/delegations.html", page=page, form=form, problems=problems, rows=delegation_rows(page.lines),
        most=MAX_REASON,
    )  # fmt: skip


@access.route(blueprint, PAGE, Action.READ_ORGANISATION)
def listing(organisation: str) -> Page:
    page = _page(organisation)
    return _render(page, delegation_form(page, sent=False), [])


@access.route(blueprint, PAGE, Action.DELEGATE, methods=("POST",))
def delegate(organisation: str) -> Page:
    page = _page(organisation)
    form = delegation_form(page, sent=True)
    if form.validate_on_submit():
        try:
            delegations.delegate(access.context(), access.actor(), OrganisationId(organisation), _wanted(form))
            flash("The delegation is noted. Both can end it at any time.", "success")
            return redirect(f"/organisations/{organisation}/delegations", 303)
        except Invalid as error:
            return _render(page, form, blame(form, error)), 422
    return _render(page, form, [(field.id, str(field.errors[0])) for field in form if field.errors]), 422


def _wanted(form: DelegationForm) -> Delegation:
    office = None if form.office.data == ALL_OFFICES else OfficeId(form.office.data or "")
    people = PersonId(form.delegator.data or ""), PersonId(form.delegate.data or "")
    return Delegation(*people, office, form.starts.data, form.ends.data, form.reason.data or "")


@access.route(blueprint, f"{PAGE}/<string:delegation>/revoke", Action.REVOKE_DELEGATION, methods=("POST",))
def revoke(organisation: str, delegation: str) -> Page:
    delegations.revoke(access.context(), access.actor(), OrganisationId(organisation), DelegationId(delegation))
    flash("The delegation has ended. What was decided in it stays.", "success")
    return redirect(own_path(request.form.get("next")) or f"/organisations/{organisation}/delegations", 303)


@access.route(blueprint, "/account/delegations", Action.OWN_ACCOUNT)
def own() -> Page:
    lines = delegations.own(access.context(), access.actor())
    rows = delegation_rows(lines)
    houses = organisations.own(access.context(), access.actor())
    return render_template(
        "organisations/own_delegations.html", rows=rows, houses=houses, tabs_of_account=account_tabs("delegations"),
    )  # fmt: skip

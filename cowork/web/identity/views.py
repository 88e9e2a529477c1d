"""Signing in and out, and the own account."""

from flask import Blueprint, flash, redirect, render_template, request
from flask import session as browser_session
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid, TooMany
from cowork.domain.policy import Action
from cowork.services import identity
from cowork.services.identity import THEMES, ProfileCommand, SignInCommand
from cowork.web import access, session
from cowork.web.fields import blame
from cowork.web.identity.forms import ZONES, PasswordForm, ProfileForm, SignInForm
from cowork.web.identity.pages import account_tabs, session_rows
from cowork.web.paths import own_path, own_referrer

blueprint = Blueprint("identity", __name__)

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response


@access.route(blueprint, "/sign-in", Action.SIGN_IN)
def sign_in() -> Page:
    if access.visitor() is not None:
        return redirect(own_path(request.args.get("next")) or "/", 303)
    return render_template("identity/sign_in.html", form=SignInForm(formdata=None, next=own_path(request.args.get("next")) or "/"))


@access.route(blueprint, "/sign-in", Action.SIGN_IN, methods=("POST",))
def sign_in_now() -> Page:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("identity/sign_in.html", form=form), 422
    command = SignInCommand(form.email.data or "", form.password.data or "", request.remote_addr or "", request.user_agent.string)
    try:
        session.begin(identity.sign_in(access.context(), command))
    except TooMany as error:
        return render_template("identity/sign_in.html", form=form, throttled=str(error)), 429, {"Retry-After": str(error.retry_after)}
    except Invalid as error:
        return render_template("identity/sign_in.html", form=form, wrong=error.problems), 422
    return redirect(own_path(form.next.data) or "/", 303)


@access.route(blueprint, "/sign-out", Action.SIGN_OUT, methods=("POST",))
def sign_out() -> Response:
    session.end(access.actor())
    flash("You are signed out.", "info")
    return redirect("/sign-in", 303)


@access.route(blueprint, "/account", Action.OWN_ACCOUNT)
def account() -> Page:
    actor, present = access.actor(), session.present()
    form = ProfileForm(name=actor.name, zone=actor.zone, theme=actor.theme, shortcuts=present is not None and present.shortcuts)
    return render_template("identity/account.html", form=form, zones=ZONES, tabs_of_account=account_tabs("profile"))


@access.route(blueprint, "/account", Action.OWN_ACCOUNT, methods=("POST",))
def save_account() -> Page:
    form = ProfileForm()
    if form.validate_on_submit():
        command = ProfileCommand(form.name.data or "", form.zone.data or "", form.theme.data or "", form.shortcuts.data)
        try:
            identity.save_profile(access.context(), access.actor(), command)
            flash("Your profile is saved.", "success")
            return redirect("/account", 303)
        except Invalid as error:
            blame(form, error)
    return render_template("identity/account.html", form=form, zones=ZONES, tabs_of_account=account_tabs("profile")), 422


@access.route(blueprint, "/account/theme", Action.READ_PUBLIC, methods=("POST",))
def choose_theme() -> Response:
    """Open to visitors too, who keep their choice in their own browser."""
    theme, actor, present = request.form.get("theme", ""), access.visitor(), session.present()
    if theme in THEMES and actor is not None and present is not None:
        identity.save_profile(access.context(), actor, ProfileCommand(actor.name, actor.zone, theme, present.shortcuts))
    elif theme in THEMES:
        browser_session["theme"] = theme
    return redirect(own_referrer(request.referrer, request.host) or "/", 303)


@access.route(blueprint, "/account/security", Action.OWN_ACCOUNT)
def security() -> Page:
    return _security_page(PasswordForm(formdata=None))


def _security_page(form: PasswordForm) -> str:
    rows = session_rows(identity.sessions(access.context(), access.actor()), identity.digest(session.token()))
    return render_template("identity/security.html", form=form, sessions=rows, tabs_of_account=account_tabs("security"))


@access.route(blueprint, "/account/password", Action.OWN_ACCOUNT, methods=("POST",))
def change_password() -> Page:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            identity.change_password(access.context(), access.actor(), session.token(), form.old.data or "", form.new.data or "")
            flash("Your password is changed, and every other session of yours has ended.", "success")
            return redirect("/account/security", 303)
        except Invalid as error:
            blame(form, error)
    return _security_page(form), 422


@access.route(blueprint, "/account/sessions/<string:key>/end", Action.OWN_ACCOUNT, methods=("POST",))
def end_session(key: str) -> Response:
    identity.end_session(access.context(), access.actor(), key)
    flash("The session has ended.", "success")
    return redirect("/account/security", 303)

"""Notices, how one wants to be told, what one follows, and the calendar of due dates."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.errors import Invalid
from cowork.domain.ids import NoticeId, ProposalId
from cowork.domain.notification_words import LABELS
from cowork.domain.notifications import ABOUT_MEETINGS, Kind
from cowork.domain.policy import Action
from cowork.services import notifications
from cowork.web import access, keysets, session
from cowork.web.identity.pages import account_tabs
from cowork.web.notifications.pages import TONES, channels, choice_rows, tabs, told_rows
from cowork.web.proposals.pages import proposal_frame

blueprint = Blueprint("notifications", __name__)

Page = str | tuple[str, int] | AnyResponse


@access.route(blueprint, "/notifications", Action.OWN_NOTIFICATIONS)
def listing() -> Page:
    read = request.args.get("show") == "read"
    found = notifications.page(access.context(), access.actor(), read, keysets.read(request.args.get("after")))
    present = session.present()
    base = "/notifications?show=read&" if read else "/notifications?"
    older = f"{base}after={keysets.written(found.next)}".replace("+", "%2B") if found.next else ""
    until = keysets.written((found.until, "all")) if found.until else ""
    return render_template(
        "notifications/list.html", page=found, read=read, older=older, newer=base.rstrip("?&") if request.args.get("after") else "",
        until=until, tabs_of_notices=tabs(read, present.unread if present else 0), labels=LABELS, tones=TONES,
        about_meetings=ABOUT_MEETINGS,
    )  # fmt: skip


@access.route(blueprint, "/notifications/read", Action.OWN_NOTIFICATIONS, methods=("POST",))
def read_all() -> Page:
    place = keysets.read(request.form.get("until"))
    notifications.mark_all_read(access.context(), access.actor(), place[0] if place else None)
    flash("Everything that was on the page is marked as read.", "success")
    return redirect("/notifications", 303)


@access.route(blueprint, "/notifications/<string:notice>/read", Action.OWN_NOTIFICATIONS, methods=("POST",))
def read_one(notice: str) -> Page:
    """An unknown notice answers like one that was read already: nobody learns which there are."""
    notifications.mark_read(access.context(), access.actor(), NoticeId(notice))
    return redirect("/notifications", 303)


@access.route(blueprint, "/account/notifications", Action.OWN_NOTIFICATIONS)
def choices() -> Page:
    return _choices_page({}, [])


def _choices_page(typed: dict[str, str], problems: list[tuple[str, str]], feed: str = "") -> str:
    found = notifications.choices(access.context(), access.actor())
    rows = choice_rows(found.chosen)
    return render_template(
        "notifications/choices.html", rows=rows, channels=channels(), typed=typed, problems=problems, feed=feed,
        feed_since=found.feed_since, sends=found.sends, tabs_of_account=account_tabs("notifications"),
    )  # fmt: skip


@access.route(blueprint, "/account/notifications", Action.OWN_NOTIFICATIONS, methods=("POST",))
def choose() -> Page:
    typed = {kind.value: request.form[f"kind-{kind.value}"] for kind in Kind if f"kind-{kind.value}" in request.form}
    try:
        notifications.choose(access.context(), access.actor(), typed)
    except Invalid as error:
        return _choices_page(typed, [(f"kind-{kind}", sentence) for kind, sentence in error.problems]), 422
    flash("How you are told is saved.", "success")
    return redirect("/account/notifications", 303)


@access.route(blueprint, "/account/calendar", Action.OWN_NOTIFICATIONS, methods=("POST",))
def open_feed() -> Page:
    """The answer itself shows the address: it is kept nowhere, so it cannot be shown again."""
    return _choices_page({}, [], notifications.open_feed(access.context(), access.actor()))


@access.route(blueprint, "/account/calendar/close", Action.OWN_NOTIFICATIONS, methods=("POST",))
def close_feed() -> Page:
    notifications.close_feed(access.context(), access.actor())
    flash("The address of your calendar leads nowhere any more.", "success")
    return redirect("/account/notifications", 303)


@access.route(blueprint, "/calendar/<string:token>.ics", Action.READ_FEED)
def feed(token: str) -> Response:
    """Open to programs that cannot sign in: whoever knows the secret address may read it."""
    response = Response(notifications.feed(access.context(), token), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="cowork.ics"'
    return response


@access.route(blueprint, "/proposals/<string:proposal>/watch", Action.WATCH_PROPOSAL, methods=("POST",))
def watch(proposal: str) -> Page:
    follow = "stop" not in request.form
    notifications.watch(access.context(), access.actor(), ProposalId(proposal), follow)
    flash("You are told when this proposal changes." if follow else "You are no longer told of every change of this proposal.", "success")
    return redirect(f"/proposals/{proposal}/told", 303)


@access.route(blueprint, "/proposals/<string:proposal>/told", Action.READ_PROPOSAL)
def told(proposal: str) -> Page:
    found = notifications.told(access.context(), access.actor(), ProposalId(proposal), keysets.read(request.args.get("after")))
    base = f"/proposals/{found.case.state.id}/told"
    older = f"{base}?after={keysets.written(found.next)}".replace("+", "%2B") if found.next else ""
    return render_template(
        "notifications/told.html", frame=proposal_frame(found.case, "activity"), rows=told_rows(found.lines), older=older,
        newer=base if request.args.get("after") else "", follows=notifications.follows(access.context(), access.actor(), found.case),
    )  # fmt: skip

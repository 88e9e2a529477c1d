"""Meetings: the list, planning one, its agenda, attendance, votes and minutes; closing it and its papers."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import MeetingId, OfficeId, ProposalId
from cowork.domain.meetings import ItemKind
from cowork.domain.policy import Action
from cowork.services import agendas, closing, meetings, minuting, papers
from cowork.services.closing import AgendaMoved
from cowork.services.meetings import MeetingPage
from cowork.web import access
from cowork.web.exports.views import as_download
from cowork.web.fields import blame
from cowork.web.meetings.forms import MeetingForm, command_of, details_form, item_command, planning_form
from cowork.web.meetings.pages import attendee_rows, counts, item_rows, item_view, standing_tag
from cowork.web.parameters import LARGEST

blueprint = Blueprint("meetings", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]
MEETING = "/meetings/<string:meeting>"


def _saves() -> int:
    """The count of changes that the page showed; 0, which none ever is, for anything else."""
    text = request.form.get("saves", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else 0


def _page(meeting: str) -> MeetingPage:
    return meetings.page(access.context(), access.actor(), MeetingId(meeting))


@access.route(blueprint, "/meetings", Action.LIST_MEETINGS)
def own() -> Page:
    found = meetings.own(access.context(), access.actor())
    return render_template("meetings/list.html", found=found, tag_of=standing_tag)


@access.route(blueprint, "/meetings/new", Action.LIST_MEETINGS)
def new() -> Page:
    offices = meetings.own(access.context(), access.actor()).runs
    form = planning_form(offices, sent=False, office=request.args.get("office", ""))
    return render_template("meetings/new.html", form=form, offices=offices, problems=[])


@access.route(blueprint, "/meetings", Action.PLAN_MEETING, methods=("POST",))
def plan() -> Page:
    context, actor, office = access.context(), access.actor(), request.form.get("office", "")
    offices = meetings.own(context, actor).runs
    meetings.require_planner(context, actor, OfficeId(office))
    form = planning_form(offices, sent=True)
    problems: Problems = []
    if form.validate_on_submit():
        zone = next(row.zone for row in offices if row.office == office)
        try:
            key = meetings.plan(context, actor, OfficeId(office), command_of(form, zone))
            flash("The meeting is planned. Put on its agenda what waits for it.", "success")
            return redirect(f"/meetings/{key}", 303)
        except Invalid as error:
            problems = blame(form, error)
    return render_template("meetings/new.html", form=form, offices=offices, problems=problems or _first_errors(form)), 422


def _first_errors(form: MeetingForm) -> Problems:
    return [(field.id, str(field.errors[0])) for field in form if field.errors]


@access.route(blueprint, MEETING, Action.READ_MEETING)
def meeting(meeting: str) -> Page:
    return _render(_page(meeting))


def _render(page: MeetingPage, problems: Problems | None = None, form: MeetingForm | None = None) -> str:
    sent = request.form if problems and form is None else MultiDict[str, str]()
    attends = sent if any(name.startswith("attends-") for name in sent) else None
    return render_template(
        "meetings/meeting.html", page=page, meeting=page.meeting, standing_tag=standing_tag(page.meeting.standing), rows=item_rows(page),
        attendees=attendee_rows(page, attends), counts=counts(page), problems=problems or [], sent=sent,
        form=form or details_form(page.meeting, sent=False),
    )  # fmt: skip


def _act(meeting: str, act: Callable[[], object], done: str, place: str = "") -> Page:
    """Do something to a meeting; what was refused stands on its page again, with everything that was typed."""
    try:
        act()
    except Invalid as error:
        return _render(_page(meeting), [("", sentence) for _, sentence in error.problems]), 422
    flash(done, "success")
    return redirect(f"/meetings/{meeting}{place}", 303)


@access.route(blueprint, MEETING, Action.RUN_MEETING, methods=("POST",))
def change(meeting: str) -> Page:
    context, actor, key = access.context(), access.actor(), MeetingId(meeting)
    page = meetings.require_runner(context, actor, key)
    form = details_form(page.meeting, sent=True)
    problems: Problems = []
    if form.validate_on_submit():
        try:
            agendas.reschedule(context, actor, key, _saves(), command_of(form, page.meeting.zone))
            flash("The meeting is changed.", "success")
            return redirect(f"/meetings/{meeting}", 303)
        except Invalid as error:
            problems = blame(form, error)
    return _render(page, problems or _first_errors(form), form), 422


ORDERED = "The agenda is in its new order."
AGENDA_DONE = {
    "up": ORDERED,
    "down": ORDERED,
    "order": ORDERED,
    "remove": "The item is off the agenda. What it was about waits for another meeting.",
    "renew": "The item is about the version in review now. Take its votes again.",
    "matter": "The matter is on the agenda.",
    "discuss": "The item is to be discussed.",
    "consent": "The item is for consent.",
    "add": "What you chose is on the agenda.",
}


@access.route(blueprint, MEETING + "/agenda", Action.RUN_MEETING, methods=("POST",))
def agenda(meeting: str) -> Page:
    """Put on, take off, order; what is done is said by the button that was pressed."""
    word, _, item = request.form.get("do", "").partition(":")
    stays = word in ("up", "down", "renew", "discuss", "consent")
    done = AGENDA_DONE.get(word, AGENDA_DONE["add"])
    return _act(meeting, lambda: _change_agenda(MeetingId(meeting), word, item), done, f"#item-{item}" if stays else "#agenda")


def _change_agenda(key: MeetingId, word: str, item: str) -> None:
    context, actor, saves, sent = access.context(), access.actor(), _saves(), request.form
    match word:
        case "up" | "down":
            agendas.move_item(context, actor, key, saves, item, -1 if word == "up" else 1)
        case "order":
            agendas.order_items(context, actor, key, saves, sent.get("order", "").split(","))
        case "remove":
            agendas.remove_item(context, actor, key, saves, item)
        case "renew":
            agendas.renew_item(context, actor, key, saves, item)
        case "matter":
            agendas.add_matter(context, actor, key, saves, sent.get("matter", ""))
        case "discuss" | "consent":
            agendas.set_kind(context, actor, key, saves, item, ItemKind.DISCUSSION if word == "discuss" else ItemKind.CONSENT)
        case _:
            kind = ItemKind.DISCUSSION if sent.get("kind") == "discussion" else ItemKind.CONSENT
            agendas.add_items(context, actor, key, saves, [_turn(one) for one in sent.getlist("candidates")], kind)


def _turn(text: str) -> tuple[ProposalId, str, str]:
    parts = text.split("|")
    if len(parts) != 3:
        raise BadRequest
    return ProposalId(parts[0]), parts[1], parts[2]


@access.route(blueprint, MEETING + "/attendance", Action.RUN_MEETING, methods=("POST",))
def attendance(meeting: str) -> Page:
    said = {name[8:]: word for name, word in request.form.items() if name.startswith("attends-")}
    context, actor, saves = access.context(), access.actor(), _saves()
    done = "The attendance is noted."
    return _act(meeting, lambda: minuting.take_attendance(context, actor, MeetingId(meeting), saves, said), done, "#attendance")


@access.route(blueprint, MEETING + "/consent", Action.RUN_MEETING, methods=("POST",))
def consent(meeting: str) -> Page:
    context, actor, saves = access.context(), access.actor(), _saves()
    done = "Everybody present approves what is for consent. Each vote is noted on its own."
    return _act(meeting, lambda: minuting.approve_consent(context, actor, MeetingId(meeting), saves), done, "#agenda")


@access.route(blueprint, MEETING + "/minutes", Action.RUN_MEETING, methods=("POST",))
def minutes(meeting: str) -> Page:
    context, actor, saves, text = access.context(), access.actor(), _saves(), request.form.get("minutes", "")
    done = "The minutes are saved."
    return _act(meeting, lambda: minuting.save_minutes(context, actor, MeetingId(meeting), saves, text), done, "#minutes")


@access.route(blueprint, MEETING + "/standing", Action.RUN_MEETING, methods=("POST",))
def standing(meeting: str) -> Page:
    """Declare the agenda complete, or call the meeting off."""
    context, actor, key, saves = access.context(), access.actor(), MeetingId(meeting), _saves()
    if request.form.get("do") == "cancel":
        if not request.form.get("sure") and meetings.require_runner(context, actor, key).points:
            return redirect(f"/meetings/{meeting}/cancel", 303)
        return _act(meeting, lambda: agendas.cancel(context, actor, key, saves), "The meeting is cancelled. Its items wait for another.")
    return _act(meeting, lambda: agendas.declare_complete(context, actor, key, saves), "The agenda is complete.")


@access.route(blueprint, MEETING + "/cancel", Action.RUN_MEETING)
def cancelling(meeting: str) -> Page:
    """What is on the agenda of a meeting that is to be cancelled, before it is."""
    page = meetings.require_runner(access.context(), access.actor(), MeetingId(meeting))
    return render_template("meetings/cancel.html", page=page, meeting=page.meeting, rows=item_rows(page), counts=counts(page))


ITEM = MEETING + "/items/<string:item>"


@access.route(blueprint, ITEM, Action.READ_MEETING)
def item(meeting: str, item: str) -> Page:
    page = _page(meeting)
    return _item_page(page, item, [])


def _item_page(page: MeetingPage, item: str, problems: Problems, sent: MultiDict[str, str] | None = None) -> str:
    view = item_view(page, item, sent)
    return render_template("meetings/item.html", page=page, meeting=page.meeting, view=view, row=view.row, problems=problems)


@access.route(blueprint, ITEM, Action.RUN_MEETING, methods=("POST",))
def save_item(meeting: str, item: str) -> Page:
    context, actor, key = access.context(), access.actor(), MeetingId(meeting)
    try:
        minuting.save_item(context, actor, key, _saves(), item, item_command(request.form))
    except Invalid as error:
        # Where votes are wrong the summary leads to them; the texts are fields of their own.
        return _item_page(_page(meeting), item, list(error.problems), request.form), 422
    flash("The item is saved.", "success")
    following = request.form.get("next", "")
    known = {seen.point.item.id for seen in _page(meeting).points}
    return redirect(f"/meetings/{meeting}/items/{following}" if following in known else f"/meetings/{meeting}#item-{item}", 303)


@access.route(blueprint, MEETING + "/close", Action.RUN_MEETING)
def closing_page(meeting: str) -> Page:
    """What closing would record, before it does."""
    page = meetings.require_runner(access.context(), access.actor(), MeetingId(meeting))
    return _closing(page, [])


def _closing(page: MeetingPage, problems: Problems) -> str:
    missing = closing.problems_of([seen.point for seen in page.points])
    rows = item_rows(page)
    return render_template(
        "meetings/close.html", page=page, meeting=page.meeting, rows=rows, counts=counts(page), problems=problems,
        missing=[sentence for _, sentence in missing], moved=[row for row in rows if row.outside],
        early=page.meeting.starts_at > access.context().now(),
    )  # fmt: skip


@access.route(blueprint, MEETING + "/close", Action.RUN_MEETING, methods=("POST",))
def close(meeting: str) -> Page:
    try:
        done = closing.close(access.context(), access.actor(), MeetingId(meeting), _saves())
    except AgendaMoved as error:
        return render_template("meetings/moved.html", page=_page(meeting), meeting=_page(meeting).meeting, moved=error.moved), 409
    except Invalid as error:
        return _closing(_page(meeting), [("", sentence) for _, sentence in error.problems]), 422
    words = "1 decision is" if done.decisions == 1 else f"{done.decisions} decisions are"
    flash(f"The meeting is closed. {words} recorded, each with its proposal.", "success")
    return redirect(f"/meetings/{meeting}", 303)


@access.route(blueprint, MEETING + "/papers/<string:paper>", Action.READ_MEETING)
def paper(meeting: str, paper: str) -> Page:
    found = papers.paper(access.context(), access.actor(), MeetingId(meeting), paper)
    return render_template("meetings/paper.html", paper=found, meeting=meeting, name=paper)


@access.route(blueprint, MEETING + "/papers/<string:paper>/document.pdf", Action.READ_MEETING)
def document(meeting: str, paper: str) -> Page:
    return as_download(papers.pdf(access.context(), access.actor(), MeetingId(meeting), paper))

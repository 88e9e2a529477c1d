"""The page of an organisation's working days."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FileField, IntegerField, SelectMultipleField, TextAreaField

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.organisations import IDLE_DAYS, MAX_CLOSING_DAYS, Closing
from cowork.domain.policy import Action
from cowork.services import calendars, organisations
from cowork.services.calendars import CalendarPage
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.organisations.pages import day_words, week_words, weekday_choices

blueprint = Blueprint("calendars", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]
MAX_TEXT = 200_000
PAGE = "/organisations/<string:organisation>/calendar"


class WeekForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The working week. What cannot be is said by the use case."""

    worked = SelectMultipleField("Days of the week on which you work", choices=weekday_choices())
    idle_days = IntegerField(
        "Working days without a decision until somebody is told",
        description=f"From {IDLE_DAYS.start} to {IDLE_DAYS.stop - 1}. A way of approval can set its own number.",
    )


class DaysForm(FlaskForm):  # type: ignore[misc]  # as above
    """Closing days, as lines or as a file."""

    lines = TextAreaField(
        "Closing days, one a line",
        description="The day, then what it is: 2026-12-24 Christmas Eve. A day that is listed already takes the new name.",
    )
    file = FileField("Or a calendar file", description="A file of holidays that ends with .ics. Its whole days are taken.")


@dataclass(frozen=True, slots=True)
class DayRow:
    """A closing day in words."""

    iso: str
    words: str
    title: str


def day_rows(days: tuple[Closing, ...], today: date, *, past: bool) -> tuple[DayRow, ...]:
    """The closing days that are over, the last first, or those to come."""
    found = [one for one in days if (one.day < today) is past]
    return tuple(DayRow(one.day.isoformat(), day_words(one.day), one.title) for one in (found[::-1] if past else found))


def _page(organisation: str) -> CalendarPage:
    return calendars.page(access.context(), access.actor(), OrganisationId(organisation))


def _week_form(page: CalendarPage) -> WeekForm:
    worked = [str(number) for number in range(7) if number not in page.working.closed_weekdays]
    return WeekForm(formdata=None, worked=worked, idle_days=page.working.idle_days)


def _render(page: CalendarPage, week: WeekForm, days: DaysForm, problems: Problems) -> str:
    return render_template(
        "organisations/calendar.html", page=page, week=week, days=days, problems=problems, worked=week_words(page.working.closed_weekdays),
        coming=day_rows(page.working.days, page.today, past=False), past=day_rows(page.working.days, page.today, past=True),
        most=MAX_CLOSING_DAYS,
    )  # fmt: skip


@access.route(blueprint, PAGE, Action.READ_ORGANISATION)
def calendar(organisation: str) -> Page:
    page = _page(organisation)
    return _render(page, _week_form(page), DaysForm(formdata=None), [])


@access.route(blueprint, PAGE, Action.MANAGE_ORGANISATION, methods=("POST",))
def set_week(organisation: str) -> Page:
    organisations.require_manager(access.context(), access.actor(), OrganisationId(organisation))
    form = WeekForm()
    worked = {int(number) for number in form.worked.data or () if number in set("0123456")}
    try:
        closed = frozenset(range(7)) - worked
        calendars.set_week(access.context(), access.actor(), OrganisationId(organisation), closed, form.idle_days.data)
    except Invalid as error:
        return _render(_page(organisation), form, DaysForm(formdata=None), blame(form, error)), 422
    flash("The working week is saved. Due dates of running reviews follow it.", "success")
    return redirect(f"/organisations/{organisation}/calendar", 303)


@access.route(blueprint, f"{PAGE}/days", Action.MANAGE_ORGANISATION, methods=("POST",))
def add_days(organisation: str) -> Page:
    organisations.require_manager(access.context(), access.actor(), OrganisationId(organisation))
    form = DaysForm()
    try:
        added = calendars.add_days(access.context(), access.actor(), OrganisationId(organisation), _sent_text(form))
    except Invalid as error:
        page = _page(organisation)
        return _render(page, _week_form(page), form, blame(form, error)), 422
    words = "These days are in the calendar already." if not added else f"{added} {'day is' if added == 1 else 'days are'} noted as closed."
    flash(words, "success")
    return redirect(f"/organisations/{organisation}/calendar#days", 303)


def _sent_text(form: DaysForm) -> str:
    """The lines, or the file where no line was given. Raises Invalid."""
    sent = request.files.get(form.file.name)
    text = form.lines.data or ""
    if not text.strip() and sent is not None and sent.filename:
        text = sent.stream.read(MAX_TEXT + 1).decode("utf-8", "replace")
        if "BEGIN:VCALENDAR" not in text[:200].upper():
            raise Invalid([("file", "This is no calendar file. Take one that ends with .ics, or paste the days as lines.")])
    if len(text) > MAX_TEXT:
        raise Invalid([("lines", "This is too much at once. Give fewer days.")])
    return text


@access.route(blueprint, f"{PAGE}/days/remove", Action.MANAGE_ORGANISATION, methods=("POST",))
def remove_days(organisation: str) -> Page:
    gone = calendars.remove_days(access.context(), access.actor(), OrganisationId(organisation), _days_sent())
    flash("The day is open again." if gone == 1 else f"{gone} days are taken out of the calendar.", "success")
    return redirect(f"/organisations/{organisation}/calendar#days", 303)


def _days_sent() -> frozenset[date]:
    found = set()
    for text in request.form.getlist("day"):
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(found)

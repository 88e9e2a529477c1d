"""The working days of an organisation: what members see of them, and what administrators change.

Terms of reviews are counted in them, so every change evaluates the reviews that this organisation takes part in anew.
"""

from dataclasses import dataclass
from datetime import date

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId
from cowork.domain.organisation_events import ClosingDaysAdded, ClosingDaysRemoved, WorkingWeekChanged
from cowork.domain.organisations import MAX_CLOSING_DAYS, Closing, closings, week_problems
from cowork.domain.policy import Action
from cowork.domain.workflows.calendar import day_of
from cowork.services.context import Context
from cowork.services.organisations import changed, open_organisation
from cowork.store import calendars, unit
from cowork.store.calendars import WorkingDays
from cowork.store.organisations import OrganisationCard


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The working days of an organisation. `manages` says whether the actor may change them."""

    card: OrganisationCard
    working: WorkingDays
    manages: bool
    today: date


def page(context: Context, actor: Actor, organisation: OrganisationId) -> CalendarPage:
    """What members see. Raises NotFound to anybody else."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        working = calendars.working_days(session, organisation)
    return CalendarPage(card, working, actor.admin_of(organisation), day_of(context.now(), card.zone))


def set_week(context: Context, actor: Actor, organisation: OrganisationId, closed_weekdays: frozenset[int], idle_days: int | None) -> None:
    """Say on which weekdays an organisation does not work, and after how long a pause somebody is told. Raises Invalid."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        if (problems := week_problems(closed_weekdays, idle_days)) or idle_days is None:
            raise Invalid(problems)
        known = calendars.working_days(session, organisation)
        if (known.closed_weekdays, known.idle_days) == (closed_weekdays, idle_days):
            return
        calendars.set_week(session, organisation, closed_weekdays, idle_days)
        event = WorkingWeekChanged(tuple(sorted(closed_weekdays)), idle_days)
        changed(session, context, organisation, actor.person, event)


def add_days(context: Context, actor: Actor, organisation: OrganisationId, text: str) -> int:
    """Add the closing days of a text (lines, or an iCalendar file); how many are new or called otherwise now. Raises Invalid."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        days, problems = closings(text)
        if not days and not problems:
            problems = ("Give at least one day, such as 2026-12-24 Christmas Eve.",)
        known = set(calendars.working_days(session, organisation).days)
        if len({one.day for one in known} | {one.day for one in days}) > MAX_CLOSING_DAYS:
            problems = (f"An organisation keeps at most {MAX_CLOSING_DAYS} closing days. Remove those that are past, then add new ones.",)
        if problems:
            raise Invalid([("lines", sentence) for sentence in problems[:10]])
        new: list[Closing] = [one for one in days if one not in known]
        if new:
            calendars.put_days(session, organisation, new)
            changed(session, context, organisation, actor.person, ClosingDaysAdded(tuple(one.day.isoformat() for one in new)))
        return len(new)


def remove_days(context: Context, actor: Actor, organisation: OrganisationId, days: frozenset[date]) -> int:
    """Take closing days out of the calendar; how many there were. Raises Conflict where none of them is known."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_ORGANISATION, lock=True)
        gone = [one.day for one in calendars.working_days(session, organisation).days if one.day in days]
        if not gone:
            raise Conflict("These days are not in the calendar any more, so nothing was changed.")
        calendars.remove_days(session, organisation, gone)
        changed(session, context, organisation, actor.person, ClosingDaysRemoved(tuple(day.isoformat() for day in gone)))
        return len(gone)

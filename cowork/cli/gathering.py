"""The meetings of the demonstration: a committee's last one, closed with its minutes, and its next one, with what waits on its agenda."""

from datetime import datetime, timedelta

from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId
from cowork.domain.meetings import ItemKind
from cowork.services import agendas, closing, meetings, minuting
from cowork.services.context import Context
from cowork.services.meetings import ItemCommand, PlanCommand
from cowork.store.meetings import OfficeRow

COMMITTEE = "curriculum-committee"
CALENDAR = "Calendar of meetings until the summer"


def office_of(context: Context, runner: Actor, organisation: OrganisationId) -> OfficeRow | None:
    """The committee of this organisation, where the runner runs its meetings."""
    runs = meetings.own(context, runner).runs
    return next((row for row in runs if (row.organisation, row.kind) == (organisation, COMMITTEE)), None)


def hold_last(context: Context, runner: Actor, office: OfficeRow, starts_at: datetime) -> None:
    """A meeting about a matter of its own, closed with minutes. It is `starts_at` when this is called."""
    key = meetings.plan(context, runner, office.office, PlanCommand("Last month’s meeting", starts_at, "Senate Room"))
    agendas.add_matter(context, runner, key, 1, CALENDAR)
    page = meetings.page(context, runner, key)
    people = [attendee.holder.person for attendee in page.attendees]
    said = {str(person): "present" if at < len(people) - 1 else "apologies" for at, person in enumerate(people)}
    minuting.take_attendance(context, runner, key, page.meeting.saves, said)
    item = ItemCommand(
        minutes="Two members asked for meetings that do not fall into the examination weeks.",
        decision="The committee meets on the second Wednesday of each month at two o’clock.",
    )
    minuting.save_item(context, runner, key, 3, page.points[0].point.item.id, item)
    minuting.save_minutes(context, runner, key, 4, "The chair welcomed the new student member.")
    agendas.declare_complete(context, runner, key, 5)
    closing.close(context, runner, key, 6)


def plan_next(context: Context, runner: Actor, office: OfficeRow, starts_at: datetime) -> None:
    """The next meeting, with everything on its agenda that waits for the committee."""
    key = meetings.plan(context, runner, office.office, PlanCommand("This month’s meeting", starts_at, "Senate Room, and online"))
    waiting = meetings.page(context, runner, key).candidates
    if waiting:
        agendas.add_items(context, runner, key, 1, [(c.proposal, c.stage, c.seat) for c in waiting], ItemKind.DISCUSSION)
    agendas.add_matter(context, runner, key, meetings.page(context, runner, key).meeting.saves, "Any other business")


def next_wednesday(monday: datetime) -> datetime:
    """Two o’clock on the Wednesday after next Monday."""
    return (monday + timedelta(days=9)).replace(hour=14, minute=0)

"""The form of a meeting: what, when and where. Days and times are those of the organisation's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired

from cowork.domain.ids import PersonId
from cowork.domain.meetings import ItemKind, Vote
from cowork.domain.workflows.progress import Verdict
from cowork.services.meetings import ItemCommand, PlanCommand
from cowork.store.meetings import MeetingFull, OfficeRow


class MeetingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A meeting as it is planned."""

    office = SelectField("Whose meeting", [InputRequired("Choose the office that meets.")])
    title = StringField("Title", description="Such as March meeting. Left empty, it is called by its office.")
    day = DateField("Day", [InputRequired("Give the day of the meeting.")])
    time = TimeField("Begins at", [InputRequired("Give the time at which it begins, such as 14:00.")])
    place = StringField("Place", description="A room, or the address of a call.")


def planning_form(offices: tuple[OfficeRow, ...], *, sent: bool, office: str = "") -> MeetingForm:
    """The form for a new meeting, as it was sent or as it begins."""
    form = MeetingForm() if sent else MeetingForm(formdata=None, office=office or (offices[0].office if offices else ""))
    form.office.choices = [(row.office, f"{row.title}, {row.organisation_name}") for row in offices]
    return form


def details_form(meeting: MeetingFull, *, sent: bool) -> MeetingForm:
    """The form of a meeting that is planned already."""
    local = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
    begins = {"title": meeting.title, "day": local.date(), "time": local.time(), "place": meeting.place}
    form = MeetingForm() if sent else MeetingForm(formdata=None, office=meeting.office, **begins)
    form.office.choices = [(meeting.office, meeting.office_title)]
    return form


def command_of(form: MeetingForm, zone: str) -> PlanCommand:
    """What the form says; its time in UTC."""
    if form.day.data is None or form.time.data is None:
        raise BadRequest
    starts = datetime.combine(form.day.data, form.time.data, ZoneInfo(zone)).astimezone(UTC)
    return PlanCommand(form.title.data or "", starts, form.place.data or "")


def item_command(sent: MultiDict[str, str]) -> ItemCommand:
    """The votes, texts and choices of an item's form. Unknown verdicts are no votes."""
    known = {verdict.value for verdict in Verdict}
    votes = tuple(
        Vote(PersonId(name[5:]), Verdict(word), sent.get(f"reason-{name[5:]}", "").strip())
        for name, word in sent.items()
        if name.startswith("vote-") and word in known
    )
    kinds = {kind.value: kind for kind in (ItemKind.CONSENT, ItemKind.DISCUSSION)}
    return ItemCommand(
        votes, sent.get("minutes", ""), sent.get("decision", ""), tuple(sent.getlist("sections")), "tabled" in sent,
        kinds.get(sent.get("kind", "")),
    )  # fmt: skip

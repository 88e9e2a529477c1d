"""The papers of a meeting: its agenda, and its minutes once it is closed, as data for pages and documents."""

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import MeetingId
from cowork.domain.meetings import OUTCOME_WORDS, AttendanceStanding, ItemKind, MeetingStanding
from cowork.domain.workflows.progress import Verdict
from cowork.exports import meetings as exports
from cowork.exports.meetings import Paper, PaperItem, PaperVote
from cowork.services import meetings
from cowork.services.context import Context
from cowork.services.exports import ExportFile, file_name
from cowork.services.meetings import MeetingPage, Seen

KIND_WORDS: dict[ItemKind, str] = {
    ItemKind.CONSENT: "For consent",
    ItemKind.DISCUSSION: "For discussion",
    ItemKind.MATTER: "Matter of its own",
}
STANDING_WORDS: dict[MeetingStanding, str] = {
    MeetingStanding.PLANNED: "Agenda being prepared",
    MeetingStanding.READY: "Agenda complete",
    MeetingStanding.CLOSED: "Closed",
    MeetingStanding.CANCELLED: "Cancelled",
}
VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.APPROVE: "Approve",
    Verdict.APPROVE_WITH_CONDITIONS: "Approve with conditions",
    Verdict.REQUEST_CHANGES: "Request changes",
    Verdict.REJECT: "Reject",
    Verdict.NO_OBJECTION: "No objection",
    Verdict.OBJECT: "Object",
    Verdict.ABSTAIN: "Abstain",
    Verdict.RECUSE: "Recused",
    Verdict.COMMENT: "Comment",
    Verdict.TABLE: "Put off",
    Verdict.APPEAL: "Appeal",
    Verdict.VOTED: "Voted in secret",
}
ATTENDANCE_WORDS: dict[AttendanceStanding, str] = {
    AttendanceStanding.PRESENT: "Present",
    AttendanceStanding.DEPUTY: "By a deputy",
    AttendanceStanding.APOLOGIES: "Apologies",
    AttendanceStanding.ABSENT: "Absent",
    AttendanceStanding.GUEST: "As a deputy",
}


def paper(context: Context, actor: Actor, key: MeetingId, kind: str) -> Paper:
    """The agenda or the minutes. Members read minutes once the meeting is closed. Raises NotFound, Conflict."""
    if kind not in ("agenda", "minutes"):
        raise NotFound("paper")
    page = meetings.page(context, actor, key)
    if kind == "agenda":
        return _paper(page, "Agenda", STANDING_WORDS[page.meeting.standing], minutes=False)
    closed = page.meeting.standing is MeetingStanding.CLOSED
    if not closed and not page.runs:
        raise Conflict("The minutes can be read once the meeting is closed. Until then, look at its agenda.")
    return _paper(page, "Minutes", "Closed" if closed else "Draft minutes, not closed", minutes=True)


def pdf(context: Context, actor: Actor, key: MeetingId, kind: str) -> ExportFile:
    """The same as an accessible PDF. Raises NotFound, Conflict, RenderFailed."""
    found = paper(context, actor, key, kind)
    content = exports.render(found, context.renderer, context.now())
    name = file_name(f"{found.kind} {found.title}", 1, "pdf").removesuffix("-v1.pdf") + ".pdf"
    return ExportFile(name, "application/pdf", content)


def _paper(page: MeetingPage, kind: str, status: str, *, minutes: bool) -> Paper:
    meeting = page.meeting
    return Paper(
        kind=kind,
        status=status,
        title=meeting.title,
        organisation=meeting.organisation_name,
        office=meeting.office_title,
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        place=meeting.place,
        items=tuple(_item(page, seen, minutes=minutes) for seen in page.points),
        attendance=_attendance(page) if minutes else (),
        minutes=meeting.minutes if minutes else "",
        closed=f"Closed by {meeting.closed_by_name}. Each vote is recorded with its proposal." if meeting.closed_by_name else "",
        demonstration=meeting.demonstration,
    )


def _attendance(page: MeetingPage) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups: dict[str, list[str]] = {words: [] for words in ATTENDANCE_WORDS.values()}
    for attendee in page.attendees:
        by = f" ({attendee.by_name})" if attendee.by_name else ""
        groups[ATTENDANCE_WORDS[attendee.standing]].append(attendee.holder.name + by)
    return tuple((words, tuple(names)) for words, names in groups.items() if names)


def _item(page: MeetingPage, seen: Seen, *, minutes: bool) -> PaperItem:
    point, item = seen.point, seen.point.item
    title = item.title if point.readable else "A proposal that is not open to you"
    about = f"{point.stage_title or item.stage}, version {item.version}" if item.proposal else ""
    if not minutes or not point.readable:
        return PaperItem(item.position, KIND_WORDS[item.kind], title, about)
    deputies = {attendee.holder.person: attendee.by_name for attendee in page.attendees}
    names = {attendee.holder.person: attendee.holder.name for attendee in page.attendees}
    labels = dict(point.sections)
    return PaperItem(
        item.position,
        KIND_WORDS[item.kind],
        title,
        about,
        OUTCOME_WORDS[item.outcome],
        quorum_of(page, seen),
        tuple(
            PaperVote(names.get(v.person, "A former member"), VERDICT_WORDS[v.verdict], v.reason, deputies.get(v.person, ""))
            for v in sorted(item.votes, key=lambda vote: names.get(vote.person, ""))
        ),
        point.conflicted,
        tuple(labels.get(section, section) for section in item.sections),
        item.decision,
        item.minutes,
    )


def quorum_of(page: MeetingPage, seen: Seen) -> str:
    """The quorum of an item in words: as it would be now or, of a closed meeting, as it was counted."""
    if page.meeting.standing is not MeetingStanding.CLOSED:
        return seen.quorum
    place = seen.point.place
    same = seen.point.review is not None and seen.point.review.round.id == seen.point.item.round
    if not same or place is None or place.tally is None or seen.point.tabled:
        return ""
    return rules.quorum_words(place.tally, place.seat.rule.quorum_with)

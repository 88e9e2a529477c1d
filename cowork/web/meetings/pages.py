"""What the pages of a meeting show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from cowork.domain.meetings import OPEN, OUTCOME_WORDS, OWN_WORK, AttendanceStanding, Attendee, ItemKind, ItemOutcome, MeetingStanding
from cowork.services.meetings import MeetingPage, Seen
from cowork.services.papers import ATTENDANCE_WORDS, KIND_WORDS, STANDING_WORDS, VERDICT_WORDS, quorum_of
from cowork.store.meetings import HeardItem, ItemFull

STANDING_LOOKS = {
    MeetingStanding.PLANNED: ("neutral", "edit"),
    MeetingStanding.READY: ("info", "clock"),
    MeetingStanding.CLOSED: ("success", "tick"),
    MeetingStanding.CANCELLED: ("neutral", "stop"),
}
OUTCOME_LOOKS = {
    ItemOutcome.TABLED: ("neutral", "skip"),
    ItemOutcome.APPROVED: ("success", "tick"),
    ItemOutcome.CHANGES_REQUESTED: ("warning", "warning"),
    ItemOutcome.REJECTED: ("danger", "cross"),
    ItemOutcome.REFUSED: ("danger", "cross"),
    ItemOutcome.UNDECIDED: ("info", "clock"),
    ItemOutcome.DISCUSSED: ("neutral", "comment"),
}
CHOSEN = (AttendanceStanding.PRESENT, AttendanceStanding.APOLOGIES, AttendanceStanding.ABSENT)
"""What is chosen for somebody; deputies are named beside these."""

Tag = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A point of the agenda: `result` is what closing now would do, or what was decided, as a sentence; `own` says that the reader, who
    runs the meeting, cannot take its votes.
    """

    item: ItemFull
    title: str
    about: str
    kind: str
    outcome: Tag | None
    result: str
    quorum: str
    outside: str
    conflicted: tuple[str, ...]
    votes: int
    asked: int
    readable: bool
    own: str
    can_renew: bool


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """Somebody who holds the office. `choices` are (value, words, chosen)."""

    id: str
    name: str
    role: str
    words: str
    choices: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class VoterRow:
    """Somebody whose vote can be taken. `by` is the deputy who is there for them."""

    id: str
    name: str
    by: str
    choices: tuple[tuple[str, str, bool], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """The page of one item. `decided` are (name, verdict in words) of members who decided on the page."""

    row: ItemRow
    voters: tuple[VoterRow, ...]
    decided: tuple[tuple[str, str], ...]
    taken: tuple[tuple[str, str, str], ...]
    sections: tuple[tuple[str, str, bool], ...]
    minutes: str
    decision: str
    tabled: bool
    previous: str
    next: str


def standing_tag(standing: MeetingStanding) -> Tag:
    return (STANDING_WORDS[standing], *STANDING_LOOKS[standing])


def item_rows(page: MeetingPage) -> tuple[ItemRow, ...]:
    return tuple(item_row(page, seen) for seen in page.points)


def item_row(page: MeetingPage, seen: Seen) -> ItemRow:
    point, item = seen.point, seen.point.item
    is_open = page.meeting.standing in OPEN
    look = OUTCOME_LOOKS.get(item.outcome)
    review = point.review
    newer = review is not None and review.round.id == item.round and review.version.number != item.version
    return ItemRow(
        item=item,
        title=item.title if point.readable else "A proposal that is not open to you",
        about=f"{point.stage_title or item.stage}, version {item.version}" if item.proposal else "",
        kind=KIND_WORDS[item.kind],
        outcome=(OUTCOME_WORDS[item.outcome], *look) if look else None,
        result=_sentence(seen.foreseen) if is_open else "",
        quorum=quorum_of(page, seen) if point.readable else "",
        outside=point.outside if is_open and not point.tabled else "",
        conflicted=point.conflicted,
        votes=len(point.votes) if is_open else len(item.votes),
        asked=len(point.voters),
        readable=point.readable,
        own=OWN_WORK if point.own and is_open and page.runs else "",
        can_renew=is_open and newer and bool(point.outside),
    )


def _sentence(words: str) -> str:
    return f"If the meeting closed now, it {words}." if words.startswith("would") else words[:1].upper() + words[1:]


def attendee_rows(page: MeetingPage, sent: Mapping[str, str] | None = None) -> tuple[AttendeeRow, ...]:
    """Who holds the office and how they attend; `sent` is what was chosen on a page that was refused."""
    return tuple(_attendee(page, attendee, sent) for attendee in page.attendees)


def _attendee(page: MeetingPage, attendee: Attendee, sent: Mapping[str, str] | None) -> AttendeeRow:
    holder, standing = attendee.holder, attendee.standing
    now = f"by:{attendee.by}" if standing is AttendanceStanding.DEPUTY else standing.value if page.noted else ""
    chosen = sent.get(f"attends-{holder.person}", "") if sent is not None else now
    offered = [
        ("", "Not noted yet"),
        *((one.value, ATTENDANCE_WORDS[one]) for one in CHOSEN),
        *((f"by:{deputy.person}", f"{deputy.name} for them") for deputy in holder.deputies),
    ]
    words = ATTENDANCE_WORDS[standing] + (f" ({attendee.by_name})" if attendee.by_name else "")
    return AttendeeRow(
        holder.person, holder.name, "" if holder.role.value == "member" else holder.role.value, words if page.noted else "Not noted yet",
        tuple((value, label, value == chosen) for value, label in offered),
    )  # fmt: skip


def item_view(page: MeetingPage, item: str, sent: MultiDict[str, str] | None = None) -> ItemView:
    """One item with its votes; `sent` is what was typed on a page that was refused. Raises NotFound."""
    seen = page.point(item)
    point, kept = seen.point, seen.point.item
    order = [one.point.item.id for one in page.points]
    at = order.index(kept.id)
    sections = set(sent.getlist("sections")) if sent is not None else set(kept.sections)
    names = {d.person: d.person_name for d in point.decided}
    return ItemView(
        row=item_row(page, seen),
        voters=tuple(_voter(seen, attendee, sent) for attendee in point.voters),
        decided=tuple((names[d.person], VERDICT_WORDS[d.verdict]) for d in point.decided),
        taken=_taken(page, kept),
        sections=tuple((key, label, key in sections) for key, label in point.sections),
        minutes=sent.get("minutes", "") if sent is not None else kept.minutes,
        decision=sent.get("decision", "") if sent is not None else kept.decision,
        tabled="tabled" in sent if sent is not None else point.tabled,
        previous=order[at - 1] if at else "",
        next=order[at + 1] if at + 1 < len(order) else "",
    )


def _taken(page: MeetingPage, item: ItemFull) -> tuple[tuple[str, str, str], ...]:
    names = {attendee.holder.person: attendee.holder.name for attendee in page.attendees}
    return tuple((names.get(v.person, "A former member"), VERDICT_WORDS[v.verdict], v.reason) for v in item.votes)


def _voter(seen: Seen, attendee: Attendee, sent: MultiDict[str, str] | None) -> VoterRow:
    person = attendee.holder.person
    kept = next((vote for vote in seen.point.item.votes if vote.person == person), None)
    chosen = sent.get(f"vote-{person}", "") if sent is not None else kept.verdict.value if kept else ""
    reason = sent.get(f"reason-{person}", "") if sent is not None else kept.reason if kept else ""
    offered = [("", "No vote yet"), *((verdict.value, VERDICT_WORDS[verdict]) for verdict in seen.point.offered)]
    return VoterRow(
        person, attendee.holder.name, attendee.by_name, tuple((value, label, value == chosen) for value, label in offered), reason
    )


def counts(page: MeetingPage) -> dict[str, int]:
    """How many items there are for consent, and how many people are noted as present."""
    return {
        "consent": sum(seen.point.item.kind is ItemKind.CONSENT and not seen.point.tabled for seen in page.points),
        "present": sum(attendee.counts for attendee in page.attendees),
        "members": sum(attendee.standing is not AttendanceStanding.GUEST for attendee in page.attendees),
    }


def heard_rows(heard: Sequence[HeardItem]) -> tuple[tuple[HeardItem, Tag], ...]:
    """What closed meetings decided on a proposal, each with the look of its outcome."""
    return tuple((one, (OUTCOME_WORDS[one.outcome], *OUTCOME_LOOKS.get(one.outcome, ("neutral", "info")))) for one in heard)

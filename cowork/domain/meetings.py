"""Meetings of an office: what may be done in which standing, the order of an agenda, votes and what they are worth, in words.

A meeting is planned, then its agenda is declared complete (ready; it can still be amended), then it is closed once, or cancelled.
Each item is about a turn of the office on a proposal (consent or discussion) or a matter of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import ItemId, PersonId
from cowork.domain.reviews import REASON_NEEDED
from cowork.domain.workflows.definition import Chair
from cowork.domain.workflows.progress import Bench, Holder, OfficeRole, Outcome, SeatProgress, StageProgress, Tally, Verdict
from cowork.domain.workflows.rule_words import absent_in_words

MAX_TITLE = 200
MAX_MATTER = 300
MAX_PLACE = 300
MAX_TEXT = 20_000
MAX_ITEMS = 100
LONGEST_AGO = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=3 * 366)
DAY_OUT_OF_REACH = "Give a day within the next three years, or within the past one for a meeting that has been."
OWN_WORK = "You write this proposal, so somebody else takes its votes: another who runs this meeting."


class MeetingStanding(StrEnum):
    PLANNED = "planned"  # the agenda is being put together
    READY = "ready"  # the agenda is complete; whoever runs the meeting can still amend it
    CLOSED = "closed"  # its decisions are recorded
    CANCELLED = "cancelled"  # its items wait for another meeting


OPEN = frozenset({MeetingStanding.PLANNED, MeetingStanding.READY})
"""The standings in which agenda, attendance, votes and minutes can be changed."""


def plan_problems(title: str, starts_at: datetime, place: str, now: datetime) -> list[tuple[str, str]]:
    """What is wrong with a meeting as it is planned, as (field, sentence)."""
    problems = []
    if len(title) > MAX_TITLE:
        problems.append(("title", f"Give the meeting a title of at most {MAX_TITLE} characters."))
    if len(place) > MAX_PLACE:
        problems.append(("place", f"Shorten the place to {MAX_PLACE} characters."))
    problems += [
        (field, f"The {field} holds characters that cannot be shown. Type it anew.")
        for field, words in (("title", title), ("place", place))
        if not words.isprintable()
    ]
    if not now - LONGEST_AGO <= starts_at <= now + FURTHEST_AHEAD:
        problems.append(("day", DAY_OUT_OF_REACH))
    return problems


class ItemKind(StrEnum):
    CONSENT = "consent"  # taken together, without discussion
    DISCUSSION = "discussion"
    MATTER = "matter"  # of its own, without a proposal


class AttendanceStanding(StrEnum):
    PRESENT = "present"
    DEPUTY = "deputy"  # a deputy who is present acts for them
    APOLOGIES = "apologies"
    ABSENT = "absent"
    GUEST = "guest"  # of a closed meeting: holds no seat, was there as a deputy


class ItemOutcome(StrEnum):
    OPEN = ""
    TABLED = "tabled"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    DISCUSSED = "discussed"


OUTCOME_WORDS: dict[ItemOutcome, str] = {
    ItemOutcome.OPEN: "Not decided yet",
    ItemOutcome.TABLED: "Put off",
    ItemOutcome.APPROVED: "Approved",
    ItemOutcome.CHANGES_REQUESTED: "Changes requested",
    ItemOutcome.REJECTED: "Rejected",
    ItemOutcome.REFUSED: "Not approved",
    ItemOutcome.UNDECIDED: "Voted, not decided",
    ItemOutcome.DISCUSSED: "Discussed",
}


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member said on an item. `person` is whose vote it is, also where a deputy gave it."""

    person: PersonId
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who holds the office now. `by` is the deputy who is present for them."""

    holder: Holder
    standing: AttendanceStanding
    by: PersonId | None = None
    by_name: str = ""

    @property
    def counts(self) -> bool:
        """Whether their vote can be given here."""
        return self.standing is AttendanceStanding.PRESENT or (self.standing is AttendanceStanding.DEPUTY and self.by is not None)


def require(standing: MeetingStanding, allowed: Collection[MeetingStanding]) -> None:
    """Refuse what this standing does not allow. Raises Conflict with a sentence."""
    if standing in allowed:
        return
    match standing:
        case MeetingStanding.CLOSED:
            raise Conflict("This meeting is closed and its decisions are recorded, so nothing of it can be changed.")
        case MeetingStanding.CANCELLED:
            raise Conflict("This meeting is cancelled. Plan another one; its items can be put on that agenda.")
        case MeetingStanding.PLANNED:
            raise Conflict("The agenda is not declared complete yet. Declare it complete first.")
        case _:
            raise Conflict("The agenda is declared complete already.")


def moved(order: Sequence[ItemId], item: ItemId, step: int) -> tuple[ItemId, ...]:
    """The order after an item went up (-1) or down (1); unchanged at the ends. Raises ValueError for an unknown item."""
    at = order.index(item)
    to = min(max(at + step, 0), len(order) - 1)
    left = [one for one in order if one != item]
    return (*left[:to], item, *left[to:])


def reordered(order: Sequence[ItemId], wanted: Sequence[str]) -> tuple[ItemId, ...]:
    """The order that somebody asked for. Raises Invalid unless it names exactly the items there are."""
    if len(wanted) != len(order) or set(wanted) != set(order):
        raise Invalid([("order", "The agenda has changed since this page was opened. Load it again, then put it in order.")])
    return tuple(ItemId(one) for one in wanted)


def final_attendance(holders: Sequence[Holder], noted: Mapping[PersonId, str]) -> dict[PersonId, str]:
    """The attendance as a closed meeting keeps it: who was not noted was absent, who holds no seat was there for somebody."""
    people = {holder.person for holder in holders}
    absent = {holder.person: AttendanceStanding.ABSENT.value for holder in holders}
    return absent | {person: word if person in people else AttendanceStanding.GUEST.value for person, word in noted.items()}


def represented(holder: Holder, standing: str | None, present: Collection[PersonId], *, closed: bool = False) -> Attendee:
    """How a holder attends: `standing` as it was noted (None: not noted), `present` everybody noted as being there.

    Of a closed meeting it stays what it was, also when the deputy no longer is one: `by` is empty then.
    """
    if standing is None:
        return Attendee(holder, AttendanceStanding.ABSENT)
    noted = AttendanceStanding(standing)
    if noted is AttendanceStanding.DEPUTY:
        for deputy in holder.deputies:
            if deputy.person in present:
                return Attendee(holder, noted, deputy.person, deputy.name)
        if closed:
            return Attendee(holder, noted, PersonId(""), "a deputy")
        return Attendee(holder, AttendanceStanding.ABSENT)
    return Attendee(holder, noted)


def voters(
    bench: Bench, electorate: frozenset[PersonId], attendees: Sequence[Attendee], decided: frozenset[PersonId], chair: Chair
) -> tuple[Attendee, ...]:
    """Whose votes can be recorded on an item: members with a vote there who attend and have not decided on the page already.

    A deputy counts where the bench lets them act for the holder: one who writes the proposal may not. A silent chair has no vote.
    """
    holders = {holder.person: holder for holder in bench.holders if holder.person in electorate}
    found = []
    for attendee in attendees:
        holder = holders.get(attendee.holder.person)
        if holder is None or not attendee.counts or holder.person in decided:
            continue
        if chair is Chair.SILENT and holder.role is OfficeRole.CHAIR:
            continue
        if attendee.by is None or attendee.by in {deputy.person for deputy in holder.deputies}:
            found.append(attendee)
    return tuple(found)


def after_approval_by_all(voters: Sequence[Attendee], votes: Sequence[Vote], chair: Chair) -> tuple[Vote, ...]:
    """Every voter approves, each with a vote of their own; who has said something else already keeps it.

    A chair who only breaks ties is left out: there is none.
    """
    said = {vote.person: vote for vote in votes}
    asked = [v.holder for v in voters if not (chair is Chair.BREAKS_TIES and v.holder.role is OfficeRole.CHAIR)]
    return tuple(
        said.get(holder.person, Vote(holder.person, Verdict.APPROVE)) for holder in asked
    )


def vote_problems(
    label: str, votes: Sequence[Vote], sections: Sequence[str], text: str, offered: Collection[Verdict], names: Mapping[PersonId, str]
) -> list[tuple[str, str]]:
    """What is missing before these votes can be recorded, as sentences. `text` is the decision as the minutes have it."""
    found = []
    for vote in votes:
        name = names.get(vote.person, "somebody")
        if vote.verdict not in offered:
            found.append(("votes", f"{label}: the vote of {name} is not one of those asked for here. Choose another one."))
        reason = vote.reason.strip() or text.strip()
        if vote.verdict is Verdict.REQUEST_CHANGES and not sections:
            found.append(("sections", f"{label}: choose the sections that have to change."))
        if vote.verdict is Verdict.REQUEST_CHANGES and not reason:
            found.append(("decision", f"{label}: say what has to change, in the decision or beside the vote of {name}."))
        if vote.verdict in REASON_NEEDED and not reason:
            found.append(("decision", f"{label}: {REASON_NEEDED[vote.verdict]}"))
    return list(dict.fromkeys(found))


def quorum_words(tally: Tally, asked: Sequence[str] = ()) -> str:
    """Who is there and whether it is enough: "6 of 9 present, quorum 5: reached". `asked` are the kinds that must be among them."""
    words = f"{tally.present} of {tally.members} present"
    if not tally.quorum:
        return f"{words}, no quorum is asked"
    reached = "reached" if tally.is_quorate else "not reached"
    absent = f" ({absent_in_words(tally.absent, asked)})" if tally.absent else ""
    return f"{words}, quorum {tally.quorum}: {reached}{absent}"


def outcome_of(place: SeatProgress, outcome: Outcome, *, elsewhere: bool = False) -> ItemOutcome:
    """What became of an item whose votes are counted. `outcome` is where the whole round stands then; `elsewhere` says that the same
    votes refuse it in another seat.
    """
    if place.met and not elsewhere:
        return ItemOutcome.APPROVED
    if place.refused_at is None and not elsewhere:
        return ItemOutcome.UNDECIDED
    ended = {Outcome.CHANGES_REQUESTED: ItemOutcome.CHANGES_REQUESTED, Outcome.REJECTED: ItemOutcome.REJECTED}
    return ended.get(outcome, ItemOutcome.REFUSED)


def count_words(tally: Tally) -> str:
    """The votes in words: "5 of 6 present approve, 1 against"."""
    words = [f"{tally.approvals} of {tally.present} present {'approves' if tally.approvals == 1 else 'approve'}"]
    if tally.dissents:
        words.append(f"{tally.dissents} against")
    if tally.abstentions:
        words.append(f"{tally.abstentions} {'abstains' if tally.abstentions == 1 else 'abstain'}")
    return ", ".join(words)


def refused_elsewhere(place: SeatProgress, stage: StageProgress) -> bool:
    """Whether votes that count in every seat of a stage refuse it in another seat of the same party."""
    others = (seat for seat in stage.seats if seat.seat.key != place.seat.key and seat.bench.party == place.bench.party)
    return stage.stage.votes_once and any(seat.refused_at is not None for seat in others)


def foreseen_words(place: SeatProgress, outcome: Outcome, *, elsewhere: bool = False) -> str:
    """What closing the meeting now would do with an item: "would be approved: 5 of 6 present approve"."""
    tally = place.tally
    counted = count_words(tally) if tally else ""
    match outcome_of(place, outcome, elsewhere=elsewhere):
        case ItemOutcome.APPROVED:
            return f"would be approved: {counted}"
        case ItemOutcome.CHANGES_REQUESTED:
            return f"would go back for changes: {counted}"
        case ItemOutcome.REJECTED:
            return f"would be rejected: {counted}"
        case ItemOutcome.REFUSED:
            return f"would not be approved: {counted}"
        case _:
            if tally and not tally.is_quorate:
                return f"would stay undecided, the quorum is not reached: {quorum_words(tally, place.seat.rule.quorum_with)}"
            return f"would stay undecided: {counted}, {place.needed} {'is' if place.needed == 1 else 'are'} needed"


def outside_words(version_seen: int, version_now: int | None, *, same_round: bool, outcome: Outcome | None, open_: bool) -> str:
    """Why an item can no longer be decided as it stands on the agenda; empty where it can.

    `outcome` is that of the newest round (None: withdrawn); `open_` whether the stage still waits for this office.
    """
    if outcome is None:
        return "The proposal was withdrawn from review before the meeting closed."
    if not same_round:
        return "The proposal went back and was submitted again since it was put on the agenda."
    if version_now is not None and version_now != version_seen:
        return f"The agenda is about version {version_seen}, but version {version_now} is in review now."
    if not open_:
        return "This was decided outside the meeting before it closed."
    return ""

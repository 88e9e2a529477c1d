"""Closing a meeting: every vote becomes a decision, all in one transaction, or nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.events import DecisionMade, Event, PutOff
from cowork.domain.identity import Actor
from cowork.domain.ids import MeetingId, OfficeId, RoundId
from cowork.domain.meetings import Attendee, ItemKind, ItemOutcome, MeetingStanding
from cowork.domain.organisation_events import MeetingClosed
from cowork.domain.policy import Action
from cowork.services import reviewing, sittings
from cowork.services.context import Context
from cowork.services.meetings import attendees_of, opened, require_seen
from cowork.services.sittings import Point
from cowork.store import audit, interventions, meetings, reviews, unit
from cowork.store.meetings import MeetingFull
from cowork.store.reviews import DecisionFull


class AgendaMoved(Conflict):
    """Items can no longer be decided as they stand on the agenda. `moved` says which, and why: item, title, sentence."""

    def __init__(self, moved: Sequence[tuple[str, str, str]]) -> None:
        super().__init__("Nothing was recorded: something on the agenda has moved since. " + " ".join(why for _, _, why in moved))
        self.moved = tuple(moved)


@dataclass(frozen=True, slots=True)
class Closed:
    """How many decisions were recorded."""

    decisions: int


@dataclass(frozen=True, slots=True)
class _Closing:
    """One closing: by whom, of what, with whom."""

    context: Context
    actor: Actor
    meeting: MeetingFull
    attendees: tuple[Attendee, ...]


def close(context: Context, actor: Actor, key: MeetingId, saves: int) -> Closed:
    """Record every vote of the meeting as a decision and let the reviews move on.

    Everything is read again inside the transaction. Raises AgendaMoved when an item is no longer as it stands on the agenda, Conflict
    when the meeting is closed already or was changed, Invalid when votes are missing or incomplete.
    """
    with unit.writing() as session:
        meeting, holders = opened(session, context, actor, key, Action.RUN_MEETING, lock=True)
        require_seen(meeting, saves, {MeetingStanding.READY})
        noted = meetings.attendance(session, key)
        items = meetings.items(session, key)
        about = sittings.loaded(session, context, items, lock=True)
        everybody = sittings.with_substitutes(meeting, items, about, holders)
        attendees = attendees_of(everybody, noted)
        points = sittings.points(session, context, actor, meeting, items, attendees, about)
        _require_in_place(points)
        if problems := problems_of(points):
            raise Invalid(problems)
        closing = _Closing(context, actor, meeting, attendees)
        count = sum(_settle(session, closing, group) for group in _by_proposal(points))
        for point in points:
            if point.item.kind is ItemKind.MATTER:
                meetings.change_item(session, point.item.id, outcome=ItemOutcome.DISCUSSED.value)
        meetings.put_attendance(session, key, rules.final_attendance(everybody, noted))
        now = context.now()
        meetings.change(session, key, saves, standing=MeetingStanding.CLOSED.value, closed_by=actor.person, closed_at=now)
        present = sum(attendee.counts for attendee in attendees)
        event = MeetingClosed(key, meeting.office, present, count)
        audit.append_to_organisation(session, meeting.organisation, [event], actor.person, now)
    return Closed(count)


def _require_in_place(points: Sequence[Point]) -> None:
    """An item that is put off may have moved: nothing is recorded for it."""
    moved = [(str(p.item.id), p.item.title, p.outside) for p in points if p.outside and not p.tabled]
    if moved:
        raise AgendaMoved(moved)


def problems_of(points: Sequence[Point]) -> list[tuple[str, str]]:
    """What is missing before the meeting can be closed, as sentences."""
    found: list[tuple[str, str]] = []
    for point in points:
        if point.item.kind is ItemKind.MATTER or point.tabled:
            continue
        if point.own:
            found.append((f"item-{point.item.id}", f"{point.label}: {rules.OWN_WORK}"))
        names = {voter.holder.person: voter.holder.name for voter in point.voters}
        if not point.votes and not point.decided:
            sentence = f"{point.label}: no vote is taken. Take the votes, put it off or take it off the agenda."
            found.append((f"item-{point.item.id}", sentence))
        decided = {decision.person for decision in point.decided}
        if any(vote.person not in names and vote.person not in decided for vote in point.item.votes):
            sentence = f"{point.label}: a vote is noted of somebody who is not present or has no vote. Save its votes again."
            found.append((f"item-{point.item.id}", sentence))
        problems = rules.vote_problems(point.label, point.votes, point.item.sections, point.item.decision, point.offered, names)
        found += [(f"item-{point.item.id}", sentence) for _, sentence in problems]
    return found


def _by_proposal(points: Sequence[Point]) -> list[list[Point]]:
    """The items of each proposal together, in the order in which their proposals are held."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        if point.state is not None and point.review is not None:
            groups.setdefault(point.state.id, []).append(point)
    return [groups[key] for key in sorted(groups)]


def _settle(session: Session, closing: _Closing, group: Sequence[Point]) -> int:
    """Record everything that the meeting decided on one proposal, and let its review move on once; how many decisions that were."""
    state, review = group[0].under_review()
    context, meeting, now = closing.context, closing.meeting, closing.context.now()
    events: list[Event] = []
    made: list[DecisionFull] = []
    held = []
    for point in group:
        if point.tabled:
            events += _put_off(meeting, point)
            continue
        for full, office in sittings.decisions_of(context, meeting, point, closing.actor, review, now):
            reviews.add_decision(session, full.id, state.id, review.round.id, full, office)
            made.append(full)
            events.append(_event(meeting, review.round.id, full, office))
        sitting = sittings.sitting_of(meeting, point, review, sittings.present_at(point, closing.attendees), now)
        interventions.add_sitting(session, context.new_id(), state.id, review.round.id, meeting.id, sitting)
        held.append(sitting)
    if not events and not held:
        return 0
    after = sittings.after(context, review, made, held)
    for point in group:
        if not point.tabled:
            outcome = sittings.outcome(after.progress, meeting, point.item)
            meetings.change_item(session, point.item.id, outcome=outcome.value)
    if sittings.is_running(group[0]):
        reviewing.settle(session, context, state, after, closing.actor.person, events)
    return len(made)


def _put_off(meeting: MeetingFull, point: Point) -> list[Event]:
    """What the proposal's record says of an item that was put off; nothing where it has moved meanwhile."""
    item, round_ = point.item, point.item.round
    if point.outside or round_ is None:
        return []
    return [PutOff(round_, item.stage, item.seat, meeting.organisation, meeting.office, item.version, meeting.id)]


def _event(meeting: MeetingFull, round_: RoundId, full: DecisionFull, office: OfficeId | None) -> DecisionMade:
    made = full.decision
    return DecisionMade(
        full.id, round_, made.stage, made.seat, made.party, office, made.verdict, made.version, full.digest, full.sections,
        made.person, meeting.id,
    )  # fmt: skip

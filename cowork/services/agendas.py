"""Putting an agenda together: what is on it, in which order, until it is declared complete; and calling a meeting off."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, ItemId, MeetingId, ProposalId
from cowork.domain.meetings import ItemKind, ItemOutcome, MeetingStanding
from cowork.domain.notifications import Kind
from cowork.domain.organisation_events import AgendaChanged, AgendaDeclaredComplete, MeetingCancelled, MeetingEvent, MeetingPlanned
from cowork.services import reviewing
from cowork.services.context import Context
from cowork.services.meetings import PlanCommand, candidates, change_meeting, item_of, planned
from cowork.services.telling import agenda_ready, meeting_told
from cowork.store import meetings, proposals
from cowork.store.meetings import ItemFull, MeetingFull


def reschedule(context: Context, actor: Actor, key: MeetingId, saves: int, command: PlanCommand) -> None:
    """Change a meeting's title, time and place."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        title, place = planned(context, command, meeting.office_title)
        if (command.starts_at, place) != (meeting.starts_at, meeting.place):
            meeting_told(session, context, key, Kind.MEETING_MOVED, actor.person)
        event = MeetingPlanned(key, meeting.office, command.starts_at.isoformat())
        return {"title": title, "starts_at": command.starts_at, "place": place}, [event]

    change_meeting(context, actor, key, saves, change)


def _agenda_event(session: Session, meeting: MeetingFull) -> AgendaChanged:
    listed = tuple(item.proposal or "" for item in meetings.items(session, meeting.id))
    return AgendaChanged(meeting.id, listed, meeting.standing is MeetingStanding.READY)


def add_items(
    context: Context, actor: Actor, key: MeetingId, saves: int, chosen: Sequence[tuple[ProposalId, str, str]], kind: ItemKind
) -> None:
    """Put what waits for the office on the agenda, at its end: proposal, stage and seat of each. Raises Conflict, Invalid."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        waiting = {(c.proposal, c.stage, c.seat): c for c in candidates(session, meeting)}
        if not chosen:
            raise Invalid([("candidates", "Choose at least one proposal that waits for this office.")])
        if any(one not in waiting for one in chosen):
            raise Conflict("Something you chose no longer waits for this office, or is on another agenda. Look at what waits now.")
        at = len(meetings.items(session, key))
        _require_room(at + len(chosen))
        for position, one in enumerate(chosen, start=at + 1):
            item = _current(session, context, _blank(context, position, kind, waiting[one].title, one))
            meetings.add_item(session, key, item)
        return {}, [_agenda_event(session, meeting)]

    change_meeting(context, actor, key, saves, change)


def _require_room(count: int) -> None:
    if count > rules.MAX_ITEMS:
        raise Invalid([("candidates", f"An agenda holds at most {rules.MAX_ITEMS} items. Plan a second meeting.")])


def _blank(context: Context, position: int, kind: ItemKind, title: str, turn: tuple[ProposalId, str, str] | None) -> ItemFull:
    proposal, stage, seat = turn or (None, "", "")
    return ItemFull(
        ItemId(context.new_id()), position, kind, title[: rules.MAX_MATTER], proposal, None, stage, seat, 0, Digest(""), "", "",
        ItemOutcome.OPEN, (),
    )  # fmt: skip


def _current(session: Session, context: Context, item: ItemFull) -> ItemFull:
    """The item bound to the round and version that are in review now."""
    state = proposals.state(session, item.proposal) if item.proposal else None
    review = reviewing.load(session, context, state) if state else None
    if review is None:
        raise Conflict("This proposal is not in review any more. Look at what waits now.")
    return replace(item, round=review.round.id, version=review.version.number, digest=review.version.digest)


def add_matter(context: Context, actor: Actor, key: MeetingId, saves: int, title: str) -> None:
    """Put a matter without a proposal on the agenda, at its end."""
    title = " ".join(title.split())
    if not title or len(title) > rules.MAX_MATTER or not title.isprintable():
        raise Invalid([("matter", f"Say in at most {rules.MAX_MATTER} characters what it is about.")])

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        at = len(meetings.items(session, key))
        _require_room(at + 1)
        meetings.add_item(session, key, _blank(context, at + 1, ItemKind.MATTER, title, None))
        return {}, [_agenda_event(session, meeting)]

    change_meeting(context, actor, key, saves, change)


def remove_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str) -> None:
    """Take an item off the agenda; its proposal waits for another meeting."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        meetings.remove_item(session, item_of(session, key, item).id)
        meetings.put_in_order(session, [one.id for one in meetings.items(session, key)])
        return {}, [_agenda_event(session, meeting)]

    change_meeting(context, actor, key, saves, change)


def renew_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str) -> None:
    """Let an item be about the version that is in review now. Votes on the earlier one are dropped."""

    def change(session: Session, _: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        now = _current(session, context, item_of(session, key, item))
        meetings.change_item(session, now.id, round=now.round, version=now.version, digest=now.digest)
        meetings.put_votes(session, now.id, ())
        return {}, []

    change_meeting(context, actor, key, saves, change)


def move_item(context: Context, actor: Actor, key: MeetingId, saves: int, item: str, step: int) -> None:
    """Move an item up (-1) or down (1)."""

    def order(session: Session) -> tuple[ItemId, ...]:
        moving = item_of(session, key, item).id
        return rules.moved([one.id for one in meetings.items(session, key)], moving, step)

    _order(context, actor, key, saves, order)


def order_items(context: Context, actor: Actor, key: MeetingId, saves: int, wanted: Sequence[str]) -> None:
    """Put the whole agenda in this order. Raises Invalid unless it names exactly the items there are."""
    _order(context, actor, key, saves, lambda session: rules.reordered([i.id for i in meetings.items(session, key)], wanted))


def _order(context: Context, actor: Actor, key: MeetingId, saves: int, order: Callable[[Session], tuple[ItemId, ...]]) -> None:
    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        meetings.put_in_order(session, order(session))
        return {}, [_agenda_event(session, meeting)]

    change_meeting(context, actor, key, saves, change)


def declare_complete(context: Context, actor: Actor, key: MeetingId, saves: int) -> None:
    """Say that the agenda is complete. It can still be amended, which is then noted as such."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        count = len(meetings.items(session, key))
        if not count:
            raise Invalid([("agenda", "The agenda is empty. Put something on it first.")])
        agenda_ready(session, context, key)
        return {"standing": MeetingStanding.READY.value}, [AgendaDeclaredComplete(key, count)]

    change_meeting(context, actor, key, saves, change, {MeetingStanding.PLANNED})


def cancel(context: Context, actor: Actor, key: MeetingId, saves: int) -> None:
    """Call the meeting off. What was on its agenda waits for another one."""

    def change(session: Session, meeting: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        meeting_told(session, context, key, Kind.MEETING_CANCELLED, actor.person)
        return {"standing": MeetingStanding.CANCELLED.value}, [MeetingCancelled(key, meeting.office)]

    change_meeting(context, actor, key, saves, change)


def set_kind(context: Context, actor: Actor, key: MeetingId, saves: int, item: str, kind: ItemKind) -> None:
    """Take an item out of those for consent, to be discussed; or the other way."""

    def change(session: Session, _: MeetingFull) -> tuple[dict[str, object], list[MeetingEvent]]:
        found = item_of(session, key, item)
        if ItemKind.MATTER in (found.kind, kind):
            raise Invalid([("kind", "Only items about a proposal are for consent or discussion.")])
        meetings.change_item(session, found.id, kind=kind.value)
        return {}, []

    change_meeting(context, actor, key, saves, change)

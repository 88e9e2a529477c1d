"""What is saved elsewhere (by form, import, suggestion) is brought to those who write together, in the transaction that saves it."""

import json
from dataclasses import replace

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.rooms import NOTHING, Room, room_answers, rooms_of
from cowork.services.context import Context
from cowork.store import definitions, live, specifications, unit
from cowork.store.proposals import ProposalState


def bring_in(session: Session, context: Context, state: ProposalState, form: Form, content: Content, written: frozenset[str]) -> None:
    """Bring the difference between the newest version so far and `content` into the rooms that were ever opened, word by word beside
    what was typed there. The sections in `written` come from their rooms and are left as they are.
    """
    found = [room for room in live.rooms(session, state.id, lock=True) if room.section not in written]
    if not found:
        return
    newest = specifications.version(session, state.id, state.version)
    before, asked = (newest.content, definitions.form(session, newest.form)) if newest is not None else ({}, form)
    rung = []
    for state_of_room in found:
        # Other questions can put an answer into another room: what it held is told by the questions that were answered.
        held, room = room_of(asked, state_of_room), room_of(form, state_of_room)
        if room is None:
            continue
        was = room_answers(held, before.get(room.section, {})) if held is not None else NOTHING
        now = room_answers(room, content.get(room.section, {}))
        if was == now:
            continue
        document = context.document([change for _, change in live.log(session, state_of_room.id)])
        change = document.carry(_with(room, held), was, now, context.differ)
        if change:
            live.append(session, state_of_room, None, context.now(), change)
            rung.append(state_of_room.id)
    if rung:
        unit.after_commit(session, lambda: context.bus.publish(ring(rung)))


def ring(rooms: list[str]) -> bytes:
    """The message that the logs of these rooms have grown."""
    return json.dumps({"rooms": rooms}).encode()


def _with(room: Room, held: Room | None) -> Room:
    """A room with what it held by other questions too, so that what moved to another room goes from here."""
    if held is None or held == room:
        return room
    lists = {group.key: group for group in (*held.lists, *room.lists)}
    return replace(room, singles=(*room.singles, *held.singles), lists=tuple(lists.values()), columns=(*room.columns, *held.columns))


def room_of(form: Form, found: live.RoomState) -> Room | None:
    """The room of the form that this row stands for; None where the form has none of that name any more."""
    sections = [section for section in form.sections if section.key == found.section]
    return next((room for section in sections for room in rooms_of(section) if room.name == found.name), None)

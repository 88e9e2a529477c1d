"""What is saved elsewhere (by form, import, suggestion) is brought to those who write together, in the transaction that saves it."""

import json

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.rooms import Room, room_answers, rooms_of
from cowork.services.context import Context
from cowork.store import live, specifications, unit
from cowork.store.proposals import ProposalState


def bring_in(session: Session, context: Context, state: ProposalState, form: Form, content: Content, written: frozenset[str]) -> None:
    """Bring the difference between the newest version so far and `content` into the rooms that were ever opened, letter by letter beside
    what was typed there. The sections in `written` come from their rooms and are left as they are.
    """
    found = [room for room in live.rooms(session, state.id, lock=True) if room.section not in written]
    if not found:
        return
    newest = specifications.version(session, state.id, state.version)
    before = newest.content if newest is not None else {}
    rung = []
    for state_of_room in found:
        room = room_of(form, state_of_room)
        if room is None:
            continue
        was, now = (room_answers(room, answers.get(room.section, {})) for answers in (before, content))
        if was == now:
            continue
        document = context.document([change for _, change in live.log(session, state_of_room.id)])
        change = document.carry(room, was, now, context.differ)
        if change:
            live.append(session, state_of_room, None, context.now(), change)
            rung.append(state_of_room.id)
    if rung:
        unit.after_commit(session, lambda: context.bus.publish(ring(rung)))


def ring(rooms: list[str]) -> bytes:
    """The message that the logs of these rooms have grown."""
    return json.dumps({"rooms": rooms}).encode()


def room_of(form: Form, found: live.RoomState) -> Room | None:
    """The room of the form that this row stands for; None where the form has none of that name any more."""
    sections = [section for section in form.sections if section.key == found.section]
    return next((room for section in sections for room in rooms_of(section) if room.name == found.name), None)

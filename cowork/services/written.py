"""What is written together, read as answers, also where it is in no version yet."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.rooms import RoomAnswers, settled
from cowork.domain.specifications.values import Problem
from cowork.services import bringing
from cowork.services.context import Context
from cowork.store import live
from cowork.store.live import RoomState


def answers(
    session: Session, context: Context, form: Form, kept: Content, rooms: Sequence[RoomState], sections: Collection[str]
) -> tuple[dict[str, Mapping[str, Value]], tuple[Problem, ...]]:
    """The kept answers with those that are written in these sections, and what no version can keep: its last good answer stands.

    `rooms` are all that were opened in these sections.
    """
    result: dict[str, Mapping[str, Value]] = dict(kept)
    problems: list[Problem] = []
    for section in (section for section in form.sections if section.key in sections):
        written = _read(session, context, form, (room for room in rooms if room.section == section.key))
        result[section.key], wrong = settled(form, section, result, written)
        problems += wrong
    return result, tuple(problems)


def _read(session: Session, context: Context, form: Form, rooms: Iterable[RoomState]) -> dict[str, RoomAnswers]:
    """What is written in these rooms, by their names."""
    found = {}
    for opened in rooms:
        room = bringing.room_of(form, opened)
        if room is not None:
            found[opened.name] = context.document([change for _, change in live.log(session, opened.id)]).answers(room)
    return found

"""An organisation's working days: who changes them, what is kept, and that running reviews follow."""

from datetime import date, timedelta

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.services import audit, calendars, checks
from cowork.store import audit as audit_store
from cowork.store import unit
from tests.world import World

ADMIN, MEMBER, STRANGER = "admin@northfield.example", "author@northfield.example", "admin@rival.example"


def events(world: World) -> list[tuple[str, dict[str, object]]]:
    with unit.reading() as session:
        found = audit_store.entries(session, world.organisations["northfield"], None, 100)
    return [(entry.kind, entry.payload) for entry in found]


def test_closing_days_are_added_renamed_and_removed_on_record(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    text = "2026-12-24 Christmas Eve\n2026-12-25 Christmas Day"
    assert calendars.add_days(world.context, admin, northfield, text) == 2
    assert calendars.add_days(world.context, admin, northfield, text) == 0, "they are known already"
    assert calendars.add_days(world.context, admin, northfield, "2026-12-24 Holy Eve") == 1
    days = calendars.page(world.context, world.actor(MEMBER), northfield).working.days
    assert [(one.day.day, one.title) for one in days] == [(24, "Holy Eve"), (25, "Christmas Day")]
    assert calendars.remove_days(world.context, admin, northfield, frozenset({date(2026, 12, 24), date(2027, 1, 1)})) == 1
    with pytest.raises(Conflict):
        calendars.remove_days(world.context, admin, northfield, frozenset({date(2026, 12, 24)}))
    assert events(world)[:3] == [
        ("closing-days-removed", {"days": ["2026-12-24"]}),
        ("closing-days-added", {"days": ["2026-12-24"]}),
        ("closing-days-added", {"days": ["2026-12-24", "2026-12-25"]}),
    ]
    assert audit.verify(world.context).faults == ()


def test_the_week_is_saved_once_and_on_record(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    for _ in range(2):
        calendars.set_week(world.context, admin, northfield, frozenset({4, 5}), 7)
    working = calendars.page(world.context, admin, northfield).working
    assert (working.closed_weekdays, working.idle_days) == (frozenset({4, 5}), 7)
    assert [kind for kind, _ in events(world)].count("working-week-changed") == 1
    assert events(world)[0][1] == {"closed_weekdays": [4, 5], "idle_days": 7}


def test_what_cannot_be_is_explained(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    with pytest.raises(Invalid, match="at least one weekday"):
        calendars.set_week(world.context, admin, northfield, frozenset(range(7)), 7)
    with pytest.raises(Invalid, match="from 1 to 60"):
        calendars.set_week(world.context, admin, northfield, frozenset({6}), 61)
    with pytest.raises(Invalid, match="Give at least one day"):
        calendars.add_days(world.context, admin, northfield, " \n")
    days = "\n".join((date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(401))
    with pytest.raises(Invalid, match="at most 400 closing days"):
        calendars.add_days(world.context, admin, northfield, days)
    assert calendars.add_days(world.context, admin, northfield, days.rpartition("\n")[0]) == 400
    assert calendars.add_days(world.context, admin, northfield, "2026-01-01 New Year") == 1, "a new name needs no room"


def test_only_administrators_change_and_only_members_see_working_days(world: World) -> None:
    northfield = world.organisations["northfield"]
    for email, error in ((MEMBER, Refused), (STRANGER, NotFound)):
        actor = world.actor(email)
        with pytest.raises(error):
            calendars.set_week(world.context, actor, northfield, frozenset({6}), 5)
        with pytest.raises(error):
            calendars.add_days(world.context, actor, northfield, "2026-12-24")
        with pytest.raises(error):
            calendars.remove_days(world.context, actor, northfield, frozenset({date(2026, 12, 24)}))
    with pytest.raises(NotFound):
        calendars.page(world.context, world.actor(STRANGER), northfield)


def test_running_reviews_are_written_anew_after_a_change(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    calendars.add_days(world.context, world.actor(ADMIN), world.organisations["northfield"], "2026-03-03\n2026-03-04\n2026-03-05")
    assert checks.check(world.context)[1] == ()
    assert proposal

"""The record cannot be changed in place, and a change made behind its back is found."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.services import audit, checks, comments, proposals
from cowork.store.base import db
from tests.world import World

FORBIDDEN = [
    "UPDATE event SET kind = 'x'",
    "DELETE FROM event",
    "UPDATE version SET note = 'x'",
    "DELETE FROM version",
    "UPDATE decision SET reason = 'x'",
    "DELETE FROM decision",
    "UPDATE definition SET source = 'x'",
    "DELETE FROM definition",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_itself_refuses_to_change_what_was_recorded(world: World, statement: str) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    with db.engine.begin() as connection, pytest.raises(DatabaseError, match="never changed or removed"):
        connection.execute(sa.text(statement))


def test_an_event_changed_behind_the_triggers_is_named(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    assert audit.verify(world.context).faults == ()
    _drop_guards()
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE event SET actor = 'somebody' WHERE seq = 2 AND stream = :stream"), {"stream": proposal})
    faults = audit.verify(world.context).faults
    assert [(fault.stream, fault.seq) for fault in faults] == [(proposal, 2)]


def test_a_record_that_was_cut_off_is_noticed(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    _drop_guards()
    with db.engine.begin() as connection:
        statement = "DELETE FROM event WHERE stream = :stream AND seq = (SELECT max(seq) FROM event WHERE stream = :stream)"
        connection.execute(sa.text(statement), {"stream": proposal})
    assert [fault.stream for fault in audit.verify(world.context).faults] == [proposal]


def test_a_head_on_paper_is_looked_up(world: World) -> None:
    proposal = world.draft()
    head = audit.activity(world.context, world.actor("author@northfield.example"), proposal).entries[0].hash
    assert audit.verify(world.context, head).known_head is True
    assert audit.verify(world.context, "0" * 64).known_head is False


def test_a_projection_that_disagrees_is_found_and_mended(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    assert checks.check(world.context) == (1, ())
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM turn"))
        connection.execute(sa.text("DELETE FROM access WHERE principal LIKE 'office:%'"))
        connection.execute(sa.text("UPDATE proposal SET sentence = 'Approved.', open_threads = 3, title = 'Another'"))
    assert len(checks.check(world.context)[1]) == 5
    checks.repair(world.context)
    assert checks.check(world.context) == (1, ())


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE proposal SET percent = percent - 1", "how complete it is"),
        ("UPDATE proposal SET standing = 'rejected'", "rounds of review"),
        ("UPDATE proposal SET version = version + 1", "not its newest"),
        ("UPDATE programme SET approved_version = 7", "register"),
    ],
)
def test_every_projection_of_an_approved_proposal_is_looked_at(world: World, statement: str, sentence: str) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    assert checks.check(world.context) == (1, ())
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert any(sentence in difference.message for difference in checks.check(world.context)[1])


def test_what_happens_in_one_partys_own_lane_moves_nothing_that_others_see(world: World) -> None:
    proposal, writer = world.draft(), world.actor("author@harbour.example")
    before = proposals.case(world.context, writer, proposal).state.updated_at
    world.pass_time()
    for lane, moved in ((world.organisations["harbour"], False), (None, True)):
        comments.open_thread(world.context, writer, proposal, OpenThreadCommand("A remark.", Anchor("need"), lane, False, 1))
        assert (proposals.case(world.context, writer, proposal).state.updated_at != before) is moved


def _drop_guards() -> None:
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for act in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER event_no_{act}"))
        else:
            connection.execute(sa.text("DROP TRIGGER event_append_only ON event"))

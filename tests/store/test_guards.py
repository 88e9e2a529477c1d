"""The database's own guards: settings of each connection, rows that never change, one writer at a time."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict
from cowork.domain.ids import PersonId
from cowork.services import identity as identity_service
from cowork.store import identity, unit
from cowork.store.base import SQLITE_PRAGMAS, UtcTime, db
from tests.world import PASSWORD, World

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


def test_every_sqlite_connection_has_the_settings_that_the_store_relies_on(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    for _ in range(2):
        with db.engine.connect() as connection:
            held = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SQLITE_PRAGMAS}
        assert held == SQLITE_PRAGMAS
        db.engine.dispose()


@pytest.mark.parametrize("table", ["event", "version"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET proposal = proposal", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_record_can_only_grow(world: World, table: str, statement: str) -> None:
    world.draft()
    text = statement.format(table)
    if table == "event":
        text = text.replace("proposal", "stream")
    if "TRUNCATE" in text and db.engine.dialect.name == "sqlite":
        return
    with db.engine.connect().execution_options(write=True) as connection, pytest.raises(DBAPIError):
        connection.execute(sa.text(text))


def test_two_people_never_have_one_address(world: World) -> None:
    with pytest.raises(Conflict, match="already here"), unit.writing() as session:
        identity.add_person(session, PersonId("x" * 16), "Admin@northfield.example", "Somebody", "", "UTC", NOW)


def test_what_fails_half_way_leaves_nothing(world: World) -> None:
    def fail_half_way() -> None:
        with unit.writing() as session:
            identity.add_person(session, PersonId("x" * 16), "half@northfield.example", "Half", "", "UTC", NOW)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail_half_way()
    with unit.reading() as session:
        assert identity.credentials(session, "half@northfield.example") is None


def test_checking_and_acting_are_one_step_for_writers(world: World) -> None:
    """Twenty threads read a counter in a writing transaction and write it back plus one: none is lost."""
    organisation = world.organisations["northfield"]

    def add_one() -> None:
        with world.app.app_context(), unit.writing() as session:
            where = {"key": organisation}
            lock = " FOR UPDATE" if db.engine.dialect.name == "postgresql" else ""
            held = session.execute(sa.text(f"SELECT event_count FROM organisation WHERE id = :key{lock}"), where).scalar_one()
            session.execute(sa.text("UPDATE organisation SET event_count = :n WHERE id = :key"), where | {"n": held + 1})

    def count() -> int:
        with unit.reading() as session:
            where = {"key": organisation}
            return int(session.execute(sa.text("SELECT event_count FROM organisation WHERE id = :key"), where).scalar_one())

    before = count()
    threads = [threading.Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count() == before + 20


def test_a_reader_sees_one_moment_however_long_it_reads(world: World) -> None:
    def count(session: Session) -> int:
        return session.scalar(sa.text("SELECT count(*) FROM person")) or 0

    def add() -> None:
        with world.app.app_context():
            identity_service.create_person(world.context, "late@northfield.example", "Late Comer", PASSWORD)

    with unit.reading() as session:
        before = count(session)
        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        assert count(session) == before
    with unit.reading() as session:
        assert count(session) == before + 1


def test_moments_come_back_in_utc_and_naive_ones_are_refused(app: Flask) -> None:
    table = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcTime()))
    with db.engine.connect().execution_options(write=True) as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"at": NOW.astimezone(timezone(timedelta(hours=13)))}])
        assert connection.execute(sa.select(table.c.at)).scalar_one() == NOW
        assert connection.execute(sa.select(table.c.at)).scalar_one().tzinfo is UTC
        with pytest.raises(sa.exc.StatementError, match="without a zone"):
            connection.execute(table.insert(), [{"at": NOW.replace(tzinfo=None)}])

"""Migrations make the tables that the records describe, can be taken back, and keep every row."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from cowork.domain.errors import Unavailable
from cowork.store import migrating
from cowork.store.base import db
from tests.world import World, database


def test_the_migrated_tables_are_those_of_the_records(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": lambda _o, name, kind, _r, _c: not (kind == "table" and "search" in name)}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
    assert [change for change in found if "search" not in repr(change)] == []


def test_migrations_can_be_taken_back_and_done_again(app: Flask) -> None:
    migrating.downgrade(app, "base")
    assert [name for name in sa.inspect(db.engine).get_table_names() if name != "alembic_version"] == []
    migrating.upgrade(app)
    assert migrating.current() == migrating.head()
    migrating.require_newest()


def test_a_second_upgrade_changes_nothing(app: Flask) -> None:
    with db.engine.connect() as connection:
        before = connection.execute(sa.text("SELECT count(*) FROM definition")).scalar_one()
    migrating.upgrade(app)
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM definition")).scalar_one() == before > 1


def test_an_old_database_is_refused_with_what_to_do(app: Flask) -> None:
    migrating.downgrade(app, "base")
    with pytest.raises(Unavailable, match="cowork db upgrade"):
        migrating.require_newest()


def test_rebuilding_a_parent_table_on_sqlite_keeps_the_children(tmp_path: Path) -> None:
    """Batch mode copies a table and drops the old one, which deletes what refers to it while foreign keys are on."""
    with database(f"sqlite:///{tmp_path / 'test.sqlite3'}") as app:
        with db.engine.connect().execution_options(write=True) as connection:
            connection.execute(sa.text("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)"))
            connection.execute(sa.text("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent ON DELETE CASCADE)"))
            connection.execute(sa.text("INSERT INTO parent VALUES (1, 'one')"))
            connection.execute(sa.text("INSERT INTO child VALUES (1, 1), (2, 1)"))
            connection.commit()
        folder = tmp_path / "migrations"
        copy_migrations(folder)
        (folder / "versions" / "9999_rebuild.py").write_text(REBUILD.format(before=migrating.head()), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrating, "FOLDER", folder)
            migrating.upgrade(app)
            assert migrating.current() == "9999"
        with db.engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM child")).scalar_one() == 2
            assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar_one() == 1


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("parent", recreate="always") as batch:
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
"""


def copy_migrations(folder: Path) -> None:
    """The product's migrations, in a folder that the test may add to."""
    (folder / "versions").mkdir(parents=True)
    for path in [*migrating.FOLDER.glob("*.py"), *migrating.FOLDER.glob("*.mako"), *migrating.FOLDER.glob("versions/*.py")]:
        (folder / path.relative_to(migrating.FOLDER)).write_bytes(path.read_bytes())


def test_a_world_survives_migrating_again(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    tables = ("event", "version", "participant", "turn", "membership")
    before = {table: rows(table) for table in tables}
    migrating.upgrade(world.app)
    assert {table: rows(table) for table in tables} == before
    assert all(before.values())


def rows(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

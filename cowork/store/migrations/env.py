"""How migrations run: on the application's own engine, in one transaction, with foreign keys off on SQLite while tables are rebuilt.

Batch mode rebuilds a SQLite table by copying it; with foreign keys on, dropping the old one would delete the rows that refer to it.
"""

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

TIMEOUTS = ("SET lock_timeout = '5s'", "SET statement_timeout = '60s'")
"""On PostgreSQL a migration that cannot get its lock gives up, rather than holding up the people at work."""


def _unmanaged(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """The search index is made by hand in a migration, so its tables are none of the records'."""
    return not (kind == "table" and (name or "").startswith("proposal_search"))


def _foreign_keys(connection: Connection, word: str) -> None:
    """SQLite ignores this inside a transaction, so it goes to the driver itself, outside of any."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys = {word}")


def run() -> None:
    database = current_app.extensions["migrate"].db
    connection: Connection
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _foreign_keys(connection, "OFF")
        else:
            for statement in TIMEOUTS:
                connection.exec_driver_sql(statement)
            connection.commit()
        context.configure(
            connection=connection.execution_options(write=True),
            target_metadata=database.metadata,
            render_as_batch=True,
            include_object=_unmanaged,
            compare_type=True,
            transactional_ddl=True,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise RuntimeError(f"the migration left {len(broken)} rows that refer to nothing; nothing was changed")
            connection.commit()
        finally:
            if sqlite:
                connection.rollback()
                _foreign_keys(connection, "ON")


run()

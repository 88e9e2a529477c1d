"""The database: its handle, naming rules and column types, and how each connection is set up."""

import sqlite3
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive times; SQLite keeps it as text without a zone, PostgreSQL as timestamptz."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcTime, dict[str, Any]: sa.JSON, list[str]: sa.JSON, list[Any]: sa.JSON}


Key = sa.String(32)
"""The type of identifiers."""


def ref(table: str, *, index: bool = False) -> Any:
    """A column that refers to a row of another table by its id."""
    return mapped_column(Key, sa.ForeignKey(f"{table}.id", ondelete="RESTRICT"), index=index)


def key() -> Any:
    """The column `id` of a table."""
    return mapped_column(Key, primary_key=True)


db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": False, "expire_on_commit": False})

SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}
"""`synchronous` 2 is FULL: an acknowledged commit survives a power cut."""


def prepare(engine: Engine) -> None:
    """Give every connection of this engine the settings that the store relies on, and check that they hold."""
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
            held = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if held not in (value, "memory"):
                raise RuntimeError(f"SQLite keeps {name} = {held} instead of {value}; use a local disk for the database file")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED")

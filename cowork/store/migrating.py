"""Bringing the database to the schema that this code expects, and keeping the shipped definitions in it."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade as migrate_down
from flask_migrate import upgrade as migrate_up
from sqlalchemy import text

from cowork.domain.errors import Unavailable
from cowork.domain.specifications import forms
from cowork.domain.workflows import loading
from cowork.store import definitions, meeting_records, notice_records, records, review_records, unit, workflow_records
from cowork.store.base import db

FOLDER = Path(__file__).resolve().parent / "migrations"
RECORDS = (records, review_records, meeting_records, notice_records, workflow_records)
"""Every module of tables, so that all of them are known wherever the schema is compared or made."""
ADVISORY_LOCK = 4_207_011
"""Two processes that start together on PostgreSQL migrate one after the other; SQLite has one writer anyway."""


def upgrade(app: Flask, revision: str = "head") -> None:
    """Migrate to a revision (default: the newest) and keep the shipped forms and workflows. Safe to call at every start."""
    with app.app_context():
        with db.engine.connect() as guard:
            postgres = guard.dialect.name == "postgresql"
            if postgres:
                guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
            try:
                if current() != head() or revision != "head":
                    migrate_up(directory=str(FOLDER), revision=revision)
            finally:
                if postgres:
                    guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        if current() == head():
            keep_shipped()


def downgrade(app: Flask, revision: str) -> None:
    """Migrate back to a revision."""
    with app.app_context():
        migrate_down(directory=str(FOLDER), revision=revision)


def current() -> str | None:
    """The revision of the database, None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision of this code."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config).get_current_head()


def require_newest() -> None:
    """Refuse to work on a database of another version. Raises Unavailable with what to do."""
    if current() != head():
        raise Unavailable("The database is not of this version of Cowork. Run `cowork db upgrade`, then start again.")


def keep_shipped() -> None:
    """Keep the shipped form and workflows in the database, where proposals are pinned to them."""
    with unit.writing() as session:
        for key, source in forms.sources().items():
            form = forms.load(source)
            definitions.keep(session, "form", form.digest, key, form.version, form.title, source)
        for source in loading.sources():
            workflow = loading.load(source)
            definitions.keep(session, "workflow", workflow.digest, workflow.key, workflow.version, workflow.title, source)

"""A migrated database of the test's own, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.world import World, database, populate


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    """An application in its context, its database migrated and empty."""
    with database(url) as opened:
        yield opened


@pytest.fixture
def world(app: Flask, tmp_path: Path) -> World:
    """A populated instance."""
    return populate(app, tmp_path)

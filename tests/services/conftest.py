"""The world on both databases: every test of a use case runs on SQLite and on PostgreSQL.

Populating takes a second, so it is done once for each database; every test works on a copy.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.postgres import PostgresServer
from tests.world import START, World, at_home, database, populate


def populated(url: str, folder: Path) -> World:
    """The world with its database at this URL, closed."""
    with database(url) as app:
        return populate(app, folder)


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A populated SQLite file."""
    folder = tmp_path_factory.mktemp("original")
    path = folder / "original.sqlite3"
    return path, populated(f"sqlite:///{path}", folder)


@pytest.fixture(scope="session")
def postgres_original(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, World]:
    """The name of a populated PostgreSQL database."""
    url = postgres_server.create_database()
    return urlsplit(url).path.removeprefix("/"), populated(url, tmp_path_factory.mktemp("original"))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A populated instance of the test's own."""
    if request.param == "sqlite":
        original, template = request.getfixturevalue("sqlite_original")
        shutil.copy(original, tmp_path / "test.sqlite3")
        yield from opened(f"sqlite:///{tmp_path / 'test.sqlite3'}", template, tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name, template = request.getfixturevalue("postgres_original")
        url = server.create_database(name)
        yield from opened(url, template, tmp_path)
        server.drop_database(url)


def opened(url: str, template: World, folder: Path) -> Iterator[World]:
    """The world on a copy of its database."""
    with database(url) as app:
        template.app, template.moment = app, START
        template.context = at_home(template.context, folder)
        yield template

"""The pages with the test world behind them: the real application on a database of the test's own."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cowork.app import create_app
from cowork.settings import Settings
from cowork.store import base, migrating
from tests.pages import faults
from tests.world import PASSWORD, START, World, at_home, populate


class Site:
    """The application as browsers reach it. Use cases run inside `world()`; requests are made outside of it, as they are in life."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self._world = world
        # The pages share the test's clock, chance and renderer.
        app.extensions["cowork"] = world.context

    @contextmanager
    def world(self) -> Iterator[World]:
        """The world to act on through use cases."""
        with self.app.app_context():
            yield self._world

    def client(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        return self.app.test_client()

    def signed_in(self, email: str) -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.client()
        assert sign_in(client, email).status_code == 303
        return client


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, next_page: str = "/") -> TestResponse:
    """Sign in through the page."""
    return client.post("/sign-in", data={"email": email, "password": password, "next": next_page})


def seen(response: TestResponse, status: int = 200) -> str:
    """The HTML of a page that answered with this status and has no faults."""
    html = response.get_data(as_text=True)
    assert response.status_code == status, f"{response.status_code} {response.headers.get('Location', '')}\n{html[:3000]}"
    assert faults(html) == []
    return html


def without_token(html: str) -> str:
    """The page without its form tokens, which differ from second to second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)


def settings_for(instance: Path) -> Settings:
    """Settings of an instance of the test's own."""
    return Settings.from_env({"COWORK_INSTANCE": str(instance), "COWORK_SECRET_KEY": "k" * 32}, instance)


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An instance with its people, to be copied by every test."""
    instance = tmp_path_factory.mktemp("populated") / "instance"
    app = create_app(settings_for(instance))
    migrating.upgrade(app)
    with app.app_context():
        world = populate(app, instance)
        base.db.session.remove()
        base.db.engine.dispose()
    return instance, world


@pytest.fixture
def site(populated: tuple[Path, World], tmp_path: Path) -> Iterator[Site]:
    """A fresh instance with its people. Forms need no token here; that they do otherwise has tests of its own."""
    original, template = populated
    instance = tmp_path / "instance"
    shutil.copytree(original, instance)
    app = create_app(settings_for(instance))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    template.app, template.moment = app, START
    template.context = at_home(template.context, instance)
    yield Site(app, template)
    with app.app_context():
        base.db.engine.dispose()

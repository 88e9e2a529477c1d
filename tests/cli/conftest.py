"""An instance of its own for each test of the command line, and a way to run commands on it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cowork.cli.main import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Cowork = Callable[..., Outcome]


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with a database that holds nothing yet; tests work on copies."""
    folder = tmp_path_factory.mktemp("cli") / "instance"
    with pytest.MonkeyPatch.context() as patch:
        choose(patch, folder)
        assert run(("db", "upgrade")) == 0
    return folder


def choose(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make `folder` the instance, with no other settings."""
    for name in [name for name in os.environ if name.startswith("COWORK_")]:
        patch.delenv(name)
    patch.setenv("COWORK_INSTANCE", str(folder))


@pytest.fixture
def cowork(tmp_path: Path, empty_instance: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cowork:
    """Runs `cowork …` on an instance that has only its database."""
    shutil.copytree(empty_instance, tmp_path / "instance")
    choose(monkeypatch, tmp_path / "instance")

    def command(*arguments: str) -> Outcome:
        code = run(arguments)
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command

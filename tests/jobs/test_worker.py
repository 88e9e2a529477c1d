"""The worker takes jobs as they come, survives faults, and is alone."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cowork.domain.ids import ProposalId
from cowork.jobs import alone, worker
from cowork.services import exports
from cowork.services.context import Context
from tests.world import World, database, populate

PATIENCE = 20.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A populated instance in a file of its own."""
    with database(f"sqlite:///{tmp_path / 'test.sqlite3'}") as app:
        yield populate(app, tmp_path)


@contextmanager
def working(world: World, run: Callable[[Context, threading.Event], None], context: Context) -> Iterator[None]:
    """The loop in a thread of its own, as long as the block lasts."""
    stop = threading.Event()

    def loop() -> None:
        with world.app.app_context():
            run(context, stop)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether something becomes true before long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def asked_for(world: World) -> ProposalId:
    """A draft whose PDF somebody has asked for."""
    proposal = world.draft()
    author = world.actor("author@northfield.example")
    assert exports.request_pdf(world.context, author, proposal, 1).standing == "queued"
    return proposal


def is_made(world: World, proposal: ProposalId) -> bool:
    author = world.actor("author@northfield.example")
    return exports.page(world.context, author, proposal, 1).pdf.standing == "done"


def test_a_job_is_done_soon_after_it_was_asked_for(world: World) -> None:
    with working(world, worker.run, world.context):
        proposal = asked_for(world)
        assert eventually(lambda: is_made(world, proposal))


def test_a_fault_is_logged_and_the_work_goes_on(world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    faults = iter([OSError("the disk is away")])

    def now() -> datetime:
        for fault in faults:
            raise fault
        return world.moment

    monkeypatch.setattr(worker, "AFTER_FAULT_SECONDS", 0.01)
    proposal = asked_for(world)
    with working(world, worker.run, replace(world.context, now=now)):
        assert eventually(lambda: is_made(world, proposal))
    assert "the disk is away" in caplog.text


def test_only_one_works_and_the_other_takes_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[str] = []

    def note(name: str, context: Context, stop: threading.Event) -> None:
        at_work.append(name)
        stop.wait(PATIENCE)

    monkeypatch.setattr(alone, "LOOK_AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(worker, "run", lambda context, stop: note("first", context, stop))
    with working(world, alone.run, world.context):
        assert eventually(lambda: at_work == ["first"])
        monkeypatch.setattr(worker, "run", lambda context, stop: note("second", context, stop))
        with working(world, alone.run, world.context):
            time.sleep(0.2)
            assert at_work == ["first"]
    with working(world, alone.run, world.context):
        assert eventually(lambda: at_work == ["first", "second"])

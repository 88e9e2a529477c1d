"""The bus inside a process, and through a Redis server that the tests start."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cowork.gateways.bus import LocalBus, RedisBus
from tests.redis import RedisServer, start_redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    running = start_redis(tmp_path)
    yield running
    running.stop()


def until(holds: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + 15
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.02)
    return holds()


def heard_by(bus: RedisBus | LocalBus) -> list[bytes]:
    heard: list[bytes] = []
    bus.listen(heard.append)
    return heard


def test_everybody_in_the_process_hears() -> None:
    bus = LocalBus()
    one, other = heard_by(bus), heard_by(bus)
    bus.publish(b"hello")
    assert one == other == [b"hello"]


def test_one_listener_that_fails_does_not_keep_it_from_the_others() -> None:
    bus = LocalBus()

    def fails(_message: bytes) -> None:
        raise RuntimeError

    bus.listen(fails)
    heard = heard_by(bus)
    bus.publish(b"hello")
    assert heard == [b"hello"]


def test_two_processes_hear_each_other_once(server: RedisServer) -> None:
    one, other = RedisBus(server.url), RedisBus(server.url)
    heard, there = heard_by(one), heard_by(other)
    assert until(lambda: server.listeners() == 2)
    one.publish(b"from one")
    other.publish(b"from the other")
    assert until(lambda: len(heard) == len(there) == 2)
    time.sleep(0.1)
    assert sorted(heard) == sorted(there) == [b"from one", b"from the other"]


def test_a_process_that_does_not_listen_is_heard(server: RedisServer) -> None:
    heard = heard_by(RedisBus(server.url))
    assert until(lambda: server.listeners() == 1)
    RedisBus(server.url).publish(b"from the worker")
    assert until(lambda: heard == [b"from the worker"])


def test_without_the_server_the_process_hears_itself_and_later_the_others_again(server: RedisServer) -> None:
    one, other = RedisBus(server.url), RedisBus(server.url)
    heard, there = heard_by(one), heard_by(other)
    assert until(lambda: server.listeners() == 2)
    server.stop()
    one.publish(b"alone")
    assert heard == [b"alone"]
    server.start()
    assert until(lambda: server.listeners() == 2)
    one.publish(b"together")
    assert until(lambda: b"together" in there)
    assert threading.active_count() < 50
    assert isinstance(server.process, subprocess.Popen)

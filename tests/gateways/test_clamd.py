"""The virus scanner: a file is clear only where the daemon heard all of it and says so."""

import threading
from pathlib import Path

import pytest

from cowork.gateways.clamd import CHUNK, ClamdScanner
from cowork.ports import ScannerAway
from tests.clamd import PATTERN, clamd


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7])
def test_the_daemon_hears_every_byte(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    with clamd() as daemon:
        assert ClamdScanner("127.0.0.1", daemon.port).scan(content) == ""
    assert daemon.heard == [content]


def test_what_is_found_is_named() -> None:
    with clamd() as daemon:
        assert ClamdScanner.from_url(f"tcp://127.0.0.1:{daemon.port}").scan(b"x" * CHUNK + PATTERN) == "Test.Pattern-1"


def test_a_socket_of_this_machine_is_spoken_to_alike(tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    with clamd(str(path)) as daemon:
        scanner = ClamdScanner.from_url(f"unix://{path}")
        assert (scanner.scan(PATTERN), scanner.scan(b"")) == ("Test.Pattern-1", "")
    assert len(daemon.heard) == 2
    path.unlink()
    with pytest.raises(ScannerAway, match="does not answer"):
        scanner.scan(b"")


def test_a_file_larger_than_the_daemon_takes_is_not_clear() -> None:
    with clamd() as daemon:
        daemon.most = CHUNK
        with pytest.raises(ScannerAway):
            ClamdScanner("127.0.0.1", daemon.port).scan(bytes(200 * CHUNK))


ODD = (b"", b"stream: OK", b"stream: OK\n\0 FOUND?", b"OK\0", b"stream: OK really\0", b"\xff\xfe\0", b"stream: lost ERROR\0", b"x" * 9000)


@pytest.mark.parametrize("answer", ODD)
def test_no_half_or_strange_answer_clears_a_file(answer: bytes) -> None:
    with clamd() as daemon:
        daemon.answer = answer
        with pytest.raises(ScannerAway):
            ClamdScanner("127.0.0.1", daemon.port).scan(b"content")


def test_a_name_is_plain_and_short() -> None:
    with clamd() as daemon:
        daemon.answer = b"stream: <b>\x1b[31m" + b"x" * 500 + b" FOUND\0"
        found = ClamdScanner("127.0.0.1", daemon.port).scan(b"content")
    assert len(found) == 100
    assert found.isprintable()


def test_a_daemon_that_never_answers_or_is_not_there_is_away() -> None:
    with clamd() as daemon:
        daemon.hangs = threading.Event()
        with pytest.raises(ScannerAway):
            ClamdScanner("127.0.0.1", daemon.port, timeout=0.2).scan(b"content")
    with pytest.raises(ScannerAway):
        ClamdScanner("127.0.0.1", daemon.port).scan(b"content")

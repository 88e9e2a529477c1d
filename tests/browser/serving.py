"""Starts the real application as its users do: `cowork serve` on a free port of this machine, with an instance of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).with_name("cowork")
PATIENCE = 300.0
"""Seconds until a server has made its database, written the demonstration data and answers."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers at `url`; `output` is what it printed while it started."""

    url: str
    instance: Path
    output: Path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(instance: Path) -> dict[str, str]:
    """The surroundings of a server under test: nothing of the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COWORK_", "FLASK_", "GUNICORN_"))}
    return kept | {"COWORK_INSTANCE": str(instance)}


@contextmanager
def serving(instance: Path) -> Iterator[RunningServer]:
    """Run a server with demonstration data in `instance`, as long as the block lasts; it must stop clean on Ctrl-C."""
    port = free_port()
    output = instance.with_name(instance.name + ".log")
    with output.open("wb") as log:
        process = subprocess.Popen(
            [COMMAND, "serve", "--demonstration", "--host", "127.0.0.1", "--port", str(port)],
            env=environment(instance), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_it_answers(url, process, output)
        yield RunningServer(url, instance, output)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)
        assert code == 0, f"the server ended with {code}:\n{output.read_text(errors='replace')}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    """Return when the sign-in page is served; raise with the server's own words when it ends or takes too long."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}:\n{output.read_text(errors='replace')}")
        try:
            with urllib.request.urlopen(f"{url}/sign-in", timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {PATIENCE:.0f} s:\n{output.read_text(errors='replace')}")

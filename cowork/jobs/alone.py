"""One worker for each instance on a machine: every server process offers one, the others wait until it is gone."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cowork.jobs import worker
from cowork.services.context import Context

LOOK_AGAIN_SECONDS = 2.0


def run(context: Context, stop: threading.Event) -> None:
    """Wait until no other process works for this instance, then work until told to stop.

    Jobs are leased, so that several workers would do no harm; one is enough, and makes one process that renders documents.
    """
    context.files.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        with _held(context.files / "worker.lock") as alone:
            if alone:
                worker.run(context, stop)
        stop.wait(LOOK_AGAIN_SECONDS)


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Whether the lock was free; it is held as long as the block lasts. The system gives it back when the process dies."""
    file: IO[bytes]
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

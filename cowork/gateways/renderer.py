"""The renderer: keeps one warm process that makes PDFs, and replaces it when it fails, takes too long or has done its share."""

import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cowork.ports import Attachment, RenderFailed, RenderMeta

ROOT = Path(__file__).resolve().parents[2]
KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")
ADVICE = "Shorten or simplify the longest texts and try again."
START_SECONDS = 30.0
"""Starting imports the layout engine and reads the fonts; it does not count against the time of a job."""


class _Ended(Exception):
    """The process went away in the middle of a job."""


class WorkerRenderer:
    """Renders in a separate process. Safe to use from several threads: jobs wait for each other.

    `timeout_seconds` is the wall clock and processor time of one job, `memory_bytes` the address space of the process. After
    `jobs_per_process` jobs the process is replaced, so that what a library leaks never adds up.
    """

    def __init__(self, timeout_seconds: float = 60.0, memory_bytes: int = 2 * 1024**3, jobs_per_process: int = 200) -> None:
        self._timeout = timeout_seconds
        self._memory = memory_bytes
        self._jobs_per_process = jobs_per_process
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs = 0
        self._closed = False

    def render(self, html: str, attachment: Attachment, meta: RenderMeta) -> bytes:
        """The PDF. Raises RenderFailed with a sentence; the next job is not affected."""
        header = json.dumps(
            {
                "identifier": meta.identifier,
                "created": meta.created.isoformat(),
                "modified": meta.modified.isoformat(),
                "name": attachment.name,
                "description": attachment.description,
            }
        )
        frames = (header.encode(), html.encode("utf-8", "replace"), attachment.content)
        job = b"".join(struct.pack(">I", len(frame)) + frame for frame in frames)
        with self._lock:
            if self._closed:
                raise RenderFailed("The PDF could not be made because Cowork is stopping. Try again in a minute.")
            return self._run(job)

    def close(self) -> None:
        """End the process and wait for it. Later jobs are refused."""
        with self._lock:
            self._closed = True
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _run(self, job: bytes) -> bytes:
        if self._process is not None and (self._jobs >= self._jobs_per_process or self._process.poll() is not None):
            self._end()
        deadline = time.monotonic() + self._timeout
        if self._process is None:
            self._process = self._start()
            deadline += START_SECONDS
        self._jobs += 1
        try:
            verdict, body = _converse(self._process, job, deadline)
        except TimeoutError:
            self._end()
            raise RenderFailed(f"The PDF was stopped because it took longer than {self._timeout:g} seconds. {ADVICE}") from None
        except (_Ended, OSError):
            self._end()
            raise RenderFailed(f"The PDF could not be made: the document used more memory or time than it may. {ADVICE}") from None
        if verdict != b"ok":
            # After a failure the process may hold what it could not use: a fresh one costs a second, a full one the next job.
            self._end()
            raise RenderFailed(f"The PDF could not be made: {body.decode('utf-8', 'replace')}. {ADVICE}")
        return body

    def _start(self) -> subprocess.Popen[bytes]:
        self._jobs = 0
        # Only what finding fonts and modules needs: no secret of the server is handed on. The fixed hash seed makes renderings
        # repeatable.
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "cowork.exports.render_process"]
        command += ["--memory", str(self._memory), "--seconds", str(max(1, round(self._timeout)))]
        process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/", bufsize=0
        )
        for pipe in _pipes(process):
            os.set_blocking(pipe.fileno(), False)
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in _pipes(process):
            pipe.close()
        process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Its standard input and output."""
    if process.stdin is None or process.stdout is None:
        raise _Ended
    return process.stdin, process.stdout


def _converse(process: subprocess.Popen[bytes], job: bytes, deadline: float) -> tuple[bytes, bytes]:
    """Send the job, read the two frames of the answer.

    Raises TimeoutError after the deadline (monotonic), _Ended or OSError when the process is gone.
    """
    stdin, stdout = _pipes(process)
    rest = memoryview(job)
    received = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(stdin, selectors.EVENT_WRITE)
        ready.register(stdout, selectors.EVENT_READ)
        while (frames := _frames(received)) is None:
            events = ready.select(max(0.0, deadline - time.monotonic()))
            if not events:
                raise TimeoutError
            for key, _ in events:
                if key.fileobj is stdin:
                    rest = rest[os.write(stdin.fileno(), rest[:65536]) :]
                    if not rest:
                        ready.unregister(stdin)
                else:
                    received += _some(stdout)
    return frames


def _some(pipe: IO[bytes]) -> bytes:
    data = os.read(pipe.fileno(), 1 << 20)
    if not data:
        raise _Ended
    return data


def _frames(received: bytearray) -> tuple[bytes, bytes] | None:
    """The two frames, once they are there in full."""
    found: list[bytes] = []
    start = 0
    for _ in range(2):
        if len(received) < start + 4:
            return None
        end = start + 4 + int(struct.unpack_from(">I", received, start)[0])
        if len(received) < end:
            return None
        found.append(bytes(received[start + 4 : end]))
        start = end
    return found[0], found[1]

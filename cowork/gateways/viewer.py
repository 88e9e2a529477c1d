"""The viewer: looks into what people attach in a process of its own, one for each file, that ends with its answer or is killed."""

import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

from cowork.ports import Findings, Picture, ViewFailed

ROOT = Path(__file__).resolve().parents[2]
KEPT_VARIABLES = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
"""Nothing else is handed on: no secret of the server reaches a process that opens what strangers sent."""


class ProcessViewer:
    """`seconds` is the time and the processor time of one look, `memory_bytes` the address space of its process.

    Safe to use from several threads; at most `at_once` processes run, others wait.
    """

    def __init__(self, seconds: int = 20, memory_bytes: int = 1024**3, at_once: int = 2) -> None:
        self._seconds = seconds
        self._memory = memory_bytes
        self._free = threading.BoundedSemaphore(at_once)

    def inspect(self, kind: str, content: bytes) -> Findings:
        """What is in a document. Raises ViewFailed."""
        head, _ = self._asked("inspect", kind, content)
        return Findings(str(head.get("problem", "")), str(head.get("note", "")), int(str(head.get("pages", 0))))

    def pictures(self, kind: str, content: bytes) -> tuple[Picture, ...]:
        """Its first pages. Raises ViewFailed."""
        head, rest = self._asked("pictures", kind, content)
        sizes = head.get("sizes")
        if not isinstance(sizes, list) or len(sizes) != len(rest):
            raise ViewFailed(f"The file {head.get('problem', 'cannot be shown')}.")
        return tuple(Picture(packed, width, height) for packed, (width, height) in zip(rest, sizes, strict=True))

    def _asked(self, act: str, kind: str, content: bytes) -> tuple[dict[str, object], list[bytes]]:
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "cowork.gateways.view_process", act, kind]
        command += ["--memory", str(self._memory), "--seconds", str(self._seconds)]
        with self._free:
            try:
                done = subprocess.run(  # noqa: S603 - our own module, by the interpreter that runs us
                    command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/",
                    timeout=self._seconds + 10, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise ViewFailed("The file took too long to look into. Make it smaller or simpler, and try again.") from None
            except BrokenPipeError:
                raise ViewFailed("The file could not be looked into. Save it again from the program that made it.") from None
        frames = _frames(done.stdout)
        if done.returncode != 0 or not frames:
            raise ViewFailed("The file needs more memory or time to look into than it may use. Make it smaller or simpler, and try again.")
        return json.loads(frames[0]), frames[1:]


def _frames(received: bytes) -> list[bytes]:
    """The frames of an answer; none where it is not whole."""
    found, at = list[bytes](), 0
    while at + 4 <= len(received):
        end = at + 4 + int(struct.unpack_from(">I", received, at)[0])
        found.append(received[at + 4 : end])
        at = end
    return found if at == len(received) else []

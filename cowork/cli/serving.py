"""The web server: gunicorn with one process and threads; several processes where Redis lets them write together."""

import socket
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from cowork.cli.opening import Program, Stopped

THREADS = 256
"""Requests that one process answers at the same time. Pages take milliseconds; a person who writes together with others holds a thread all
the while, and fewer than half of them may be held so (COWORK_LIVE_SOCKETS).
"""
END_LOOK_SECONDS = 0.25
JOB_GRACE_SECONDS = 3.0
GRACE_SECONDS = 10
"""How long requests may still run when the server is told to stop."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn inside this process: the code is read once, each worker makes its own application with its own connections."""

    def __init__(self, program: Program, options: dict[str, Any]) -> None:
        self._program = program
        self._options = options
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._app: Flask | None = None
        super().__init__()

    def load_config(self) -> None:
        """Take the options; nothing is read from files or from the surroundings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._watch)
        self.cfg.set("worker_exit", lambda _server, _worker: self._stop_work())

    def load(self) -> Flask:
        """The application of one worker, which also offers to do the queued jobs beside it."""
        app = self._app = self._program.application()
        self._thread = threading.Thread(target=self._program.work, args=(app, self._stop), name="jobs", daemon=True)
        self._thread.start()
        return app

    def _watch(self, worker: Any) -> None:
        """Let those who write together go as soon as the process is told to stop: their threads would hold it up."""
        threading.Thread(target=self._wait_for_end, args=(worker,), name="end", daemon=True).start()

    def _wait_for_end(self, worker: Any) -> None:
        while worker.alive and not self._stop.wait(END_LOOK_SECONDS):
            pass
        if self._app is not None:
            self._program.close(self._app)

    def _stop_work(self) -> None:
        """Let a running job come to its end; what does not end in time is taken up again at the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=JOB_GRACE_SECONDS)


def run_server(program: Program, host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM; ends the process with code 0."""
    options = {
        "bind": address(host, port),
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 60,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "cowork",
        # It would lie in the home directory of whoever serves, and nobody asked for it.
        "control_socket_disable": True,
    }
    Server(program, options).run()


def address(host: str, port: int) -> str:
    """Host and port as one word; IPv6 addresses stand in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Stopped when something listens there already, or the address is not one of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        advice = "Stop what runs there, or choose another port, such as PORT=8001." if error.errno == 98 else "Choose another HOST or PORT."
        raise Stopped(f"{address(host, port)} cannot be used: {error.strerror}. {advice}") from None

"""Telling other threads and processes that something has happened: inside one process, or through Redis."""

import logging
import threading
from collections.abc import Callable

import redis

log = logging.getLogger(__name__)

Listener = Callable[[bytes], None]
CHANNEL = "cowork:live"
AGAIN_SECONDS = 2.0


class LocalBus:
    """Reaches whoever listens in this process."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, message: bytes) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(message)
            except Exception:
                log.exception("a message inside the process was lost")

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)


class RedisBus:
    """Reaches every process that is connected to the same Redis server. While that is away, only this process is reached."""

    def __init__(self, url: str) -> None:
        self._local = LocalBus()
        self._url = url
        self._server = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._away = False

    def publish(self, message: bytes) -> None:
        """Through the server alone while it answers: it brings the message back to this process as well."""
        heard = 0
        try:
            heard = self._server.publish(CHANNEL, message)
            self._away = False
        except redis.RedisError as error:
            if not self._away:
                log.warning("Redis does not answer (%s): other processes hear of live changes a second later", error)
            self._away = True
        if self._away or heard == 0:
            self._local.publish(message)

    def listen(self, listener: Listener) -> None:
        self._local.listen(listener)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="redis", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        """Hear messages for ever; a server that goes away is asked again."""
        pause = threading.Event()
        while True:
            try:
                self._hear()
            except redis.RedisError:
                pause.wait(AGAIN_SECONDS)

    def _hear(self) -> None:
        with redis.Redis.from_url(self._url, socket_connect_timeout=2) as server, server.pubsub(ignore_subscribe_messages=True) as found:
            found.subscribe(CHANNEL)
            for message in found.listen():
                if isinstance(message.get("data"), bytes):
                    self._local.publish(message["data"])

"""A real Redis server for the tests: on a free port of this machine, with nothing kept."""

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis


class RedisMissing(Exception):
    """There is no Redis on this machine, or it does not start; the message says what to do."""


@dataclass(slots=True)
class RedisServer:
    """One server, which can be stopped and started again."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RedisMissing("Redis is not installed. Run script/setup --tests, or on Debian: apt-get install redis-server.")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + 15
        while time.monotonic() < give_up:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
                    return
            except redis.RedisError:
                time.sleep(0.05)
        raise RedisMissing("redis-server did not answer within 15 seconds.")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def listeners(self) -> int:
        """How many connections listen to the live channel."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.pubsub_numsub("cowork:live")[0][1])


def start_redis(folder: Path) -> RedisServer:
    """Start a server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    server = RedisServer(port, folder)
    server.start()
    return server

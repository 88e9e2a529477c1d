"""Roads between browsers and a server that can be broken off, as a lost connection is.

The switch of Chromium for being offline is not used here: its network process spins for as long as data comes to a socket that it may
not read, and takes the time of those who go on writing.
"""

import asyncio
import contextlib
import threading

from tests.browser.serving import free_port

CHUNK = 65_536


class Road:
    """A port of its own that leads to the server's, until it is cut. `loop` runs in another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, to: int) -> None:
        self.port = free_port()
        self._loop = loop
        self._to = to
        self._gate: asyncio.Server | None = None
        self._ways: set[asyncio.StreamWriter] = set()
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break off every connection, and let no new one begin."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()

    def mend(self) -> None:
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    async def _open(self) -> None:
        if self._gate is None:
            self._gate = await asyncio.start_server(self._meet, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._gate is not None:
            self._gate.close()
            self._gate = None
        for way in self._ways:
            way.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onward = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._ways |= {writer, onward}
        await asyncio.gather(_carry(reader, onward), _carry(there, writer))
        self._ways -= {writer, onward}


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


def roads(to: int, count: int) -> list[Road]:
    """So many roads to a port of this machine; they last as long as the process."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return [Road(loop, to) for _ in range(count)]

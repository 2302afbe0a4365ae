"""Wires: TCP proxies between two parts of a system, which a fault cuts, silences or slows down."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from services.embedded.ports import LOOPBACK, free_port

BLOCK = 64 * 1024

Target = tuple[str, int] | Path
"""Where a wire leads: a host and a port, or a Unix socket."""


class Condition(StrEnum):
    """What a wire is like."""

    OPEN = "open"
    CUT = "cut"
    """Connections are reset and none is taken, as by a host that refuses them."""
    SILENT = "silent"
    """Connections stand and nothing passes, as behind a firewall that drops."""


class Wire:
    """One proxy on a port of its own; `target` is asked at each connection, as a server may come back elsewhere."""

    def __init__(self, name: str, target: Callable[[], Target]) -> None:
        self.name = name
        self.port = free_port()
        self.condition = Condition.OPEN
        self.delay_seconds = 0.0
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def listen(self) -> asyncio.Server:
        """Take connections, in the loop of the one who calls."""
        return await asyncio.start_server(self._serve, LOOPBACK, self.port)

    def become(self, condition: Condition, delay_seconds: float) -> None:
        """Change; call it in the loop."""
        self.condition, self.delay_seconds = condition, delay_seconds
        if condition is Condition.SILENT:
            self._passing.clear()
            return
        if condition is Condition.CUT or not self._passing.is_set():
            # What was silent is heard of no more either: its ends have long given up on it.
            for writer in list(self._writers):
                writer.transport.abort()
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._passing.wait()
            if self.condition is Condition.CUT:
                return
            beyond, onward = await self._connect()
            self._writers.add(onward)
            try:
                pumps = [
                    asyncio.create_task(self._pump(reader, onward)),
                    asyncio.create_task(self._pump(beyond, writer)),
                ]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                for pump in pumps:
                    pump.cancel()
            finally:
                self._writers.discard(onward)
                onward.transport.abort()
        except OSError:
            # Nobody is there: the one who called is told by the end of his connection.
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        target = self._target()
        if isinstance(target, Path):
            return await asyncio.open_unix_connection(str(target))
        return await asyncio.open_connection(*target)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(BLOCK):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                await self._passing.wait()
                writer.write(data)
                await writer.drain()


class Wiring:
    """All wires of a system, in one loop of a thread of its own."""

    def __init__(self, wires: list[Wire]) -> None:
        self._wires = {wire.name: wire for wire in wires}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wires", daemon=True)
        self._thread.start()
        self._servers = [asyncio.run_coroutine_threadsafe(wire.listen(), self._loop).result() for wire in wires]

    @property
    def names(self) -> list[str]:
        """Every wire, `from-to`."""
        return list(self._wires)

    def port(self, name: str) -> int:
        """Where a wire is picked up."""
        return self._wires[name].port

    @contextmanager
    def broken(self, names: list[str], condition: Condition, *, delay_seconds: float = 0) -> Iterator[None]:
        """Wires in another condition for as long as the block runs."""
        self._change(names, condition, delay_seconds)
        try:
            yield
        finally:
            self._change(names, Condition.OPEN, 0)

    def _change(self, names: list[str], condition: Condition, delay_seconds: float) -> None:
        async def change() -> None:
            for name in names:
                self._wires[name].become(condition, delay_seconds)

        asyncio.run_coroutine_threadsafe(change(), self._loop).result()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for wire in self._wires.values():
            wire.become(Condition.CUT, 0)
        # Their ends are told in the loop's next turns.
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)

    def close(self) -> None:
        """End every connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

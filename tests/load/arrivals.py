"""Arrivals: requests that come at a rate of their own, whether or not those before were answered (an open loop).

A generator that waits for answers slows down with what it measures, and finds no overload. A latency counts from the
moment at which its request was due, so a generator that is late itself makes the figures worse, never better.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

MOST_CONNECTIONS = 1_500
"""As many readers wait at once; those beyond it are `unsent`, as if they had gone."""
PATIENCE_SECONDS = 10
STEP_SECONDS = 0.002
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RETRY = re.compile(rb"\r\nretry-after: *\d+", re.IGNORECASE)

Request = Callable[[], bytes]
"""Makes the next request, whole."""


@dataclass
class Answers:
    """What became of the requests of a while."""

    latencies_ms: dict[int, list[float]] = field(default_factory=dict)
    """By status."""
    without_retry_after: int = 0
    """429 or 503 that do not say when to come back."""
    broken: int = 0
    """Connections that ended or gave no answer in time."""
    unsent: int = 0
    seconds: float = 0

    @property
    def statuses(self) -> Counter[int]:
        """How many of each status."""
        return Counter({status: len(latencies) for status, latencies in self.latencies_ms.items()})

    @property
    def accepted(self) -> list[float]:
        """The latencies of what was carried out."""
        return [each for status, found in self.latencies_ms.items() if status < 400 for each in found]

    @property
    def refused(self) -> int:
        """How many were told to come back later."""
        return self.statuses[429] + self.statuses[503]

    def rate(self) -> float:
        """What was carried out, a second."""
        return len(self.accepted) / self.seconds if self.seconds else 0

    def p(self, percent: int) -> float:
        """A percentile of the latency of what was carried out, in milliseconds."""
        return percentile(self.accepted, percent)


def percentile(values: list[float], percent: int) -> float:
    """A percentile; 0 of nothing."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else sum(values)


class _Line(asyncio.Protocol):
    """A connection that is kept open and carries one request at a time."""

    def __init__(self, arrivals: "_Arrivals") -> None:
        self._arrivals = arrivals
        self._received = b""
        self._due: float | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        assert self._transport is not None
        self._due, self._received = due, b""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return
        due, self._due = self._due, None
        if due is not None:
            self._arrivals.settle(int(head[9:12]), due, has_retry_after=bool(_RETRY.search(head)))
        self._arrivals.release(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._arrivals.lose(self, is_waiting=self._due is not None)

    def is_older_than(self, moment: float) -> bool:
        return self._due is not None and self._due < moment

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class _Arrivals:
    def __init__(self, url: str, request: Request) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._request = request
        self.answers = Answers()
        self._free: deque[_Line] = deque()
        self._lines: set[_Line] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self.waiting = 0

    async def run(self, rate: float, seconds: float) -> None:
        began = time.monotonic()
        sent = 0
        while (passed := time.monotonic() - began) < seconds:
            for number in range(sent, int(passed * rate)):
                self._send(began + number / rate)
            sent = max(sent, int(passed * rate))
            await asyncio.sleep(STEP_SECONDS)
        self.answers.seconds = time.monotonic() - began
        await self._wait_for_the_rest()

    def _send(self, due: float) -> None:
        if self._free:
            self.waiting += 1
            self._free.popleft().send(self._request(), due)
        elif len(self._lines) + len(self._opening) < MOST_CONNECTIONS:
            self.waiting += 1
            task = asyncio.ensure_future(self._open(due))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        else:
            self.answers.unsent += 1

    async def _open(self, due: float) -> None:
        try:
            _, line = await asyncio.get_running_loop().create_connection(lambda: _Line(self), self._host, self._port)
        except OSError:
            self.waiting -= 1
            self.answers.broken += 1
            return
        self._lines.add(line)
        line.send(self._request(), due)

    def settle(self, status: int, due: float, *, has_retry_after: bool) -> None:
        self.waiting -= 1
        self.answers.latencies_ms.setdefault(status, []).append((time.monotonic() - due) * 1_000)
        self.answers.without_retry_after += status in {429, 503} and not has_retry_after

    def release(self, line: _Line) -> None:
        self._free.append(line)

    def lose(self, line: _Line, *, is_waiting: bool) -> None:
        self._lines.discard(line)
        if line in self._free:
            self._free.remove(line)
        if is_waiting:
            self.waiting -= 1
            self.answers.broken += 1

    async def _wait_for_the_rest(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.waiting and time.monotonic() < deadline:
            await asyncio.sleep(STEP_SECONDS)
        for line in list(self._lines):
            line.close()
        await asyncio.sleep(0)


def arrive(url: str, request: Request, *, rate: float, seconds: float) -> Answers:
    """Send so many requests a second, wait for their answers, and tell what became of them."""

    async def run() -> Answers:
        arrivals = _Arrivals(url, request)
        await arrivals.run(rate, seconds)
        return arrivals.answers

    return asyncio.run(run())

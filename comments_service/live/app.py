"""The ASGI app of the live streams: `GET /v1/articles/{id}/comments/live`, probes, and where its parts meet."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from comments_service.database import Database
from comments_service.live.audience import Audience, Seat
from comments_service.live.counts import Count, read_counts
from comments_service.live.settings import LiveSettings
from comments_service.live.tail import Tail
from comments_service.visitors import Network, client_address
from shared.database import make_engine
from shared.errors import RedianError
from shared.logs import configure_logs
from shared.names import ARTICLE_ID
from shared.settings import load
from shared.store import connect_async
from shared.web.problems import problem_body

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = re.compile(r"/v1/articles/([^/]+)/comments/live")
METHODS = {"GET", "HEAD"}
HEARTBEAT_SECONDS = 15.0
"""Proxies close what is silent for a minute, and a reader who left is noticed at the next beat at the latest."""
QUIET_SECONDS = 0.5
"""After an event: a busy article is told of twice a second, not at every comment."""
LONGEST_SECONDS = 30 * 60
"""Then the client comes back, perhaps to another process."""
RETRY_MS = 3_000
REDIS_TIMEOUT_SECONDS = 5
LONGEST_GOODBYE_SECONDS = 0.5

STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # nginx would hold the events back until a buffer is full.
    (b"x-accel-buffering", b"no"),
]
OPEN_TO_ALL = [(b"access-control-allow-origin", b"*"), (b"x-content-type-options", b"nosniff")]


def create_app() -> "LiveApp":
    """The app with the settings of its environment."""
    settings = load(LiveSettings, "comments")
    configure_logs(settings.log_format)
    return assemble(settings, Database(make_engine(settings.database_url, settings.database_answer_seconds)))


def assemble(settings: LiveSettings, database: Database) -> "LiveApp":
    """The app on its settings and a database. Nothing is connected yet."""

    async def counts_of(article_ids: Collection[str]) -> dict[str, Count]:
        return await asyncio.to_thread(read_counts, database, list(article_ids))

    audience = Audience(settings.live_streams, settings.live_streams_per_address)
    redis = connect_async(settings.redis_url, timeout_seconds=REDIS_TIMEOUT_SECONDS)
    tail = Tail(redis, settings.partitions, audience, counts_of)
    return LiveApp(audience, tail, counts_of, tuple(settings.trusted_proxies))


class LiveApp:
    """Answers one path with streams; the tail runs from the first request on."""

    def __init__(
        self,
        audience: Audience,
        tail: Tail,
        counts_of: Callable[[Collection[str]], Awaitable[dict[str, Count]]],
        trusted_proxies: tuple[Network, ...],
    ) -> None:
        self._audience = audience
        self._tail = tail
        self._counts_of = counts_of
        self._trusted = trusted_proxies
        self._running: asyncio.Task[None] | None = None
        self._registry = CollectorRegistry()
        Gauge("redian_live_streams", "Open streams.", registry=self._registry).set_function(lambda: len(audience))
        self._told = Counter("redian_live_events", "Events sent to streams.", registry=self._registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._tail.run())
        try:
            await self._route(scope, receive, send)
        except RedianError as error:
            await _answer_problem(send, error, *_ending(scope))

    async def close(self) -> None:
        """End the tail and its connections."""
        # A connection that is just being made may swallow the first request to end.
        while self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait({self._running}, timeout=LONGEST_GOODBYE_SECONDS)
        await self._tail.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server's start and stop."""
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        if scope["method"] not in METHODS:
            raise RedianError("method_not_allowed", "Only GET is answered here.")
        if found:
            await self._stream(unquote(found[1]), scope, receive, send)
        elif scope["path"] == "/healthz":
            await _answer(send, 200, b"application/json", b'{"status":"ok"}')
        elif scope["path"] == "/readyz":
            await self._counts_of([])
            await _answer(send, 200, b"application/json", b'{"status":"ok"}')
        elif scope["path"] == "/metrics":
            await _answer(send, 200, b"text/plain; version=0.0.4", generate_latest(self._registry))
        else:
            raise RedianError("not_found", "There is nothing at this address.")

    async def _stream(self, article_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not re.fullmatch(ARTICLE_ID, article_id):
            raise RedianError("article_unknown", "There is no such article.")
        peer = scope["client"][0] if scope.get("client") else ""
        address = client_address(peer, headers.get(b"x-forwarded-for", ""), self._trusted)
        # The seat is taken before SQL is asked: what changes in between is told.
        with self._audience.seat(article_id, address) as seat:
            count = (await self._counts_of([article_id])).get(article_id)
            if count is None:
                raise RedianError("article_unknown", f"There is no article {article_id}.")
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS + OPEN_TO_ALL})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            await self._tell_on(seat, count, headers.get(b"last-event-id"), receive, send)

    async def _tell_on(self, seat: Seat, count: Count, last_id: str | None, receive: Receive, send: Send) -> None:
        """Send events and beats until the client goes or has listened long enough."""
        until = time.monotonic() + LONGEST_SECONDS
        gone = asyncio.create_task(_until_gone(receive))
        told = None if count.id != last_id else count
        opening = b"retry: %d\n\n" % RETRY_MS
        try:
            await send(_part(opening))
            seat.tell(seat.count or count)
            while not gone.done() and time.monotonic() < until:
                if seat.changed.is_set() and seat.count not in {None, told}:
                    assert seat.count is not None
                    told = seat.count
                    seat.changed.clear()
                    await send(_part(told.event))
                    self._told.inc()
                    await asyncio.wait({gone}, timeout=QUIET_SECONDS)
                    continue
                seat.changed.clear()
                if not await _either(seat.changed, gone):
                    await send(_part(b": beat\n\n"))
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


async def _either(changed: asyncio.Event, gone: "asyncio.Task[None]") -> bool:
    """Wait for news or for the client's going; False when a heartbeat is due instead."""
    news = asyncio.create_task(changed.wait())
    try:
        done, _ = await asyncio.wait({news, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
    return bool(done)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _answer(send: Send, status: int, content_type: bytes, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *OPEN_TO_ALL, *more]})
    await send({"type": "http.response.body", "body": body})


def _ending(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What says that the connection ends with the answer: nobody reads the body that such a request may bring."""
    return [] if scope["method"] in METHODS else [(b"connection", b"close")]


async def _answer_problem(send: Send, error: RedianError, *more: tuple[bytes, bytes]) -> None:
    body = msgspec.json.encode(problem_body(error, None))
    retry = [(b"retry-after", b"%d" % error.retry_after)] if error.retry_after is not None else []
    await _answer(send, error.status.value, b"application/problem+json", body, *retry, *more)

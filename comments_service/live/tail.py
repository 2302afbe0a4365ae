"""The tail: follows the end of every partition's log while anybody listens, and tells the audience what has changed.

It begins at the log's end, then looks everything up once, so that what happened before is told as well; after an outage
of Redis it begins in the same way. It holds no trimming of the log up: who falls behind has lost nothing but news.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from redis.exceptions import RedisError

from comments_service.live.audience import Audience
from comments_service.live.counts import Count
from shared.errors import RedianError
from shared.event_log import START
from shared.events import CommentPublished, CommentRemoved, decode_entry
from shared.partitions import tagged

WAIT_MS = 1_000
"""How long a read waits for news: so long a stop may take."""
ENTRIES_PER_READ = 500
PAUSE_SECONDS = 1.0
MARKS = (b'"comment.published"', b'"comment.removed"')
"""Most entries are clicks: one that holds none of these is not even parsed."""

ReadCounts = Callable[[Collection[str]], Awaitable[dict[str, Count]]]

log = structlog.get_logger()


class Tail:
    """Reads the log with an asynchronous Redis client."""

    def __init__(self, redis: Any, partitions: int, audience: Audience, read_counts: ReadCounts) -> None:
        self._redis = redis
        self._keys = [tagged("log", partition) for partition in range(partitions)]
        self._audience = audience
        self._read_counts = read_counts
        self._due: set[str] = set()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            await self._audience.is_there.wait()
            try:
                await self._begin()
            except (RedisError, OSError) as error:
                log.warning("the log cannot be read", reason=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _begin(self) -> None:
        cursors = [await self._end(key) for key in self._keys]
        self._due.update(self._audience.articles)
        while self._audience.is_there.is_set():
            await self._tell()
            # One read a partition: their keys lie in different slots of a cluster.
            reads = [self._read(key, cursor) for key, cursor in zip(self._keys, cursors, strict=True)]
            cursors = await asyncio.gather(*reads)

    async def _end(self, key: str) -> bytes:
        last = await self._redis.xrevrange(key, count=1)
        return bytes(last[0][0]) if last else START.encode()

    async def _read(self, key: str, cursor: bytes) -> bytes:
        for _, entries in await self._redis.xread({key: cursor}, count=ENTRIES_PER_READ, block=WAIT_MS):
            for entry_id, fields in entries:
                cursor = entry_id
                self._due |= articles_of(fields.get(b"e", b""))
        return cursor

    async def _tell(self) -> None:
        """Look up what changed and is listened to; what SQL cannot say now is looked up again."""
        self._due.intersection_update(self._audience.articles)
        if not self._due:
            return
        try:
            counts = await self._read_counts(self._due)
        except RedianError as error:
            log.warning("the comments cannot be counted", reason=error.detail)
            return
        self._due.clear()
        for article_id, count in counts.items():
            self._audience.tell(article_id, count)


def articles_of(data: bytes) -> set[str]:
    """The articles whose comments an entry tells of."""
    if not any(mark in data for mark in MARKS):
        return set()
    events, _ = decode_entry(data)
    return {event.article_id for event in events if isinstance(event, CommentPublished | CommentRemoved)}

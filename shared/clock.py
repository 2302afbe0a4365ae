"""Time as every part of Redian sees it: milliseconds since 1970, UTC, from a clock that is passed in."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # in UTC, which its text says itself

Clock = Callable[[], int]
"""Answers the present time in milliseconds since 1970 (UTC)."""


def system_clock() -> int:
    """The machine's time in milliseconds."""
    return time.time_ns() // 1_000_000


def slot_of(time_ms: int) -> int:
    """The slot (whole hours since 1970, UTC) that holds a time."""
    return time_ms // HOUR_MS


def slot_start_ms(slot: int) -> int:
    """The first millisecond of a slot."""
    return slot * HOUR_MS


@lru_cache(maxsize=4_096)
def to_rfc3339(time_ms: int) -> str:
    """A time as RFC 3339 in UTC with milliseconds, such as 2026-11-21T09:12:00.000Z."""
    return (EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds") + "Z"


def to_ms(moment: datetime) -> int:
    """An aware datetime in milliseconds since 1970."""
    return round(moment.timestamp() * 1_000)

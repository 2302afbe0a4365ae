"""Floods: how many comments a minute are tried in a channel, and whether it is calm again. Counted in Redis."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared.clock import MINUTE_MS, Clock
from shared.store import Store, outages_as

CALM_MS = 10 * MINUTE_MS
"""So long after the last minute with too many comments a flood is over."""


@dataclass(frozen=True)
class Tide:
    """Comments tried in the last minute in a channel, and whether it counts as flooded."""

    per_minute: int
    is_flooded: bool


class Floods:
    """Counts what is tried, refused posts among it: a flood is none the calmer for being kept out.

    Each method raises RedianError `log_unavailable` when Redis is down.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def count(self, most_by_channel: Mapping[str, int]) -> set[str]:
        """Count a post in channels that are flooded by more than so many a minute; which of them are."""
        minute = self._clock() // MINUTE_MS
        with outages_as("log", "The counts of posts cannot be reached."):
            pipeline = self._store.pipeline(transaction=False)
            for channel in most_by_channel:
                pipeline.incr(_count_key(channel, minute))
                pipeline.pexpire(_count_key(channel, minute), 3 * MINUTE_MS)
            pipeline.execute()
            tides = self.tides(most_by_channel)
            rising = {channel for channel, most in most_by_channel.items() if tides[channel].per_minute > most}
            for channel in rising:
                self._store.set(_flood_key(channel), self._clock() + CALM_MS, px=CALM_MS)
        return rising | {channel for channel, tide in tides.items() if tide.is_flooded}

    def tides(self, channels: Collection[str]) -> dict[str, Tide]:
        """How it stands with each channel."""
        now = self._clock()
        minute, past = divmod(now, MINUTE_MS)
        with outages_as("log", "The counts of posts cannot be reached."):
            pipeline = self._store.pipeline(transaction=False)
            for channel in channels:
                pipeline.get(_count_key(channel, minute))
                pipeline.get(_count_key(channel, minute - 1))
                pipeline.get(_flood_key(channel))
            found = [int(value or 0) for value in pipeline.execute()]
        tides = {}
        for place, channel in enumerate(channels):
            this, last, flooded_until = found[3 * place : 3 * place + 3]
            # The last sixty seconds, of which the minute before holds its share as if it were even.
            tides[channel] = Tide(this + last * (MINUTE_MS - past) // MINUTE_MS, flooded_until > now)
        return tides


def _count_key(channel: str, minute: int) -> str:
    return f"posts:{channel}:{minute}"


def _flood_key(channel: str) -> str:
    return f"flood:{channel}"

"""The position of a partition's projection: everything that says how far it has come, in one hash.

Every script that changes a partition compares `version` first and raises it last. So whatever a worker has read
behind a version still holds when its write is let in, and of two workers on one partition one changes the boards.
"""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from ranking_service import keys
from shared.event_log import START
from shared.store import Store

VIEWED = ("version", "newest", "hour", "records")
"""What reads of any board need of a position."""


@dataclass(frozen=True)
class Position:
    """A partition's position. Times are milliseconds, `hour` and `floors` are slots."""

    version: int = 0
    cursor: str = START
    """The last entry of the log that is wholly on the boards."""
    until: str = ""
    """The last entry of the slice in hand; empty between slices."""
    done: int = 0
    """How many items of that slice are done (hand.py)."""
    buried: dict[str, frozenset[int]] = field(default_factory=dict)
    """What of that slice could not be parsed when it was begun, by entry: whoever goes on leaves it unread too."""
    projected: int = 0
    """Events ever projected; the log's own count less this is the lag."""
    newest: int = 0
    """The time of the newest event on the boards, 0 before the first."""
    hour: int = 0
    """The slot in which the partition lives: earlier ones are frozen."""
    archived: int = 0
    """The hour in which the partition was last archived."""
    signature: str = ""
    """The boards that the partition was filled for."""
    records: str = ""
    """A token: another one after each change of articles' records."""
    floors: dict[int, int] = field(default_factory=dict)
    """For each window's length the oldest slot it still holds."""
    afters: dict[int, tuple[str, str]] = field(default_factory=dict)
    """For a window whose floor is leaving: the last (metric, article) that has left."""
    landmarks: dict[str, int] = field(default_factory=dict)
    """For each decaying board the time at which an event's weight is 1."""

    @property
    def exists(self) -> bool:
        """Whether the partition was ever begun."""
        return self.version > 0

    def holds(self, window: int, slot: int, metric: str, article_id: str) -> bool:
        """Whether what an article did in a slot is on the boards of a window of that length."""
        floor = self.floors[window]
        if slot != floor or window not in self.afters:
            return slot >= floor
        return (metric, article_id) > self.afters[window]

    def keeps(self, slot: int, metric: str, article_id: str) -> bool:
        """Whether the ledger still keeps what an article did in a slot; otherwise it is in `older`."""
        return self.holds(max(self.floors), slot, metric, article_id)

    def keeps_heat(self, slot: int) -> bool:
        """Whether the ledger still keeps the heat of a slot."""
        longest = max(self.floors)
        return slot > self.floors[longest] or (slot == self.floors[longest] and longest not in self.afters)


def read_position(store: Store, partition: int) -> Position:
    """The present position; one that does not exist has version 0."""
    return decode_position(store.hgetall(keys.position(partition)))


def decode_position(fields: dict[bytes, bytes]) -> Position:
    """A position from its hash."""
    raw = {name.decode(): value.decode() for name, value in fields.items()}
    return Position(
        version=int(raw.get("version", 0)),
        cursor=raw.get("cursor", START),
        until=raw.get("until", ""),
        done=int(raw.get("done", 0)),
        buried=_places(raw.get("buried", "")),
        projected=int(raw.get("projected", 0)),
        newest=int(raw.get("newest", 0)),
        hour=int(raw.get("hour", 0)),
        archived=int(raw.get("archived", 0)),
        signature=raw.get("signature", ""),
        records=raw.get("records", ""),
        floors={int(name[6:]): int(value) for name, value in raw.items() if name.startswith("floor:")},
        afters={int(name[6:]): _pair(value) for name, value in raw.items() if name.startswith("after:") and value},
        landmarks={name[9:]: int(value) for name, value in raw.items() if name.startswith("landmark:")},
    )


@lru_cache(maxsize=256)
def decode_view(names: tuple[str, ...], values: tuple[bytes | None, ...]) -> Position:
    """What reads of boards need of a position, from some fields of its hash: the same for all reads of a moment."""
    raw = dict(zip(names, values, strict=True))
    return Position(
        version=int(raw["version"] or 0),
        newest=int(raw["newest"] or 0),
        hour=int(raw["hour"] or 0),
        records=(raw["records"] or b"").decode(),
        landmarks={name[9:]: int(value) for name, value in raw.items() if value and name.startswith("landmark:")},
    )


def new_token() -> str:
    """A token that no state of a partition ever had, lost and restored ones included."""
    return secrets.token_hex(6)


def _pair(value: str) -> tuple[str, str]:
    metric, _, article_id = value.partition(" ")
    return metric, article_id


def _places(value: str) -> dict[str, frozenset[int]]:
    """Places by entry, from `entry:place,place entry:place`."""
    entries = (each.split(":") for each in value.split())
    return {entry: frozenset(map(int, places.split(","))) for entry, places in entries}

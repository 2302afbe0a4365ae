"""Slices: what a projection takes from the log at a time."""

from dataclasses import dataclass, field

from shared.events import Event


@dataclass(frozen=True)
class Poison:
    """What an entry held that is no event, with the reason it could not be parsed."""

    entry_id: str
    place: int
    """Which event of the entry (shared.events.Unread)."""
    data: bytes
    reason: str


@dataclass(frozen=True)
class Slice:
    """The events of a partition in (cursor, until], in the log's order."""

    until: str
    events: list[Event]
    poison: list[Poison]
    traces: list[str] = field(default_factory=list)
    """Carriers of the spans that appended them, where these were traced; the first few."""

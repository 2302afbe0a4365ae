"""Dead letters: what a consumer of the log could not parse, kept with its reason until an operator deals with it.

Each consumer buries what it cannot parse in the step that moves its cursor. A letter that is retried counts for that
consumer alone: others, of another version perhaps, have read the event long ago.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.events import Event


@dataclass(frozen=True)
class DeadLetter:
    """An event, or a whole entry, that could not be parsed."""

    id: str
    consumer: str
    partition: int
    entry: str
    """The id of the log's entry that held it."""
    data: bytes
    reason: str

    @property
    def appended_at(self) -> int:
        """When the entry was appended, in milliseconds since 1970."""
        return int(self.entry.split("-")[0])


class DeadLetters(Protocol):
    """The dead letters of a service. Every call raises RedianError when their store is down."""

    def all(self) -> Iterator[DeadLetter]:
        """Every letter, the oldest of each partition first."""

    def find(self, letter_id: str) -> DeadLetter | None:
        """The letter of an id."""

    def retry(self, letter: DeadLetter, events: Sequence[Event]) -> bool:
        """Give the letter's consumer these events in its place, in one atomic step; False when it is gone."""

    def drop(self, letter: DeadLetter) -> bool:
        """Forget a letter; False when it is gone."""

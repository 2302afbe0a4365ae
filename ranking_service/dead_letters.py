"""The dead letters of the boards: the stream of each partition that holds what its projection could not parse.

A letter's id is its partition and its id in that stream, such as 0:1795436400000-0.
"""

import re
from collections.abc import Iterator, Sequence

from ranking_service import keys
from ranking_service.projection import CONSUMER
from shared.dead_letters import DeadLetter
from shared.event_log import EventLog
from shared.events import Event
from shared.store import Store, outages_as

ID = re.compile(r"(\d{1,4}):(\d{1,20}-\d{1,20})")
PAGE = 100
DOWN = "The dead letters cannot be reached."

Fields = dict[bytes, bytes]


class BoardLetters:
    """The dead letters of every partition."""

    def __init__(self, store: Store, log: EventLog) -> None:
        self._store = store
        self._log = log

    def all(self) -> Iterator[DeadLetter]:
        """Every letter, partition by partition, the oldest first."""
        for partition in range(self._log.partitions):
            last = "-"
            while page := self._page(partition, last, "+"):
                yield from (_letter(partition, *each) for each in page)
                last = "(" + page[-1][0].decode()

    def find(self, letter_id: str) -> DeadLetter | None:
        """The letter of an id."""
        parts = ID.fullmatch(letter_id)
        if parts is None or int(parts[1]) >= self._log.partitions:
            return None
        page = self._page(int(parts[1]), parts[2], parts[2])
        return _letter(int(parts[1]), *page[0]) if page else None

    def retry(self, letter: DeadLetter, events: Sequence[Event]) -> bool:
        """Append these events for the boards alone and take the letter away, in one step."""
        return self._log.readmit(
            letter.partition, keys.dead_letters(letter.partition), _place(letter), events, CONSUMER
        )

    def drop(self, letter: DeadLetter) -> bool:
        """Forget a letter."""
        with outages_as("boards", DOWN):
            return bool(self._store.xdel(keys.dead_letters(letter.partition), _place(letter)))

    def _page(self, partition: int, first: str, last: str) -> list[tuple[bytes, Fields]]:
        with outages_as("boards", DOWN):
            found: list[tuple[bytes, Fields]] = self._store.xrange(
                keys.dead_letters(partition), first, last, count=PAGE
            )
        return found


def _place(letter: DeadLetter) -> str:
    """The letter's id in its stream."""
    return letter.id.partition(":")[2]


def _letter(partition: int, place: bytes, fields: Fields) -> DeadLetter:
    return DeadLetter(
        id=f"{partition}:{place.decode()}",
        consumer=CONSUMER,
        partition=partition,
        entry=fields[b"entry"].decode(),
        data=fields[b"data"],
        reason=fields[b"reason"].decode(),
    )

"""Joint commit: what readers write at the same time is committed together where a database takes one writer at a time.

SQLite writes a transaction to the disk before the next one begins, so that ten posts that came together would wait for
ten such writes. They share one. PostgreSQL writes many transactions at once and does that better by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.outbox import Outbox, Row
from shared.errors import RedianError
from shared.groups import Groups

log = structlog.get_logger()

MOST_A_GROUP = 64
"""Items a transaction: other writers wait for a tenth of a second at most."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Written(Generic[Answer]):
    """What a writer is answered, and rows of the outbox that are to be relayed before."""

    answer: Answer
    rows: Sequence[Row] = ()


Write = Callable[[Session, Sequence[Item]], list[Written[Answer] | Exception]]
"""Writes items in a session; gives what became of each, or its refusal.

What is refused must leave no trace. It may be run again from the beginning, after what it did was rolled back.
"""


class JointCommit(Generic[Item, Answer]):
    """Writes items of many threads, and answers each when it is committed and its events were relayed."""

    def __init__(self, database: Database, outbox: Outbox, write: Write[Item, Answer]) -> None:
        self._database = database
        self._outbox = outbox
        self._write = write
        self._groups: Groups[Item, Written[Answer]] = Groups(self._commit, MOST_A_GROUP, self._relay)

    def run(self, item: Item) -> Answer:
        """Write an item; raises what it is refused with, and RedianError `database_unavailable`."""
        if self._database.has_one_writer:
            return self._groups.run(item).answer
        outcomes = self._together([item])
        self._relay(outcomes)
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]
        return outcomes[0].answer

    def _commit(self, items: Sequence[Item]) -> Sequence[Written[Answer] | Exception]:
        try:
            return self._together(items)
        except RedianError:
            raise  # an outage, which each would meet
        except Exception:
            if len(items) == 1:
                raise
            # Whatever is wrong with one of them is not to be the others' fault.
            log.exception("items are written one by one", items=len(items))
            return [self._alone(item) for item in items]

    def _together(self, items: Sequence[Item]) -> list[Written[Answer] | Exception]:
        with self._database.writing() as session:
            return self._write(session, items)

    def _relay(self, outcomes: Sequence[Written[Answer] | Exception]) -> None:
        self._outbox.relay_now([row for each in outcomes if isinstance(each, Written) for row in each.rows])

    def _alone(self, item: Item) -> Written[Answer] | Exception:
        try:
            return self._together([item])[0]
        except Exception as error:  # noqa: BLE001  # raised by the thread whose item it is
            return error

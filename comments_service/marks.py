"""Marks: which rows of the outbox are in the log is noted off every request's way, many rows at a time.

A row that a crash left without its mark is relayed again, and the log refuses what it knows.
"""

from collections.abc import Sequence
from threading import Lock, Thread
from time import sleep

import structlog
from sqlalchemy import bindparam, update

from comments_service.database import Database
from comments_service.tables import OutboxRow
from comments_service.tables.base import table_of
from shared.errors import RedianError

log = structlog.get_logger()

THREAD = "outbox-marks"
GATHERED_SECONDS = 0.25
_outbox = table_of(OutboxRow)
MARKED = update(_outbox).where(_outbox.c.id.in_(bindparam("ids", expanding=True))).values(relayed_at=bindparam("at"))


class Marks:
    """Marks rows as relayed, from a thread that lives for as long as there is something to mark.

    The thread begins with the first mark, hence after a server has forked, and a process that ends waits for it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._relayed: dict[int, int] = {}
        self._is_running = False

    def put(self, row_ids: Sequence[int], relayed_at: int) -> None:
        """Mark rows soon, and return at once."""
        with self._lock:
            self._relayed |= dict.fromkeys(row_ids, relayed_at)
            starts, self._is_running = not self._is_running, True
        if starts:
            Thread(target=self._run, name=THREAD).start()

    def _run(self) -> None:
        while relayed := self._gather():
            try:
                mark(self._database, list(relayed), max(relayed.values()))
            except RedianError as error:
                log.warning("rows in the log have no mark", rows=len(relayed), reason=error.code)

    def _gather(self) -> dict[int, int]:
        # Nobody waits for a mark, and each transaction of marks takes SQLite's one write lock.
        sleep(GATHERED_SECONDS)
        with self._lock:
            relayed, self._relayed = self._relayed, {}
            self._is_running = bool(relayed)
        return relayed


def mark(database: Database, row_ids: Sequence[int], relayed_at: int) -> None:
    """Mark rows as relayed; raises `database_unavailable`."""
    with database.writing() as session:
        session.execute(MARKED, {"ids": row_ids, "at": relayed_at})

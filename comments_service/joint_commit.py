"""Joint commit: what readers write at the same time is committed together where a database takes one writer at a time.

SQLite writes a transaction to the disk before the next one begins, so that ten posts that came together would wait for
ten such writes. They share one, each behind a savepoint of its own: a refused one leaves the others alone. PostgreSQL
writes many transactions at once and does that better by itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.tables import OutboxRow
from shared.errors import RedianError
from shared.groups import Groups

log = structlog.get_logger()

MOST_A_GROUP = 64
"""Works a transaction: other writers wait for a tenth of a second at most."""

Answer = TypeVar("Answer")
Work = Callable[[Session], tuple[Answer, list[OutboxRow]]]
"""Changes rows in a session; gives its answer, and the rows of the outbox that tell of the change.

It may be run again from the beginning, after what it did was rolled back.
"""


class JointCommit:
    """Runs works of many threads, and answers each when it is committed and its events were relayed."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._groups: Groups[Work[Any], Any] = Groups(self._commit, MOST_A_GROUP)

    def run(self, work: Work[Answer]) -> Answer:
        """Run a work; raises what it raises, and RedianError `database_unavailable`."""
        if self._database.has_one_writer:
            answer: Answer = self._groups.run(work)
            return answer
        answer, rows = self._alone(work)
        self._outbox.relay_now(rows)
        return answer

    def _commit(self, works: list[Work[Any]]) -> list[Any]:
        done = self._together(works) if len(works) > 1 else [self._alone(works[0])]
        self._outbox.relay_now([row for each in done if not isinstance(each, Exception) for row in each[1]])
        return [each if isinstance(each, Exception) else each[0] for each in done]

    def _together(self, works: list[Work[Any]]) -> list[tuple[Any, list[OutboxRow]] | Exception]:
        try:
            with self._database.writing() as session:
                return [_tried(session, work) for work in works]
        except RedianError:
            raise  # an outage, which each would meet
        except Exception:
            # Whatever is wrong with one of them is not to be the others' fault.
            log.exception("works are done one by one", works=len(works))
            return [self._tried_alone(work) for work in works]

    def _alone(self, work: Work[Answer]) -> tuple[Answer, list[OutboxRow]]:
        with self._database.writing() as session:
            return work(session)

    def _tried_alone(self, work: Work[Answer]) -> tuple[Answer, list[OutboxRow]] | Exception:
        try:
            return self._alone(work)
        except Exception as error:  # noqa: BLE001  # raised by the thread whose work it is
            return error


def _tried(session: Session, work: Work[Answer]) -> tuple[Answer, list[OutboxRow]] | RedianError:
    try:
        with session.begin_nested():
            return work(session)
    except RedianError as refusal:
        return refusal

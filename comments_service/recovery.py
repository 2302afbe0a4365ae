"""Recovery: what Redis forgot in a crash and SQL remembers is relayed again.

With appendfsync everysec a crash costs Redis up to a second, whose events the outbox has noted as relayed. So whenever
another life of Redis is met, what was relayed between the last entry that it still holds from before and its start is
put back into the outbox; the log refuses the events that it has.
"""

import structlog

from comments_service.outbox import Outbox
from shared.clock import SECOND_MS, Clock
from shared.event_log import EventLog
from shared.store import outages_as

MARGIN_MS = 10 * SECOND_MS
"""For the clocks of several machines, and for a row that is marked some time after its append."""

log = structlog.get_logger()


class Recovery:
    """Watches for a Redis that has started anew."""

    def __init__(self, outbox: Outbox, event_log: EventLog, clock: Clock) -> None:
        self._outbox = outbox
        self._log = event_log
        self._clock = clock
        self._known = ""

    def look(self) -> int:
        """Put back what this life of Redis may have forgotten, once; how many rows. Raises RedianError in an outage."""
        with outages_as("log", "The event log cannot be read."):
            life = self._log.life()
            if life.run_id == self._known:
                return 0
            started_ms = self._clock() - (life.seconds + 1) * SECOND_MS
            newest_ms = self._log.newest_before(started_ms)
        # Without an entry from before nothing tells what is missing: `republish` is for a Redis that was lost.
        since_ms, until_ms = (newest_ms or 0) - MARGIN_MS, started_ms + MARGIN_MS
        rows = 0 if newest_ms is None else self._outbox.put_back(since_ms, until_ms)
        self._known = life.run_id
        if rows:
            log.info("events are relayed again to a Redis that has started anew", rows=rows)
        return rows

"""Bindings: a worker binds its queue to the exchange again and again, as nobody tells it that the broker forgot them.

Over Redis a queue's bindings are keys like any other. A broker that was emptied, or came back without its data, drops
every nudge and tick in silence, while its workers wait at queues to which nothing leads any more.
"""

from typing import Any

import structlog
from celery import bootsteps

PERIOD_SECONDS = 3

log = structlog.get_logger()


class Bindings(bootsteps.StartStopStep):
    """Binds the queues of this worker every few seconds, from the loop that consumes them."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._entry: Any = None

    def start(self, parent: Any) -> None:
        """Begin, each time that the worker has connected."""
        self._entry = parent.timer.call_repeatedly(PERIOD_SECONDS, bind, (parent.app,))

    def stop(self, parent: Any) -> None:  # noqa: ARG002  # Celery passes it
        """End: the connection is lost or the worker stops."""
        if self._entry:
            self._entry.cancel()
            self._entry = None


def bind(app: Any) -> None:
    """Bind every queue of an app. The connection is a new one: kombu remembers on each what it has bound there."""
    try:
        with app.connection_for_write() as connection:
            channel = connection.default_channel
            for queue in app.conf.task_queues:
                queue(channel).declare()
    except Exception as error:  # noqa: BLE001  # whatever a broker does, the worker's own connection notices it
        log.warning("queues could not be bound", reason=repr(error))

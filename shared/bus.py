"""The bus: nudges and ticks over a kombu topic exchange. Nothing that counts depends on a message arriving.

A nudge says "partition p has something new"; a tick says "look whether something is due". Each consumer has one
queue, bound to the routing keys it wants:

    log.<p>   a nudge, published after an append when no other is under way
    tick      every second, from beat
"""

import threading
from queue import SimpleQueue

import structlog
from celery import Celery
from celery.signals import worker_ready
from kombu import Exchange, Queue, binding

EXCHANGE = Exchange("redian", type="topic", durable=True)
PROJECT = "project"
"""The task of a nudge: `project(partition)`."""
TICK = "tick"
"""The task of a tick, without arguments."""

log = structlog.get_logger()


def consumer_queue(consumer: str, *routing_keys: str) -> Queue:
    """The one queue of a consumer, bound to each routing key (`log.*`, `tick`)."""
    return Queue(consumer, bindings=[binding(EXCHANGE, routing_key=key) for key in routing_keys])


def publish_nudge(app: Celery, partition: int) -> None:
    """Publish one nudge; raises when the broker cannot be reached within its timeout."""
    app.send_task(PROJECT, (partition,), exchange=EXCHANGE.name, routing_key=f"log.{partition}", retry=False)


def nudge_when_ready(app: Celery, partitions: int) -> None:
    """Let the worker of this process nudge every partition as soon as it takes messages.

    What was published before it bound its queue went to nobody, and that it was published keeps the next nudge back.
    """

    def nudge(**_: object) -> None:
        for partition in range(partitions):
            publish_nudge(app, partition)

    worker_ready.connect(nudge, weak=False)


class Nudger:
    """Publishes nudges from one thread of its own, so that no reader waits for the broker.

    A nudge that cannot be published is dropped and logged: the event is in the log, and beat repeats the nudge.
    The thread starts with the first nudge, hence after a server has forked its workers.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._partitions: SimpleQueue[int] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def __call__(self, partition: int) -> None:
        """Ask for a nudge and return at once."""
        if self._thread is None:
            self._start()
        self._partitions.put(partition)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._publish, name="nudger", daemon=True)
                self._thread.start()

    def _publish(self) -> None:
        while True:
            partition = self._partitions.get()
            try:
                publish_nudge(self._app, partition)
            except Exception as error:  # noqa: BLE001  # the thread's edge: it must outlive whatever a broker does
                log.warning("nudge dropped", partition=partition, reason=repr(error))

"""`python -m services.beat`: send every consumer a tick each second, so that no lost nudge matters.

What is due (a lagging partition, an hour's end, the outbox) each consumer knows by itself.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import schedule
from kombu import Connection
from pydantic import Field

from shared.bus import EXCHANGE, TICK
from shared.celery_app import make_celery
from shared.logs import configure_logs
from shared.settings import Settings, load

LONGEST_QUEUE = 100
REDIS_SCHEMES = ("redis", "sentinel")
REDIS = "redis"
"""What kombu calls the brokers of these schemes."""


class BeatSettings(Settings):
    """Which queues get ticks."""

    watched_queues: list[str] = Field(default=["comments", "ranking"], description="JSON list of consumers.")


class BoundedScheduler(Scheduler):
    """A scheduler that sends no tick while a consumer's queue is long, so that a stopped worker costs no memory.

    It keeps no file: a tick has no past to catch up with.
    """

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send the entry's message unless some queue is too long already."""
        if self._longest_queue() < LONGEST_QUEUE:
            super().apply_entry(entry, producer)

        if self.app.conf.redian_health_file:
            # Whoever watches this process sees that it still decides about ticks.
            self.app.conf.redian_health_file.touch()

    def _longest_queue(self) -> int:
        # Over Redis a connection of the pool, which sends the ticks too and heals itself: one made for each look left
        # 15 MB an hour behind. Over RabbitMQ one that no error of another time can have closed.
        is_redis = str(self.app.conf.broker_url).startswith(REDIS_SCHEMES)
        with self.app.connection_or_acquire() if is_redis else self.app.connection_for_write() as connection:
            return max((length_of(connection, name) for name in self.app.conf.redian_watched_queues), default=0)


def length_of(connection: Connection, queue: str) -> int:
    """How many messages wait in a queue, over whichever broker; 0 for one that no worker has declared yet."""
    if connection.transport.driver_type == REDIS:
        # The connection's own channel, which no error closes: every new one would leave some memory behind.
        return _length_by(connection.default_channel, connection, queue)
    channel: Any = connection.channel()
    try:
        return _length_by(channel, connection, queue)
    finally:
        # RabbitMQ has closed the channel of a queue that it does not know.
        with suppress(*connection.channel_errors, *connection.connection_errors):
            channel.close()


def _length_by(channel: Any, connection: Connection, queue: str) -> int:
    try:
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except connection.channel_errors:
        return 0


def steady_now(monotonic: Callable[[], float] = time.monotonic) -> Callable[[], datetime]:
    """A present that only goes on: by the machine's time a tick would wait for an hour when that is set back by one."""
    began, started = datetime.now(UTC), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - started)


def make_beat(settings: BeatSettings) -> Celery:
    """The beat app: one tick a second to every consumer."""
    app = make_celery("redian.beat", settings.broker)
    app.conf.update(
        beat_scheduler=BoundedScheduler,
        beat_max_loop_interval=1,
        beat_schedule={
            "tick": {
                "task": TICK,
                "schedule": schedule(1.0, nowfun=steady_now(), app=app),
                "options": {
                    "exchange": EXCHANGE.name,
                    "routing_key": "tick",
                    # A tick that waited longer is worth nothing, the next is already there.
                    "expires": 10,
                },
            }
        },
        redian_watched_queues=settings.watched_queues,
        redian_health_file=settings.health_file,
    )
    return app


def main() -> None:
    """Run beat until it is told to stop."""
    settings = load(BeatSettings, "ranking")
    configure_logs(settings.log_format)
    make_beat(settings).Beat(loglevel="WARNING", quiet=True).run()


if __name__ == "__main__":
    main()

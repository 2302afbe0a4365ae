"""Celery as every process here uses it: each setting with what goes wrong without it."""

from typing import Any

from celery import Celery
from kombu import Queue

from shared.bindings import Bindings
from shared.bus import EXCHANGE

VISIBILITY_TIMEOUT_SECONDS = 120
TASK_TIME_LIMIT_SECONDS = 90

PUBLISHING = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
"""Publishing gives up after these, and the caller goes on: beat repeats what matters."""

OVER_REDIS: dict[str, Any] = {
    # A worker that died holds its messages so long. Kombu reads the value in more than one place (the channel
    # and its QoS); the default of an hour would leave nudges of a killed worker unseen.
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    # How often kombu looks for messages past that timeout; the default looks every tenth poll only.
    "unacked_restore_interval": 5,
    # A broker that hangs must not hold a publisher or a worker for ever.
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A connection that a firewall dropped in silence is noticed.
    "socket_keepalive": True,
    # One Redis list for each queue: with priorities kombu would poll four lists for every queue.
    "priority_steps": [0],
    # Fanout is pub/sub, which forgets what nobody is listening to; nothing here uses it.
    "fanout_prefix": True,
    "fanout_patterns": True,
    **PUBLISHING,
}
"""How kombu behaves over Redis."""

OVER_SENTINEL: dict[str, Any] = {
    **OVER_REDIS,
    # The name under which the Sentinels watch the broker: kombu's URL has no place for it.
    "master_name": "redian",
    # A Sentinel that is gone must not hold whoever asks the next one.
    "sentinel_kwargs": {"socket_timeout": 1, "socket_connect_timeout": 1},
}
"""How kombu behaves over the Redis that Sentinels name."""

OVER_AMQP: dict[str, Any] = {
    # A publisher hears whether RabbitMQ has the message, instead of trusting a socket.
    "confirm_publish": True,
    "connect_timeout": 2,
    "read_timeout": 5,
    "write_timeout": 5,
    **PUBLISHING,
}
"""How kombu behaves over RabbitMQ, which keeps count of unacknowledged messages itself."""


def make_celery(name: str, broker_url: str, queues: tuple[Queue, ...] = ()) -> Celery:
    """A Celery app on the broker. `queues` are those that its workers consume; a publisher needs none."""
    app = Celery(name, broker=broker_url, set_as_current=False)
    app.steps["consumer"].add(Bindings)
    app.conf.update(
        broker_transport_options=_transport_options(broker_url),
        # The app-level copy that kombu's Redis transport reads where the transport options do not reach.
        visibility_timeout=VISIBILITY_TIMEOUT_SECONDS,
        broker_connection_retry_on_startup=True,
        # Never give up on a broker that is restarting: nobody is there to start the worker again.
        broker_connection_max_retries=None,
        broker_pool_limit=4,
        # A task is acknowledged when it is done, and goes back when its worker process is killed.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # On a lost connection the task would run a second time beside itself; harmless (the cursor is compared),
        # but wasted.
        worker_cancel_long_running_tasks_on_connection_loss=True,
        # A worker takes one message at a time, so that the others are free for its siblings.
        worker_prefetch_multiplier=1,
        # A task ends before its message becomes visible to another worker.
        task_time_limit=TASK_TIME_LIMIT_SECONDS,
        task_soft_time_limit=TASK_TIME_LIMIT_SECONDS - 10,
        # On SIGTERM a batch in hand is finished and acknowledged.
        worker_soft_shutdown_timeout=15,
        # Nobody reads results; each would be a key to write and to expire.
        task_ignore_result=True,
        # Bounded publishing, without waiting.
        task_publish_retry=False,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1},
        # Only what we wrote is let in.
        accept_content=["json"],
        task_serializer="json",
        task_queues=queues,
        # What a worker publishes names its exchange and key, yet Celery looks its default queue up first: with the name
        # of a queue that is not there (`celery`) every nudge from a worker would fail.
        task_default_queue=queues[0].name if queues else "celery",
        task_default_exchange=EXCHANGE.name,
        task_default_exchange_type=EXCHANGE.type,
        task_create_missing_queues=False,
        # Gossip, mingle and events cost messages and tell nothing that the lag does not tell better.
        worker_send_task_events=False,
        # Over Redis the subscription for commands from afar is what notices a lost connection: a worker whose one
        # message could not be acknowledged asks for no other, and without it would wait for ever. RabbitMQ's connection
        # is always read, and there a queue by the host's name would let only one worker of a host live.
        worker_enable_remote_control=not is_amqp(broker_url),
        worker_hijack_root_logger=False,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def worker_arguments(broker_url: str) -> list[str]:
    """How a worker is started: one partition at a time.

    Without mingling, which asks the other workers what they know for a second before it takes the first message; and
    over RabbitMQ without gossip, too, which needs commands from afar.
    """
    alone = ["--without-mingle", "--without-gossip"] if is_amqp(broker_url) else ["--without-mingle"]
    # Without a level of its own Celery raises the root logger's, and what a worker tells of its events is lost.
    return ["--quiet", "worker", "--concurrency=1", "--loglevel=INFO", *alone]


def _transport_options(broker_url: str) -> dict[str, Any]:
    if is_amqp(broker_url):
        return OVER_AMQP
    return OVER_SENTINEL if broker_url.startswith("sentinel:") else OVER_REDIS


def is_amqp(broker_url: str) -> bool:
    """Whether a broker is RabbitMQ rather than Redis."""
    return broker_url.startswith("amqp")

"""`python -m comments_service.worker`: the Celery worker that relays the outbox and projects the click counts."""

import sys

import structlog
from celery import Celery
from celery.signals import worker_process_shutdown

from comments_service.chores import do_chores, read_backlogs
from comments_service.consumers import make_projections, make_subscriptions
from comments_service.counts import CONSUMER
from comments_service.courier import Courier
from comments_service.database import Database
from comments_service.idempotency import forget_kept
from comments_service.mails.letters import Letters
from comments_service.mails.mailer import Mailer
from comments_service.mails.mails import Mails
from comments_service.mails.tokens import Tokens
from comments_service.origin import OriginEraser
from comments_service.outbox import Outbox
from comments_service.recovery import Recovery
from comments_service.settings import CommentsSettings
from comments_service.webhooks.deliverer import Deliverer
from comments_service.webhooks.deliveries import Deliveries
from comments_service.webhooks.sender import Sender
from comments_service.webhooks.signatures import Secrets
from shared.bus import TICK, Nudger, consumer_queue
from shared.celery_app import make_celery, worker_arguments
from shared.clock import system_clock
from shared.database import make_engine
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.logs import configure_logs
from shared.priority import let_pool_give_way
from shared.pulse import ReadBacklogs, keep_pulse
from shared.settings import load
from shared.store import connect
from shared.tracing.work import trace_work

log = structlog.get_logger()


def make_worker(settings: CommentsSettings) -> Celery:
    """The worker's app with its one task. Nothing is connected yet."""
    app = make_celery("redian.comments", settings.broker, (consumer_queue(CONSUMER, "tick"),))
    event_log = EventLog(
        connect(settings.redis_url, timeout_seconds=5),
        system_clock,
        partitions=settings.partitions,
        nudge=Nudger(app),
    )
    database = Database(make_engine(settings.database_url))
    outbox = Outbox(database, event_log, system_clock)
    recovery = Recovery(outbox, event_log, system_clock)
    projections = make_projections(settings, database, event_log, system_clock)
    couriers = make_couriers(settings, database)
    eraser = OriginEraser(database, system_clock, settings.origin_ms)

    # Not shared: Celery would register a shared task with every other app of the process.
    @app.task(name=TICK, shared=False)
    def tick() -> None:
        try:
            do_chores(recovery, outbox, projections, settings.partitions)
            forget_kept(database, system_clock())
            eraser.erase_due()
        except RedianError as error:
            # The next tick, a second later, goes on where this one stopped: a retry would only add messages.
            log.warning("tick was cut short", reason=error.code)
        finally:
            for courier in couriers:
                courier.wake()

    # Not a weak reference: nobody else holds the function.
    @worker_process_shutdown.connect(weak=False)
    def stop(**_: object) -> None:
        for courier in couriers:
            courier.stop()

    return app


def make_couriers(settings: CommentsSettings, database: Database) -> list[Courier]:
    """What this worker sends, each kind from a thread of its own."""
    secret_key = settings.secret_key.get_secret_value()
    sender = Sender(allow_private=settings.webhook_private_networks)
    deliveries = Deliveries(database, system_clock)
    couriers = [Courier("webhooks", Deliverer(deliveries, sender, Secrets(secret_key), system_clock).run_round)]
    if settings.mail_server is not None:
        subscriptions = make_subscriptions(settings, database, system_clock)
        mails = Mails(database, subscriptions, system_clock)
        letters = Letters(Tokens(secret_key, system_clock), settings.mail_from, settings.portal_url, system_clock)
        mailer = Mailer(database, mails, subscriptions, letters, settings.mail_server, system_clock)
        couriers.append(Courier("mails", mailer.run_round))
    return couriers


def make_reader(settings: CommentsSettings) -> ReadBacklogs:
    """What tells of this worker's backlogs, on connections of its own: the worker forks while it reads."""
    database = Database(make_engine(settings.database_url))
    event_log = EventLog(connect(settings.redis_url, timeout_seconds=5), system_clock, partitions=settings.partitions)
    outbox = Outbox(database, event_log, system_clock)
    projections = make_projections(settings, database, event_log, system_clock)
    return lambda: read_backlogs(outbox, projections, settings.partitions)


def main() -> None:
    """Run the worker until it is told to stop; further arguments are Celery's."""
    settings = load(CommentsSettings, "comments")
    configure_logs(settings.log_format)
    trace_work("comments-worker", settings)
    let_pool_give_way(settings.worker_niceness)
    worker = make_worker(settings)
    keep_pulse(settings.health_file, make_reader(settings))
    worker.worker_main([*worker_arguments(settings.broker), "--queues", CONSUMER, *sys.argv[1:]])


if __name__ == "__main__":
    main()

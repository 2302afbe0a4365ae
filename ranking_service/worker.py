"""`python -m ranking_service.worker`: the Celery worker that projects the event log onto the boards."""

import sys

import structlog
from celery import Celery

from ranking_service.assembly import Stores, make_archive, make_projection
from ranking_service.boards import load_boards
from ranking_service.chores import Chores
from ranking_service.freezes import Freezes
from ranking_service.lag import read_backlogs
from ranking_service.overlay import Overlays
from ranking_service.projection import CONSUMER
from ranking_service.settings import RankingSettings
from shared.bus import PROJECT, TICK, consumer_queue, nudge_when_ready, publish_nudge
from shared.celery_app import make_celery, worker_arguments
from shared.clock import system_clock
from shared.database import make_engine
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.interpreter import SWITCH_SECONDS
from shared.logs import configure_logs
from shared.priority import let_pool_give_way
from shared.pulse import ReadBacklogs, keep_pulse
from shared.settings import load
from shared.store import OUTAGES, connect
from shared.tracing.work import trace_work

log = structlog.get_logger()

BUDGET_SECONDS = 60
"""How long a task works on one partition at most; under the time limit, and the next nudge goes on."""


def make_worker(settings: RankingSettings) -> Celery:
    """The worker's app with its two tasks. Nothing is connected yet."""
    app = make_celery("redian.ranking", settings.broker, (consumer_queue(CONSUMER, "log.*", "tick"),))
    boards, engine = load_boards(settings.boards_file), make_engine(settings.database_url)
    store = connect(settings.redis_url, timeout_seconds=10)
    stores = Stores(store, engine, system_clock, settings.partitions)
    projection, archive = make_projection(stores, boards), make_archive(stores, boards)
    assert archive is not None, "there is an engine"
    chores = Chores(
        store=store,
        log=projection.log,
        projection=projection,
        archive=archive,
        freezes=Freezes(engine, store, boards, settings.partitions),
        overlays=Overlays(engine, store, system_clock),
    )

    # Not shared: Celery would register a shared task with every other app of the process.
    @app.task(name=PROJECT, shared=False)
    def project(partition: int) -> None:
        try:
            projection.project(partition, budget_seconds=BUDGET_SECONDS)
        except (RedianError, *OUTAGES) as error:
            # Beat nudges again within a second, and the log goes nowhere: a retry would only add messages.
            log.warning("projection was cut short", partition=partition, reason=str(error))

    @app.task(name=TICK, shared=False)
    def tick() -> None:
        try:
            projection.log.check()
            chores.do(lambda partition: publish_nudge(app, partition))
        except (RedianError, *OUTAGES) as error:
            log.warning("tick was cut short", reason=str(error))

    return app


def make_reader(settings: RankingSettings) -> ReadBacklogs:
    """What tells of this worker's backlogs, on a connection of its own: the worker forks while it reads."""
    store = connect(settings.redis_url, timeout_seconds=5)
    event_log = EventLog(store, system_clock, partitions=settings.partitions)
    return lambda: read_backlogs(store, event_log)


def main() -> None:
    """Run the worker until it is told to stop; further arguments are Celery's."""
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = load(RankingSettings, "ranking")
    configure_logs(settings.log_format)
    trace_work("ranking-worker", settings)
    let_pool_give_way(settings.worker_niceness)
    worker = make_worker(settings)
    nudge_when_ready(worker, settings.partitions)
    keep_pulse(settings.health_file, make_reader(settings))
    worker.worker_main([*worker_arguments(settings.broker), "--queues", CONSUMER, *sys.argv[1:]])


if __name__ == "__main__":
    main()

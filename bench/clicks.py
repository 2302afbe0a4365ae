"""Clicks in over HTTP: one a request, as readers' pages send them, and batches, as servers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.cases import Case
from bench.servers import KEY, migrate, running_app, running_redis, service_environment
from bench.traffic import batch, publish
from bench.wrk import requests_per_second
from shared.clock import system_clock
from shared.event_log import EventLog
from shared.store import connect

ARTICLES = 1_000
SINGLE = "/v1/clicks"
BATCH = "/v1/clicks/batch"


@contextmanager
def click_cases(folder: Path, constant: str) -> Iterator[list[Case]]:
    """The cases, as long as their servers run; `constant` is the URL of the server that answers a constant."""
    with running_redis(folder) as redis_url:
        environment = service_environment("comments", redis_url, folder)
        migrate("comments_service", environment)
        publish(EventLog(connect(redis_url, timeout_seconds=5), system_clock, partitions=1), ARTICLES)
        with running_app("comments_service:create_app", environment) as service:
            yield [_single(service, constant), *(_batch(service, constant, folder, size) for size in (100, 1_000))]


def _single(service: str, constant: str) -> Case:
    return Case(
        "clicks in, one a request",
        partial(requests_per_second, service + SINGLE, "click", str(ARTICLES)),
        "a constant answer",
        partial(requests_per_second, constant + SINGLE, "click", str(ARTICLES)),
    )


def _batch(service: str, constant: str, folder: Path, size: int) -> Case:
    body = folder / f"batch-{size}.ndjson"
    body.write_bytes(batch(size, ARTICLES))

    def clicks_per_second(url: str) -> float:
        return size * requests_per_second(url + BATCH, "batch", str(body), KEY)

    return Case(
        f"clicks in, batches of {size:,}",
        partial(clicks_per_second, service),
        "a constant answer to the same body",
        partial(clicks_per_second, constant),
    )

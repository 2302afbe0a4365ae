"""Rankings out over HTTP: the box of a channel and one board of it, on boards of 10,000 articles."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.cases import Case
from bench.servers import migrate, running_app, service_environment
from bench.wrk import requests_per_second

PATHS = {"the box of a channel": "/v1/rankings/zz", "one board": "/v1/rankings/zz/daily"}


@contextmanager
def ranking_cases(folder: Path, redis_url: str, constant: str) -> Iterator[list[Case]]:
    """The cases on boards that stand in a Redis, as long as the server runs."""
    environment = service_environment("ranking", redis_url, folder)
    migrate("ranking_service", environment)
    with running_app("ranking_service:create_app", environment) as service:
        yield [
            Case(
                f"rankings out, {name}",
                partial(requests_per_second, service + path, "read"),
                "a constant answer",
                partial(requests_per_second, constant + path, "read"),
            )
            for name, path in PATHS.items()
        ]

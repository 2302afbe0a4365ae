"""Rankings out over HTTP, on boards of 10,000 articles: warm beside the bare limit, cold beside a plain Flask route."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from bench.cases import Case
from bench.projection import ARTICLES, projection_bench
from bench.servers import Server, migrate, running_app, service_environment
from bench.traffic import click
from bench.wrk import load

WARM = {"the box of a channel": "/v1/rankings/zz", "one board": "/v1/rankings/zz/daily"}
COLD = "/v1/rankings/zz/daily"
CLICKS = 100_000


@contextmanager
def ranking_cases(folder: Path) -> Iterator[list[Case]]:
    """The cases, as long as their servers run."""
    with ExitStack() as references:
        service = references.enter_context(running_rankings(folder))
        cases = []
        for name, path in WARM.items():
            constant = references.enter_context(_constant(folder, service, path, "create_app"))
            cases.append(
                Case(
                    f"rankings out, warm, {name}",
                    partial(load, service, path, "read"),
                    "the same bytes, bare",
                    partial(load, constant, path, "read"),
                    at_least=0.8,
                )
            )
        flask = references.enter_context(_constant(folder, service, COLD, "create_flask_app"))
        cold = Case(
            "rankings out, cold, one board",
            partial(load, service, COLD, "cold"),
            "a Flask route with the same bytes",
            partial(load, flask, COLD, "cold"),
            at_least=0.6,
        )
        yield [*cases, cold]


@contextmanager
def running_rankings(folder: Path) -> Iterator[Server]:
    """The read side on boards that hold the clicks of many articles."""
    with projection_bench(folder) as bench:
        click(bench.projection.log, CLICKS, ARTICLES)
        bench.projection.project(0)
        environment = service_environment("ranking", bench.redis_url, folder)
        migrate("ranking_service", environment)
        with running_app("ranking_service:create_app", environment) as service:
            yield service


@contextmanager
def _constant(folder: Path, service: Server, path: str, factory: str) -> Iterator[Server]:
    file = folder / f"answer-{factory}-{path.count('/')}.json"
    with urlopen(service.url + path) as answer:
        file.write_bytes(answer.read())
    with running_app(f"bench.references.constant:{factory}", {"BENCH_ANSWER": str(file)}) as server:
        yield server

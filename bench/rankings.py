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
from shared.clock import system_clock
from shared.event_log import EventLog
from shared.events import ArticlePublished, encode_click
from shared.offers import Recorded, SentClicks

WARM = {"the box of a channel": "/v1/rankings/zz", "one board": "/v1/rankings/zz/daily"}
COLD = "/v1/rankings/c0/daily"
CHANNELS = 4_000
"""Of ten articles each: with six boards more than are asked for within the second in which an answer is warm."""
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
            partial(load, service, COLD, "cold", str(CHANNELS)),
            "a Flask route with the same bytes",
            partial(load, flask, COLD, "cold", str(CHANNELS)),
            at_least=0.6,
        )
        yield [*cases, cold]


@contextmanager
def running_rankings(folder: Path) -> Iterator[Server]:
    """The read side on boards that hold the clicks of many articles."""
    with projection_bench(folder) as bench:
        click(bench.projection.log, CLICKS, ARTICLES)
        _publish_in_channels(bench.projection.log)
        while bench.projection.is_due(0):
            bench.projection.project(0)
        environment = service_environment("ranking", bench.redis_url, folder)
        migrate("ranking_service", environment)
        with running_app("ranking_service:create_app", environment) as service:
            yield service


def _publish_in_channels(log: EventLog) -> None:
    """Articles with a click each, in four of the channels."""
    now = system_clock()
    for number in range(CHANNELS * 10 // 4):
        name, url = f"c{number}", f"https://news.example/c/{number}"
        channels = [f"c{(4 * number + offset) % CHANNELS}" for offset in range(4)]
        published = ArticlePublished(f"c{number}", name, now, 1, f"Article {number}", url, channels, now)
        # One after the other: clicks of one append go in before what is published by it, and are of nothing known.
        log.append(0, [Recorded(published)])
        log.append(0, [SentClicks(name, encode_click(name, now), 1)])


@contextmanager
def _constant(folder: Path, service: Server, path: str, factory: str) -> Iterator[Server]:
    file = folder / f"answer-{factory}-{path.count('/')}.json"
    with urlopen(service.url + path) as answer:
        file.write_bytes(answer.read())
    assert b'"rank":10' in file.read_bytes(), "there are boards to read"
    with running_app(f"bench.references.constant:{factory}", {"BENCH_ANSWER": str(file)}) as server:
        yield server

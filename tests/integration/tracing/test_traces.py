"""Traces: from a request over the log to the boards, sent to a real collector, without anything of a reader."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from comments_service.database import Database
from comments_service.group_commit import GroupCommit
from comments_service.projections import Projection
from comments_service.schema import migrate
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import load_boards
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.position import read_position
from services.embedded.environment import ROOT
from shared.appends import Outcome
from shared.bus import publish_nudge
from shared.celery_app import make_celery
from shared.clock import system_clock
from shared.database import make_engine
from shared.event_log import START, EventLog
from shared.events import ArticlePublished, encode_click
from shared.offers import Offer, Recorded, SentClicks
from shared.partitions import tagged
from shared.schema import migrate as migrate_ranking
from shared.store import Store
from shared.tracing import TracingSettings, span, start_tracing, stop_tracing
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service, make_service
from tests.integration.tracing.collector import Collector, collecting, tracing
from tests.polling import until

BROWSER = "Mozilla/5.0 (Amiga; rv:140.0) Gecko/20100101"
ADDRESS = "203.0.113.77"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'comments.db'}"
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    return url


def project(store: Store, clock: FakeClock) -> None:
    """The boards come up to date."""
    make_projection(Stores(store, None, clock, 1), load_boards()).project(0)


def run(database_url: str, store: Store, clock: FakeClock, **settings: Any) -> tuple[Engine, Service]:
    engine = make_engine(database_url)
    return engine, make_service(engine, store, clock, partitions=1, **settings)


def follow_a_comment(database_url: str, store: Store, clock: FakeClock) -> None:
    """A reader posts a comment, which reaches the boards."""
    engine, service = run(database_url, store, clock, trusted_proxies=["127.0.0.1/32"])
    service.put("a")
    project(store, clock)
    headers = {"X-Request-Id": "the-request", "X-Forwarded-For": ADDRESS, "User-Agent": BROWSER}
    body = {"text": "写得好", "nickname": "路人甲"}
    answer = service.client.post("/v1/articles/a/comments?source=footer", json=body, headers=headers)
    assert answer.status_code == 201
    project(store, clock)
    engine.dispose()


def test_a_comment_is_followed_from_its_request_to_the_boards(
    collector: Collector, database_url: str, store: Store, clock: FakeClock
) -> None:
    with tracing(collector):
        follow_a_comment(database_url, store, clock)

    request = collector.one("POST /v1/articles/<article_id>/comments")
    relay = next(each for each in collector.spans("relay the outbox") if each.is_child_of(request))
    append = next(each for each in collector.spans("append") if each.is_child_of(relay))
    slice_ = next(each for each in collector.spans("project a slice") if each.is_linked_to(append))
    assert request.attributes["redian.request_id"] == "the-request"
    assert request.attributes["http.response.status_code"] == 201
    assert len(relay.attributes["redian.event_ids"]) == 1
    assert append.attributes["redian.event_ids"] == relay.attributes["redian.event_ids"]
    assert slice_.attributes["redian.event_ids"] == relay.attributes["redian.event_ids"]
    assert any(each.is_child_of(append) for each in collector.spans("EVALSHA"))
    assert any(each.is_child_of(slice_) for each in collector.spans("apply a chunk"))
    statements = [str(each.attributes.get("db.query.text")) for each in collector.spans() if each.is_child_of(request)]
    assert any(statement.startswith("INSERT INTO comments ") for statement in statements)


def test_no_span_tells_of_a_reader(collector: Collector, database_url: str, store: Store, clock: FakeClock) -> None:
    with tracing(collector):
        follow_a_comment(database_url, store, clock)

    told = "".join(str(each.sent) + repr(each.attributes) for each in collector.spans())
    for secret in (ADDRESS, "Amiga", "写得好", "路人甲", "source=footer"):
        assert secret not in told


def test_a_click_before_flask_and_a_warm_read_are_traced_too(
    collector: Collector, database_url: str, store: Store, clock: FakeClock
) -> None:
    with tracing(collector):
        engine, service = run(database_url, store, clock)
        service.put("a")
        service.click("a")
        for _ in range(2):
            service.get("/v1/articles/a/comments")
        engine.dispose()

    click = collector.one("POST /v1/clicks")
    assert any(each.is_child_of(click) for each in collector.spans("append"))
    assert click.attributes["http.response.status_code"] == 202
    reads = [each for each in collector.spans() if each.attributes.get("url.path") == "/v1/articles/a/comments"]
    assert {each.sent.name for each in reads} == {"GET", "GET /v1/articles/<article_id>/comments"}


def test_an_append_is_linked_to_every_request_whose_click_it_carries(
    collector: Collector, store: Store, clock: FakeClock
) -> None:
    class HeldLog(EventLog):
        groups: ClassVar[list[int]] = []
        is_held, may_go_on = threading.Event(), threading.Event()

        def append(self, partition: int, offers: Sequence[Offer], *rest: Any, **traces: Any) -> list[Outcome]:
            self.groups.append(len(offers))
            self.is_held.set()
            assert self.may_go_on.wait(10)
            return super().append(partition, offers, *rest, **traces)

    log = HeldLog(store, clock, partitions=1)
    desk = GroupCommit(log)

    def click(name: str) -> None:
        with span(name, {}, "server"):
            desk.append("a", SentClicks("a", encode_click("a", clock()), 1))

    with tracing(collector):
        threads = [threading.Thread(target=click, args=(f"request {number}",)) for number in range(4)]
        threads[0].start()
        assert log.is_held.wait(10)
        for thread in threads[1:]:
            thread.start()
        until(lambda: sum(len(queue._waiting) for queue in desk._groups) == 3, seconds=30)
        log.may_go_on.set()
        for thread in threads:
            thread.join()

    requests = [collector.one(f"request {number}") for number in range(4)]
    assert log.groups == [1, 3]
    second = next(each for each in collector.spans("append") if each.sent.links)
    (leader,) = [each for each in requests if second.is_child_of(each)]
    assert {each.sent.name for each in requests if second.is_linked_to(each)} == {
        each.sent.name for each in requests[1:] if each is not leader
    }


def test_a_projection_into_sql_is_linked_to_the_appends(
    collector: Collector, database_url: str, store: Store, clock: FakeClock
) -> None:
    with tracing(collector):
        engine, service = run(database_url, store, clock)
        service.put("a")
        Projection(Database(engine), service.log, "test", lambda *_: None).project(0)
        engine.dispose()

    fold = collector.one("fold a slice into SQL")
    assert fold.is_linked_to(collector.one("append"))
    assert fold.attributes["redian.consumer"] == "test"


def test_a_statement_that_fails_is_told_without_what_it_quotes(collector: Collector, database_url: str) -> None:
    engine = make_engine(database_url)

    with tracing(collector), span("something", {}), pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO webhooks (url) VALUES ('https://secret.example')"))

    insert = collector.one("INSERT")
    assert insert.is_child_of(collector.one("something"))
    assert insert.attributes["error.type"] == "IntegrityError"
    assert not insert.sent.status.message
    assert not insert.sent.events
    engine.dispose()


def test_commands_that_belong_to_no_request_are_not_sent(collector: Collector, store: Store) -> None:
    with tracing(collector):
        store.ping()
        with span("something", {}):
            store.ping()

    (ping,) = collector.spans("PING")
    assert ping.is_child_of(collector.one("something"))


def test_what_is_not_sampled_leaves_nothing_in_the_log(
    collector: Collector, database_url: str, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")

    with tracing(collector):
        follow_a_comment(database_url, store, clock)

    assert collector.spans() == []
    assert {frozenset(fields) for _, fields in store.xrange(tagged("log", 0))} == {frozenset({b"e"})}


def test_a_collector_that_is_away_costs_only_the_spans(
    database_url: str, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    start_tracing("test", TracingSettings(otel_exporter_otlp_endpoint="http://127.0.0.1:1"))

    try:
        follow_a_comment(database_url, store, clock)
    finally:
        stop_tracing()

    assert len(EventLog(store, clock, partitions=1).read(0, START).events) == 2  # type: ignore[union-attr]


def python(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"SECRET_KEY": "a secret of the tests"} | variables
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("package", ["comments_service", "ranking_service"])
def test_without_a_collector_nothing_of_it_is_imported_and_no_layer_is_added(package: str, tmp_path: Path) -> None:
    done = python(
        f"""
import sys
from {package} import create_app
layer, layers = create_app().wsgi_app, []
while hasattr(layer, "_app"):
    layers.append(type(layer).__name__)
    layer = layer._app
# redis-py imports the SDK by itself where it is installed.
ours = [name for name in sys.modules if name.startswith(("opentelemetry.exporter", "opentelemetry.instrumentation"))]
print("OpenOrigins" in layers, "TracedApp" in layers, ours)
""",
        DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}",
    )

    assert done.stdout.strip() == "True False []", done.stderr


def test_a_collector_without_the_packages_ends_with_a_sentence() -> None:
    done = python(
        """
import sys
sys.modules["opentelemetry.exporter"] = None
from ranking_service import create_app
create_app()
""",
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1",
    )

    assert done.returncode == 1
    assert "install the extra `tracing`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_sends_what_the_processes_that_it_forks_have_recorded(
    collector: Collector, tmp_path: Path, store: Store, redis_url: str
) -> None:
    database_url, broker = f"sqlite:///{tmp_path / 'ranking.db'}", f"redis+socket://{redis_url[7:].partition('?')[0]}"
    migrate_ranking(make_engine(database_url), FOLDER, VERSION_TABLE)
    log = EventLog(store, system_clock, partitions=1)
    with tracing(collector), span("a request", {}):
        published = ArticlePublished("e1", "a", system_clock(), 1, "t", "u", ["zz"], system_clock())
        log.append(0, [Recorded(published)])
    environ = os.environ | {
        "SECRET_KEY": "a secret of the tests",
        "REDIS_URL": redis_url,
        "BROKER_URL": broker,
        "DATABASE_URL": database_url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.receiver.url,
        # Only the end of the process sends.
        "OTEL_BSP_SCHEDULE_DELAY": "600000",
    }

    with subprocess.Popen([sys.executable, "-m", "ranking_service.worker"], cwd=ROOT, env=environ) as worker:
        app = make_celery("test", broker)
        until(lambda: store.exists("_kombu.binding.redian"), seconds=30)
        publish_nudge(app, 0)
        until(lambda: read_position(store, 0).projected == 1, seconds=30)
        worker.terminate()
        worker.wait(30)

    (slice_,) = collector.spans("project a slice")
    assert slice_.service == "redian-ranking-worker"
    assert slice_.is_linked_to(collector.one("append"))
    assert slice_.attributes["redian.event_ids"] == ["e1"]

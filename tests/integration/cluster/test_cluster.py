"""On a Redis Cluster the boards are the oracle's, and a master that dies takes nothing along that its replica has."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ranking_service.app import assemble
from ranking_service.assembly import Stores, make_archive, make_projection
from ranking_service.boards import Metric, load_boards
from ranking_service.chores import Chores
from ranking_service.freezes import Freezes
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.overlay import Overlays
from ranking_service.settings import RankingSettings
from services.embedded.ports import LOOPBACK
from shared.appends import Idempotency
from shared.clock import HOUR_MS
from shared.database import make_engine
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.events import ArticleClicked, ArticlePublished, encode_event
from shared.offers import Recorded, SentClicks
from shared.partitions import partition_of
from shared.schema import migrate
from shared.settings import Settings
from shared.store import Store, connect, connect_async
from tests.conftest import FakeClock
from tests.integration.cluster.cluster import Cluster, eventually
from tests.integration.ranking.newsroom import Newsroom
from tests.integration.ranking.oracle import Oracle

PARTITIONS = 16
ARTICLES = [f"cluster-{number}" for number in range(40)]
CHANNELS = ("zz", "xm")


@pytest.fixture
def store(cluster: Cluster) -> Iterator[Store]:
    client = connect(cluster.url, timeout_seconds=2)
    yield client
    client.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'ranking.db'}")
    migrate(engine, FOLDER, VERSION_TABLE)
    yield engine
    engine.dispose()


@pytest.fixture
def newsroom(store: Store, engine: Engine, clock: FakeClock) -> Newsroom:
    boards = load_boards()
    projection = make_projection(Stores(store, engine, clock, PARTITIONS), boards)
    return Newsroom(store, clock, projection, boards, PARTITIONS)


def test_the_partitions_are_spread_over_the_masters(newsroom: Newsroom, cluster: Cluster) -> None:
    newsroom.publish(ARTICLES[0])
    newsroom.project()

    assert all(node.client.dbsize() > 0 for node in cluster.masters)


def test_the_boards_are_those_of_the_oracle(newsroom: Newsroom, engine: Engine) -> None:
    chance, oracle, clock = random.Random(5), Oracle(), newsroom.clock
    for article_id in ARTICLES:
        channels = tuple(chance.sample(CHANNELS, chance.choice((1, 2))))
        newsroom.publish(article_id, *channels)
        oracle.live[article_id] = channels
    for _ in range(400):
        article_id, hours, times = (
            chance.choice(ARTICLES),
            chance.choice((0, 1, 23, 24, 71, 200, 719)),
            chance.randint(1, 9),
        )
        newsroom.click(article_id, times, hours_ago=hours)
        oracle.facts[article_id, clock() - hours * HOUR_MS, Metric.CLICKS] += times
        newsroom.comment(article_id, hours_ago=hours)
        oracle.facts[article_id, clock() - hours * HOUR_MS, Metric.COMMENTS] += 1
    newsroom.project()
    newsroom.withdraw(ARTICLES[0])
    del oracle.live[ARTICLES[0]]
    for _ in range(3):
        clock.forward(hours=1)
        newsroom.project()
        do_chores(newsroom, engine)

    assert newsroom.differences() == []
    for channel in ("all", *CHANNELS):
        for board in newsroom.boards:
            for metric in board.metrics:
                expected = oracle.board(board, metric, channel, clock())
                assert newsroom.scores(board.name, channel, metric) == pytest.approx(expected, rel=1e-9)
    read_everything(newsroom, engine, oracle)


def do_chores(newsroom: Newsroom, engine: Engine) -> None:
    """What a tick does beside projecting: archive, freezes, trimming."""
    archive = make_archive(Stores(newsroom.store, engine, newsroom.clock, PARTITIONS), newsroom.boards)
    assert archive is not None
    chores = Chores(
        store=newsroom.store,
        log=newsroom.projection.log,
        projection=newsroom.projection,
        archive=archive,
        freezes=Freezes(engine, newsroom.store, newsroom.boards, PARTITIONS),
        overlays=Overlays(engine, newsroom.store, newsroom.clock),
    )
    chores.do(newsroom.projection.project)


def read_everything(newsroom: Newsroom, engine: Engine, oracle: Oracle) -> None:
    """The read side over HTTP, on the same cluster."""
    settings = RankingSettings.model_validate(
        {
            "secret_key": "a secret of the tests",
            "partitions": PARTITIONS,
            "api_keys": [{"name": "editor", "key": "editor-key", "scopes": ["moderate"]}],
        }
    )
    client = assemble(settings, store=newsroom.store, engine=engine, clock=newsroom.clock).test_client()
    total = client.get("/v1/rankings/all/total?limit=100").get_json()
    board = newsroom.boards.find("total")
    assert board is not None
    expected = oracle.board(board, Metric.CLICKS, "all", newsroom.clock())
    assert {entry["article_id"]: entry["score"] for entry in total["entries"]} == expected
    pin = client.put(
        f"/v1/rankings/all/total/pins/{ARTICLES[5]}",
        json={"position": 1},
        headers={"Authorization": "Bearer editor-key"},
    )
    assert pin.status_code < 300, pin.text
    for path in ("/v1/rankings/all", "/v1/channels", f"/v1/articles/{ARTICLES[1]}/stats", "/readyz", "/metrics"):
        assert client.get(path).status_code == 200, path


def test_a_master_that_dies_takes_nothing_along_that_its_replica_has(
    newsroom: Newsroom, store: Store, cluster: Cluster, clock: FakeClock
) -> None:
    log = EventLog(store, clock, partitions=PARTITIONS)
    sent: Counter[str] = Counter()
    for article_id in ARTICLES:
        event = ArticlePublished(
            f"event-{article_id}", article_id, clock(), 1, "标题", "https://e.com", ["zz"], clock()
        )
        log.append(partition_of(article_id, PARTITIONS), [Recorded(event)])
        send(log, article_id, clock)
        sent[article_id] += 1
    newsroom.project()
    for article_id in ARTICLES:
        send(log, article_id, clock)
        sent[article_id] += 1
    for master in cluster.masters:
        # What WAIT has confirmed outlives the master.
        assert master.client.wait(1, 5_000) >= 1

    cluster.masters[0].stop()
    cluster.nodes = cluster.nodes[1:]
    for number in range(200):
        article_id = ARTICLES[number % len(ARTICLES)]
        send(log, article_id, clock, f"after-{number}")
        sent[article_id] += 1
    eventually(lambda: cluster.replicas[0].role == "master", "the replica to be promoted")
    newsroom.project()

    assert newsroom.scores("total", "zz") == sent
    assert newsroom.differences() == []


def send(log: EventLog, article_id: str, clock: FakeClock, key: str = "") -> None:
    """A click, sent again under its key until it is acknowledged; so a repeat after a failover counts once."""
    click = SentClicks(article_id, encode_event(ArticleClicked(article_id, clock())), 1)
    idempotency = Idempotency(key, key) if key else None
    refusals: set[str] = set()

    def is_taken() -> bool:
        try:
            log.append(partition_of(article_id, PARTITIONS), [click], idempotency)
        except RedianError as error:
            refusals.add(error.code)
            return False
        return True

    eventually(is_taken, "the log to take a click")
    assert refusals <= {"log_unavailable"}


def test_the_streams_of_live_comments_read_a_cluster(cluster: Cluster, newsroom: Newsroom) -> None:
    newsroom.comment(ARTICLES[3])
    partition = partition_of(ARTICLES[3], PARTITIONS)

    async def last() -> object:
        client = connect_async(cluster.url, timeout_seconds=2)
        try:
            return await client.xrevrange(f"log:{{{partition}}}", count=1)
        finally:
            await client.aclose()

    assert asyncio.run(last())


def test_a_cluster_cannot_be_the_broker() -> None:
    with pytest.raises(ValueError, match="BROKER_URL"):
        Settings.model_validate(
            {"secret_key": "a secret of the tests", "redis_url": f"redis+cluster://{LOOPBACK}:7000"}
        )

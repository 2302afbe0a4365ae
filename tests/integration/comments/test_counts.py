"""Click counts: projected from the log into SQL, effectively once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from comments_service.chores import do_chores
from comments_service.counts import CONSUMER, add_clicks, click_counts
from comments_service.projections import Projection
from comments_service.recovery import Recovery
from shared.errors import RedianError, unavailable
from shared.events import Event
from tests.integration.comments.conftest import CLICKS, Service


def clicks(service: Service, article_id: str) -> int:
    answer = service.client.get(f"/v1/articles/{article_id}")
    assert answer.json is not None
    count: int = answer.json["counts"]["clicks"]
    return count


@pytest.fixture
def counts(service: Service) -> Projection:
    return click_counts(service.database, service.log)


def tick(service: Service, counts: Projection) -> None:
    do_chores(Recovery(service.outbox, service.log, service.clock), service.outbox, [counts], service.log.partitions)


def test_clicks_reach_the_article(service: Service, counts: Projection) -> None:
    for number in range(5):
        service.put(f"zz-{number}")
    for number in range(5):
        batch = [{"article_id": f"zz-{number}"}] * number
        service.client.post("/v1/clicks/batch", json=batch, headers=CLICKS)

    tick(service, counts)
    service.click("zz-4")
    tick(service, counts)
    tick(service, counts)

    assert [clicks(service, f"zz-{number}") for number in range(5)] == [0, 1, 2, 3, 5]


def test_the_log_knows_how_far_we_have_read(service: Service, counts: Projection) -> None:
    service.put("zz-1")
    partition = service.log.partition_of("zz-1")
    store = service.log._store
    tick(service, counts)

    newest = store.xrevrange(f"log:{{{partition}}}", count=1)[0][0]

    assert store.hget(f"cursors:{{{partition}}}", CONSUMER) == newest


def test_a_slice_is_bounded_and_the_next_goes_on_behind_it(service: Service) -> None:
    counts = Projection(service.database, service.log, CONSUMER, add_clicks, most_events=2)
    service.put("zz-1")
    partition = service.log.partition_of("zz-1")
    for _ in range(4):
        service.click("zz-1", **CLICKS)

    assert [counts.project(partition) for _ in range(4)] == [2, 2, 1, 0]
    assert clicks(service, "zz-1") == 4


def test_two_workers_on_one_partition_count_once(service: Service) -> None:
    """Both read the same slice before either commits."""
    service.put("zz-1")
    partition = service.log.partition_of("zz-1")
    for round_number in range(1, 4):
        service.click("zz-1", **CLICKS)
        barrier = Barrier(2)

        def project(_: int, barrier: Barrier = barrier) -> None:
            counts = click_counts(service.database, service.log)
            position = counts._position(partition)
            piece = service.log.read(partition, position or "0-0")
            assert piece is not None
            barrier.wait(timeout=10)
            counts._commit(partition, position, piece)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(project, range(2)))

        assert clicks(service, "zz-1") == round_number


def test_a_crash_before_the_commit_counts_nothing_twice(service: Service, counts: Projection) -> None:
    def crash(session: Session, events: Sequence[Event]) -> None:
        add_clicks(session, events)
        raise unavailable("database", "killed here")

    service.put("zz-1")
    service.click("zz-1")
    partition = service.log.partition_of("zz-1")
    with pytest.raises(RedianError):
        Projection(service.database, service.log, CONSUMER, crash).project(partition)
    assert clicks(service, "zz-1") == 0

    counts.project(partition)

    assert clicks(service, "zz-1") == 1

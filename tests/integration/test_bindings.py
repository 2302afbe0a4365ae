"""Bindings: a broker that forgot its queues has them again."""

import pytest
from celery import Celery

from shared.bindings import Bindings, bind
from shared.bus import consumer_queue, publish_nudge
from shared.celery_app import make_celery
from shared.store import Store

QUEUE = "ranking"


@pytest.fixture
def broker_url(redis_url: str) -> str:
    return "redis+socket://" + redis_url.removeprefix("unix://").removesuffix("?db=0")


@pytest.fixture
def app(broker_url: str) -> Celery:
    """The app of a worker."""
    return make_celery("redian.test", broker_url, (consumer_queue(QUEUE, "log.*", "tick"),))


def test_nudges_reach_their_queue_again_after_the_broker_was_emptied(
    app: Celery, broker_url: str, store: Store
) -> None:
    publisher = make_celery("redian.publisher", broker_url)
    bind(app)
    store.flushall()
    publish_nudge(publisher, 0)
    assert store.llen(QUEUE) == 0, "nothing leads to the queue any more"

    bind(app)
    publish_nudge(publisher, 0)

    assert store.llen(QUEUE) == 1
    publisher.close()


def test_every_worker_binds_its_queues_again_and_again(app: Celery) -> None:
    assert Bindings in app.steps["consumer"]


def test_a_broker_that_is_away_ends_no_worker() -> None:
    bind(make_celery("redian.test", "redis://127.0.0.1:1/0", (consumer_queue(QUEUE, "tick"),)))

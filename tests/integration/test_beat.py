"""Beat on a real broker: what it does every second leaves nothing behind."""

from services.beat.__main__ import LONGEST_QUEUE, BeatSettings, BoundedScheduler, make_beat
from shared.store import Store


def scheduler(redis_url: str) -> BoundedScheduler:
    broker = redis_url.replace("unix://", "redis+socket://").replace("?db=0", "")
    settings = BeatSettings(secret_key="a secret of the tests", redis_url=redis_url, broker_url=broker)
    return BoundedScheduler(make_beat(settings), lazy=False)


def connections_made(store: Store) -> int:
    return int(store.info("stats")["total_connections_received"])


def test_looking_at_the_queues_makes_no_connection_each_time(redis_url: str, store: Store) -> None:
    """One made for each look left 15 MB an hour behind."""
    beat = scheduler(redis_url)
    beat._longest_queue()
    before = connections_made(store)

    for _ in range(20):
        assert beat._longest_queue() == 0

    assert connections_made(store) == before
    beat.app.close()


def test_the_longest_queue_is_found_and_an_unknown_one_is_empty(redis_url: str, store: Store) -> None:
    beat = scheduler(redis_url)
    assert beat._longest_queue() == 0
    store.sadd("_kombu.binding.redian", "ranking\x06\x16\x06\x16ranking")
    store.rpush("ranking", *range(LONGEST_QUEUE + 3))

    assert beat._longest_queue() == LONGEST_QUEUE + 3
    beat.app.close()

"""The worker: its one task does the chores of a tick, and an outage does not end it."""

import pytest

from comments_service.settings import CommentsSettings
from comments_service.worker import make_worker
from shared.bus import TICK
from tests.integration.comments.conftest import Service, unreachable


def test_a_tick_relays_the_outbox_and_projects_the_clicks(
    sqlite_service: Service, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    with monkeypatch.context() as patch:
        patch.setattr("shared.event_log.EventLog.append", unreachable)
        service.put("zz-1")
    worker = make_worker(settings_of(service, redis_url))

    worker.tasks[TICK]()
    assert service.click("zz-1").status_code == 202
    worker.tasks[TICK]()

    answer = service.client.get("/v1/articles/zz-1")
    assert answer.json is not None
    assert answer.json["counts"]["clicks"] == 1


def test_a_tick_during_an_outage_ends_quietly(sqlite_service: Service) -> None:
    worker = make_worker(settings_of(sqlite_service, "redis://127.0.0.1:1/0"))

    worker.tasks[TICK]()


def test_the_worker_takes_ticks_only(sqlite_service: Service, redis_url: str) -> None:
    """Nudges are the boards' matter: a reader does not watch an article's count by the millisecond."""
    (queue,) = make_worker(settings_of(sqlite_service, redis_url)).conf.task_queues

    assert queue.name == "comments"
    assert [each.routing_key for each in queue.bindings] == ["tick"]


def settings_of(service: Service, redis_url: str) -> CommentsSettings:
    values = {
        "secret_key": "a secret of the tests",
        "redis_url": redis_url,
        "broker_url": "memory://",
        "database_url": service.database.engine.url.render_as_string(),
        "partitions": 4,
    }
    return CommentsSettings.model_validate(values)

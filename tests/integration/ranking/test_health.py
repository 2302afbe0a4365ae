"""The boards' health, as moderators see it: lag by partition, and the portal's hours from ledger and archive."""

from typing import Any

import pytest
from sqlalchemy import delete

from ranking_service import keys
from ranking_service.tables import ledger_archive
from shared.clock import slot_of
from shared.database import writing
from shared.partitions import partition_of
from tests.integration.ranking.conftest import CMS, EDITOR, Service

PATH = "/v1/boards/health"


def health(service: Service) -> dict[str, Any]:
    answer = service.client.get(PATH, headers=EDITOR)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json  # type: ignore[assignment]  # a 200 has a body
    return body


def clicks(service: Service) -> list[int]:
    """Clicks of the last three hours, once the answer of before is forgotten."""
    service.clock.forward(seconds=16)
    return [hour["clicks"] for hour in health(service)["hours"][-3:]]


def test_the_lag_is_what_is_not_on_the_boards_yet(service: Service) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a", 3)
    service.newsroom.project()
    service.newsroom.click("a", 2)

    partitions = health(service)["partitions"]

    assert [each["partition"] for each in partitions] == list(range(service.newsroom.partitions))
    home = partitions[partition_of("a", service.newsroom.partitions)]
    assert (home["lag"], home["dead_letters"]) == (2, 0)
    assert home["newest"] is not None
    assert sum(each["lag"] for each in partitions) == 2


def test_an_hour_is_the_sum_of_all_articles(service: Service) -> None:
    for name in "ab":
        service.newsroom.publish(name)
        service.newsroom.click(name, 5)
    service.newsroom.project()
    service.later(hours=1)
    service.newsroom.click("a", 2)
    service.newsroom.project()

    assert clicks(service) == [0, 10, 2]
    assert len(health(service)["hours"]) == 48


def test_what_is_archived_is_read_from_the_archive_and_the_rest_from_redis(service: Service) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a", 5)
    service.newsroom.project()
    slot = slot_of(service.clock())
    service.later(hours=1)
    service.newsroom.click("a", 2)
    service.newsroom.project()
    home = partition_of("a", service.newsroom.partitions)
    row = {"partition": home, "slot": slot, "column": "clicks", "article_id": "a", "value": 7}
    with writing(service.engine) as connection:
        connection.execute(delete(ledger_archive))
        connection.execute(ledger_archive.insert(), row)
    service.newsroom.store.hset(keys.position(home), "archived", slot + 1)

    assert clicks(service) == [0, 7, 2]


@pytest.mark.parametrize(("headers", "status"), [({}, 401), (CMS, 403)])
def test_only_moderators_read_it(service: Service, headers: dict[str, str], status: int) -> None:
    assert service.client.get(PATH, headers=headers).status_code == status
    assert service.client.get("/v1/rankings/zz/total/overlay", headers=headers).status_code == status

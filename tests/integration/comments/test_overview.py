"""The overview: comments by hour and state, how long they wait, what is on its way to the log."""

from typing import Any

import pytest

from shared.clock import slot_of, slot_start_ms, to_rfc3339
from tests.integration.comments.conftest import MODERATOR, Service
from tests.marks import wait_for_marks

PATH = "/v1/moderation/overview"


def overview(service: Service, query: str = "") -> dict[str, Any]:
    return service.get(f"{PATH}{query}")


def ages(service: Service, query: str = "") -> list[int]:
    return [each["waiting"] for each in overview(service, query)["ages"]]


def test_an_hour_tells_what_became_of_its_comments(service: Service) -> None:
    service.put("zz-1", comments="moderated")
    ids = [service.comment("zz-1", str(number)).json["id"] for number in range(3)]  # type: ignore[index]  # a post has an answer
    service.clock.forward(hours=1)
    service.comment("zz-1")
    service.decide("publish", ids[0])
    service.decide("spam", ids[1])

    *_, before, now = overview(service)["hours"]

    assert now["slot"] == to_rfc3339(slot_start_ms(slot_of(service.clock())))
    assert [before[name] for name in ("published", "pending", "rejected", "spam", "deleted")] == [1, 1, 0, 1, 0]
    assert [now[name] for name in ("published", "pending")] == [0, 1]


def test_the_last_two_days_are_told_and_no_hour_is_left_out(service: Service) -> None:
    service.put("zz-1")
    service.comment("zz-1")

    service.clock.forward(hours=47)
    hours = overview(service)["hours"]
    assert (len(hours), hours[0]["published"]) == (48, 1)
    service.clock.forward(hours=1)
    assert sum(hour["published"] for hour in overview(service)["hours"]) == 0


def test_waiting_comments_are_counted_by_how_long_they_wait(service: Service) -> None:
    service.put("zz-1", comments="moderated")
    for minutes in (26 * 60, 60, 59):
        service.comment("zz-1")
        service.clock.forward(minutes=minutes)
    service.comment("zz-1")

    assert [each["less_than_seconds"] for each in overview(service)["ages"]] == [600, 3_600, 21_600, 86_400, None]
    assert ages(service) == [1, 1, 1, 0, 1]


def test_a_channel_has_its_own_figures(service: Service) -> None:
    service.put("zz-1", comments="moderated")
    service.put("xm-1", comments="moderated", channels=["xm"])
    service.comment("zz-1")

    assert (ages(service, "?channel=zz")[0], ages(service, "?channel=xm")[0]) == (1, 0)
    assert overview(service, "?channel=xm")["hours"][-1]["pending"] == 0


def test_what_cannot_reach_the_log_is_told(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.put("zz-1")
    wait_for_marks()
    assert overview(service)["outbox"] == {"waiting": 0, "oldest_at": None}
    monkeypatch.setattr("comments_service.outbox.Outbox.relay_now", lambda *_: None)

    service.comment("zz-1")

    assert overview(service)["outbox"] == {"waiting": 1, "oldest_at": to_rfc3339(service.clock())}


def test_only_moderators_read_it(service: Service) -> None:
    assert service.client.get(PATH).status_code == 401
    assert service.client.get(f"{PATH}?colour=red", headers=MODERATOR).status_code == 422

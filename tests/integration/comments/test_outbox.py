"""The outbox: what SQL committed reaches the log, once, whatever fails in between."""

import pytest
from sqlalchemy import func, select

from comments_service.database import Database
from comments_service.outbox import KEPT_MS
from comments_service.tables import OutboxRow
from shared.errors import RedianError
from shared.event_log import EventLog
from tests.integration.comments.conftest import CMS, Service, unreachable
from tests.marks import wait_for_marks


def rows(service: Service) -> int:
    with service.database.reading() as session:
        return session.scalar(select(func.count(OutboxRow.id))) or 0


def test_while_redis_is_down_changes_are_kept_and_relayed_later(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "append", unreachable)
        statuses = [
            service.put("zz-1").status_code,
            service.comment("zz-1").status_code,
            service.put("zz-2").status_code,
            service.client.delete("/v1/articles/zz-2", headers=CMS).status_code,
        ]
        assert statuses == [201, 201, 201, 204]
        assert service.outbox.waiting() == 4
        assert "redian_outbox_waiting 4.0" in service.client.get("/metrics").text

    relayed = service.outbox.relay_waiting()

    assert (relayed, service.outbox.waiting(), len(service.events())) == (4, 0, 4)
    assert service.click("zz-1").status_code == 202
    assert service.click("zz-2").status_code == 404


def test_a_crash_between_the_append_and_the_mark_repeats_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "append", unreachable)
        for number in range(3):
            service.put(f"zz-{number}")
    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", unreachable)
        with pytest.raises(RedianError):
            service.outbox.relay_waiting()
    assert (service.outbox.waiting(), len(service.events())) == (3, 3)

    service.outbox.relay_waiting()

    assert (service.outbox.waiting(), len(service.events())) == (0, 3)


def test_what_a_request_relayed_is_marked_after_its_answer(service: Service) -> None:
    service.put("zz-1")
    service.comment("zz-1")

    wait_for_marks()

    assert (service.outbox.waiting(), len(service.events())) == (0, 2)


def test_a_crash_before_the_mark_of_a_request_repeats_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.put("zz-1")
    wait_for_marks()
    with monkeypatch.context() as patch:
        patch.setattr("comments_service.marks.mark", unreachable)
        service.comment("zz-1")
        wait_for_marks()
    assert (service.outbox.waiting(), len(service.events())) == (1, 2)

    service.outbox.relay_waiting()

    assert (service.outbox.waiting(), len(service.events())) == (0, 2)


def test_a_long_outbox_is_relayed_in_batches_up_to_a_bound(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "append", unreachable)
        for number in range(9):
            service.put(f"zz-{number}")
    monkeypatch.setattr("comments_service.outbox.ROWS_PER_APPEND", 2)

    assert service.outbox.relay_waiting(most_rows=4) == 4
    assert service.outbox.relay_waiting() == 5
    assert len(service.events()) == 9


def test_relayed_rows_are_forgotten_after_a_week(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.put("zz-1")
    wait_for_marks()
    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "append", unreachable)
        service.put("zz-2")
    service.clock.now_ms += KEPT_MS
    service.outbox.forget_relayed()
    assert rows(service) == 2

    service.clock.now_ms += 1
    service.outbox.forget_relayed()

    assert (rows(service), service.outbox.waiting()) == (1, 1)

"""What a projection into SQL cannot parse is buried with its cursor's move, and counts once when it is retried."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from comments_service.consumers import make_projections
from comments_service.counts import add_clicks, click_counts
from comments_service.dead_letters import CommentLetters
from comments_service.projections import Projection
from comments_service.settings import CommentsSettings
from shared.errors import RedianError, unavailable
from shared.events import Event, decode_letter
from tests.integration.comments.conftest import Service

BYTES = b'["article.liked","zz-1","\xff\x00"]'


def run(service: Service, *args: str, status: int = 0) -> Any:
    result = service.app.test_cli_runner().invoke(args=["deadletter", args[0], "--json", *args[1:]])
    assert result.exit_code == status, result.output
    return json.loads(result.output)


def clicks(service: Service) -> int:
    count: int = service.get("/v1/articles/zz-1")["counts"]["clicks"]
    return count


@pytest.fixture
def counts(service: Service) -> Projection:
    """The projection of clicks, which has come past an event of a kind that nobody knows."""
    service.put("zz-1")
    service.click("zz-1")
    partition = service.log.partition_of("zz-1")
    service.log._store.xadd(f"log:{{{partition}}}", {"e": b"[" + BYTES + b"]"}, id=f"{service.clock()}-*")
    projection = click_counts(service.database, service.log)
    projection.project(partition)
    return projection


def test_an_unreadable_event_is_buried_and_the_cursor_goes_on(service: Service, counts: Projection) -> None:
    (letter,) = run(service, "list")

    assert letter["consumer"] == counts.consumer
    assert letter["reason"]
    assert clicks(service) == 1
    assert counts.backlog(service.log.partition_of("zz-1")).waiting == 0
    metrics = service.client.get("/metrics").text
    assert f'redian_dead_letters{{consumer="comments",partition="{letter["partition"]}"}} 1.0' in metrics


@pytest.mark.usefixtures("counts")
def test_its_bytes_are_kept_as_they_were(service: Service) -> None:
    (letter,) = CommentLetters(service.database, {}).all()

    # An entry that is no UTF-8 is not even cut into its events.
    assert letter.data == b"[" + BYTES + b"]"


@pytest.mark.usefixtures("counts")
def test_a_mended_letter_counts_once(service: Service) -> None:
    (letter,) = run(service, "list")
    mended = ("retry", letter["id"], "--as", '["article.clicked","zz-1",1795436400000,3]')

    outcomes = [run(service, *mended, status=status)[0]["outcome"] for status in (0, 1)]

    assert outcomes == ["retried", "gone"]
    assert clicks(service) == 4
    assert run(service, "list") == []


def test_a_retry_that_fails_half_way_leaves_the_letter(service: Service, counts: Projection) -> None:
    def crash(session: Session, events: Sequence[Event]) -> None:
        add_clicks(session, events)
        raise unavailable("database", "killed here")

    letters = CommentLetters(service.database, {counts.consumer: crash})
    (letter,) = letters.all()

    with pytest.raises(RedianError):
        letters.retry(letter, decode_letter(b'["article.clicked","zz-1",1795436400000,3]'))

    assert [each.id for each in letters.all()] == [letter.id]
    assert clicks(service) == 1


def test_each_projection_buries_and_drops_for_itself(service: Service) -> None:
    service.put("zz-1")
    partition = service.log.partition_of("zz-1")
    service.log._store.xadd(f"log:{{{partition}}}", {"e": b"[1]"}, id=f"{service.clock()}-*")
    settings = CommentsSettings.model_validate({"secret_key": "a secret of the tests"})
    for projection in make_projections(settings, service.database, service.log, service.clock):
        projection.project(partition)

    letters = run(service, "list")
    run(service, "drop", "--yes", letters[0]["id"])

    assert {each["consumer"] for each in letters} == {"comments", "mails", "webhooks"}
    assert run(service, "list") == letters[1:]

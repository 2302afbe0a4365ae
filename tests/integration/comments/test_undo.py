"""Undo: a decision taken back leaves the comment, its counts and what the log was told as they were before it."""

import pytest

from tests.integration.comments.conftest import Service
from tests.integration.comments.test_moderation import held, told, total


@pytest.fixture
def moderated(service: Service) -> Service:
    service.put("zz-1", comments="moderated")
    return service


def outcome(service: Service, action: str, comment_id: str, undoes: str | None = None) -> tuple[str, str]:
    (result,) = service.decide(action, comment_id, undoes=undoes)["results"]
    return result["outcome"], result["status"]


@pytest.mark.parametrize("action", ["publish", "reject", "spam"])
def test_a_decision_undone_is_a_comment_that_waits_as_before(moderated: Service, action: str) -> None:
    comment_id = held(moderated)
    before = moderated.get("/v1/moderation/queue")
    moderated.clock.forward(minutes=1)
    moderated.decide(action, comment_id)

    assert outcome(moderated, "undo", comment_id) == ("done", "pending")

    assert moderated.get("/v1/moderation/queue") == before
    assert total(moderated) == (0, 0, 0)
    assert [type(event).__name__ for event in told(moderated)] == (
        ["CommentPublished", "CommentRemoved"] if action == "publish" else []
    )


def test_a_removal_undone_counts_when_it_was_published(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)
    published_at = service.clock()
    shown = service.get("/v1/articles/zz-1/comments?sort=hot")
    service.clock.forward(hours=3)
    service.decide("spam", comment_id)

    service.decide("undo", comment_id)

    assert service.get("/v1/articles/zz-1/comments?sort=hot") == shown
    first, removal, again = told(service)
    assert (first.occurred_at, again.occurred_at) == (published_at, published_at)
    assert len({first.event_id, removal.event_id, again.event_id}) == 3
    assert total(service) == (1, 1, 1)


def test_reports_wait_again_when_their_answer_is_undone(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)
    for _ in range(3):
        reporter = service.app.test_client()
        reporter.post(f"/v1/comments/{comment_id}/reports", json={"reason": "spam", "note": "又是广告"})
    before = service.get("/v1/moderation/queue")
    assert [each["reports"] for each in before["comments"]] == [3]
    service.decide("publish", comment_id)

    service.decide("undo", comment_id)

    assert service.get("/v1/moderation/queue") == before


def test_a_pin_is_undone_and_a_deletion_is_not(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)
    service.decide("pin", comment_id)

    assert outcome(service, "undo", comment_id) == ("done", "published")
    assert not service.get("/v1/articles/zz-1/comments")["comments"][0]["pinned"]
    service.decide("delete", comment_id)
    assert outcome(service, "undo", comment_id) == ("deleted", "deleted")


def test_the_trail_tells_the_undoing_and_what_was_undone(moderated: Service) -> None:
    comment_id = held(moderated)
    moderated.decide("spam", comment_id)
    moderated.clock.forward(seconds=5)

    moderated.decide("undo", comment_id, reason="看错了")

    undoing, undone = moderated.get("/v1/moderation/audit")["entries"]
    assert (undoing["action"], undoing["who"], undoing["reason"]) == ("undo", "小编", "看错了")
    assert (undoing["status_before"], undoing["status_after"]) == ("spam", "pending")
    assert (undone["undone_at"], undoing["undone_at"]) == (undoing["at"], None)


def test_decisions_are_undone_from_the_last_to_the_first(moderated: Service) -> None:
    comment_id = held(moderated)
    moderated.decide("publish", comment_id)
    moderated.decide("reject", comment_id)

    outcomes = [outcome(moderated, "undo", comment_id) for _ in range(3)]

    assert outcomes == [("done", "published"), ("done", "pending"), ("superseded", "pending")]


def test_a_named_entry_is_undone_once_and_only_as_the_last(moderated: Service) -> None:
    comment_id = held(moderated)
    first = moderated.decide("publish", comment_id)["results"][0]["audit_id"]
    last = moderated.decide("reject", comment_id)["results"][0]["audit_id"]

    assert outcome(moderated, "undo", comment_id, first) == ("superseded", "rejected")
    assert outcome(moderated, "undo", comment_id, last) == ("done", "published")
    assert outcome(moderated, "undo", comment_id, last) == ("unchanged", "published")


def test_what_its_author_changed_since_is_not_undone(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)
    service.decide("publish", comment_id)
    service.decide("pin", comment_id)
    service.put("zz-1", comments="moderated")
    service.client.patch(f"/v1/comments/{comment_id}", json={"text": "改过"})

    assert outcome(service, "undo", comment_id) == ("superseded", "pending")


def test_only_undo_names_what_it_undoes(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)

    with pytest.raises(AssertionError, match="undoes"):
        service.decide("spam", comment_id, undoes="1")

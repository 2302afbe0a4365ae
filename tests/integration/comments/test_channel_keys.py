"""A moderator whose key is for some channels sees and does nothing in any other."""

import pytest

from shared.api_keys import ApiKey
from shared.errors import RedianError
from tests.integration.comments.conftest import FJ_MODERATOR, Service
from tests.integration.comments.test_moderation import held


@pytest.fixture
def two_channels(service: Service) -> Service:
    """An article in `fj` among others, and one in `xm` alone."""
    service.put("zz-1", comments="moderated")
    service.put("xm-1", channels=["xm"], comments="moderated")
    return service


def ids(service: Service, path: str) -> list[str]:
    return [each["id"] for each in service.get(path, **FJ_MODERATOR)["comments"]]


def decide(service: Service, *comment_ids: str) -> tuple[int, object]:
    wanted = [{"comment_id": each, "action": "publish"} for each in comment_ids]
    answer = service.client.post("/v1/moderation/decisions", json={"decisions": wanted}, headers=FJ_MODERATOR)
    return answer.status_code, answer.json


def test_queue_search_and_counts_hold_ones_own_channels(two_channels: Service) -> None:
    here, there = held(two_channels), held(two_channels, article_id="xm-1")

    assert ids(two_channels, "/v1/moderation/queue") == [here]
    assert ids(two_channels, "/v1/moderation/comments") == [here]
    assert ids(two_channels, "/v1/moderation/comments?article_id=xm-1") == []
    assert two_channels.get("/v1/moderation/counts", **FJ_MODERATOR)["waiting"] == 1
    assert two_channels.get("/v1/moderation/counts")["waiting"] == 2
    assert there not in ids(two_channels, "/v1/moderation/queue?channel=fj")


def test_a_readers_history_is_told_from_ones_own_channels(two_channels: Service) -> None:
    held(two_channels, "别处", article_id="xm-1")
    held(two_channels, "先前")
    two_channels.clock.forward(seconds=1)
    held(two_channels, "现在")

    newest = two_channels.get("/v1/moderation/comments?limit=1", **FJ_MODERATOR)["comments"][0]

    assert [each["text"] for each in newest["history"]] == ["先前"]


@pytest.mark.parametrize("path", ["queue", "comments", "counts", "audit"])
def test_another_channel_cannot_be_asked_for(two_channels: Service, path: str) -> None:
    answer = two_channels.client.get(f"/v1/moderation/{path}?channel=xm", headers=FJ_MODERATOR)

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "channel_forbidden"


def test_one_comment_of_another_channel_refuses_all_decisions(two_channels: Service) -> None:
    here, there = held(two_channels), held(two_channels, article_id="xm-1")

    status, body = decide(two_channels, here, there)

    assert status == 403
    assert isinstance(body, dict)
    assert [each["field"] for each in body["errors"]] == ["decisions.1.comment_id"]
    assert two_channels.get("/v1/moderation/audit")["entries"] == []
    assert decide(two_channels, here)[0] == 200


def test_the_trail_tells_of_ones_own_channels(two_channels: Service) -> None:
    here, there = held(two_channels), held(two_channels, article_id="xm-1")
    two_channels.decide("publish", here, there)

    trail = two_channels.get("/v1/moderation/audit", **FJ_MODERATOR)["entries"]

    assert [each["comment_id"] for each in trail] == [here]
    assert len(two_channels.get("/v1/moderation/audit")["entries"]) == 2


def test_a_key_for_channels_is_not_for_what_concerns_every_channel() -> None:
    key = ApiKey.model_validate({"name": "fj", "key": "k", "scopes": ["moderate"], "channels": ["fj"]})

    assert key.channels_for(None) == frozenset(["fj"])
    assert key.channels_for("fj") == frozenset(["fj"])
    for channel in ("xm", "all", None):
        with pytest.raises(RedianError, match="other channels"):
            key.require_channel(channel)

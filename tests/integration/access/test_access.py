"""Who gets in: each operation of both services, as they describe themselves, tried by everybody who should not.

A new operation is tried without being entered anywhere; one that asks for no key has to be entered among the open ones.
"""

from typing import Any

import pytest

from shared.api_keys import Scope
from tests.integration.access.conftest import Operation, System, bearer

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
OPEN_CHANGES = {
    ("POST", "/v1/clicks"): "a visitor; repeats are not counted",
    ("POST", "/v1/comments/counts"): "changes nothing",
    ("POST", "/v1/articles/{article_id}/comments"): "a reader; the gate, limits and moderation stand before it",
    ("PATCH", "/v1/comments/{comment_id}"): "its author",
    ("DELETE", "/v1/comments/{comment_id}"): "its author",
    ("PUT", "/v1/comments/{comment_id}/vote"): "a reader",
    ("POST", "/v1/comments/{comment_id}/reports"): "a reader",
    ("DELETE", "/v1/readers/me"): "the reader",
    ("POST", "/v1/mail/confirm"): "who has the token of a mail",
    ("POST", "/v1/mail/unsubscribe"): "who has the token of a mail",
    ("POST", "/v1/moderation/session"): "who has a key or a password: it becomes a session",
    ("DELETE", "/v1/moderation/session"): "who has the session",
    ("PUT", "/v1/moderation/session/password"): "who has the session and the password",
    ("POST", "/v1/moderation/invitations/look"): "who has a one-time link",
    ("POST", "/v1/moderation/invitations/accept"): "who has a one-time link",
}
"""Changes that no API key is asked for, and who may make them instead."""
DOORS = ("/v1/moderation/session", "/v1/moderation/invitations/")
"""Where one signs in or out; test_sign_in.py and test_account_sign_in.py try them."""
ACCOUNTS = "/v1/moderation/accounts"
NOBODYS = {"/v1/clicks", "/v1/comments/counts"}
"""Which readers' paths know no reader: the first counts visitors and knows keys, the other tells the same to all."""
READERS_PATHS = ("/v1/articles/{article_id}/comments", "/v1/comments/", "/v1/readers/")
CHANNEL_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/moderation/words"): {"word": "灯笼", "tier": "hold", "channel": "xm"},
    ("DELETE", "/v1/moderation/words"): {"word": "灯笼", "channel": "xm"},
    ("POST", "/v1/moderation/words/test"): {"text": "灯笼", "channel": "xm"},
    ("POST", "/v1/moderation/bans"): {"kind": "nickname", "value": "某人", "channel": "xm"},
    ("DELETE", "/v1/moderation/bans"): {"kind": "nickname", "value": "某人", "channel": "xm"},
    ("PUT", "/v1/moderation/challenges"): {"channel": "xm", "mode": "on"},
    ("PUT", "/v1/moderation/articles/{article_id}"): {"comments": "closed"},
    ("POST", "/v1/moderation/webhooks"): {"url": "https://hooks.example/", "events": ["comment.published"]},
    ("PATCH", "/v1/moderation/webhooks/{webhook_id}"): {"active": False},
    ("POST", "/v1/moderation/webhooks/{webhook_id}/secrets"): {"keep_hours": 0},
    ("PUT", "/v1/rankings/{channel}/{board}/greatest-age"): {"hours": 48},
    ("PUT", "/v1/rankings/{channel}/{board}/pins/{article_id}"): {"position": 1},
}
"""A body that each moderators' change takes, about the channel `xm`; decisions are about a comment of its."""


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, (answer.get_json(silent=True) or {}).get("code", "")


def body_of(operation: Operation) -> dict[str, Any]:
    return {"json": {}} if operation.has_body else {}


def refused(system: System, headers: dict[str, str], expected: tuple[int, str]) -> None:
    """Every operation that asks for a key answers the same to these headers, whatever else is wrong."""
    for operation in system.keyed():
        answer = operation.call(headers, {}, **body_of(operation))
        assert (operation.name, code(answer)) == (operation.name, expected)


def test_every_change_asks_for_a_key_or_is_listed_as_open(system: System) -> None:
    open_changes = {each.name for each in system.operations() if each.method in CHANGES and each.scope is None}

    assert open_changes == set(OPEN_CHANGES)


def test_everything_of_moderators_asks_for_their_scope(system: System) -> None:
    moderators = [each for each in system.operations() if each.path.startswith("/v1/moderation/")]

    assert len(moderators) > 20
    for each in moderators:
        scope = Scope.ADMINISTER if each.path.startswith(ACCOUNTS) else Scope.MODERATE
        assert (each.name, each.scope) == (each.name, None if each.path.startswith(DOORS) else scope)


def test_nobody_gets_in_without_a_key(system: System) -> None:
    refused(system, {}, (401, "key_missing"))


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YWxsLWtleTo=", "all-key", "Bearer all-key,"])
def test_nobody_gets_in_with_what_is_no_key(system: System, authorization: str) -> None:
    refused(system, {"Authorization": authorization}, (401, "key_unknown"))


def test_a_key_in_another_place_is_none(system: System) -> None:
    for operation in system.keyed():
        answer = operation.call(
            {"X-Api-Key": "all-key"}, {}, "?api_key=all-key&access_token=all-key", **body_of(operation)
        )
        assert (operation.name, code(answer)) == (operation.name, (401, "key_missing"))


def test_nobody_gets_in_with_the_scope_of_another_call(system: System) -> None:
    for operation in system.keyed():
        for scope in set(Scope) - {operation.scope}:
            answer = operation.call(bearer(f"{scope}-key"), {}, **body_of(operation))
            assert (operation.name, scope, code(answer)) == (operation.name, scope, (403, "scope_missing"))


def test_no_members_token_opens_what_asks_for_a_key(system: System, bad_tokens: dict[str, str]) -> None:
    for text in bad_tokens.values():
        refused(system, bearer(text), (401, "key_unknown"))


def test_a_bad_token_is_refused_wherever_a_reader_is_known(system: System, bad_tokens: dict[str, str]) -> None:
    readers = [
        each
        for each in system.operations()
        if each.scope is None and each.path.startswith(READERS_PATHS) and each.path not in NOBODYS
    ]
    readers = [each for each in readers if not each.path.endswith(".atom")]
    assert {each.name for each in readers} >= {each for each in OPEN_CHANGES if each[1].startswith("/v1/comments/{")}
    bodies: dict[str, dict[str, Any]] = {"PUT": {"value": 1}, "PATCH": {"text": "x"}}

    for operation in readers:
        for wrong, text in bad_tokens.items():
            body = bodies.get(
                operation.method, {"text": "x"} if "reports" not in operation.path else {"reason": "spam"}
            )
            sent: dict[str, Any] = {"json": body} if operation.has_body else {}
            answer = operation.call(bearer(text), {"comment_id": "A" * 26}, **sent)
            assert (operation.name, wrong, code(answer)) == (operation.name, wrong, (401, "token_invalid"))


@pytest.fixture
def ids(system: System, all_key: dict[str, str]) -> dict[str, str]:
    """What there is in the channel `xm`: an article with a held comment, a word, a ban, and a webhook."""
    client = system.comments.test_client(use_cookies=False)
    article = {
        "title": "厦门",
        "url": "https://a.example/1",
        "channels": ["xm"],
        "published_at": "2026-01-01T00:00:00Z",
    }
    article |= {"comments": "moderated"}
    assert client.put("/v1/articles/xm-1", json=article, headers=all_key).status_code == 201
    comment = client.post("/v1/articles/xm-1/comments", json={"text": "xm 的"}).get_json()
    ban, word = ({"kind": "nickname", "value": "xm", "channel": "xm"}, {"word": "xm", "tier": "hold", "channel": "xm"})
    assert client.post("/v1/moderation/bans", json=ban, headers=all_key).status_code == 201
    assert client.post("/v1/moderation/words", json=word, headers=all_key).status_code == 201
    switch = {"channel": "xm", "mode": "on"}
    assert client.put("/v1/moderation/challenges", json=switch, headers=all_key).status_code == 200
    hook = {"url": "https://xm.example/", "events": ["comment.published"]}
    webhook = client.post("/v1/moderation/webhooks", json=hook, headers=all_key).get_json()
    return {
        "channel": "xm",
        "board": "total",
        "article_id": "xm-1",
        "comment_id": comment["id"],
        "webhook_id": webhook["id"],
    }


def test_an_editor_of_one_channel_neither_changes_nor_reads_another(system: System, ids: dict[str, str]) -> None:
    decisions = {"decisions": [{"comment_id": ids["comment_id"], "action": "publish"}]}
    bodies = CHANNEL_BODIES | {("POST", "/v1/moderation/decisions"): decisions}

    for operation in (each for each in system.keyed() if each.scope is Scope.MODERATE):
        query = "?channel=xm" if "channel" in operation.parameters else ""
        assert operation.name in bodies or not operation.has_body, f"enter a body for {operation.name} above"
        body = {"json": bodies[operation.name]} if operation.has_body else {}
        answer = operation.call(bearer("fj-key"), ids, query, **body)
        if operation.method == "GET" and not query and answer.status_code == 200:
            # A list holds what is of his own channels.
            assert (operation.name, "xm" in answer.text) == (operation.name, False)
        else:
            assert (operation.name, code(answer)) == (operation.name, (403, "channel_forbidden"))


def test_the_same_calls_are_let_in_for_who_may(system: System, ids: dict[str, str], all_key: dict[str, str]) -> None:
    """Otherwise the refusals above could be of anything."""
    for operation in (each for each in system.keyed() if each.name in CHANNEL_BODIES):
        answer = operation.call(all_key, ids, json=CHANNEL_BODIES[operation.name])
        assert (operation.name, answer.status_code in {200, 201, 204, 404}) == (operation.name, True), answer.text

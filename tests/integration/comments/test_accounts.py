"""Accounts: who may manage them, what a role and channels open, and the trail of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import MODERATOR, Service, make_service
from tests.integration.comments.desk_accounts import (
    ACCOUNTS,
    KEYS,
    OWN,
    OWNER,
    PASSWORD,
    SESSION,
    browser,
    invited,
    joined,
    token_of,
)

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def service(sqlite_engine: Engine, store: Store, clock: FakeClock) -> Service:
    return make_service(sqlite_engine, store, clock, api_keys=KEYS)


def trail(service: Service) -> list[tuple[str, str, str]]:
    """The audit trail as (who, action, subject), the oldest first."""
    entries = service.client.get("/v1/moderation/audit", headers=OWNER).json["entries"]  # type: ignore[index]
    return [(each["who"], each["action"], each["subject"]) for each in reversed(entries)]


def test_an_administrator_invites_changes_disables_and_resets(
    make_service_here: Callable[..., Service], clock: FakeClock
) -> None:
    service = make_service_here(api_keys=KEYS)
    _, chief = joined(service, "chief@example.org", "administrator")

    status, account = chief.call("POST", ACCOUNTS, {"name": "林晓", "role": "editor", "channels": ["zz", "fj"]})
    assert status == 201
    assert (account["invited"], account["created_by"]) == (True, "chief@example.org")
    clock.forward(hours=1)
    path = f"{ACCOUNTS}/{account['id']}"
    assert browser(service).accept(account["link"])[0] == 200
    assert chief.call("PATCH", path, {"channels": None})[1]["channels"] is None
    assert chief.call("PATCH", path, {"disabled": True})[1]["disabled"] is True
    assert chief.call("PATCH", path, {"disabled": True})[0] == 200
    assert chief.call("PATCH", path, {"disabled": False})[1]["disabled"] is False
    status, again = chief.call("POST", f"{path}/invitation")

    assert (status, again["invited"]) == (201, True)
    assert browser(service).accept(again["link"], "another fine password")[0] == 200
    _, listed = chief.call("GET", ACCOUNTS)
    assert [each["name"] for each in listed["accounts"]] == ["chief@example.org", "林晓"]
    assert all(each["signed_in_at"] and "link" not in each for each in listed["accounts"])
    with_channels, without = "林晓 (editor: fj, zz)", "林晓 (editor)"
    assert trail(service) == [
        ("owner", "invite-account", "chief@example.org (administrator)"),
        ("chief@example.org", "accept-invitation", "chief@example.org (administrator)"),
        ("chief@example.org", "invite-account", with_channels),
        ("林晓", "accept-invitation", with_channels),
        ("chief@example.org", "change-account", without),
        ("chief@example.org", "disable-account", without),
        ("chief@example.org", "enable-account", without),
        ("chief@example.org", "reset-account", without),
        ("林晓", "accept-invitation", without),
    ]


def test_an_editor_decides_in_his_channels_alone(service: Service) -> None:
    for article_id, channel in (("fj-1", "fj"), ("xm-1", "xm")):
        service.put(article_id, channels=[channel], comments="moderated")
    here, there = (str((service.comment(each).json or {})["id"]) for each in ("fj-1", "xm-1"))
    _, own = joined(service, "林晓", channels=["fj"])

    def decide(comment_id: str) -> int:
        decision = {"comment_id": comment_id, "action": "publish"}
        return own.call("POST", "/v1/moderation/decisions", {"decisions": [decision]})[0]

    assert [each["id"] for each in own.call("GET", "/v1/moderation/queue")[1]["comments"]] == [here]
    assert (decide(here), decide(there)) == (200, 403)
    assert own.call("GET", "/v1/moderation/queue?channel=xm")[1]["code"] == "channel_forbidden"
    assert own.call("POST", "/v1/moderation/words", {"word": "灯笼", "tier": "hold"})[1]["code"] == "channel_forbidden"
    entries = own.call("GET", "/v1/moderation/audit")[1]["entries"]
    assert [(each["who"], each["action"]) for each in entries] == [("林晓", "publish")]


def test_an_administrator_withdraws_an_article_under_his_name_and_an_editor_does_not(service: Service) -> None:
    service.put("zz-1")
    _, editor = joined(service, "林晓")
    _, chief = joined(service, "chief", "administrator")

    assert editor.call("DELETE", "/v1/articles/zz-1")[1]["code"] == "scope_missing"
    assert chief.call("DELETE", "/v1/articles/zz-1")[0] == 204

    (entry, *_) = chief.call("GET", "/v1/moderation/audit")[1]["entries"]
    assert (entry["who"], entry["action"], entry["article_id"]) == ("chief", "withdraw-article", "zz-1")


def managing(account_id: str) -> list[tuple[str, str, Any]]:
    return [
        ("GET", ACCOUNTS, None),
        ("POST", ACCOUNTS, {"name": "new", "role": "administrator"}),
        ("PATCH", f"{ACCOUNTS}/{account_id}", {"role": "administrator"}),
        ("POST", f"{ACCOUNTS}/{account_id}/invitation", None),
    ]


def test_nobody_but_administrators_has_to_do_with_accounts(service: Service) -> None:
    account_id, editor = joined(service, "林晓")
    before = trail(service)

    for method, path, body in managing(account_id):
        assert editor.call(method, path, body)[1]["code"] == "scope_missing"
        for key, code in (("moderator-key", "scope_missing"), ("cms-key", "scope_missing"), ("guess", "key_unknown")):
            answer = service.client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {key}"})
            assert (answer.json or {})["code"] == code
        channel_key = {"Authorization": "Bearer fj-owner-key"}
        answer = service.client.open(path, method=method, json=body, headers=channel_key)
        assert (answer.json or {})["code"] == "channel_forbidden"
        assert service.app.test_client().open(path, method=method, json=body).status_code == 401

    assert trail(service) == before


def test_every_change_of_an_account_refuses_a_wrong_token(service: Service) -> None:
    account_id, _ = joined(service, "林晓")
    _, chief = joined(service, "chief", "administrator")
    good = chief.token
    before = trail(service)

    for method, path, body in managing(account_id)[1:]:
        for headers in ({}, OWN, OWN | {"X-CSRF-Token": good[:-1]}, {"X-CSRF-Token": good}):
            answer = chief.client.open(path, method=method, json=body, headers=headers)
            assert (answer.status_code, (answer.json or {})["code"]) == (403, "csrf_refused")

    assert trail(service) == before


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "editor"}])
def test_the_last_administrator_stays_one(service: Service, change: dict[str, Any]) -> None:
    first, own = joined(service, "first", "administrator")
    invited(service, "not there yet", "administrator")

    status, answer = own.call("PATCH", f"{ACCOUNTS}/{first}", change)
    assert (status, answer["code"]) == (409, "administrator_last")
    joined(service, "second", "administrator")
    assert own.call("PATCH", f"{ACCOUNTS}/{first}", change)[0] == 200
    assert not own.is_in()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "role": "owner"}, "role"),
        ({"name": "", "role": "editor"}, "name"),
        ({"name": "a\nb", "role": "editor"}, "name"),
        ({"name": "x" * 65, "role": "editor"}, "name"),
        ({"name": "x", "role": "editor", "channels": []}, "channels"),
        ({"name": "x", "role": "editor", "channels": ["a b"]}, "channels.0"),
        ({"name": "x", "role": "administrator", "channels": ["fj"]}, "channels"),
        ({"name": "x", "role": "editor", "password": PASSWORD}, "password"),
    ],
)
def test_a_faulty_account_is_told_where(service: Service, body: dict[str, Any], field: str) -> None:
    answer = service.client.post(ACCOUNTS, json=body, headers=OWNER)

    assert answer.status_code == 422
    assert [each["field"] for each in (answer.json or {})["errors"]] == [field]


def test_whoever_becomes_an_administrator_is_for_every_channel(service: Service) -> None:
    account_id, _ = joined(service, "林晓", channels=["fj"])
    path = f"{ACCOUNTS}/{account_id}"

    raised = service.client.patch(path, json={"role": "administrator"}, headers=OWNER).json or {}

    assert (raised["role"], raised["channels"]) == ("administrator", None)
    assert service.client.patch(path, json={"channels": ["fj"]}, headers=OWNER).status_code == 422
    assert service.client.patch(path, json={}, headers=OWNER).status_code == 422
    assert service.client.patch(f"{ACCOUNTS}/{'0' * 26}", json={"disabled": True}, headers=OWNER).status_code == 404


@pytest.mark.parametrize("name", ["林晓", "  林晓 ", "ｏｗｎｅｒ", "Owner", "Command Line"])
def test_no_two_in_the_trail_have_one_name(service: Service, name: str) -> None:
    joined(service, "林晓")

    answer = service.client.post(ACCOUNTS, json={"name": name, "role": "editor"}, headers=OWNER)

    assert (answer.status_code, (answer.json or {})["code"]) == (409, "account_exists")


def test_no_guest_writes_under_the_name_of_an_account(service: Service) -> None:
    service.put("zz-1")
    invited(service, "林晓")

    assert (service.comment("zz-1", nickname="林 晓").json or {})["code"] == "nickname_protected"


def test_the_command_makes_an_administrator_and_lets_one_back_in(service: Service) -> None:
    run = service.app.test_cli_runner().invoke
    made = run(args=["administrator", "invite", "chief@example.org"])
    own = browser(service)
    assert own.accept(made.output.split()[-1])[0] == 200
    assert own.call("GET", ACCOUNTS)[0] == 200
    _, second = joined(service, "second", "administrator")
    ((chief_id, _), _) = [(each["id"], each) for each in own.call("GET", ACCOUNTS)[1]["accounts"]]
    assert (
        second.call("PATCH", f"{ACCOUNTS}/{chief_id}", {"role": "editor", "channels": ["fj"], "disabled": True})[0]
        == 200
    )

    again = run(args=["administrator", "invite", "Chief@example.org"])

    assert own.accept(again.output.split()[-1], "another fine password")[1]["scopes"] == [
        "administer",
        "cms",
        "moderate",
    ]
    assert ("command line", "reset-account", "chief@example.org (administrator)") in trail(service)
    assert run(args=["administrator", "invite", "a\x07b"]).exit_code == 2


def test_a_session_of_an_account_is_not_that_of_a_key_of_its_name(service: Service) -> None:
    _, own = joined(service, "林晓")

    status, session = own.call("GET", SESSION)

    assert status == 200
    assert session["account_id"]
    keyed = browser(service)
    assert keyed.call("POST", SESSION, {"key": "moderator-key"})[1]["account_id"] is None
    assert service.client.get("/v1/moderation/queue", headers=MODERATOR).status_code == 200


def test_what_a_link_says_is_for_whoever_has_it_alone(service: Service) -> None:
    link = invited(service, "林晓")["link"]

    answer = service.client.post("/v1/moderation/invitations/look", json={"token": token_of(link)}, headers=OWN)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "?" not in link, "a fragment is sent to no server"

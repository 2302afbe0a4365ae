"""Sign-in at the desk: who gets a session, what it opens, and what another site cannot do with it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from comments_service.desk.tries import NETWORK_TRIES as TRIES
from ranking_service.app import assemble as assemble_rankings
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.settings import RankingSettings
from shared.database import make_engine
from shared.schema import migrate
from shared.sessions import SESSION_HOURS
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import API_KEYS, CLICKS, MODERATOR, Service, make_service

OWN = {"Origin": "http://localhost"}
SESSION = "/v1/moderation/session"
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
KEY_HOLDERS = {"api_keys": [*API_KEYS, {"name": "all", "key": "all-key", "scopes": ["cms", "clicks", "moderate"]}]}


@pytest.fixture
def service(sqlite_engine: Engine, store: Store, clock: FakeClock) -> Service:
    return make_service(sqlite_engine, store, clock, **KEY_HOLDERS)


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.client


def sign_in(client: FlaskClient, key: str = "moderator-key", **headers: str) -> TestResponse:
    return client.post(SESSION, json={"key": key}, headers=OWN | headers)


def signed_in(client: FlaskClient, key: str = "moderator-key") -> dict[str, str]:
    """The headers of a change by somebody who just signed in."""
    answer = sign_in(client, key)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return OWN | {"X-CSRF-Token": answer.json["csrf_token"]}


def test_a_moderators_key_is_exchanged_for_a_cookie_that_no_script_reads(client: FlaskClient) -> None:
    answer = sign_in(client)

    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["name"], answer.json["scopes"]) == ("小编", ["moderate"])
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("redian_desk=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={SESSION_HOURS * 3600}"} <= set(cookie.split("; "))
    assert "moderator-key" not in answer.text + cookie


def test_over_https_the_cookie_is_bound_to_this_very_host(client: FlaskClient) -> None:
    answer = client.post(SESSION, json={"key": "moderator-key"}, headers=OWN, base_url="https://localhost")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-redian_desk=")
    assert "Secure" in cookie.split("; ")
    assert "Domain" not in cookie
    assert client.get("/v1/moderation/queue", base_url="https://localhost").status_code == 200


def test_a_session_reads_and_decides_under_the_name_of_its_key(service: Service, client: FlaskClient) -> None:
    service.put("zz-1", comments="moderated")
    comment_id = service.comment("zz-1").json["id"]  # type: ignore[index]  # a post has an answer
    headers = signed_in(client)

    assert client.get("/v1/moderation/queue").status_code == 200
    decision = {"comment_id": comment_id, "action": "publish"}
    answer = client.post("/v1/moderation/decisions", json={"decisions": [decision]}, headers=headers)

    assert answer.status_code == 200
    (entry,) = service.get("/v1/moderation/audit")["entries"]
    assert (entry["who"], entry["action"]) == ("小编", "publish")


def test_a_session_has_the_scopes_of_its_key_and_no_more(service: Service, client: FlaskClient) -> None:
    service.put("zz-1")
    assert client.delete("/v1/articles/zz-1", headers=signed_in(client)).status_code == 403

    assert client.delete("/v1/articles/zz-1", headers=signed_in(client, "all-key")).status_code == 204


def guarded(service: Service) -> Iterator[tuple[str, str]]:
    """Every change that needs a key, as (method, path)."""
    for rule in service.app.url_map.iter_rules():
        view = service.app.view_functions[rule.endpoint]
        if hasattr(view, "required_scope"):
            path = rule.rule.replace("<article_id>", "zz-1")
            yield from ((method, path) for method in sorted(CHANGES & (rule.methods or set())))


def test_every_change_refuses_a_session_without_its_token(service: Service, client: FlaskClient) -> None:
    changes = [*guarded(service), ("DELETE", SESSION)]
    assert len(changes) >= 6
    token = signed_in(client, "all-key")["X-CSRF-Token"]
    wrong = [
        {},
        OWN,
        {"X-CSRF-Token": token},
        {"X-CSRF-Token": token, "Origin": "https://evil.example"},
        {"X-CSRF-Token": token, "Origin": "null"},
        OWN | {"X-CSRF-Token": token, "Sec-Fetch-Site": "same-site"},
        OWN | {"X-CSRF-Token": token[:-1]},
        OWN | {"X-CSRF-Token": "字"},
    ]

    for method, path in changes:
        for headers in wrong:
            answer = client.open(path, method=method, json={}, headers=headers)
            assert (answer.status_code, (answer.json or {})["code"]) == (403, "csrf_refused"), (method, path, headers)
    assert client.get(SESSION).status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example"}, OWN | {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://["}]
)
def test_another_site_cannot_sign_anybody_in(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post(SESSION, json={"key": "moderator-key"}, headers=headers)

    assert (answer.status_code, (answer.json or {})["code"]) == (403, "csrf_refused")
    assert "Set-Cookie" not in answer.headers


def test_a_sign_in_makes_the_session_of_before_worthless(client: FlaskClient) -> None:
    signed_in(client)
    before = client.get_cookie("redian_desk")
    assert before is not None

    signed_in(client)

    client.set_cookie("redian_desk", before.value)
    assert client.get("/v1/moderation/queue").status_code == 401


def test_after_signing_out_the_cookie_opens_nothing(client: FlaskClient) -> None:
    headers = signed_in(client)
    cookie = client.get_cookie("redian_desk")
    assert cookie is not None

    assert client.delete(SESSION, headers=headers).status_code == 204

    assert client.get_cookie("redian_desk") is None
    client.set_cookie("redian_desk", cookie.value)
    answer = client.get("/v1/moderation/queue")
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "session_over")


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        ("nobody's", 401, "key_unknown"),
        ("cms-key", 403, "scope_missing"),
        ("", 422, "invalid"),
        ("字", 401, "key_unknown"),
    ],
)
def test_no_other_key_signs_in(client: FlaskClient, key: str, status: int, code: str) -> None:
    answer = sign_in(client, key)

    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
    assert "Set-Cookie" not in answer.headers


def test_guessing_is_stopped_and_signing_in_is_not(client: FlaskClient) -> None:
    for _ in range(2 * TRIES):
        assert sign_in(client).status_code == 200

    for _ in range(TRIES):
        assert sign_in(client, "guess").status_code == 401
    refused = sign_in(client)

    assert (refused.status_code, (refused.json or {})["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_metrics_tell_of_tries_and_how_they_ended(client: FlaskClient) -> None:
    sign_in(client)
    sign_in(client)
    for _ in range(TRIES + 2):
        sign_in(client, "guess")

    text = client.get("/metrics").text

    assert 'redian_sign_ins_total{outcome="accepted"} 2.0' in text
    assert f'redian_sign_ins_total{{outcome="refused"}} {TRIES}.0' in text
    assert 'redian_sign_ins_total{outcome="limited"} 2.0' in text


def test_a_program_with_a_key_is_asked_for_nothing_else(client: FlaskClient) -> None:
    client.set_cookie("redian_desk", "stale")

    answer = client.post("/v1/moderation/words", json={"word": "灯笼", "tier": "hold"}, headers=MODERATOR)

    assert answer.status_code == 201
    assert client.get("/v1/moderation/queue", headers=CLICKS).status_code == 403


def test_the_session_opens_the_overlay_of_the_rankings_too(
    client: FlaskClient, store: Store, clock: FakeClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('ranking')}/ranking.db")
    migrate(engine, FOLDER, VERSION_TABLE)
    values = {"secret_key": "a secret of the tests", "partitions": 4} | KEY_HOLDERS
    settings = RankingSettings.model_validate(values)
    rankings = assemble_rankings(settings, store=store, engine=engine, clock=clock).test_client()
    headers = signed_in(client)
    cookie = client.get_cookie("redian_desk")
    assert cookie is not None
    rankings.set_cookie("redian_desk", cookie.value)

    path = "/v1/rankings/zz/daily/greatest-age"
    assert rankings.put(path, json={"hours": 48}, headers=OWN).status_code == 403
    assert rankings.put(path, json={"hours": 48}, headers=headers).status_code == 204
    client.delete(SESSION, headers=headers)
    assert rankings.put(path, json={"hours": 48}, headers=headers).status_code == 401
    engine.dispose()

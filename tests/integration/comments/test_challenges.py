"""The gate: proof of work where moderators switched it on or a flood did, once a solution, and off again when calm."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from comments_service.switches import Switch, Switches
from shared.clock import to_rfc3339
from shared.store import Store, connect
from tests.conftest import FakeClock
from tests.integration.comments.conftest import FJ_MODERATOR, MODERATOR, Service, make_service
from tests.integration.comments.test_moderation import total
from tests.work import work

PATH = "/v1/moderation/challenges"
HERE = "203.0.113.7"
LIMITLESS = "100000 per minute"
ABUSE: dict[str, Any] = {
    "rate_limits": "on",
    "challenge_bits": 6,
    "limit_comments_reader": LIMITLESS,
    "limit_comments_network": LIMITLESS,
    "limit_comments_article": LIMITLESS,
}


@pytest.fixture
def gated(engine: Engine, store: Store, clock: FakeClock, tmp_path: Path) -> Service:
    """A service where five comments a minute in a channel are no flood yet."""
    rules = tmp_path / "rules.toml"
    rules.write_text("flood_per_minute = 5\n")
    service = make_service(engine, store, clock, rules_file=rules, **ABUSE)
    service.put("zz-1")
    service.put("xm-1", channels=["xm"])
    return service


def switch(service: Service, mode: str, channel: str = "fj", key: dict[str, str] = MODERATOR) -> TestResponse:
    return service.client.put(PATH, json={"channel": channel, "mode": mode}, headers=key)


def state(service: Service, channel: str = "fj") -> tuple[str, int, bool]:
    (found,) = service.get(f"{PATH}?channel={channel}")["challenges"]
    return found["mode"], found["per_minute"], found["active"]


def post(
    service: Service,
    solution: str | None = None,
    article_id: str = "zz-1",
    address: str = "203.0.113.7",
    **headers: str,
) -> TestResponse:
    if solution is not None:
        headers["X-Challenge-Solution"] = solution
    path = f"/v1/articles/{article_id}/comments"
    return service.client.post(path, json={"text": "写得好"}, headers=headers, environ_base={"REMOTE_ADDR": address})


def solve(answer: TestResponse) -> str:
    """The header that solves the challenge of a 428."""
    assert answer.status_code == 428, answer.text
    assert answer.json is not None
    return work(answer.json["challenge"]["token"], answer.json["challenge"]["difficulty"])


def test_a_post_without_a_solution_brings_a_challenge(gated: Service) -> None:
    assert switch(gated, "on").status_code == 200

    answer = post(gated)

    assert answer.json is not None
    assert (answer.status_code, answer.mimetype) == (428, "application/problem+json")
    assert answer.json["code"] == "challenge_required"
    assert answer.json["challenge"] == {
        "algorithm": "sha256",
        "token": answer.json["challenge"]["token"],
        "difficulty": 6,
        "expires_at": to_rfc3339(gated.clock() + 10 * 60_000),
    }
    assert total(gated) == (0, 0, 0)


def test_a_solution_lets_one_post_in(gated: Service) -> None:
    switch(gated, "on")
    solution = solve(post(gated))

    assert post(gated, solution).status_code == 201
    again = post(gated, solution)

    assert again.status_code == 428
    assert post(gated, solve(again)).status_code == 201


def test_a_resend_brings_the_solution_of_the_first(gated: Service) -> None:
    switch(gated, "on")
    solution, key = solve(post(gated)), {"Idempotency-Key": "k"}

    first, resend = post(gated, solution, **key), post(gated, solution, **key)

    assert (first.status_code, resend.status_code) == (201, 201)
    assert first.json == resend.json
    assert post(gated, solution, **{"Idempotency-Key": "another"}).status_code == 428


def test_a_solution_of_another_article_or_network_is_none(gated: Service) -> None:
    switch(gated, "on")
    switch(gated, "on", "xm")
    solution = solve(post(gated))

    assert post(gated, solution, article_id="xm-1").status_code == 428
    assert post(gated, solution, address="198.51.100.7").status_code == 428
    assert post(gated, solution, address="203.0.113.99").status_code == 201


def test_a_channel_without_a_challenge_asks_for_none(gated: Service) -> None:
    switch(gated, "on")

    assert post(gated, article_id="xm-1").status_code == 201
    assert post(gated, "nonsense", article_id="xm-1").status_code == 201
    assert post(gated, article_id="nowhere").status_code == 404


def test_a_flood_switches_the_challenge_on_and_calm_switches_it_off(gated: Service) -> None:
    assert [post(gated).status_code for _ in range(6)] == [201] * 5 + [428]
    assert state(gated) == ("auto", 6, True)
    assert post(gated, article_id="xm-1").status_code == 201
    gated.clock.forward(minutes=9)
    assert post(gated).status_code == 428
    gated.clock.forward(minutes=1.5)

    assert post(gated).status_code == 201
    assert state(gated) == ("auto", 1, False)


def test_posts_that_are_refused_keep_a_flood_a_flood(gated: Service) -> None:
    for _ in range(6):
        post(gated)
    for _ in range(20):
        gated.clock.forward(minutes=0.9)
        statuses = {post(gated).status_code for _ in range(8)}
        assert statuses == {428}


def test_a_moderator_keeps_a_channel_open_in_a_flood(gated: Service) -> None:
    switch(gated, "off")
    switch(gated, "off", "zz")

    assert {post(gated).status_code for _ in range(12)} == {201}
    assert state(gated) == ("off", 12, False)


def test_switches_stand_in_the_audit_trail_and_are_of_a_channel(gated: Service) -> None:
    assert switch(gated, "auto").json is not None
    switch(gated, "on")
    switch(gated, "on")
    switch(gated, "auto")

    trail = gated.get("/v1/moderation/audit")["entries"]
    assert [(each["action"], each["subject"], each["channel"]) for each in trail] == [
        ("set-challenge", "auto", "fj"),
        ("set-challenge", "on", "fj"),
    ]
    assert [each["channel"] for each in gated.get(PATH)["challenges"]] == ["fj", "xm", "zz"]
    assert [each["channel"] for each in gated.get(PATH, **FJ_MODERATOR)["challenges"]] == ["fj"]
    assert switch(gated, "on", "xm", FJ_MODERATOR).status_code == 403
    assert switch(gated, "on", key={}).status_code == 401
    assert switch(gated, "sometimes").status_code == 422
    assert switch(gated, "on", "all").status_code == 422


def test_without_redis_the_gate_fails_open_but_asks_where_it_was_told_to(
    sqlite_engine: Engine, clock: FakeClock
) -> None:
    service = make_service(sqlite_engine, connect("redis://127.0.0.1:1/0"), clock, **ABUSE)
    service.put("zz-1")
    assert post(service).status_code == 201
    Switches(service.database, clock).put("fj", Switch.ON, "小编")

    solution = solve(post(service))

    assert [post(service, solution).status_code for _ in range(2)] == [201, 201]
    # Four posts whose flood nobody saw, and two solutions of which nobody knows whether they were used.
    assert 'redian_gate_posts_total{outcome="unchecked"} 6.0' in service.client.get("/metrics").text


def test_rate_limits_off_open_the_gate(sqlite_service: Service) -> None:
    sqlite_service.put("zz-1")
    switch(sqlite_service, "on")

    assert post(sqlite_service).status_code == 201

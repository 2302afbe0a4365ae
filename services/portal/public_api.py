"""The public API as the portal reads it: several reads at once, answers kept a second, the last one in an outage."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

FRESH_SECONDS = 1.0
TIMEOUT_SECONDS = 1.5
MOST_ANSWERS = 2_000
READERS = 16

log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """What a read brought: its JSON, or None when there is no such thing; `is_stale` when this is an older answer."""

    json: Any
    is_stale: bool = False


class Away(Exception):  # noqa: N818  # it is a state, as in design's words
    """Neither the API nor an older answer is there."""


class PublicApi:
    """Reads paths of the API."""

    def __init__(self, client: httpx.Client, now: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._now = now
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="reads")
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def read(self, path: str) -> Answer:
        """One read; raises Away when nothing is known."""
        kept = self._kept.get(path)
        if kept and self._now() - kept[0] < FRESH_SECONDS:
            return Answer(kept[1])
        try:
            found = self._fetch(path)
        except httpx.HTTPError as error:
            log.warning("the API is away", path=path, reason=repr(error))
            if kept is None:
                raise Away from error
            return Answer(kept[1], is_stale=True)
        self._keep(path, found)
        return Answer(found)

    def read_all(self, paths: Sequence[str]) -> list[Answer | None]:
        """Reads at the same time; None for each that is away."""
        return list(self._pool.map(self._read_or_none, paths))

    def _read_or_none(self, path: str) -> Answer | None:
        try:
            return self.read(path)
        except Away:
            return None

    def _fetch(self, path: str) -> Any:
        answer = self._client.get(path)
        if answer.status_code in {404, 410, 422}:
            return None
        return answer.raise_for_status().json()

    def _keep(self, path: str, found: Any) -> None:
        self._kept[path] = (self._now(), found)
        self._kept.move_to_end(path)
        while len(self._kept) > MOST_ANSWERS:
            self._kept.popitem(last=False)


def make_client(gateway_url: str) -> httpx.Client:
    """A client that gives up before a reader does."""
    return httpx.Client(base_url=gateway_url, timeout=TIMEOUT_SECONDS, headers={"User-Agent": "redian-portal"})

"""Clicks sent until each is acknowledged, with the count of what the boards must then hold."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

CLICKS_A_BATCH = 25


@dataclass
class Clicks:
    """Sends clicks on some articles, with a key of scope `clicks`."""

    articles: Sequence[str]
    key: Mapping[str, str]
    acknowledged: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def send_batch(self, http: httpx.Client, chance: random.Random) -> None:
        """Clicks of a portal's server, sent again under the same key until they are acknowledged."""
        clicks = chance.choices(self.articles, k=CLICKS_A_BATCH)
        body = [{"article_id": article_id} for article_id in clicks]
        headers = {**self.key, "Idempotency-Key": f"{self.articles[0]}-{next(self._numbers)}"}
        answer = send_until_taken(http, "/v1/clicks/batch", body, headers)
        assert answer.json()["accepted"] == CLICKS_A_BATCH
        self.acknowledged.update(clicks)

    def send_single(self, http: httpx.Client, chance: random.Random) -> None:
        """One reader's click; each reader has a browser of his own, so only what is sent again is a repeat."""
        article_id = chance.choice(self.articles)
        headers = {"User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:{next(self._numbers)}.0) Gecko/20100101"}
        send_until_taken(http, "/v1/clicks", {"article_id": article_id}, headers)
        self.acknowledged[article_id] += 1


def send_until_taken(http: httpx.Client, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
    """Send again what was not acknowledged: a store that is away, or slow on a busy disk, answers 503."""
    while True:
        try:
            answer = http.post(path, json=body, headers=headers)
        except httpx.TransportError:
            continue
        if answer.is_success:
            return answer
        assert answer.status_code in (502, 503), answer.text

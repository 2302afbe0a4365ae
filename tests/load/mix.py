"""The mix: what readers' pages ask for while they are read, made of few articles and visitors, so that it repeats."""

import json
import random
from collections.abc import Mapping

import httpx

from tests.e2e.running import ARTICLE, KEY

ARTICLES = 200
VISITORS = 10
"""Few, so that soon every one of them has been everywhere: a visitor's mark on an article is kept for hours by Redis'
clock, however the services' clocks are set, and each hour has marks of its own."""
CHANNELS = ("zz", "fj", "qz")
COMMENTED = 20
NO_HEADERS: Mapping[str, str] = {}
PARTS = {"click": 200, "server click": 400, "box": 200, "comments": 145, "counts": 50, "post": 5}
"""Of a thousand requests: what a page sends, and now and then a comment."""


class Mix:
    """Requests as bytes, drawn at random; an article's share falls with its number."""

    def __init__(self, host: str, seed: int = 1) -> None:
        self._host = host
        self._random = random.Random(seed)
        self._articles = [f"load-{number}" for number in range(ARTICLES)]
        self._shares = [1 / (number + 1) for number in range(ARTICLES)]

    def publish(self, http: httpx.Client) -> None:
        """Put the articles, and comments under some."""
        for number, article_id in enumerate(self._articles):
            article = {**ARTICLE, "channels": [CHANNELS[number % 3]], "title": f"Article {number}"}
            http.put(f"/v1/articles/{article_id}", json=article, headers=KEY).raise_for_status()
        for article_id in self._articles[:COMMENTED]:
            for number in range(5):
                comment = {"text": f"第{number}条评论"}
                http.post(f"/v1/articles/{article_id}/comments", json=comment).raise_for_status()

    def draw(self) -> bytes:
        """The next request."""
        kind = self._random.choices(list(PARTS), list(PARTS.values()))[0]
        article_id = self._random.choices(self._articles, self._shares)[0]
        visitor = self._random.randrange(VISITORS)
        if kind == "post":
            text = json.dumps({"text": f"Comment {self._random.random()}"})
            return self._request("POST", f"/v1/articles/{article_id}/comments", visitor, text)
        return self._make(kind, article_id, visitor)

    def _make(self, kind: str, article_id: str, visitor: int) -> bytes:
        match kind:
            case "click":
                return self._request("POST", "/v1/clicks", visitor, json.dumps({"article_id": article_id}))
            case "server click":
                return self._request("POST", "/v1/clicks", visitor, json.dumps({"article_id": article_id}), KEY)
            case "box":
                return self._request("GET", f"/v1/rankings/{CHANNELS[visitor % 3]}", visitor)
            case "comments":
                return self._request("GET", f"/v1/articles/{article_id}/comments", visitor)
            case _:
                body = json.dumps({"article_ids": self._articles[visitor:][:20]})
                return self._request("POST", "/v1/comments/counts", visitor, body)

    def _request(
        self, method: str, path: str, visitor: int, body: str = "", more: Mapping[str, str] = NO_HEADERS
    ) -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nUser-Agent: Firefox/{visitor}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in more.items())
        if method == "POST":
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"{head}\r\n{body}".encode()

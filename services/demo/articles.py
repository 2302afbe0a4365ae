"""The demo's articles and comments, read from the portal's content; times and ids hang on the demo's first start."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.clock import DAY_MS, HOUR_MS, to_rfc3339

CONTENT = Path(__file__).resolve().parents[1] / "portal" / "content"


@dataclass(frozen=True)
class DemoArticle:
    """An article as the CMS of a portal would send it."""

    article_id: str
    published_at_ms: int
    body: dict[str, Any]


@dataclass(frozen=True)
class DemoComment:
    """A comment to post on an article, how many like it, and the replies to it."""

    article_id: str
    body: dict[str, str]
    likes: int
    replies: list["DemoComment"]


def demo_articles(beginning_ms: int, portal: str) -> list[DemoArticle]:
    """Every article, as of a demo that began then on a portal at that address."""
    return [_article(entry, beginning_ms, portal) for entry in _read("articles.json")]


def demo_comments(articles: list[DemoArticle]) -> list[DemoComment]:
    """The comments, each with the id that its article has in this demo."""
    ids = {_key(article.article_id): article.article_id for article in articles}
    return [_comment(ids[entry["article"]], entry) for entry in _read("comments.json")]


def _comment(article_id: str, entry: dict[str, Any]) -> DemoComment:
    body = {"nickname": entry["nickname"], "text": entry["text"]}
    replies = [_comment(article_id, reply) for reply in entry.get("replies", [])]
    return DemoComment(article_id, body, entry.get("up", 0), replies)


def _article(entry: dict[str, Any], beginning_ms: int, portal: str) -> DemoArticle:
    published_at_ms = beginning_ms - entry["hours_before"] * HOUR_MS
    article_id = _article_id(entry["key"], published_at_ms)
    body = {name: entry[name] for name in ("title", "channels", "source", "editor", "tags")}
    body |= {"url": f"{portal}/articles/{article_id}", "published_at": to_rfc3339(published_at_ms)}
    return DemoArticle(article_id, published_at_ms, body)


def _article_id(key: str, published_at_ms: int) -> str:
    """`zz-001` published on a day becomes `zz-20261121-001`."""
    channel, number = key.split("-")
    day = to_rfc3339(published_at_ms // DAY_MS * DAY_MS)[:10].replace("-", "")
    return f"{channel}-{day}-{number}"


def _key(article_id: str) -> str:
    channel, _, number = article_id.split("-")
    return f"{channel}-{number}"


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((CONTENT / name).read_text("utf-8"))
    return entries

"""Offers: events on their way into the log, each with the guard that append.lua checks before it lets them in."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from shared.clock import DAY_MS
from shared.events import (
    ArticleClicked,
    ArticlePublished,
    ArticleWithdrawn,
    RecordedEvent,
    encode_event,
)
from shared.partitions import tagged


@dataclass(frozen=True, slots=True)
class SentClicks:
    """Clicks of one article that count as sent: refused only when the article is unknown."""

    article_id: str
    events: str
    """One or more encoded article.clicked events, joined by commas."""
    count: int


@dataclass(frozen=True, slots=True)
class VisitorClick:
    """A visitor's click: refused too when this visitor's last counted click on the article is too near."""

    article_id: str
    visitor: str
    """A private hash, never an address."""
    occurred_at: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that SQL remembers: refused when its id was appended before."""

    event: RecordedEvent


Offer = SentClicks | VisitorClick | Recorded


def keys_of(
    offers: Sequence[Offer], partition: int, *, first_index: int, interval_ms: int
) -> tuple[list[str], list[list[object]]]:
    """The keys that append.lua needs beyond its fixed ones, and the offers as it reads them.

    `first_index` is the place of the first such key in KEYS, counted from 1.
    """
    keys: dict[str, int] = {}

    def index(name: str, bucket: int) -> int:
        return keys.setdefault(tagged(name, partition, bucket), first_index + len(keys))

    packed = []
    for offer in offers:
        match offer:
            case SentClicks(article_id, events, count):
                packed.append([article_id, events, count, "sent"])
            case VisitorClick(article_id, visitor, at) if interval_ms == 0:
                packed.append([article_id, _click(article_id, at), 1, "sent"])
            case VisitorClick(article_id, visitor, at):
                bucket = at // interval_ms
                places = [index("visits", near) for near in (bucket, bucket - 1, bucket + 1)]
                mark = _mark(visitor, article_id)
                packed.append([article_id, _click(article_id, at), 1, "visit", *places, mark, at])
            case Recorded(event):
                place = index("ids", event.occurred_at // DAY_MS)
                packed.append([event.article_id, encode_event(event), 1, *_guard(event, place)])
    return list(keys), packed


def _click(article_id: str, at: int) -> str:
    return encode_event(ArticleClicked(article_id, at))


def _mark(visitor: str, article_id: str) -> str:
    """Twelve characters (72 bits) that stand for a visitor on an article."""
    digest = blake2b(f"{visitor} {article_id}".encode(), digest_size=9).digest()
    return b64encode(digest).decode()


def _guard(event: RecordedEvent, place: int) -> list[object]:
    match event:
        case ArticlePublished():
            return ["article", place, event.event_id, event.revision]
        case ArticleWithdrawn():
            return ["article", place, event.event_id, -event.revision]
        case _:
            return ["event", place, event.event_id]

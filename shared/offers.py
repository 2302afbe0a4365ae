"""Offers: events on their way into the log, each with the guard that append.lua checks before it lets them in."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain
from typing import ClassVar, TypeVar

import msgspec

from shared.clock import DAY_MS
from shared.events import (
    ArticlePublished,
    ArticleWithdrawn,
    RecordedEvent,
    encode_click,
    encode_event,
)
from shared.partitions import tagged

# Structs rather than dataclasses: a batch makes thousands of them.


class SentClicks(msgspec.Struct, frozen=True, gc=False):
    """Clicks of one article that count as sent: refused only when the article is unknown."""

    article_id: str
    events: str
    """One or more encoded article.clicked events, joined by commas."""
    count: int


class SentColumns(msgspec.Struct, frozen=True):
    """The same of many articles, column by column, as a batch makes them and append.lua reads them."""

    articles: list[str]
    events: list[str]
    counts: list[int]

    def add(self, article_id: str, events: str, count: int) -> None:
        """Add a line."""
        self.articles.append(article_id)
        self.events.append(events)
        self.counts.append(count)

    def part(self, places: slice) -> "SentColumns":
        """Some of the lines."""
        return SentColumns(self.articles[places], self.events[places], self.counts[places])

    @classmethod
    def joined(cls, parts: Sequence["SentColumns"]) -> "SentColumns":
        """The lines of several, one after the other."""
        return cls(
            list(chain.from_iterable(part.articles for part in parts)),
            list(chain.from_iterable(part.events for part in parts)),
            list(chain.from_iterable(part.counts for part in parts)),
        )

    def lines(self) -> Iterator[tuple[str, str, int]]:
        """Line by line."""
        return zip(self.articles, self.events, self.counts, strict=True)

    def __len__(self) -> int:
        return len(self.articles)


class VisitorClick(msgspec.Struct, frozen=True, gc=False):
    """A visitor's click: refused too when this visitor's last counted click on the article is too near."""

    count: ClassVar[int] = 1

    article_id: str
    visitor: str
    """A private hash, never an address."""
    occurred_at: int


class Recorded(msgspec.Struct, frozen=True):
    """An event that SQL remembers: refused when its id was appended before."""

    event: RecordedEvent


Offer = SentClicks | VisitorClick | Recorded
Answer = TypeVar("Answer")


class Packed(msgspec.Struct):
    """Offers as append.lua reads them, with the keys that it needs beyond its fixed ones."""

    keys: dict[str, int]
    """Key -> its place in KEYS."""
    sent: SentColumns
    guarded: list[list[object]]
    """Offer by offer: all others."""
    places: list[int]
    """Where the offers stood, in the order of the script's answer: the sent ones, then the guarded ones."""

    @property
    def is_in_order(self) -> bool:
        """Whether the script answers in the order of the offers: when all are of one kind."""
        return not (self.sent.articles and self.guarded)

    def put_back(self, answers: Sequence[Answer]) -> list[Answer]:
        """The script's answers in the order of the offers."""
        found = dict(zip(self.places, answers, strict=True))
        return [found[place] for place in range(len(answers))]


def pack(offers: Sequence[Offer], partition: int, *, first_index: int, interval_ms: int) -> Packed:
    """Pack offers of one partition; `first_index` is the place of the first further key in KEYS, counted from 1."""
    keys: dict[str, int] = {}

    def index(name: str, bucket: int) -> int:
        return keys.setdefault(tagged(name, partition, bucket), first_index + len(keys))

    @cache
    def visits_near(bucket: int) -> list[int]:
        # The same for nearly all of a group: clicks that come together happened together.
        return [index("visits", near) for near in (bucket, bucket - 1, bucket + 1)]

    sent = SentColumns([], [], [])
    guarded: list[list[object]] = []
    sent_places, guarded_places = [], []
    for place, offer in enumerate(offers):
        if isinstance(offer, VisitorClick) and interval_ms == 0:
            offer = SentClicks(offer.article_id, encode_click(offer.article_id, offer.occurred_at), 1)  # noqa: PLW2901
        if isinstance(offer, SentClicks):
            sent.add(offer.article_id, offer.events, offer.count)
            sent_places.append(place)
            continue
        guarded_places.append(place)
        if isinstance(offer, VisitorClick):
            guarded.append(_visit(offer, visits_near(offer.occurred_at // interval_ms)))
        else:
            event = offer.event
            key = index("ids", event.occurred_at // DAY_MS)
            guarded.append([event.article_id, encode_event(event), *_guard(event, key)])
    return Packed(keys, sent, guarded, sent_places + guarded_places)


def _visit(offer: VisitorClick, keys: list[int]) -> list[object]:
    at = offer.occurred_at
    return [offer.article_id, encode_click(offer.article_id, at), "visit", *keys, _mark(offer), at]


def _mark(offer: VisitorClick) -> str:
    """Twelve characters (72 bits) that stand for a visitor on an article."""
    digest = blake2b(f"{offer.visitor} {offer.article_id}".encode(), digest_size=9).digest()
    return b64encode(digest).decode()


def _guard(event: RecordedEvent, key: int) -> list[object]:
    match event:
        case ArticlePublished():
            return ["article", key, event.event_id, event.revision]
        case ArticleWithdrawn():
            return ["article", key, event.event_id, -event.revision]
        case _:
            return ["event", key, event.event_id]

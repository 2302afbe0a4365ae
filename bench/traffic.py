"""The traffic of a bench: articles in two channels each, and clicks that fall on them by Zipf's law."""

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import msgspec

from shared.clock import MINUTE_MS, system_clock
from shared.event_log import EventLog
from shared.events import ArticlePublished, encode_click
from shared.offers import Recorded, SentClicks

CHANNELS = ["zz", "fj"]
OFFERS_PER_APPEND = 1_000
SPREAD_MS = 10 * MINUTE_MS
"""Clicks lie in the last ten minutes, as those that a worker finds when it comes back."""


def publish(log: EventLog, articles: int) -> None:
    """Make articles known as a0, a1 … in both channels."""
    now = system_clock()
    offers = [
        Recorded(ArticlePublished(f"p{n}", f"a{n}", now, 1, f"Article {n}", f"https://news.example/{n}", CHANNELS, now))
        for n in range(articles)
    ]
    _append(log, offers)


def click(log: EventLog, clicks: int, articles: int) -> None:
    """Append clicks, each an event of its own, as batches of 1,000 bring them."""
    now = system_clock()
    offers = [
        SentClicks(article_id, encode_click(article_id, now - random.randrange(SPREAD_MS)), 1)
        for article_id in zipf(clicks, articles)
    ]
    _append(log, offers)


def _append(log: EventLog, offers: Sequence[Recorded | SentClicks]) -> None:
    partitions = defaultdict(list)
    for offer in offers:
        article_id = offer.event.article_id if isinstance(offer, Recorded) else offer.article_id
        partitions[log.partition_of(article_id)].append(offer)
    for partition, group in partitions.items():
        for first in range(0, len(group), OFFERS_PER_APPEND):
            log.append(partition, group[first : first + OFFERS_PER_APPEND])


def batch(clicks: int, articles: int) -> bytes:
    """A body of the batch endpoint, in NDJSON."""
    lines = [{"article_id": article_id} for article_id in zipf(clicks, articles)]
    return msgspec.json.Encoder().encode_lines(lines)


def zipf(clicks: int, articles: int) -> list[str]:
    """Article ids: the article at rank r comes about as often as 1/r says."""
    weights = list(accumulate(1 / rank for rank in range(1, articles + 1)))
    return [f"a{n}" for n in random.choices(range(articles), cum_weights=weights, k=clicks)]

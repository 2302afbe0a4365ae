"""Grouping: the clicks of a batch as few offers, so that one script call takes thousands."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from comments_service.batch import TimedClick
from shared.events import encode_click
from shared.offers import SentClicks, VisitorClick

ClickOffer = SentClicks | VisitorClick


def offers_of(clicks: Sequence[TimedClick], name_visitor: Callable[[str], str]) -> list[ClickOffer]:
    """The offers that bring clicks into the log: one an article for its sent clicks, one for each visitor's click.

    Equal clicks of one moment become one event with a count. The offers' order depends on the clicks alone.
    """
    counts = Counter([(article_id, time_ms) for article_id, time_ms, visitor in clicks if visitor is None])
    visits = [
        VisitorClick(article_id, name_visitor(visitor), time_ms)
        for article_id, time_ms, visitor in clicks
        if visitor is not None
    ]
    return [*_sent(counts), *visits]


def _sent(counts: Mapping[tuple[str, int], int]) -> Iterator[SentClicks]:
    if len({article_id for article_id, _ in counts}) == len(counts):
        # One moment an article, as when a batch carries no times: nothing is to be joined.
        for (article_id, time_ms), count in sorted(counts.items()):
            yield SentClicks(article_id, encode_click(article_id, time_ms, count), count)
        return
    for article_id, moments in groupby(sorted(counts.items()), key=lambda moment: moment[0][0]):
        events, clicks = [], 0
        for (_, time_ms), count in moments:
            events.append(encode_click(article_id, time_ms, count))
            clicks += count
        yield SentClicks(article_id, ",".join(events), clicks)

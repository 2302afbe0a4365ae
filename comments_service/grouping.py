"""Grouping: the clicks of a batch as few offers, so that one script call takes thousands."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from comments_service.batch import TimedClick
from shared.events import ArticleClicked, encode_events
from shared.offers import SentClicks, VisitorClick

ClickOffer = SentClicks | VisitorClick


def offers_of(clicks: Sequence[TimedClick], name_visitor: Callable[[str], str]) -> list[ClickOffer]:
    """The offers that bring clicks into the log: one an article for its sent clicks, one for each visitor's click.

    Equal clicks of one moment become one event with a count. The offers' order depends on the clicks alone.
    """
    times: dict[str, dict[int, int]] = defaultdict(dict)
    for article_id, time_ms, visitor in clicks:
        if visitor is None:
            counts = times[article_id]
            counts[time_ms] = counts.get(time_ms, 0) + 1
    visits = [
        VisitorClick(article_id, name_visitor(visitor), time_ms)
        for article_id, time_ms, visitor in clicks
        if visitor is not None
    ]
    return [_sent(article_id, counts) for article_id, counts in times.items()] + visits


def _sent(article_id: str, counts: dict[int, int]) -> SentClicks:
    events = [ArticleClicked(article_id, time_ms, count) for time_ms, count in counts.items()]
    return SentClicks(article_id, encode_events(events), sum(counts.values()))

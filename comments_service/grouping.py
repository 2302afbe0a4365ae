"""Grouping: the clicks of a batch as few events and offers, so that one script call takes thousands."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby

from comments_service.batch_item import BatchedClick
from shared.clock import to_ms
from shared.events import encode_click, encode_clicks
from shared.offers import SentColumns, VisitorClick


def sent_clicks(clicks: Iterable[BatchedClick], now_ms: int) -> SentColumns:
    """The clicks of a batch that count as sent, a line an article; those without a time are now.

    Equal clicks of one moment become one event with a count. The order depends on the clicks alone.
    """
    sent = [click for click in clicks if click.visitor is None]
    if {click.occurred_at for click in sent} <= {None}:
        # What a server sends as it happens: one moment for all, so that nothing is left to be sorted.
        counts = Counter([click.article_id for click in sent])
        return SentColumns(list(counts), encode_clicks(counts, now_ms), list(counts.values()))
    return _joined(Counter([(click.article_id, time_of(click, now_ms)) for click in sent]))


def visitor_clicks(
    clicks: Iterable[BatchedClick], now_ms: int, name_visitor: Callable[[str], str]
) -> list[VisitorClick]:
    """The clicks of a batch that a visitor is named for, in their order."""
    return [
        VisitorClick(click.article_id, name_visitor(click.visitor), time_of(click, now_ms))
        for click in clicks
        if click.visitor is not None
    ]


def time_of(click: BatchedClick, now_ms: int) -> int:
    """When a click happened, in milliseconds."""
    return now_ms if click.occurred_at is None else to_ms(click.occurred_at)


def _joined(counts: Counter[tuple[str, int]]) -> SentColumns:
    columns = SentColumns([], [], [])
    for article_id, moments in groupby(sorted(counts.items()), key=lambda moment: moment[0][0]):
        events, clicks = [], 0
        for (_, time_ms), count in moments:
            events.append(encode_click(article_id, time_ms, count))
            clicks += count
        columns.add(article_id, ",".join(events), clicks)
    return columns

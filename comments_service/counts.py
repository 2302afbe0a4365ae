"""The click counts of the articles: a projection of the event log into `articles.clicks`."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.projections import Projection
from comments_service.tables import Article
from shared.event_log import EventLog
from shared.events import ArticleClicked, Event

CONSUMER = "comments"
ADD_CLICKS = (
    update(Article).where(Article.id == bindparam("article")).values(clicks=Article.clicks + bindparam("clicks_more"))
)


def click_counts(database: Database, event_log: EventLog) -> Projection:
    """The projection that adds clicks to their articles."""
    return Projection(database, event_log, CONSUMER, add_clicks)


def add_clicks(session: Session, events: Sequence[Event]) -> None:
    """Add the clicks of a slice."""
    connection = session.connection()
    # In one order, so that two workers never wait for each other crosswise.
    rows = [{"article": article_id, "clicks_more": count} for article_id, count in sorted(clicks_of(events).items())]
    if rows:
        connection.execute(ADD_CLICKS, rows)


def clicks_of(events: Iterable[Event]) -> Counter[str]:
    """Clicks by article."""
    clicks: Counter[str] = Counter()
    for event in events:
        if isinstance(event, ArticleClicked):
            clicks[event.article_id] += event.count
    return clicks

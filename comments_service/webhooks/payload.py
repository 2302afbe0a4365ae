"""The payload: an event as a webhook's receiver reads it.

It carries ids and what the portal itself said of an article, nothing that a reader wrote: a receiver who wants a
comment's text asks for it, and learns then whether it is still there.
"""

from typing import Any

import msgspec

from shared.clock import to_rfc3339
from shared.events import ArticlePublished, ArticleWithdrawn, CommentPublished, CommentRemoved, Event, RecordedEvent

OFFERED = (ArticlePublished, ArticleWithdrawn, CommentPublished, CommentRemoved)
EVENT_KINDS: tuple[str, ...] = tuple(str(each.__struct_config__.tag) for each in OFFERED)
"""What a webhook can ask for: `article.published`, `article.withdrawn`, `comment.published`, `comment.removed`."""
ENVELOPE = ("event_id", "occurred_at")
TIMES = ("published_at",)


def kind_of(event: Event) -> str:
    """An event's name, such as `comment.published`."""
    return str(event.__struct_config__.tag)


def payload_of(event: RecordedEvent) -> bytes:
    """The body, the same bytes at every attempt."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__ if name not in ENVELOPE}
    data: dict[str, Any] = {name: to_rfc3339(value) if name in TIMES else value for name, value in fields.items()}
    body = {
        "id": event.event_id,
        "type": kind_of(event),
        "occurred_at": to_rfc3339(event.occurred_at),
        "data": data,
    }
    return msgspec.json.encode(body)

"""Events: the facts in the log, and their form on the wire.

An event is a JSON array whose first element is its kind, so that a stream entry (a JSON array of events) can be
joined from parts without parsing them, and is readable in redis-cli:

    [["article.clicked","zz-20261121-3",1732400000000,2],["comment.published","01J…","zz-20261121-3",1732400000123,"c7"]]

Fields are only ever added at the end, with a default: older entries stay readable, older readers skip what is new.
Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Annotated

import msgspec

ArticleId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._~-]{1,128}\Z")]
TimeMs = Annotated[int, msgspec.Meta(ge=0, lt=1 << 48)]


class ArticleClicked(msgspec.Struct, frozen=True, array_like=True, tag="article.clicked", gc=False):
    """A reader opened an article; `count` such clicks at the same moment (a batch is run-length encoded)."""

    article_id: ArticleId
    occurred_at: TimeMs
    count: Annotated[int, msgspec.Meta(ge=1, le=1 << 32)] = 1


class ArticlePublished(msgspec.Struct, frozen=True, array_like=True, tag="article.published"):
    """An article was put or changed. The highest `revision` of an article wins, in whatever order they arrive."""

    event_id: str
    article_id: ArticleId
    occurred_at: TimeMs
    revision: Annotated[int, msgspec.Meta(ge=1)]
    title: str
    url: str
    channels: list[str]
    published_at: TimeMs
    image: str | None = None


class ArticleWithdrawn(msgspec.Struct, frozen=True, array_like=True, tag="article.withdrawn"):
    """An article was withdrawn: it leaves every board and its clicks are refused until it is published again."""

    event_id: str
    article_id: ArticleId
    occurred_at: TimeMs
    revision: Annotated[int, msgspec.Meta(ge=1)]


class CommentPublished(msgspec.Struct, frozen=True, array_like=True, tag="comment.published"):
    """A comment became visible. It counts in the slot of `occurred_at`."""

    event_id: str
    article_id: ArticleId
    occurred_at: TimeMs
    comment_id: str


class CommentRemoved(msgspec.Struct, frozen=True, array_like=True, tag="comment.removed"):
    """A visible comment went. `published_at` is the `occurred_at` of its `comment.published`: there it is uncounted."""

    event_id: str
    article_id: ArticleId
    occurred_at: TimeMs
    comment_id: str
    published_at: TimeMs


class CommentVoted(msgspec.Struct, frozen=True, array_like=True, tag="comment.voted"):
    """A reader's vote on a comment changed from `previous` to `value` (each -1, 0 or 1)."""

    event_id: str
    article_id: ArticleId
    occurred_at: TimeMs
    comment_id: str
    value: Annotated[int, msgspec.Meta(ge=-1, le=1)]
    previous: Annotated[int, msgspec.Meta(ge=-1, le=1)]


RecordedEvent = ArticlePublished | ArticleWithdrawn | CommentPublished | CommentRemoved | CommentVoted
"""The events that SQL remembers, each with an id of its own: they go through the outbox."""

Event = ArticleClicked | RecordedEvent

_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_entry_decoder: msgspec.json.Decoder[list[Event]] = msgspec.json.Decoder(list[Event])
_raw_entry_decoder = msgspec.json.Decoder(list[msgspec.Raw])

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises on bytes that are no event: bad UTF-8 and deep nesting have errors of their own."""


WHOLE_ENTRY = -1
BURIED = "It could not be parsed when its slice was begun."


class Unread(msgspec.Struct, frozen=True):
    """What of an entry could not be parsed, with the reason."""

    place: int
    """Which event of the entry, WHOLE_ENTRY when it cannot even be cut into events."""
    data: bytes
    reason: str


MOST_IDS_TOLD = 20


def ids_told(events: Iterable[Event]) -> list[str]:
    """The ids that a log's line tells of: those of recorded events, which a request can be traced by, the first few."""
    recorded = (event.event_id for event in events if not isinstance(event, ArticleClicked))
    return list(islice(recorded, MOST_IDS_TOLD))


def encode_event(event: Event) -> str:
    """An event as a JSON array, ready to be joined into an entry."""
    return _encoder.encode(event).decode()


def encode_click(article_id: str, occurred_at: int, count: int = 1) -> str:
    """An ArticleClicked as its JSON array, of an id that was checked: such ids need no escapes."""
    return f'["article.clicked","{article_id}",{occurred_at},{count}]'


def encode_clicks(counts: Mapping[str, int], occurred_at: int) -> list[str]:
    """An ArticleClicked for each article with its count, all of one moment, as `encode_click` writes it."""
    return [f'["article.clicked","{article_id}",{occurred_at},{count}]' for article_id, count in counts.items()]


def decode_event(data: bytes) -> Event:
    """An event from its JSON array; raises msgspec.DecodeError with the reason."""
    return _event_decoder.decode(data)


def decode_entry(data: bytes, buried: Collection[int] = ()) -> tuple[list[Event], list[Unread]]:
    """The events of one stream entry, and what could not be parsed; one bad event does not take its neighbours along.

    `buried` are places of what once could not be parsed: it is left unread, whatever can be parsed by now.
    """
    try:
        return _salvage(data, buried) if buried else (_entry_decoder.decode(data), [])
    except UNREADABLE:
        return _salvage(data, buried)


def decode_letter(data: bytes) -> list[Event]:
    """The events of what was buried, an event or a whole entry; raises one of UNREADABLE when any is unreadable."""
    try:
        return [decode_event(data)]
    except UNREADABLE:
        events, poison = decode_entry(data)
        if poison or not events:
            raise
        return events


def encode_entry(events: Iterable[Event]) -> bytes:
    """Events as the body of one stream entry."""
    return _encoder.encode(list(events))


def events_in(events: Iterable[Event]) -> int:
    """How many events these are: a click sent n times is n."""
    return sum(event.count if isinstance(event, ArticleClicked) else 1 for event in events)


def _salvage(data: bytes, buried: Collection[int]) -> tuple[list[Event], list[Unread]]:
    if WHOLE_ENTRY in buried:
        return [], [Unread(WHOLE_ENTRY, data, BURIED)]
    try:
        parts = _raw_entry_decoder.decode(data)
    except UNREADABLE as error:
        return [], [Unread(WHOLE_ENTRY, data, str(error))]
    events: list[Event] = []
    unread: list[Unread] = []
    for place, part in enumerate(map(bytes, parts)):
        try:
            if place in buried:
                unread.append(Unread(place, part, BURIED))
            else:
                events.append(decode_event(part))
        except UNREADABLE as error:
            unread.append(Unread(place, part, str(error)))
    return events, unread

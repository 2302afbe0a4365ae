"""Batches: many clicks in one request, from a portal's server or an access log.

All or nothing is read: one bad click refuses the batch and names its place. What is read goes into the log with one
append a partition, so that 10,000 clicks cost a few scripts and not 10,000.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import msgspec

from comments_service.faults import Fault, decode_any, faults_of
from shared.clock import MINUTE_MS, to_ms
from shared.errors import RedianError, invalid
from shared.events import ArticleClicked, ArticleId, encode_events
from shared.names import ARTICLE_ID
from shared.offers import SentClicks, VisitorClick

MOST_CLICKS = 10_000
MOST_FAULTS = 100
MOST_AHEAD_MS = MINUTE_MS
"""How far a sender's clock may be ahead of ours."""
NDJSON = "application/x-ndjson"
ARRAY = "application/json"
EPOCH = datetime.fromtimestamp(0, UTC)
GOOD_ID = re.compile(ARTICLE_ID)

ClickOffer = SentClicks | VisitorClick
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class BatchedClick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One click of a batch. Without `occurred_at` it is now; with a `visitor` it counts once in the interval."""

    article_id: str
    """Checked once for each article, not for each click: a pattern costs more than the rest of the parsing."""
    occurred_at: Moment | None = None
    visitor: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{1,128}\Z")] | None = None


class CheckedClick(BatchedClick, frozen=True, forbid_unknown_fields=True):
    """The same, with every check that a click has to pass, for naming the faults."""

    article_id: ArticleId


_array = msgspec.json.Decoder(list[BatchedClick])
_line = msgspec.json.Decoder(BatchedClick)


def read_batch(body: bytes, content_type: str, now_ms: int) -> list[BatchedClick]:
    """The clicks of a body, NDJSON or one JSON array, all of them sound.

    Raises RedianError: `media_type_unsupported`, `malformed_body` (an array that is no JSON), or `invalid` naming the
    bad clicks as `line 17.article_id` (an array: `16.article_id`, counted from 0), up to 100 faults.
    """
    mime = content_type.partition(";")[0].strip().lower()
    if mime not in {NDJSON, ARRAY}:
        raise RedianError("media_type_unsupported", f"A batch is {NDJSON} or {ARRAY}.")
    try:
        clicks = _line.decode_lines(body) if mime == NDJSON else _array.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(body, mime, now_ms) from error
    if len(clicks) > MOST_CLICKS:
        raise invalid(("body", f"must hold at most {MOST_CLICKS} clicks"))
    if not (have_good_ids(clicks) and have_good_times(clicks, now_ms)):
        raise refusal(body, mime, now_ms)
    return clicks


def have_good_ids(clicks: Sequence[BatchedClick]) -> bool:
    """Whether every article id is one."""
    return all(map(GOOD_ID.fullmatch, {click.article_id for click in clicks}))


def have_good_times(clicks: Sequence[BatchedClick], now_ms: int) -> bool:
    """Whether every time given lies after 1970 and not ahead of now by more than the allowance."""
    times = [click.occurred_at for click in clicks if click.occurred_at is not None]
    return not times or (min(times) >= EPOCH and to_ms(max(times)) <= now_ms + MOST_AHEAD_MS)


def refusal(body: bytes, mime: str, now_ms: int) -> RedianError:
    """The error that names what is wrong with a batch."""
    items = lines_of(body) if mime == NDJSON else items_of(body)
    faults = (
        (".".join(filter(None, (place, field))), message)
        for place, item in items
        for field, message in click_faults(item, now_ms)
    )
    return invalid(*islice(faults, MOST_FAULTS))


def lines_of(body: bytes) -> Iterator[tuple[str, object]]:
    """The lines of an NDJSON body as (place, JSON value or the error); blank lines are nothing."""
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                yield f"line {number}", decode_any(line)
            except RedianError as error:
                yield f"line {number}", error


def items_of(body: bytes) -> Iterator[tuple[str, object]]:
    """The items of an array as (place, JSON value); raises `malformed_body` or `invalid`."""
    items = decode_any(body)
    if not isinstance(items, list):
        raise invalid(("body", "must be a JSON array"))
    return ((str(index), item) for index, item in enumerate(items))


def click_faults(item: object, now_ms: int) -> Iterator[Fault]:
    """Every fault of one click, in the order in which they were found."""
    if isinstance(item, RedianError):
        yield "", "is not JSON in UTF-8"
        return
    faults = list(faults_of(item, CheckedClick))
    yield from faults
    if not faults:
        click = msgspec.convert(item, CheckedClick)
        if not have_good_times([click], now_ms):
            yield "occurred_at", "must lie after 1970 and at most 60 seconds in the future"


def offers_of(clicks: Sequence[BatchedClick], now_ms: int, name_visitor: Callable[[str], str]) -> list[ClickOffer]:
    """The offers that bring clicks into the log: one an article for all sent clicks, one a visitor's click."""
    sent = Counter([(click.article_id, click.occurred_at) for click in clicks if click.visitor is None])
    events: dict[str, list[ArticleClicked]] = defaultdict(list)
    for (article_id, moment), count in sent.items():
        events[article_id].append(ArticleClicked(article_id, now_ms if moment is None else to_ms(moment), count))
    visits = [
        VisitorClick(
            click.article_id,
            name_visitor(click.visitor),
            now_ms if click.occurred_at is None else to_ms(click.occurred_at),
        )
        for click in clicks
        if click.visitor is not None
    ]
    return [
        *(
            SentClicks(article_id, encode_events(group), sum(e.count for e in group))
            for article_id, group in events.items()
        ),
        *visits,
    ]

"""Batches: many clicks in one request, from a portal's server or an access log.

All or nothing is read: one bad click refuses the batch. This path is the hot one, so it looks at all clicks at once
where it can; what was refused is read again, slowly, to say why.
"""

import msgspec

from comments_service.batch_faults import refusal_of_array, refusal_of_lines
from comments_service.batch_item import BatchedClick, is_good_time
from shared.clock import to_ms
from shared.errors import RedianError, invalid
from shared.names import are_article_ids

MOST_CLICKS = 10_000
NDJSON = "application/x-ndjson"
ARRAY = "application/json"

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
    refusal = refusal_of_lines if mime == NDJSON else refusal_of_array
    try:
        clicks = _line.decode_lines(body) if mime == NDJSON else _array.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(body, now_ms) from error
    if len(clicks) > MOST_CLICKS:
        raise invalid(("body", f"must hold at most {MOST_CLICKS} clicks"))
    if not are_sound(clicks, now_ms):
        raise refusal(body, now_ms)
    return clicks


def are_sound(clicks: list[BatchedClick], now_ms: int) -> bool:
    """Whether every article id and every time may be one."""
    moments = [click.occurred_at for click in clicks if click.occurred_at is not None]
    if moments and not all(is_good_time(to_ms(edge(moments)), now_ms) for edge in (min, max)):
        return False
    return are_article_ids({click.article_id for click in clicks})

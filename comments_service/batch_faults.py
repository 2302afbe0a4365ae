"""Why a batch was refused: every bad click by its place, for the sender's log."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from comments_service.batch_item import CheckedClick, is_good_time
from comments_service.faults import Fault, decode_any, faults_of
from shared.clock import to_ms
from shared.errors import RedianError, invalid

MOST_FAULTS = 100
NO_JSON = object()
"""Stands for a line that is not JSON."""

Placed = tuple[str, object]
"""Where a click stands (`line 17`, or `16` in an array) and the JSON value there."""


def refusal_of_lines(body: bytes, now_ms: int) -> RedianError:
    """The 422 that names the bad lines of an NDJSON body."""
    return _refusal(_lines(body), now_ms)


def refusal_of_array(body: bytes, now_ms: int) -> RedianError:
    """The error that names the bad items of an array, or says that there is none: 422, or 400 for what is no JSON."""
    try:
        items = decode_any(body)
    except RedianError as malformed:
        return malformed
    if not isinstance(items, list):
        return invalid(("body", "must be a JSON array"))
    return _refusal(((str(index), item) for index, item in enumerate(items)), now_ms)


def _refusal(items: Iterator[Placed], now_ms: int) -> RedianError:
    faults = (
        (".".join(filter(None, (place, field))), message)
        for place, item in items
        for field, message in _click_faults(item, now_ms)
    )
    return invalid(*islice(faults, MOST_FAULTS))


def _lines(body: bytes) -> Iterator[Placed]:
    """The lines that are not blank, counted from 1 with the blank ones."""
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                yield f"line {number}", decode_any(line)
            except RedianError:
                yield f"line {number}", NO_JSON


def _click_faults(item: object, now_ms: int) -> Iterator[Fault]:
    if item is NO_JSON:
        yield "", "is not JSON in UTF-8"
        return
    faults = list(faults_of(item, CheckedClick))
    yield from faults
    if not faults:
        moment = msgspec.convert(item, CheckedClick).occurred_at
        if moment is not None and not is_good_time(to_ms(moment), now_ms):
            yield "occurred_at", "must lie after 1970 and at most 60 seconds in the future"

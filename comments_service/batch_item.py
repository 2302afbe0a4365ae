"""One click of a batch, as it may be sent."""

from datetime import datetime
from typing import Annotated

import msgspec

from shared.clock import MINUTE_MS
from shared.events import ArticleId

MOST_AHEAD_MS = MINUTE_MS
"""How far a sender's clock may be ahead of ours."""

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


def is_good_time(time_ms: int, now_ms: int) -> bool:
    """Whether a click may have happened then: after 1970, and not ahead of now by more than the allowance."""
    return 0 <= time_ms <= now_ms + MOST_AHEAD_MS

"""The selection: which lines of an access log are readers' clicks on articles, and why the others are not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from comments_service.pages import FoundArticle, article_id_of
from comments_service.replay.access_log import LogLine, Malformed, parse_line
from comments_service.replay.crawlers import CrawlerNames
from comments_service.replay.visitors import VisitorHash
from shared.clock import MINUTE_MS, to_rfc3339

FUTURE_TOLERANCE_MS = MINUTE_MS
"""The batch endpoint refuses what lies further ahead, and one such click would take its batch with it."""


class Reason(StrEnum):
    """Why a line is not sent, in the order in which it is asked."""

    MALFORMED = "malformed"
    NOT_A_GET = "not a GET"
    NOT_SUCCESSFUL = "not successful"
    NO_ARTICLE = "no article"
    CRAWLER = "crawler"
    IN_THE_FUTURE = "in the future"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is not sent; `detail` names the crawler, or what is malformed."""

    reason: Reason
    detail: str = ""


class Click(msgspec.Struct, frozen=True, omit_defaults=True):
    """A click as the batch endpoint reads it."""

    article_id: str
    occurred_at: str
    visitor: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """A reader's click and the article that it shows."""

    click: Click
    article: FoundArticle


class Selection:
    """Decides line by line; `visitor_of` None sends every click as it stands."""

    def __init__(
        self,
        patterns: tuple[re.Pattern[str], ...],
        *,
        shift_ms: int,
        visitor_of: VisitorHash | None,
        crawler_name_of: Callable[[str], str | None] | None = None,
    ) -> None:
        self._patterns = patterns
        self._shift_ms = shift_ms
        self._visitor_of = visitor_of
        self._crawler_name_of = crawler_name_of or CrawlerNames().name_of

    def choose(self, raw: bytes, now_ms: int) -> Selected | LeftOut:
        """What becomes of a line at a time."""
        line = parse_line(raw)
        if isinstance(line, Malformed):
            return LeftOut(Reason.MALFORMED, line.reason)
        if line.method != "GET":
            return LeftOut(Reason.NOT_A_GET)
        if not _is_successful(line.status):
            return LeftOut(Reason.NOT_SUCCESSFUL)
        return self._choose_article(line, now_ms)

    def _choose_article(self, line: LogLine, now_ms: int) -> Selected | LeftOut:
        article_id = article_id_of(line.path, self._patterns)
        if article_id is None:
            return LeftOut(Reason.NO_ARTICLE)
        crawler = self._crawler_name_of(line.user_agent)
        if crawler is not None:
            return LeftOut(Reason.CRAWLER, crawler)
        time_ms = max(0, line.time_ms + self._shift_ms)
        if time_ms > now_ms + FUTURE_TOLERANCE_MS:
            return LeftOut(Reason.IN_THE_FUTURE)
        visitor = self._visitor_of(line.address, line.user_agent) if self._visitor_of else None
        return Selected(
            Click(article_id, to_rfc3339(time_ms), visitor),
            FoundArticle(article_id, line.path, time_ms),
        )


def _is_successful(status: int) -> bool:
    """2xx, as HTTP has it; a redirection counts where it leads."""
    return 200 <= status < 300

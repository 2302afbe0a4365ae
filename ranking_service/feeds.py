"""Feeds: a board as Atom (RFC 4287) for readers' programs and as CSV (RFC 4180) for editors."""

import csv
import io
from typing import Any

from shared.atom import FeedEntry, FeedHead, write_feed
from shared.clock import to_rfc3339

COLUMNS = ("rank", "article_id", "title", "url", "published_at", "score", "change", "peak_rank", "pinned")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Spreadsheets in East Asia take the wide forms for the narrow ones."""


def to_atom(answer: dict[str, Any], *, name: str, feed_url: str, now_ms: int) -> bytes:
    """A board as an Atom feed; its entries stand in the order of their ranks."""
    entries = (
        FeedEntry(
            id=line["url"],
            title=f"{line['rank']}. {line['title']}",
            link=line["url"],
            published=line["published_at"],
            updated=line["published_at"],
            summary=f"{line['score']}",
        )
        for line in answer["entries"]
    )
    return write_feed(FeedHead(feed_url, name, answer["as_of"] or to_rfc3339(now_ms)), entries)


def to_csv(answer: dict[str, Any]) -> bytes:
    """A board as CSV in UTF-8 with a byte order mark, without which spreadsheets garble Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in answer["entries"]:
        writer.writerow([_cell(line[column]) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """A cell that a spreadsheet takes as text: a title that begins like a formula is not to be run."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value

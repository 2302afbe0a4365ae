"""Feeds: a board as Atom (RFC 4287) for readers' programs and as CSV (RFC 4180) for editors."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

from shared.clock import to_rfc3339

ATOM = "http://www.w3.org/2005/Atom"
COLUMNS = ("rank", "article_id", "title", "url", "published_at", "score", "change", "peak_rank", "pinned")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_atom(answer: dict[str, Any], *, name: str, feed_url: str, now_ms: int) -> bytes:
    """A board as an Atom feed; its entries stand in the order of their ranks."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(_atom("feed"))
    updated = answer["as_of"] or to_rfc3339(now_ms)
    _add(feed, "id", feed_url)
    _add(feed, "title", name)
    _add(feed, "updated", updated)
    _add(_add(feed, "author"), "name", "Redian")
    _add(feed, "link", rel="self", href=feed_url)
    for line in answer["entries"]:
        entry = _add(feed, "entry")
        _add(entry, "id", line["url"])
        _add(entry, "title", f"{line['rank']}. {line['title']}")
        _add(entry, "link", href=line["url"])
        _add(entry, "published", line["published_at"])
        _add(entry, "updated", line["published_at"])
        _add(entry, "summary", f"{line['score']}")
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


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


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _atom(name), attributes)
    child.text = _xml_text(text) if text is not None else None
    return child


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 cannot carry."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and ord(c) not in (0xFFFE, 0xFFFF)))

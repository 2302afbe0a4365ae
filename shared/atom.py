"""Atom (RFC 4287): how a feed is written, for readers' programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class FeedEntry:
    """An entry; times are RFC 3339. `html` is safe to print."""

    id: str
    title: str
    link: str
    published: str
    updated: str
    author: str | None = None
    summary: str | None = None
    html: str | None = None


@dataclass(frozen=True)
class FeedHead:
    """What a feed says of itself; `address` is where it is read, and its id."""

    address: str
    title: str
    updated: str
    page: str | None = None
    """The page of which it tells."""


def write_feed(head: FeedHead, entries: Iterable[FeedEntry]) -> bytes:
    """A feed as XML in UTF-8, its entries in their order."""
    ET.register_namespace("", NAMESPACE)
    feed = ET.Element(_atom("feed"))
    _add(feed, "id", head.address)
    _add(feed, "title", head.title)
    _add(feed, "updated", head.updated)
    _add(_add(feed, "author"), "name", "Redian")
    _add(feed, "link", rel="self", href=head.address)
    if head.page:
        _add(feed, "link", rel="alternate", href=head.page)
    for entry in entries:
        _add_entry(feed, entry)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(feed: ET.Element, entry: FeedEntry) -> None:
    element = _add(feed, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    if entry.author:
        _add(_add(element, "author"), "name", entry.author)
    _add(element, "link", href=entry.link)
    _add(element, "published", entry.published)
    _add(element, "updated", entry.updated)
    if entry.summary is not None:
        _add(element, "summary", entry.summary)
    if entry.html is not None:
        _add(element, "content", entry.html, type="html")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _atom(name), {key: _xml_text(value) for key, value in attributes.items()})
    child.text = _xml_text(text) if text is not None else None
    return child


def _atom(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 cannot carry."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and ord(c) not in (0xFFFE, 0xFFFF)))

"""Disqus: the XML of its export (`<disqus>`: categories, then threads, then posts that name their thread)."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from comments_service.imports import fields
from comments_service.imports.errors import RefusedError
from comments_service.imports.plain_text import plain_text
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.imports.xml_stream import attribute, child, content, elements
from comments_service.status import Status


def read(path: Path) -> Iterator[Row]:
    """The posts of an export; raises ImportStopped for another file."""
    threads: dict[str, tuple[str, str]] = {}
    for element in elements(path, "disqus", {"thread", "post"}):
        number = attribute(element, "id")
        if element.tag.endswith("thread"):
            threads[number] = content(element, "link") or content(element, "id"), content(element, "title")
        else:
            parent = attribute(child(element, "parent"), "id") or None
            try:
                yield _record(element, fields.source_id(number), parent, threads)
            except RefusedError as error:
                yield LeftOut(fields.shown_id(number), str(error), parent)


def _record(post: Element, number: str, parent: str | None, threads: dict[str, tuple[str, str]]) -> Record:
    link, title = threads.get(attribute(child(post, "thread"), "id"), ("", ""))
    status = _status(post)
    return Record(
        source_id=number,
        page=fields.page(link),
        page_title=title or None,
        text="" if status is Status.DELETED else fields.text(plain_text(content(post, "message"))),
        status=status,
        created_at=fields.time_ms(content(post, "createdAt")),
        parent=fields.reference(parent),
        nickname=fields.nickname(content(post, "author", "name")),
        email=fields.email(content(post, "author", "email")),
    )


def _status(post: Element) -> Status:
    if content(post, "isDeleted") == "true":
        return Status.DELETED
    if content(post, "isSpam") == "true":
        return Status.SPAM
    # Exports of before 2013 have no such element: everything in them was approved.
    return Status.PENDING if content(post, "isApproved") == "false" else Status.PUBLISHED

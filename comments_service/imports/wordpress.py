"""WordPress: WXR, the RSS of its export (`<item>` is a page, `<wp:comment>` below it a comment)."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from comments_service.imports import fields
from comments_service.imports.errors import RefusedError
from comments_service.imports.plain_text import plain_text
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.imports.xml_stream import content, elements, local_name
from comments_service.status import Status

STATUSES = {
    "1": Status.PUBLISHED,
    "approved": Status.PUBLISHED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.REJECTED,
    "post-trashed": Status.REJECTED,
}
NO_TIME = "0000-00-00 00:00:00"


def read(path: Path) -> Iterator[Row]:
    """The comments of every page of an export; raises ImportStopped for another file."""
    for item in elements(path, "rss", {"item"}, depth=2):
        page, title = content(item, "link"), content(item, "title")
        for comment in item:
            if local_name(comment) == "comment":
                yield _row(comment, page, title)


def _row(comment: Element, page: str, title: str) -> Row:
    number, parent = content(comment, "comment_id"), fields.reference(content(comment, "comment_parent"))
    try:
        return _record(comment, fields.source_id(number), parent, page, title)
    except RefusedError as error:
        return LeftOut(fields.shown_id(number), str(error), parent)


def _record(comment: Element, number: str, parent: str | None, page: str, title: str) -> Record:
    kind = content(comment, "comment_type")
    if kind not in {"", "comment"}:
        raise RefusedError(f"it is no comment but a {fields.line(kind, 20)}")
    status = STATUSES.get(content(comment, "comment_approved"))
    if status is None:
        raise RefusedError("its state is unknown")
    return Record(
        source_id=number,
        page=fields.page(page),
        page_title=title or None,
        text=fields.text(plain_text(_with_paragraphs(content(comment, "comment_content")))),
        status=status,
        created_at=_created_at(comment),
        parent=parent,
        nickname=fields.nickname(content(comment, "comment_author")),
        email=fields.email(content(comment, "comment_author_email")),
        website=fields.website(content(comment, "comment_author_url")),
    )


def _with_paragraphs(text: str) -> str:
    """WordPress keeps line breaks as they are and makes tags of them when it shows a comment."""
    return text.replace("\r\n", "\n").replace("\n", "<br>") if "<p" not in text and "<br" not in text else text


def _created_at(comment: Element) -> int:
    in_utc = content(comment, "comment_date_gmt")
    return fields.time_ms(in_utc if in_utc not in {"", NO_TIME} else content(comment, "comment_date"))

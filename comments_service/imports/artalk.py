"""Artalk: Artrans, a JSON array of comments whose values are all text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comments_service.imports import fields, json_stream
from comments_service.imports.errors import RefusedError
from comments_service.imports.plain_text import plain_markdown
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.status import Status


def read(path: Path) -> Iterator[Row]:
    """The comments of an export; raises ImportStopped for another file."""
    for item in json_stream.objects(path, {()}):
        parent = fields.reference(item.get("rid"))
        try:
            yield _record(item, fields.source_id(item.get("id")), parent)
        except RefusedError as error:
            yield LeftOut(fields.shown_id(item.get("id")), str(error), parent)


def _record(item: dict[str, Any], number: str, parent: str | None) -> Record:
    created_at = fields.time_ms(item.get("created_at"))
    return Record(
        source_id=number,
        page=fields.page(item.get("page_key")),
        page_title=fields.line(item.get("page_title"), fields.LONGEST_URL),
        text=fields.text(plain_markdown(_string(item.get("content")))),
        status=Status.PENDING if _is_true(item.get("is_pending")) else Status.PUBLISHED,
        created_at=created_at,
        parent=parent,
        nickname=fields.nickname(item.get("nick")),
        email=fields.email(item.get("email")),
        website=fields.website(item.get("link")),
        up=fields.votes(item.get("vote_up")),
        down=fields.votes(item.get("vote_down")),
        is_pinned=_is_true(item.get("is_pinned")) and parent is None,
    )


def _is_true(value: Any) -> bool:
    return value in (True, "true", "1")


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""

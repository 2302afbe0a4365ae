"""Waline: the JSON of its export, `{"type": "waline", "data": {"Comment": […], …}}`, as it or its API hands it out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comments_service.imports import fields, json_stream
from comments_service.imports.errors import RefusedError
from comments_service.imports.plain_text import plain_markdown
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.status import Status

PLACES = {("data", "Comment"), ("data", "data", "Comment")}
"""The API wraps the export into `{"errno", "errmsg", "data"}`."""
STATUSES = {"": Status.PUBLISHED, "approved": Status.PUBLISHED, "waiting": Status.PENDING, "spam": Status.SPAM}


def read(path: Path) -> Iterator[Row]:
    """The comments of an export; raises ImportStopped for another file."""
    for item in json_stream.objects(path, PLACES):
        # `rid` is the comment at the top of the thread, `pid` the one that is answered.
        parent = fields.reference(item.get("pid")) or fields.reference(item.get("rid"))
        try:
            yield _record(item, fields.source_id(item.get("objectId")), parent)
        except RefusedError as error:
            yield LeftOut(fields.shown_id(item.get("objectId")), str(error), parent)


def _record(item: dict[str, Any], number: str, parent: str | None) -> Record:
    state = item.get("status") or ""
    status = STATUSES.get(state) if isinstance(state, str) else None
    if status is None:
        raise RefusedError("its state is unknown")
    comment = item.get("comment")
    return Record(
        source_id=number,
        page=fields.page(item.get("url")),
        text=fields.text(plain_markdown(comment if isinstance(comment, str) else "")),
        status=status,
        created_at=_time(item.get("insertedAt") or item.get("createdAt")),
        parent=parent,
        nickname=fields.nickname(item.get("nick")),
        email=fields.email(item.get("mail")),
        website=fields.website(item.get("link")),
        up=fields.votes(item.get("like")),
        is_pinned=item.get("sticky") in (True, 1, "1", "true") and parent is None,
    )


def _time(value: Any) -> int:
    """A time as its stores write it: text, LeanCloud's `{"__type": "Date", "iso"}`, or milliseconds."""
    if isinstance(value, dict):
        value = value.get("iso")
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e14:
        return fields.seconds_ms(value / 1_000)
    return fields.time_ms(value)

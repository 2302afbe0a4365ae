"""A comment as another system tells of it: the one form into which every format is read."""

from dataclasses import dataclass

from comments_service.status import Status


@dataclass(frozen=True, slots=True)
class Record:
    """A comment that can be imported. Times are milliseconds since 1970 (UTC)."""

    source_id: str
    """What the other system calls it; unique within its export."""
    page: str
    """The address of the page under which it stands: a URL, or a path of the site."""
    text: str
    status: Status
    """`deleted` is the place of a comment whose replies are still there."""
    created_at: int
    parent: str | None = None
    """The `source_id` of the comment that it answers."""
    edited_at: int | None = None
    nickname: str | None = None
    email: str | None = None
    website: str | None = None
    up: int = 0
    down: int = 0
    is_pinned: bool = False
    page_title: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not imported, and why; replies to it move to the comment that it answers itself."""

    source_id: str
    reason: str
    parent: str | None = None


Row = Record | LeftOut

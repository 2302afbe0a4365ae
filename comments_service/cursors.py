"""Cursors: where a page ends, as the text that asks for the next one."""

from dataclasses import dataclass
from typing import Self

PATTERN = r"^p?[0-9]{1,9}(\.[0-9]{1,18})?$"
"""A cursor of an article's comments: `12`, `p12` within the pinned ones, `12.345` of a hot page."""
TIMED_PATTERN = r"^[0-9]{1,15}\.[0-9A-HJKMNP-TV-Z]{26}$"
"""A cursor of what is ordered by time: milliseconds and a comment's id."""

ARTICLE_PATTERN = r"^[0-9]{1,15}\.[A-Za-z0-9._~-]{1,128}$"
"""A cursor of articles: milliseconds and an article's id."""


@dataclass(frozen=True)
class Cursor:
    """The last comment of a page: floor, hotness when the page is ordered by it, and whether it is a pinned one."""

    floor: int
    hotness: int | None = None
    is_pinned: bool = False

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor of a text that matches PATTERN."""
        floor, _, hotness = text.removeprefix("p").partition(".")
        return cls(int(floor), int(hotness) if hotness else None, text.startswith("p"))

    def __str__(self) -> str:
        hotness = "" if self.hotness is None else f".{self.hotness}"
        return f"{'p' if self.is_pinned else ''}{self.floor}{hotness}"


@dataclass(frozen=True)
class TimedCursor:
    """The last of a page that is ordered by a time in milliseconds, then by id."""

    at: int
    id: str

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor of a text that matches TIMED_PATTERN, or ARTICLE_PATTERN."""
        at, _, row_id = text.partition(".")
        return cls(int(at), row_id)

    def __str__(self) -> str:
        return f"{self.at}.{self.id}"

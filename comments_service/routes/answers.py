"""What the comment routes answer: the public shape of a comment and of a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from comments_service.avatars import Avatars
from comments_service.latest import LatestPage
from comments_service.markup import paragraphs
from comments_service.reader import is_member
from comments_service.rules import Mode
from comments_service.status import Status
from comments_service.tables import Article, Comment
from comments_service.threads import Page, Threaded
from shared.clock import to_rfc3339

NOBODY = {"nickname": None, "avatar": None, "verified": False}


class Author(BaseModel):
    """Who wrote a comment, as everybody may see it; `verified` is a member of the portal."""

    nickname: str | None
    avatar: str | None
    verified: bool


class Quote(BaseModel):
    """The comment that a reply of a flat view answers."""

    id: str
    floor: int
    nickname: str | None
    text: str


class CommentAnswer(BaseModel):
    """A comment; `html` is safe to print, `text` is the source.

    `deleted` and `withheld` comments keep their place above their replies, without text and author.
    """

    id: str
    article_id: str
    parent_id: str | None
    floor: int
    author: Author
    text: str
    html: str
    status: Literal["published", "pending", "withheld", "deleted"]
    created_at: str
    edited_at: str | None
    up: int
    down: int
    vote: int
    pinned: bool
    quote: Quote | None
    total_replies: int
    hidden_replies: int
    replies: list["CommentAnswer"]


class PostedAnswer(CommentAnswer):
    """A comment as its author gets it; `edit_token` gives the right to change and to delete it."""

    edit_token: str


class Thread(BaseModel):
    """What becomes of an article's new comments now."""

    article_id: str
    comments: Mode
    notify_replies: bool
    """Whether a post may ask for mails about replies."""


class CommentsAnswer(BaseModel):
    """A page of comments; `total` counts all of them, those on other pages too."""

    comments: list[CommentAnswer]
    next_cursor: str | None
    total: int
    thread: Thread


class CommentedArticle(BaseModel):
    """The article of a comment that stands by itself."""

    id: str
    title: str
    url: str


class LatestComment(CommentAnswer):
    """A comment with its article; a reply quotes what it answers, and carries no replies of its own."""

    article: CommentedArticle


class LatestAnswer(BaseModel):
    """A page of comments, newest first."""

    comments: list[LatestComment]
    next_cursor: str | None


class CountsAnswer(BaseModel):
    """Published comments by article."""

    counts: dict[str, int]


@dataclass(frozen=True)
class Presenter:
    """Gives comments their public shape; `mode_of` tells what becomes of an article's new comments now."""

    avatars: Avatars
    mode_of: Callable[[Article], Mode]
    offers_mails: bool

    def comment(self, comment: Comment, *, is_own: bool, vote: int = 0) -> dict[str, Any]:
        """A comment without replies, as its author or as anybody else may see it."""
        status = public_status(comment, is_own=is_own)
        is_open = status in {"published", "pending"}
        return {
            "id": comment.id,
            "article_id": comment.article_id,
            "parent_id": comment.parent_id,
            "floor": comment.floor,
            "author": self.author(comment) if is_open else NOBODY,
            "text": comment.text if is_open else "",
            "html": paragraphs(comment.text) if is_open else "",
            "status": status,
            "created_at": to_rfc3339(comment.created_at),
            "edited_at": to_rfc3339(comment.edited_at) if is_open and comment.edited_at else None,
            "up": comment.up if is_open else 0,
            "down": comment.down if is_open else 0,
            "vote": vote,
            "pinned": comment.is_pinned,
            "quote": None,
            "total_replies": comment.reply_count,
            "hidden_replies": comment.reply_count,
            "replies": [],
        }

    def author(self, comment: Comment) -> dict[str, Any]:
        """Who wrote a comment."""
        return {
            "nickname": comment.nickname,
            "avatar": self.avatars.path_of(comment),
            "verified": is_member(comment.reader),
        }

    def page(self, page: Page) -> dict[str, Any]:
        """A page of comments."""
        return {
            "comments": [self._thread(each, page) for each in page.comments],
            "next_cursor": None if page.next is None else str(page.next),
            "total": page.total,
            "thread": {
                "article_id": page.article.id,
                "comments": self.mode_of(page.article),
                "notify_replies": self.offers_mails,
            },
        }

    def latest(self, page: LatestPage) -> dict[str, Any]:
        """A page of the latest comments."""
        return {
            "comments": [self._latest(comment, article, page) for comment, article in page.comments],
            "next_cursor": None if page.next is None else str(page.next),
        }

    def _latest(self, comment: Comment, article: Article, page: LatestPage) -> dict[str, Any]:
        return self.comment(comment, is_own=False, vote=page.votes.get(comment.id, 0)) | {
            "quote": _quote(page.quoted.get(comment.parent_id or "")),
            "article": {"id": article.id, "title": article.title, "url": article.url},
        }

    def _thread(self, thread: Threaded, page: Page) -> dict[str, Any]:
        comment = thread.comment
        shown = sum(each.comment.is_shown for each in thread.replies)
        is_own = page.reader is not None and comment.reader == page.reader
        return self.comment(comment, is_own=is_own, vote=page.votes.get(comment.id, 0)) | {
            "quote": _quote(page.quoted.get(comment.parent_id or "")),
            "total_replies": thread.total,
            "hidden_replies": thread.total - shown,
            "replies": [self._thread(each, page) for each in thread.replies],
        }


def public_status(comment: Comment, *, is_own: bool) -> str:
    """The state that a reader is told: a held comment is its author's alone, and why one is withheld is nobody's."""
    if comment.is_shadowed and is_own:
        return Status.PENDING if comment.held_for else Status.PUBLISHED
    if comment.status in {Status.PUBLISHED, Status.DELETED} or (comment.status == Status.PENDING and is_own):
        return comment.status
    return "withheld"


def _quote(comment: Comment | None) -> dict[str, Any] | None:
    if comment is None or comment.status != Status.PUBLISHED:
        return None
    return {"id": comment.id, "floor": comment.floor, "nickname": comment.nickname, "text": comment.text}

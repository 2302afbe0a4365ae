"""The comment routes: post, list, replies, counts."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import AfterValidator, BaseModel, Field

from comments_service.comments import PENDING, Comments, Draft, Page
from comments_service.markup import paragraphs
from comments_service.routes.types import LimitQuery, Line, WebUrl
from comments_service.tables import Comment
from shared.clock import to_rfc3339
from shared.names import ARTICLE_ID
from shared.web import ArticleIdPath, Input, PlainText

COMMENT_ID = "^[0-9A-HJKMNP-TV-Z]{26}$"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


class CommentBody(Input):
    """What a reader sends."""

    text: Annotated[PlainText, Field(min_length=1, max_length=2000), AfterValidator(_not_blank)]
    parent_id: Annotated[str, Field(pattern=COMMENT_ID)] | None = None
    nickname: Annotated[Line, Field(max_length=40)] | None = None
    email: Annotated[Line, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    website: WebUrl | None = None


class CommentPath(Input):
    """The `{id}` of a comment in a path."""

    comment_id: str = Field(pattern=COMMENT_ID)


class RepliesQuery(LimitQuery):
    """Where a page of comments begins and how long it is."""

    cursor: str | None = Field(None, pattern="^[0-9]{1,9}$")

    @property
    def behind(self) -> int | None:
        """The floor behind which the page begins."""
        return None if self.cursor is None else int(self.cursor)


class CommentsQuery(RepliesQuery):
    """A page and its order."""

    sort: Literal["newest", "oldest"] = "newest"


class CountsBody(Input):
    """The articles whose comments are to be counted."""

    article_ids: list[Annotated[str, Field(pattern=ARTICLE_ID)]] = Field(max_length=200)


class Author(BaseModel):
    """Who wrote a comment, as everybody may see it."""

    nickname: str | None
    avatar: str | None
    verified: bool


class CommentAnswer(BaseModel):
    """A comment; `html` is safe to print, `text` is the source."""

    id: str
    article_id: str
    parent_id: str | None
    floor: int
    author: Author
    text: str
    html: str
    status: Literal["published", "pending"]
    created_at: str
    edited_at: str | None
    up: int
    down: int
    vote: int
    pinned: bool
    total_replies: int
    hidden_replies: int
    replies: list["CommentAnswer"]


class Thread(BaseModel):
    """What an article says of its comments."""

    article_id: str
    comments: Literal["open", "moderated", "closed"]


class CommentsAnswer(BaseModel):
    """A page of comments; `total` counts all of them, those on other pages too."""

    comments: list[CommentAnswer]
    next_cursor: str | None
    total: int
    thread: Thread


class CountsAnswer(BaseModel):
    """Published comments by article."""

    counts: dict[str, int]


def present(comment: Comment, replies: Sequence[Comment] = ()) -> dict[str, Any]:
    """A comment in its public shape. There are no votes, pins and edits yet, and these fields say so."""
    return {
        "id": comment.id,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "floor": comment.floor,
        "author": {"nickname": comment.nickname, "avatar": None, "verified": False},
        "text": comment.text,
        "html": paragraphs(comment.text),
        "status": comment.status,
        "created_at": to_rfc3339(comment.created_at),
        "edited_at": None,
        "up": 0,
        "down": 0,
        "vote": 0,
        "pinned": False,
        "total_replies": comment.reply_count,
        "hidden_replies": comment.reply_count - len(replies),
        "replies": [present(reply) for reply in replies],
    }


def present_page(page: Page) -> dict[str, Any]:
    """A page of comments in its public shape."""
    return {
        "comments": [present(each.comment, each.replies) for each in page.comments],
        "next_cursor": None if page.next_floor is None else str(page.next_floor),
        "total": page.total,
        "thread": {"article_id": page.article.id, "comments": page.article.comments_mode},
    }


def comment_routes(comments: Comments) -> APIBlueprint:
    """The routes of comments."""
    routes = APIBlueprint("comments", __name__, url_prefix="/v1")

    @routes.post(
        "/articles/<article_id>/comments",
        summary="Write a comment",
        responses={201: CommentAnswer, 202: CommentAnswer},
    )
    def post_comment(path: ArticleIdPath, body: CommentBody) -> tuple[dict[str, Any], int]:
        comment = comments.post(path.article_id, Draft(**body.model_dump()))
        return present(comment), 202 if comment.status == PENDING else 201

    @routes.get(
        "/articles/<article_id>/comments", summary="The comments of an article", responses={200: CommentsAnswer}
    )
    def list_comments(path: ArticleIdPath, query: CommentsQuery) -> dict[str, Any]:
        newest_first = query.sort == "newest"
        page = comments.page(path.article_id, newest_first=newest_first, limit=query.limit, behind=query.behind)
        return present_page(page)

    @routes.get("/comments/<comment_id>/replies", summary="The replies to a comment", responses={200: CommentsAnswer})
    def list_replies(path: CommentPath, query: RepliesQuery) -> dict[str, Any]:
        return present_page(comments.replies(path.comment_id, limit=query.limit, behind=query.behind))

    @routes.post("/comments/counts", summary="How many comments articles have", responses={200: CountsAnswer})
    def count_comments(body: CountsBody) -> dict[str, Any]:
        return {"counts": comments.counts(body.article_ids)}

    return routes

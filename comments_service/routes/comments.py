"""The comment routes: post, list, replies, counts."""

from typing import Annotated, Any, Literal, Self

from flask import Response
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field, model_validator

from comments_service.comments import Comments
from comments_service.cursors import PATTERN, Cursor
from comments_service.reader import TOKEN_HEADER
from comments_service.routes.answers import (
    CommentAnswer,
    CommentsAnswer,
    CountsAnswer,
    Presenter,
)
from comments_service.routes.guests import Guests
from comments_service.routes.limits import Limits
from comments_service.routes.reads import Reads
from comments_service.routes.types import COMMENT_ID, CommentText, LimitQuery
from comments_service.status import Status
from comments_service.threads import Ask, Threads
from shared.errors import invalid
from shared.names import ARTICLE_ID
from shared.web import ArticleIdPath, Input
from shared.web.specification import NOT_MODIFIED, problems

OWN = f"The author is known by his cookie, or by the `edit_token` of his post in the header `{TOKEN_HEADER}`."


class EditBody(Input):
    """A comment's new text."""

    text: CommentText


class CommentPath(Input):
    """The `{id}` of a comment in a path."""

    comment_id: str = Field(pattern=COMMENT_ID)


class RepliesQuery(LimitQuery):
    """Where a page of comments begins, how long it is, and whether replies to replies are nested."""

    view: Literal["tree", "flat"] = "tree"
    cursor: str | None = Field(None, pattern=PATTERN)

    @property
    def behind(self) -> Cursor | None:
        """The last comment of the page before."""
        return None if self.cursor is None else Cursor.read(self.cursor)


class CommentsQuery(RepliesQuery):
    """A page and its order."""

    sort: Literal["newest", "oldest", "hot"] = "newest"

    @model_validator(mode="after")
    def _cursor_is_of_this_order(self) -> Self:
        if self.behind and (self.behind.hotness is not None) != (self.sort == "hot"):
            raise invalid(("cursor", "belongs to a page in another order"))
        return self


class CountsBody(Input):
    """The articles whose comments are to be counted."""

    article_ids: list[Annotated[str, Field(pattern=ARTICLE_ID)]] = Field(max_length=200)


def comment_routes(
    comments: Comments, threads: Threads, guests: Guests, reads: Reads, presenter: Presenter, limits: Limits
) -> APIBlueprint:
    """The routes of comments."""
    routes = APIBlueprint("comments", __name__, url_prefix="/v1")

    @routes.get(
        "/articles/<article_id>/comments",
        summary="The comments of an article",
        responses={200: CommentsAnswer, **NOT_MODIFIED, **problems(401)},
    )
    def list_comments(path: ArticleIdPath, query: CommentsQuery) -> Response:
        ask = Ask(query.limit, query.sort, query.view, query.behind, guests.known())
        return reads.page(ask.reader, lambda: presenter.page(threads.page(path.article_id, ask)))

    @routes.get(
        "/comments/<comment_id>/replies",
        summary="The replies to a comment",
        responses={200: CommentsAnswer, **NOT_MODIFIED, **problems(401)},
    )
    def list_replies(path: CommentPath, query: RepliesQuery) -> Response:
        ask = Ask(query.limit, "oldest", query.view, query.behind, guests.known())
        return reads.page(ask.reader, lambda: presenter.page(threads.replies(path.comment_id, ask)))

    @routes.patch(
        "/comments/<comment_id>",
        summary="Change one's own comment within 15 minutes",
        description=OWN,
        responses={200: CommentAnswer, 202: CommentAnswer, **problems(401, 403, 409)},
    )
    @limits.actions
    def edit_comment(path: CommentPath, body: EditBody) -> tuple[dict[str, Any], int]:
        comment = comments.edit(path.comment_id, body.text, guests.claim(), guests.origin())
        return presenter.comment(comment, is_own=True), 202 if comment.status == Status.PENDING else 200

    @routes.delete(
        "/comments/<comment_id>",
        summary="Delete one's own comment",
        description=OWN,
        responses={204: None, **problems(401, 403)},
    )
    @limits.actions
    def delete_comment(path: CommentPath) -> Response:
        comments.delete(path.comment_id, guests.claim())
        return Response(status=204)

    @routes.post(
        "/comments/counts", summary="How many comments articles have", responses={200: CountsAnswer, **problems(401)}
    )
    def count_comments(body: CountsBody) -> Response:
        return reads.counts(guests.known(), lambda: {"counts": threads.counts(body.article_ids)})

    return routes

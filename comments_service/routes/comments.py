"""The comment routes: post, list, replies, counts."""

from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from flask import Response
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field, model_validator

from comments_service.comments import Comments
from comments_service.cursors import PATTERN, Cursor
from comments_service.gate import Attempt, Gate
from comments_service.mails.server import MAIL_ADDRESS
from comments_service.moderation import Draft
from comments_service.reader import TOKEN_HEADER
from comments_service.routes.answers import (
    CommentAnswer,
    CommentsAnswer,
    CountsAnswer,
    PostedAnswer,
    Presenter,
)
from comments_service.routes.guests import Guests
from comments_service.routes.limits import Limits
from comments_service.routes.mail import preferred_language
from comments_service.routes.reads import Reads
from comments_service.routes.types import COMMENT_ID, CommentText, LimitQuery, Line, Nickname, PostHeader, WebUrl
from comments_service.status import Status
from comments_service.tables import Comment
from comments_service.threads import Ask, Threads
from shared.errors import invalid
from shared.names import ARTICLE_ID
from shared.web import ArticleIdPath, Input
from shared.web.specification import NOT_MODIFIED, problems

OWN = f"The author is known by his cookie, or by the `edit_token` of his post in the header `{TOKEN_HEADER}`."


class CommentBody(Input):
    """What a reader sends."""

    text: CommentText
    parent_id: Annotated[str, Field(pattern=COMMENT_ID)] | None = None
    nickname: Nickname | None = None
    email: Annotated[Line, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    website: WebUrl | None = None
    notify_replies: bool = Field(False, description="Mail me about replies; where mails are on, and needs `email`.")


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


def draft_of(body: CommentBody, *, offers_mails: bool) -> Draft:
    """A post's content; raises `invalid` when it asks for mails that cannot be sent."""
    draft = Draft(**body.model_dump(exclude={"notify_replies"}))
    if not body.notify_replies:
        return draft
    if not offers_mails:
        raise invalid(("notify_replies", "this installation sends no mails"))
    if body.email is None or not MAIL_ADDRESS.fullmatch(body.email):
        raise invalid(("email", "must be a plain mail address when notify_replies is set"))
    return replace(draft, notify_in=preferred_language())


def comment_routes(
    comments: Comments, threads: Threads, guests: Guests, reads: Reads, presenter: Presenter, limits: Limits, gate: Gate
) -> APIBlueprint:
    """The routes of comments."""
    routes = APIBlueprint("comments", __name__, url_prefix="/v1")

    def present_own(comment: Comment) -> dict[str, Any]:
        return presenter.comment(comment, is_own=True) | {"edit_token": guests.token_of(comment.id)}

    @routes.post(
        "/articles/<article_id>/comments",
        summary="Write a comment",
        responses={201: PostedAnswer, 202: PostedAnswer, **problems(401, 403, 409, 428)},
    )
    @limits.comments
    def post_comment(path: ArticleIdPath, header: PostHeader, body: CommentBody) -> tuple[dict[str, Any], int]:
        resend = guests.resend(path.article_id, header.key) if header.key else None
        author = guests.author(guests.known() or guests.new())
        network, known_by = author.origin.network or "", resend.key if resend else ""
        gate.admit(Attempt(path.article_id, network, header.solution, known_by))
        draft = guests.signed(draft_of(body, offers_mails=presenter.offers_mails))
        posted = comments.post(path.article_id, draft, author, present_own, resend)
        guests.remember(posted.reader)
        return posted.answer, 202 if posted.answer["status"] == Status.PENDING else 201

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

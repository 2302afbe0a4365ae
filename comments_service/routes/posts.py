"""The route by which comments are posted."""

from dataclasses import replace
from typing import Annotated, Any

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field

from comments_service.cases import Draft
from comments_service.gate import Attempt, Gate
from comments_service.mails.server import MAIL_ADDRESS
from comments_service.posts import Posts
from comments_service.routes.answers import PostedAnswer, Presenter
from comments_service.routes.guests import Guests
from comments_service.routes.limits import Limits
from comments_service.routes.mail import preferred_language
from comments_service.routes.types import COMMENT_ID, CommentText, Line, Nickname, PostHeader, WebUrl
from comments_service.status import Status
from comments_service.tables import Comment
from shared.errors import invalid
from shared.web import ArticleIdPath, Input
from shared.web.specification import problems


class CommentBody(Input):
    """What a reader sends."""

    text: CommentText
    parent_id: Annotated[str, Field(pattern=COMMENT_ID)] | None = None
    nickname: Nickname | None = None
    email: Annotated[Line, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    website: WebUrl | None = None
    notify_replies: bool = Field(False, description="Mail me about replies; where mails are on, and needs `email`.")


def draft_of(body: CommentBody, *, offers_mails: bool) -> Draft:
    """A post's content; raises `invalid` when it asks for mails that cannot be sent."""
    draft = Draft(body.text, body.parent_id, body.nickname, body.email, body.website)
    if not body.notify_replies:
        return draft
    if not offers_mails:
        raise invalid(("notify_replies", "this installation sends no mails"))
    if body.email is None or not MAIL_ADDRESS.fullmatch(body.email):
        raise invalid(("email", "must be a plain mail address when notify_replies is set"))
    return replace(draft, notify_in=preferred_language())


def with_posts(
    routes: APIBlueprint, posts: Posts, guests: Guests, presenter: Presenter, limits: Limits, gate: Gate
) -> APIBlueprint:
    """The routes of comments with that of posts, which shares its path with one of them."""

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
        posted = posts.take(path.article_id, draft, author, present_own, resend)
        guests.remember(posted.reader)
        return posted.answer, 202 if posted.answer["status"] == Status.PENDING else 201

    return routes

"""The routes of what readers say of a comment: votes and reports."""

from typing import Annotated, Any, Literal

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.routes.comments import CommentPath
from comments_service.routes.guests import Guests
from comments_service.routes.limits import Limits
from comments_service.votes import Votes
from shared.web import Input, PlainText
from shared.web.specification import problems


class VoteBody(Input):
    """A vote: for, none, against."""

    value: int = Field(ge=-1, le=1, strict=True)


class ReportBody(Input):
    """What is wrong with a comment."""

    reason: Literal["spam", "abuse", "illegal", "false", "privacy", "other"]
    note: Annotated[PlainText, Field(min_length=1, max_length=500)] | None = None


class VoteAnswer(BaseModel):
    """A comment's votes, and the reader's own."""

    up: int
    down: int
    vote: int


class ReportAnswer(BaseModel):
    """The report is kept."""

    status: Literal["accepted"]


def vote_routes(votes: Votes, guests: Guests, limits: Limits) -> APIBlueprint:
    """The routes of votes and reports."""
    routes = APIBlueprint("votes", __name__, url_prefix="/v1/comments")

    @routes.put(
        "/<comment_id>/vote",
        summary="Vote on a comment, or take the vote back",
        responses={200: VoteAnswer, **problems(401, 403)},
    )
    @limits.actions
    def vote(path: CommentPath, body: VoteBody) -> dict[str, int]:
        comment = votes.vote(path.comment_id, guests.author(guests.met()), body.value)
        return {"up": comment.up, "down": comment.down, "vote": body.value}

    @routes.post(
        "/<comment_id>/reports", summary="Report a comment", responses={202: ReportAnswer, **problems(401, 403)}
    )
    @limits.actions
    def report(path: CommentPath, body: ReportBody) -> tuple[dict[str, Any], int]:
        votes.report(path.comment_id, guests.author(guests.met()), body.reason, body.note)
        return {"status": "accepted"}, 202

    return routes

"""Entries of the latest comments: kept in a table of their own, in the order in which they are read.

An article lies in several channels, and its comments with it; whoever changes the one or the other, in the transaction
that holds the article's row, enters them here.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from comments_service.status import Status
from comments_service.tables import Article, Comment, LatestComment
from shared.names import ALL_CHANNEL


def enter(session: Session, article: Article, published: Sequence[tuple[int, str]]) -> None:
    """Enter comments of an article, given by when they were published and by id."""
    if article.is_published and published:
        session.execute(
            insert(LatestComment), [row for at, comment_id in published for row in entries_of(article, at, comment_id)]
        )


def entries_of(article: Article, published_at: int, comment_id: str) -> list[dict[str, Any]]:
    """The rows by which a comment of a published article is entered."""
    return [
        {"channel": channel, "published_at": published_at, "comment_id": comment_id, "article_id": article.id}
        for channel in _channels(article)
    ]


def leave(session: Session, article: Article, published_at: int, comment_id: str) -> None:
    """Take out a comment that is not published any more."""
    session.execute(
        delete(LatestComment).where(
            LatestComment.channel.in_(_channels(article)),
            LatestComment.published_at == published_at,
            LatestComment.comment_id == comment_id,
        )
    )


def enter_all(session: Session, article: Article) -> None:
    """Enter all comments of an article anew: it has come, gone, or moved to other channels."""
    session.execute(delete(LatestComment).where(LatestComment.article_id == article.id))
    if not article.is_published:
        return
    columns = ["channel", "published_at", "comment_id", "article_id"]
    for channel in _channels(article):
        comments = select(literal(channel), Comment.published_at, Comment.id, Comment.article_id).where(
            Comment.article_id == article.id, Comment.status == Status.PUBLISHED
        )
        session.execute(insert(LatestComment).from_select(columns, comments))


def _channels(article: Article) -> list[str]:
    return [ALL_CHANNEL, *article.channels]

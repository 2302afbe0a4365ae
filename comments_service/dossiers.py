"""Dossiers: what a moderator wants to know of a comment before he decides, gathered for a whole page of the queue."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from comments_service.articles import articles_in
from comments_service.database import Database
from comments_service.queue import Held
from comments_service.tables import Comment, Report
from comments_service.words import Hit, WordFilter

LAST_COMMENTS = 5
"""Other comments of the same reader that a moderator is shown."""
FIRST_REPORTS = 10
"""Reports of a comment that a moderator is shown, the newest first."""


@dataclass(frozen=True)
class Dossier:
    """A comment with what it answers, what its reader wrote last, what the words say and what readers reported."""

    held: Held
    parent: Comment | None
    history: Sequence[Comment]
    hits: Sequence[Hit]
    reports: Sequence[Report]


class Dossiers:
    """Gathers dossiers; a page takes three queries, however long it is."""

    def __init__(self, database: Database, word_filter: WordFilter) -> None:
        self._database = database
        self._word_filter = word_filter

    def of(self, page: Sequence[Held], channels: Collection[str] | None) -> list[Dossier]:
        """A dossier for each comment; with channels, the readers' history in these alone."""
        lexicon = self._word_filter.current()
        comments = [held.comment for held in page]
        with self._database.reading() as session:
            parents = _parents(session, comments)
            histories = _histories(session, {each.reader for each in comments if each.reader}, channels)
            reports = _reports(session, [each.id for each in comments])
        return [
            Dossier(
                held,
                parents.get(held.comment.parent_id or ""),
                _others(histories[held.comment.reader or ""], held.comment),
                lexicon.judge(_fields(held.comment), held.article.channels).hits,
                reports[held.comment.id],
            )
            for held in page
        ]


def _parents(session: Session, comments: Iterable[Comment]) -> dict[str, Comment]:
    ids = {comment.parent_id for comment in comments if comment.parent_id}
    return {each.id: each for each in session.scalars(select(Comment).where(Comment.id.in_(ids)))} if ids else {}


def _histories(session: Session, readers: set[str], channels: Collection[str] | None) -> dict[str, list[Comment]]:
    """The last comments of each reader, newest first: one more than is shown, as the comment itself is among them."""
    query = select(Comment).where(Comment.reader.in_(readers))
    if channels is not None:
        query = query.where(Comment.article_id.in_(articles_in(channels)))
    histories: dict[str, list[Comment]] = defaultdict(list)
    place = func.row_number().over(partition_by=Comment.reader, order_by=Comment.id.desc())
    for comment in session.scalars(_first(query, place, LAST_COMMENTS + 1)) if readers else ():
        histories[comment.reader or ""].append(comment)
    return histories


def _first(query: Select[Comment], place: ColumnElement[int], most: int) -> Select[Comment]:
    ranked = query.add_columns(place.label("place")).subquery("ranked")
    comment = aliased(Comment, ranked)
    return select(comment).where(ranked.c.place <= most).order_by(ranked.c.id.desc())


def _others(history: Sequence[Comment], comment: Comment) -> list[Comment]:
    return [each for each in history if each.id != comment.id][:LAST_COMMENTS]


def _reports(session: Session, comment_ids: Sequence[str]) -> dict[str, list[Report]]:
    place = func.row_number().over(partition_by=Report.comment_id, order_by=(Report.created_at.desc(), Report.reader))
    ranked = select(Report, place.label("place")).where(Report.comment_id.in_(comment_ids)).subquery("ranked")
    report = aliased(Report, ranked)
    reports: dict[str, list[Report]] = defaultdict(list)
    for each in session.scalars(select(report).where(ranked.c.place <= FIRST_REPORTS).order_by(ranked.c.place)):
        reports[each.comment_id].append(each)
    return reports


def _fields(comment: Comment) -> dict[str, str | None]:
    return {"text": comment.text, "nickname": comment.nickname, "website": comment.website}

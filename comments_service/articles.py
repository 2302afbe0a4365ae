"""Articles: what the CMS puts and withdraws. Each change is a revision, committed with its event."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.cursors import TimedCursor
from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.latest_entries import enter_all
from comments_service.nicknames import EDITOR, Nicknames
from comments_service.outbox import Outbox, append
from comments_service.rules import Mode
from comments_service.tables import Article, ArticleLabel, AuditEntry, OutboxRow
from comments_service.tables.base import loose, table_of
from shared.api_keys import Caller
from shared.clock import Clock
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.events import ArticlePublished, ArticleWithdrawn

PUBLISHED = "published"
WITHDRAWN = "withdrawn"
ARTICLES_PER_READ = 1_000
_articles = table_of(Article)
LOCKED = (
    select(_articles)
    .where(_articles.c.id.in_(bindparam("article_ids", expanding=True)), _articles.c.status == PUBLISHED)
    .order_by(_articles.c.id)
    .with_for_update()
)
COUNTED = (
    update(_articles)
    .where(_articles.c.id == bindparam("of"))
    .values(last_floor=bindparam("floor"), comment_count=bindparam("comments"))
)


class Change(StrEnum):
    """What a put did."""

    NEW = "new"
    CHANGED = "changed"
    NONE = "none"


@dataclass(frozen=True)
class Content:
    """What the CMS says of an article; `published_at` in milliseconds, `comments_mode` open, moderated or closed.

    `close_after_days` after it was published it takes no more comments; None leaves that to the rules.
    """

    title: str
    url: str
    channels: list[str]
    tags: list[str]
    published_at: int
    source: str | None
    editor: str | None
    image: str | None
    comments_mode: str
    close_after_days: int | None = None


class Articles:
    """The articles in SQL."""

    def __init__(self, database: Database, outbox: Outbox, nicknames: Nicknames, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._nicknames = nicknames
        self._clock = clock

    def put(self, article_id: str, content: Content) -> tuple[Article, Change]:
        """Publish an article or its change; the same content again changes nothing and makes no event."""
        now = self._clock()
        try:
            return self._put(article_id, content, now)
        except IntegrityError:
            # Another request put the same new article meanwhile: for this one it is there already.
            return self._put(article_id, content, now)

    def _put(self, article_id: str, content: Content, now: int) -> tuple[Article, Change]:
        with self._database.writing() as session:
            article, change, rows = put_article(session, self._outbox, article_id, content, now)
            if change is not Change.NONE:
                self._nicknames.protect(session, article.editor, EDITOR)
        self._outbox.relay_now(rows)
        return article, change

    def withdraw(self, article_id: str, who: str) -> None:
        """Withdraw an article, with who did it in the audit trail; once more changes nothing.

        Raises `article_unknown`.
        """
        now = self._clock()
        with self._database.writing() as session:
            article = session.get(Article, article_id, with_for_update=True)
            if article is None:
                raise unknown(article_id)
            if article.status == WITHDRAWN:
                return
            article.status, article.revision, article.updated_at = WITHDRAWN, article.revision + 1, now
            session.execute(delete(ArticleLabel).where(ArticleLabel.article_id == article_id))
            enter_all(session, article)
            row = self._outbox.add(session, withdrawn_event(article, now))
            session.add(AuditEntry(at=now, who=who, action="withdraw-article", article_id=article_id))
        self._outbox.relay_now([row])

    def set_mode(self, article_id: str, mode: Mode | None, caller: Caller) -> Article:
        """Let a moderator's mode stand instead of what the CMS and the rules say; None takes it back.

        Raises `article_unknown`, or `channel_forbidden` for one in other channels than the caller is for.
        """
        with self._database.writing() as session:
            article = published(session, article_id, for_update=True)
            caller.require_any_channel(article.channels)
            if article.moderators_mode != mode:
                article.moderators_mode = mode
                session.add(
                    AuditEntry(
                        at=self._clock(),
                        who=caller.name,
                        action="set-comments" if mode else "unset-comments",
                        subject=mode,
                        article_id=article_id,
                    )
                )
        return article

    def get(self, article_id: str) -> Article:
        """A published article; raises `article_unknown`."""
        with self._database.reading() as session:
            return published(session, article_id)

    def page(
        self, sought: str | None, *, channels: Collection[str] | None, limit: int, behind: TimedCursor | None
    ) -> tuple[Sequence[Article], TimedCursor | None]:
        """Published articles (in these channels, with this as id or in the title), newest first, and what is next."""
        query = select(Article).where(Article.status == PUBLISHED)
        query = query.order_by(Article.published_at.desc(), Article.id.desc()).limit(limit + 1)
        if sought is not None:
            query = query.where(or_(Article.title.icontains(sought, autoescape=True), Article.id == sought))
        if channels is not None:
            query = query.where(Article.id.in_(articles_in(channels)))
        if behind is not None:
            query = query.where(tuple_(Article.published_at, Article.id) < tuple_(behind.at, behind.id))
        with self._database.reading() as session:
            rows = session.scalars(query).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit], TimedCursor(last.published_at, last.id) if last else None

    def related(self, article_id: str, limit: int) -> list[Article]:
        """Other published articles that share a tag, then those that share a channel, each newest first."""
        with self._database.reading() as session:
            article = published(session, article_id)
            found = _sharing(session, article_id, "tag", article.tags, limit)
            if len(found) < limit:
                found += _sharing(session, article_id, "channel", article.channels, limit + len(found))
            ids = list(dict.fromkeys(found))[:limit]
            by_id = {each.id: each for each in session.scalars(select(Article).where(Article.id.in_(ids)))}
        return [by_id[each] for each in ids]


def put_article(
    session: Session, outbox: Outbox, article_id: str, content: Content, now: int
) -> tuple[Article, Change, list[OutboxRow]]:
    """Publish an article or its change in a session; the rows are to be relayed when it is committed."""
    article = session.get(Article, article_id, with_for_update=True)
    if article is None:
        change = Change.NEW
        article = Article(id=article_id, revision=0, clicks=0, comment_count=0, last_floor=0, created_at=now)
        session.add(article)
    elif article.status == PUBLISHED and _content(article) == content:
        return article, Change.NONE, []
    else:
        change = Change.CHANGED
    has_moved = not (article.is_published and article.channels == content.channels)
    _take(article, content, now)
    session.flush()
    _label(session, article)
    if change is Change.CHANGED and has_moved:
        enter_all(session, article)
    return article, change, [outbox.add(session, published_event(article, now))]


def published(session: Session, article_id: str, *, for_update: bool = False) -> Article:
    """A published article in a session, its row locked when it is about to change; raises `article_unknown`."""
    article = session.get(Article, article_id, with_for_update=for_update)
    if article is None or article.status != PUBLISHED:
        raise unknown(article_id)
    return article


def locked_articles(session: Session, article_ids: Collection[str]) -> dict[str, Article]:
    """The published ones of some articles, their rows locked, outside of the session: write_counts writes them."""
    rows = session.execute(LOCKED, {"article_ids": article_ids}).mappings()
    return {row["id"]: loose(Article, row) for row in rows}


def write_counts(session: Session, articles: Iterable[Article]) -> None:
    """Write the floors and counts of locked articles."""
    rows = [{"of": each.id, "floor": each.last_floor, "comments": each.comment_count} for each in articles]
    if rows:
        session.execute(COUNTED, rows)


def articles_in(channels: Collection[str]) -> Select[str]:
    """The ids of the published articles of channels."""
    return select(ArticleLabel.article_id).where(ArticleLabel.kind == "channel", ArticleLabel.name.in_(channels))


def unknown(article_id: str) -> RedianError:
    """The 404 of an article that was never put, or was withdrawn."""
    return RedianError("article_unknown", f"There is no article {article_id}.")


def published_event(article: Article, now: int) -> ArticlePublished:
    """The event that tells an article's present content."""
    return ArticlePublished(
        event_id=new_id(now),
        article_id=article.id,
        occurred_at=now,
        revision=article.revision,
        title=article.title,
        url=article.url,
        channels=article.channels,
        published_at=article.published_at,
        image=article.image,
    )


def withdrawn_event(article: Article, now: int) -> ArticleWithdrawn:
    """The event that tells that an article is gone."""
    return ArticleWithdrawn(new_id(now), article.id, now, article.revision)


def present_event(article: Article, now: int) -> ArticlePublished | ArticleWithdrawn:
    """The event that tells how an article is now."""
    return published_event(article, now) if article.status == PUBLISHED else withdrawn_event(article, now)


def republish(database: Database, event_log: EventLog, clock: Clock) -> int:
    """Append every article again as it is now, for a log that was lost; how many.

    The events are new, with the revisions that the articles have: where the log still knows them nothing changes.
    """
    total, last = 0, ""
    while True:
        with database.reading() as session:
            page = session.scalars(
                select(Article).where(Article.id > last).order_by(Article.id).limit(ARTICLES_PER_READ)
            ).all()
        if not page:
            return total
        now = clock()
        append(event_log, [present_event(article, now) for article in page])
        total, last = total + len(page), page[-1].id


def _take(article: Article, content: Content, now: int) -> None:
    for name, value in vars(content).items():
        setattr(article, name, value)
    article.status = PUBLISHED
    article.revision += 1
    article.updated_at = now


def _content(article: Article) -> Content:
    return Content(**{name: getattr(article, name) for name in Content.__dataclass_fields__})


def _label(session: Session, article: Article) -> None:
    session.execute(delete(ArticleLabel).where(ArticleLabel.article_id == article.id))
    names = [("channel", name) for name in article.channels] + [("tag", name) for name in article.tags]
    session.execute(
        insert(ArticleLabel),
        [
            {"article_id": article.id, "kind": kind, "name": name, "published_at": article.published_at}
            for kind, name in names
        ],
    )


def _sharing(session: Session, article_id: str, kind: str, names: list[str], limit: int) -> list[str]:
    """Ids of other articles with one of these labels, newest first."""
    newest = ArticleLabel.published_at.desc(), ArticleLabel.article_id.desc()
    query = (
        select(ArticleLabel.article_id)
        .where(ArticleLabel.kind == kind, ArticleLabel.name.in_(names), ArticleLabel.article_id != article_id)
        .group_by(ArticleLabel.article_id, ArticleLabel.published_at)
        .order_by(*newest)
        .limit(limit)
    )
    return list(session.scalars(query))

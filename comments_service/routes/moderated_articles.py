"""The routes by which moderators open, moderate or close the comments of an article, whatever its CMS and rules say."""

from collections.abc import Callable
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.articles import Articles
from comments_service.cursors import ARTICLE_PATTERN, TimedCursor
from comments_service.routes.articles import KEYED
from comments_service.routes.moderation import ChannelQuery
from comments_service.routes.types import LimitQuery
from comments_service.rules import Mode
from comments_service.tables import Article
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.web import ArticleIdPath, Input, PlainText, needs


class ModeBody(Input):
    """What becomes of new comments, instead of what the CMS and the rules say; null lets these decide again."""

    comments: Mode | None


class ArticlesQuery(ChannelQuery, LimitQuery):
    """Which articles, by a part of their title or their whole id, and where the page begins."""

    q: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None
    cursor: str | None = Field(None, pattern=ARTICLE_PATTERN)


class ModeratedArticle(BaseModel):
    """An article as a moderator sees it.

    `mode` is what becomes of new comments now, `set_mode` what a moderator set, `cms_mode` what the CMS did.
    """

    id: str
    title: str
    url: str
    channels: list[str]
    published_at: str
    comments: int
    mode: Mode
    set_mode: Mode | None
    cms_mode: Mode


class ArticlesAnswer(BaseModel):
    """A page of articles, the newest first."""

    articles: list[ModeratedArticle]
    next_cursor: str | None


def moderated_article_routes(articles: Articles, mode_of: Callable[[Article], Mode]) -> APIBlueprint:
    """The routes of articles for moderators."""
    routes = APIBlueprint("moderated_articles", __name__, url_prefix="/v1/moderation/articles")

    def present(article: Article) -> dict[str, Any]:
        same = {name: getattr(article, name) for name in ("id", "title", "url", "channels")}
        return same | {
            "published_at": to_rfc3339(article.published_at),
            "comments": article.comment_count,
            "mode": mode_of(article),
            "set_mode": article.moderators_mode,
            "cms_mode": article.comments_mode,
        }

    @routes.get("", summary="Articles and their comments' modes", security=KEYED, responses={200: ArticlesAnswer})
    @needs(Scope.MODERATE)
    def list_articles(query: ArticlesQuery) -> dict[str, Any]:
        behind = None if query.cursor is None else TimedCursor.read(query.cursor)
        found, last = articles.page(query.q, channels=query.channels, limit=query.limit, behind=behind)
        return {"articles": [present(each) for each in found], "next_cursor": None if last is None else str(last)}

    @routes.put(
        "/<article_id>", summary="Open, moderate or close comments", security=KEYED, responses={200: ModeratedArticle}
    )
    @needs(Scope.MODERATE)
    def set_mode(path: ArticleIdPath, body: ModeBody) -> dict[str, Any]:
        return present(articles.set_mode(path.article_id, body.comments, g.caller))

    return routes

"""The routes of the feeds: the newest comments of an article and of a channel as Atom."""

from flask import Response, request
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field

from comments_service.latest import Latest
from comments_service.markup import paragraphs
from comments_service.routes.reads import Reads
from comments_service.routes.types import LimitQuery
from comments_service.tables import Article, Comment
from shared.atom import CONTENT_TYPE, FeedEntry, FeedHead, write_feed
from shared.clock import Clock, to_rfc3339
from shared.names import CHANNEL
from shared.web import ArticleIdPath, Input
from shared.web.specification import NOT_MODIFIED, Responses, document

NOBODY = "游客 Guest"
ATOM: Responses = {**document("application/atom+xml"), **NOT_MODIFIED}


class ChannelPath(Input):
    """A channel; `all` is every one."""

    channel: str = Field(pattern=CHANNEL)


def feed_routes(latest: Latest, reads: Reads, portal_url: str, clock: Clock) -> APIBlueprint:
    """The routes of the feeds."""
    routes = APIBlueprint("feeds", __name__, url_prefix="/v1")

    def head(title: str, entries: list[FeedEntry], page: str | None = None) -> FeedHead:
        updated = max((entry.updated for entry in entries), default=to_rfc3339(clock()))
        return FeedHead(f"{portal_url}{request.path}", title, updated, page)

    @routes.get("/articles/<article_id>/comments.atom", summary="An article's comments as Atom", responses=ATOM)
    def get_article_feed(path: ArticleIdPath, query: LimitQuery) -> Response:
        def write() -> bytes:
            article, comments = latest.of_article(path.article_id, query.limit)
            entries = [_entry(comment, article) for comment in comments]
            return write_feed(head(f"{article.title} · 评论 Comments", entries, article.url), entries)

        return reads.page(None, write, CONTENT_TYPE)

    @routes.get("/channels/<channel>/comments.atom", summary="A channel's comments as Atom", responses=ATOM)
    def get_channel_feed(path: ChannelPath, query: LimitQuery) -> Response:
        def write() -> bytes:
            page = latest.page(path.channel, limit=query.limit, behind=None, reader=None)
            entries = [_entry(comment, article) for comment, article in page.comments]
            return write_feed(head(f"最新评论 Latest comments · {path.channel}", entries), entries)

        return reads.page(None, write, CONTENT_TYPE)

    return routes


def _entry(comment: Comment, article: Article) -> FeedEntry:
    author = comment.nickname or NOBODY
    published_at = comment.published_at or comment.created_at
    return FeedEntry(
        id=f"urn:redian:comment:{comment.id}",
        title=f"{author} #{comment.floor} · {article.title}",
        link=article.url if "#" in article.url else f"{article.url}#comment-{comment.id}",
        published=to_rfc3339(published_at),
        updated=to_rfc3339(max(published_at, comment.edited_at or 0)),
        author=author,
        html=paragraphs(comment.text),
    )

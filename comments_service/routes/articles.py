"""The article routes: put and withdraw for the CMS, read for everybody."""

from typing import Annotated, Any, Literal

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import AfterValidator, BaseModel, Field

from comments_service.articles import Articles, Change, Content
from comments_service.routes.types import LimitQuery, Line, WebUrl
from comments_service.rules import Mode
from comments_service.tables import Article
from shared.api_keys import Scope
from shared.clock import to_ms, to_rfc3339
from shared.names import ALL_CHANNEL, CHANNEL
from shared.web import ArticleIdPath, Input, Rfc3339, needs
from shared.web.specification import KEY_OR_SESSION

KEYED = KEY_OR_SESSION


def _unique(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("must not name one twice")
    return values


def _no_channel_of_all(channel: str) -> str:
    if channel == ALL_CHANNEL:
        raise ValueError(f"`{ALL_CHANNEL}` is every article, no article can be put there by name")
    return channel


def _since_1970(moment: Rfc3339) -> Rfc3339:
    if to_ms(moment) < 0:
        raise ValueError("must not lie before 1970")
    return moment


Channel = Annotated[str, Field(pattern=CHANNEL), AfterValidator(_no_channel_of_all)]
Tag = Annotated[Line, Field(max_length=50)]


class ArticleBody(Input):
    """What the CMS says of an article."""

    title: Annotated[Line, Field(min_length=1, max_length=300)]
    url: WebUrl
    channels: Annotated[list[Channel], Field(min_length=1, max_length=8), AfterValidator(_unique)]
    published_at: Annotated[Rfc3339, AfterValidator(_since_1970)]
    source: Annotated[Line, Field(max_length=100)] | None = None
    editor: Annotated[Line, Field(max_length=100)] | None = None
    tags: Annotated[list[Tag], Field(max_length=20), AfterValidator(_unique)] = Field(default_factory=list)
    image: WebUrl | None = None
    comments: Mode = Mode.OPEN
    close_comments_after_days: int | None = Field(None, ge=1, le=36_500)

    def content(self) -> Content:
        """The same, as it is stored."""
        fields = self.model_dump(exclude={"comments", "close_comments_after_days", "published_at"})
        return Content(
            published_at=to_ms(self.published_at),
            comments_mode=self.comments,
            close_after_days=self.close_comments_after_days,
            **fields,
        )


class Counts(BaseModel):
    """What an article has gathered."""

    clicks: int
    comments: int


class ArticleAnswer(BaseModel):
    """An article."""

    id: str
    status: Literal["published", "withdrawn"]
    title: str
    url: str
    channels: list[str]
    published_at: str
    source: str | None
    editor: str | None
    tags: list[str]
    image: str | None
    comments: Mode
    close_comments_after_days: int | None
    created_at: str
    updated_at: str
    counts: Counts


class RelatedAnswer(BaseModel):
    """Other articles, the nearest first."""

    articles: list[ArticleAnswer]


def present(article: Article) -> dict[str, Any]:
    """An article in its public shape."""
    return {
        "id": article.id,
        "status": article.status,
        "title": article.title,
        "url": article.url,
        "channels": article.channels,
        "published_at": to_rfc3339(article.published_at),
        "source": article.source,
        "editor": article.editor,
        "tags": article.tags,
        "image": article.image,
        "comments": article.comments_mode,
        "close_comments_after_days": article.close_after_days,
        "created_at": to_rfc3339(article.created_at),
        "updated_at": to_rfc3339(article.updated_at),
        "counts": {"clicks": article.clicks, "comments": article.comment_count},
    }


def article_routes(articles: Articles) -> APIBlueprint:
    """The routes of articles."""
    routes = APIBlueprint("articles", __name__, url_prefix="/v1/articles")

    @routes.put(
        "/<article_id>",
        summary="Publish an article or its change",
        security=KEYED,
        responses={200: ArticleAnswer, 201: ArticleAnswer},
    )
    @needs(Scope.CMS)
    def put_article(path: ArticleIdPath, body: ArticleBody) -> tuple[dict[str, Any], int]:
        article, change = articles.put(path.article_id, body.content())
        return present(article), 201 if change is Change.NEW else 200

    @routes.delete("/<article_id>", summary="Withdraw an article", security=KEYED, responses={204: None})
    @needs(Scope.CMS)
    def withdraw_article(path: ArticleIdPath) -> Response:
        articles.withdraw(path.article_id, g.caller.name)
        return Response(status=204)

    @routes.get("/<article_id>", summary="An article with its counts", responses={200: ArticleAnswer})
    def get_article(path: ArticleIdPath) -> dict[str, Any]:
        return present(articles.get(path.article_id))

    @routes.get("/<article_id>/related", summary="Articles near this one", responses={200: RelatedAnswer})
    def get_related(path: ArticleIdPath, query: LimitQuery) -> dict[str, Any]:
        return {"articles": [present(each) for each in articles.related(path.article_id, query.limit)]}

    return routes

"""Reads of an article's stats, and of the channels."""

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag  # type: ignore[attr-defined]  # re-exported without __all__

from ranking_service.answers import ChannelsAnswer, StatsAnswer
from ranking_service.channels import Channels
from ranking_service.routes.inputs import NoQuery
from ranking_service.stats import Stats
from shared.web import ArticleIdPath
from shared.web.cache import AnswerCache
from shared.web.front import send
from shared.web.specification import NOT_MODIFIED

STATS = Tag(name="articles and channels", description="What the boards know of an article; which boards there are")


def article_routes(stats: Stats, channels: Channels, cache: AnswerCache) -> APIBlueprint:
    """The routes that read stats and channels."""
    routes = APIBlueprint("articles", __name__, url_prefix="/v1", abp_tags=[STATS])

    @routes.get("/articles/<article_id>/stats", responses={200: StatsAnswer, **NOT_MODIFIED})
    def get_stats(path: ArticleIdPath, query: NoQuery) -> Response:  # noqa: ARG001  # refuses parameters
        """Counts per board, rank per board and channel, and the last 72 slots of an article."""
        return send(cache.get(request.full_path, lambda: stats.of(path.article_id)))

    @routes.get("/channels", responses={200: ChannelsAnswer, **NOT_MODIFIED})
    def get_channels(query: NoQuery) -> Response:  # noqa: ARG001  # refuses parameters
        """Every channel with its boards."""
        return send(cache.get(request.full_path, channels.read))

    return routes

"""The pages: front, channel, article and its comments. Each reads all that it needs at the same time."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request

from services.portal.content import story_of
from services.portal.public_api import PublicApi
from services.portal.reads import (
    article_of,
    article_path,
    box_of,
    box_path,
    entries_of,
    latest_path,
    newest,
    require,
    series_of,
)
from services.portal.words import CHANNELS, language_of


def page_routes(api: PublicApi) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def front() -> str:
        names = list(CHANNELS)
        answers = api.read_all([*map(box_path, names), *map(latest_path, names)])
        boxes, lists = answers[: len(names)], answers[len(names) :]
        parts = [
            {"channel": name, "box": box_of(box), "latest": newest(entries_of(listed))}
            for name, box, listed in zip(names, boxes, lists, strict=True)
        ]
        news = newest([entry for listed in lists[:-1] for entry in entries_of(listed)])
        return render_template("front.html", language="zh", channel="all", parts=parts, news=news)

    @routes.get("/channels/<channel>")
    def channel_page(channel: str) -> str:
        require(channel)
        box, listed = api.read_all([box_path(channel), latest_path(channel)])
        news = newest(entries_of(listed))
        language = language_of(channel)
        return render_template("channel.html", language=language, channel=channel, news=news, box=box_of(box))

    @routes.get("/articles/<article_id>")
    def article_page(article_id: str) -> str:
        article = article_of(api.read(article_path(article_id)))
        channel = next((name for name in article["channels"] if name in CHANNELS), article["channels"][0])
        related, comments, stats, box = api.read_all(
            [
                article_path(article_id, "/related?limit=6"),
                article_path(article_id, "/comments?limit=20"),
                article_path(article_id, "/stats"),
                box_path(channel),
            ]
        )
        return render_template(
            "article.html",
            language=language_of(channel),
            channel=channel,
            article=article,
            story=story_of(article_id),
            related=related.json["articles"] if related and related.json else [],
            comments=comments and comments.json,
            series=series_of(stats),
            box=box_of(box),
        )

    @routes.get("/articles/<article_id>/comments")
    def comments_page(article_id: str) -> str:
        article = article_of(api.read(article_path(article_id)))
        wanted = {name: request.args[name] for name in ("sort", "cursor") if name in request.args}
        page = api.read(article_path(article_id, f"/comments?{urlencode({'limit': 50, **wanted})}")).json
        if page is None:
            abort(404)
        language = language_of(article["channels"][0])
        return render_template(
            "comments.html", language=language, channel=article["channels"][0], article=article, page=page
        )

    return routes

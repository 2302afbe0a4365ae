"""`python -m services.demo`: put the demo's articles, comments and past clicks in place, then click on."""

import time
from pathlib import Path
from random import Random

import structlog
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.demo.articles import DemoArticle, DemoComment, demo_articles, demo_comments
from services.demo.beginning import demo_beginning
from services.demo.clicks import past_clicks, trickle
from services.demo.gateway import Gateway
from shared.clock import system_clock
from shared.logs import configure_logs
from shared.settings import SECRETS_DIR, load

SEED = 20
HELD_WORDS = ("加微信", "加薇信", "WhatsApp")
"""Some comments hold them, so that the desk has something to decide on."""

log = structlog.get_logger()


class DemoSettings(BaseSettings):
    """Where the demo runs, and with which key (scopes `cms`, `clicks` and `moderate`)."""

    model_config = SettingsConfigDict(secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None)

    gateway_url: str = "http://localhost:8000"
    api_key: str = Field(min_length=1)
    data_dir: Path = Field(Path("var"), description="Remembers that the demo has begun.")
    log_format: str = "line"


def seed(gateway: Gateway, articles: list[DemoArticle], beginning_ms: int) -> None:
    """Send what a first start needs; every call can be repeated without counting twice."""
    for article in articles:
        gateway.call("PUT", f"/v1/articles/{article.article_id}", article.body)
    for word in HELD_WORDS:
        gateway.call("POST", "/v1/moderation/words", {"word": word, "tier": "hold"})
    clicks = past_clicks(articles, beginning_ms, Random(SEED))  # noqa: S311  # popularity is no secret
    gateway.call("POST", "/v1/clicks/batch", clicks, {"Idempotency-Key": f"demo-{beginning_ms}"})
    for number, comment in enumerate(demo_comments(articles)):
        say(gateway, comment, f"demo-{beginning_ms}-{number}")


def say(gateway: Gateway, comment: DemoComment, key: str, parent_id: str | None = None) -> None:
    """Post a comment, then its likes, each of a reader nobody knows, and its replies."""
    body = comment.body | ({"parent_id": parent_id} if parent_id else {})
    path = f"/v1/articles/{comment.article_id}/comments"
    comment_id = gateway.call("POST", path, body, {"Idempotency-Key": key}).json.get("id")
    if comment_id is None:
        return
    for _ in range(comment.likes):
        gateway.call("PUT", f"/v1/comments/{comment_id}/vote", {"value": 1})
    for number, reply in enumerate(comment.replies):
        say(gateway, reply, f"{key}-{number}", comment_id)


def main() -> None:
    """Seed on the first start of a data folder, then click until told to stop."""
    settings = load(DemoSettings)
    configure_logs(settings.log_format)
    gateway = Gateway(settings.gateway_url, settings.api_key)
    beginning_ms = demo_beginning(settings.data_dir, system_clock)
    articles = demo_articles(beginning_ms, settings.gateway_url)
    seeded = settings.data_dir / "demo-seeded"
    if not seeded.exists():
        seed(gateway, articles, beginning_ms)
        seeded.touch()
        log.info("the demo's articles are in place", articles=len(articles))
    for click, pause_seconds in trickle(articles, Random()):  # noqa: S311
        gateway.call("POST", "/v1/clicks/batch", [click])
        time.sleep(pause_seconds)


if __name__ == "__main__":
    main()

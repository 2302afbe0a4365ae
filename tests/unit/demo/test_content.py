"""The demo's content, and that a second start adds nothing twice."""

from itertools import islice
from pathlib import Path
from random import Random

from services.demo.articles import demo_articles, demo_comments
from services.demo.beginning import demo_beginning
from services.demo.clicks import past_clicks, trickle
from shared.clock import to_rfc3339
from tests.conftest import NOON_MS, FakeClock

PORTAL = "http://localhost:8000"


def test_articles_have_ids_of_their_channel_and_day() -> None:
    articles = demo_articles(NOON_MS, PORTAL)

    assert articles[0].article_id == "zz-20261123-001"
    assert articles[0].body["url"] == f"{PORTAL}/articles/zz-20261123-001"
    assert len({article.article_id for article in articles}) == len(articles) == 40
    assert {channel for article in articles for channel in article.body["channels"]} == {"zz", "xm", "fj", "en"}


def test_a_later_start_names_the_same_articles(tmp_path: Path, clock: FakeClock) -> None:
    first = demo_beginning(tmp_path, clock)
    clock.forward(hours=48)

    assert demo_beginning(tmp_path, clock) == first


def test_every_comment_stands_on_an_article() -> None:
    articles = demo_articles(NOON_MS, PORTAL)

    comments = demo_comments(articles)

    assert {comment.article_id for comment in comments} <= {article.article_id for article in articles}
    assert all(comment.body["text"] and comment.body["nickname"] for comment in comments)


def test_past_clicks_lie_between_publication_and_beginning() -> None:
    articles = demo_articles(NOON_MS, PORTAL)
    published = {article.article_id: to_rfc3339(article.published_at_ms) for article in articles}

    clicks = past_clicks(articles, NOON_MS, Random(1))

    assert all(published[click["article_id"]] <= click["occurred_at"] <= to_rfc3339(NOON_MS) for click in clicks)
    assert clicks == past_clicks(articles, NOON_MS, Random(1))


def test_the_trickle_is_one_or_two_clicks_a_second_and_favours_some_articles() -> None:
    articles = demo_articles(NOON_MS, PORTAL)

    sent = list(islice(trickle(articles, Random(1)), 1_000))

    counts = sorted((sum(click["article_id"] == a.article_id for click, _ in sent) for a in articles), reverse=True)
    assert all(0.5 <= pause <= 1 for _, pause in sent)
    assert counts[0] > 4 * counts[12] > 0

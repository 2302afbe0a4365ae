"""The boards follow the moderators: whatever they decide, in whatever order, the boards count what is published."""

import random

import pytest

from comments_service.tables import Comment
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Metric, load_boards
from ranking_service.projection import Projection
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service
from tests.integration.ranking.newsroom import Newsroom
from tests.integration.ranking.oracle import Facts, Oracle

ACTIONS = ("publish", "publish", "reject", "spam", "delete", "pin")


@pytest.fixture
def newsroom(service: Service, store: Store, clock: FakeClock) -> Newsroom:
    """The read side's projection on the log that the service writes."""
    boards = load_boards()
    projection: Projection = make_projection(Stores(store, None, clock, service.log.partitions), boards)
    return Newsroom(store, clock, projection, boards, service.log.partitions)


def published(service: Service) -> Facts:
    """The facts that SQL holds: every published comment in the moment of its publication."""
    facts: Facts = Facts()
    cursor = ""
    while True:
        page = service.get(f"/v1/moderation/queue?status=published&limit=100{cursor}")
        for comment in page["comments"]:
            facts[comment["article"]["id"], publication_of(service, comment["id"]), Metric.COMMENTS] += 1
        if page["next_cursor"] is None:
            return facts
        cursor = f"&cursor={page['next_cursor']}"


def publication_of(service: Service, comment_id: str) -> int:
    with service.database.reading() as session:
        comment = session.get(Comment, comment_id)
        assert comment is not None
        assert comment.published_at is not None
        return comment.published_at


@pytest.mark.parametrize("seed", range(3))
def test_comment_boards_equal_what_is_published(service: Service, newsroom: Newsroom, seed: int) -> None:
    chance = random.Random(seed)
    articles = {"zz-1": "open", "zz-2": "moderated", "xm-1": "moderated"}
    for article_id, mode in articles.items():
        service.put(article_id, comments=mode, channels=[article_id[:2]])
    ids: list[str] = []
    for _ in range(40):
        service.clock.forward(hours=chance.choice([0, 0, 0.5, 5]))
        answer = service.comment(chance.choice(list(articles)))
        assert answer.json is not None
        ids.append(answer.json["id"])
        service.decide(chance.choice(ACTIONS), *chance.sample(ids, min(len(ids), 5)))
        if chance.random() < 0.3:
            newsroom.project()

    newsroom.project()

    oracle = Oracle(published(service), {article_id: (article_id[:2],) for article_id in articles})
    assert sum(oracle.facts.values()) > 5
    for board in newsroom.boards:
        for metric in board.metrics:
            for channel in ("all", "zz", "xm"):
                expected = oracle.board(board, metric, channel, service.clock())
                assert newsroom.scores(board.name, channel, metric) == pytest.approx(expected), (board.name, channel)
    assert newsroom.differences() == []

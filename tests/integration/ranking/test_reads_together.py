"""Reads that come together are answered together, and each gets its own answer."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisDown

from ranking_service.boards import Boards, CountedMetric, find_ranking, rankings_of
from ranking_service.freezes import Freezes
from ranking_service.lookup import Lookup
from ranking_service.rankings import Answer, Page, Rankings
from ranking_service.reader import Moment, Reader, View, Wanted
from ranking_service.round_trips import RoundTrips
from shared.errors import RedianError
from shared.store import Store
from tests.integration.ranking.conftest import EDITOR, MakeService, Service
from tests.polling import until


class HeldReader(Reader):
    """A reader that waits for a signal."""

    may_go_on: Signal
    sizes: list[int]

    def read(self, wanted: Sequence[Wanted]) -> tuple[Moment, list[View]]:
        """What is wanted, once it may be read."""
        self.sizes.append(len(wanted))
        assert self.may_go_on.wait(10)
        return super().read(wanted)


@pytest.fixture(params=[1, 4])
def three_channels(request: pytest.FixtureRequest, make_service: MakeService) -> Service:
    """Articles in three channels, of which one is pinned."""
    service = make_service(partitions=request.param)
    for number, (name, channel) in enumerate([("a", "zz"), ("b", "zz"), ("c", "fj"), ("d", "fj"), ("e", "cs")]):
        service.newsroom.publish(name, channel)
        service.newsroom.click(name, number + 1)
    service.newsroom.project()
    return service


@pytest.fixture
def reader(three_channels: Service, store: Store) -> HeldReader:
    """The reader of that service."""
    held = HeldReader(RoundTrips(store), three_channels.clock, three_channels.newsroom.partitions)
    held.may_go_on, held.sizes = Signal(), []
    return held


@pytest.fixture
def rankings(three_channels: Service, reader: HeldReader, store: Store, boards: Boards) -> Rankings:
    """Rankings on that reader."""
    partitions = three_channels.newsroom.partitions
    freezes = Freezes(three_channels.engine, store, boards, partitions)
    return Rankings(boards, reader, Lookup(RoundTrips(store), partitions), freezes)


def ask(rankings: Rankings, channel: str, board: str | None, page: Page) -> Answer:
    if board is None:
        return rankings.box(channel, rankings_of(rankings.boards, None), page)
    return rankings.board(channel, find_ranking(rankings.boards, board, CountedMetric.CLICKS), page)


def ask_together(rankings: Rankings, reader: HeldReader, questions: Sequence[Any]) -> list[Future[Answer]]:
    """Ask once, and everything again while that waits."""
    with ThreadPoolExecutor(len(questions) + 1) as pool:
        asked = [pool.submit(ask, rankings, *questions[0])]
        until(lambda: reader.sizes == [1])
        asked += [pool.submit(ask, rankings, *question) for question in questions]
        until(lambda: len(rankings._reads._waiting) == len(questions))
        reader.may_go_on.set()
    return asked[1:]


QUESTIONS = [
    ("zz", "total", Page()),
    ("zz", "hot", Page(1)),
    ("fj", None, Page(5)),
    ("fj", "daily", Page(1, 1)),
    ("cs", "total", Page()),
    ("all", "weekly", Page(3, 1)),
    ("zz", "total", Page()),
]


def test_each_gets_what_it_would_get_alone(rankings: Rankings, reader: HeldReader, three_channels: Service) -> None:
    assert three_channels.client.put("/v1/rankings/zz/total/pins/a", headers=EDITOR).status_code == 204

    together = [future.result() for future in ask_together(rankings, reader, QUESTIONS)]

    assert reader.sizes == [1, len(QUESTIONS)]
    assert together == [ask(rankings, *question) for question in QUESTIONS]
    assert [line["article_id"] for line in together[0]["entries"]] == ["a", "b"]
    assert [line["article_id"] for line in together[3]["entries"]] == ["c"]
    assert len(together[2]["boards"]) == len(rankings.boards.rankings)


def test_an_unknown_channel_is_refused_to_whom_asked_for_it(rankings: Rankings, reader: HeldReader) -> None:
    questions = [QUESTIONS[0], ("nope", "total", Page()), QUESTIONS[2], ("nope", None, Page())]

    refusals = [future.exception() for future in ask_together(rankings, reader, questions)]

    assert [isinstance(refusal, RedianError) and refusal.code for refusal in refusals] == [
        False,
        "channel_unknown",
        False,
        "channel_unknown",
    ]


def test_an_outage_is_told_to_all(rankings: Rankings, reader: HeldReader, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down(*_: Any) -> None:
        raise RedisDown("gone")

    monkeypatch.setattr(RoundTrips, "run", is_down)

    refusals = [future.exception() for future in ask_together(rankings, reader, QUESTIONS)]

    assert {isinstance(refusal, RedianError) and refusal.code for refusal in refusals} == {"boards_unavailable"}

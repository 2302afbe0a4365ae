"""Any order of events, any slices, any hour: the boards equal the oracle's."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranking_service import keys
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, Metric
from ranking_service.decay import growth
from ranking_service.position import read_position
from ranking_service.projection import Projection
from shared.clock import HOUR_MS
from shared.events import (
    ArticleClicked,
    ArticlePublished,
    ArticleWithdrawn,
    CommentPublished,
    CommentRemoved,
    Event,
    encode_event,
)
from shared.partitions import partition_of, tagged
from shared.store import Store
from tests.conftest import NOON_MS, FakeClock
from tests.integration.ranking.oracle import Oracle

CHANNELS = ("zz", "xm", "fj")
ARTICLES = tuple(f"article-{n}" for n in range(9))
LONGEST_HOURS = 800

# Mostly about the edges of the windows, where an hour too many or too few would show.
EDGE_HOURS = [hours for window in (0, 24, 72, 168, 720) for hours in range(max(0, window - 2), window + 2)]
ages = st.one_of(
    st.sampled_from(EDGE_HOURS).map(lambda hours: hours * HOUR_MS),
    st.integers(0, LONGEST_HOURS * HOUR_MS),
)
articles = st.sampled_from(ARTICLES)
channel_sets = st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=2, unique=True).map(tuple)


@dataclass(frozen=True)
class Click:
    """Clicks of an article, so long ago."""

    article_id: str
    age_ms: int
    count: int


@dataclass(frozen=True)
class Comment:
    """A comment published so long ago, perhaps removed since."""

    article_id: str
    age_ms: int
    removed: bool


@dataclass(frozen=True)
class Publish:
    """An article is put into channels, or into others."""

    article_id: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Withdraw:
    """An article is withdrawn."""

    article_id: str


@dataclass(frozen=True)
class Wait:
    """So many hours pass."""

    hours: int


@dataclass(frozen=True)
class Work:
    """So many steps of the projection, perhaps leaving a slice or a retirement half-way."""

    steps: int


facts = st.one_of(
    st.builds(Click, articles, ages, st.integers(1, 3)),
    st.builds(Comment, articles, ages, st.booleans()),
    st.builds(Publish, articles, channel_sets),
    st.builds(Withdraw, articles),
)
turns = st.lists(
    st.one_of(
        st.lists(facts, min_size=1, max_size=12),
        st.builds(Wait, st.sampled_from([1, 1, 1, 2, 3, 25, 80])),
        st.builds(Work, st.integers(1, 4)),
    ),
    min_size=2,
    max_size=12,
)


@dataclass
class World:
    """The system under test beside the oracle, driven by the same facts."""

    store: Store
    clock: FakeClock
    projection: Projection
    partitions: int
    oracle: Oracle = field(default_factory=Oracle)
    revisions: dict[str, int] = field(default_factory=dict)

    def happen(self, batch: Sequence[Click | Comment | Publish | Withdraw], random_order: Sequence[int]) -> None:
        """Tell the oracle, then append the events in any order, some packed together."""
        events = [event for fact in batch for event in self._events(fact)]
        shuffled = [event for _, event in sorted(zip(random_order, events, strict=False), key=lambda pair: pair[0])]
        shuffled += events[len(shuffled) :]
        by_partition: dict[int, list[str]] = {}
        for event in shuffled:
            partition = partition_of(event.article_id, self.partitions)
            by_partition.setdefault(partition, []).append(encode_event(event))
        for partition, encoded in by_partition.items():
            for first in range(0, len(encoded), 3):
                body = "[" + ",".join(encoded[first : first + 3]) + "]"
                entry_id = f"{self.clock()}-*"
                self.store.xadd(tagged("log", partition), {"e": body}, id=entry_id)

    def _events(self, fact: Click | Comment | Publish | Withdraw) -> list[Event]:
        now, facts = self.clock(), self.oracle.facts
        match fact:
            case Click(article_id, age, count):
                facts[article_id, now - age, Metric.CLICKS] += count
                return [ArticleClicked(article_id, now - age, count)]
            case Comment(article_id, age, removed):
                at, comment_id = now - age, secrets.token_hex(4)
                published = CommentPublished(secrets.token_hex(4), article_id, at, comment_id)
                if removed:
                    return [published, CommentRemoved(secrets.token_hex(4), article_id, now, comment_id, at)]
                facts[article_id, at, Metric.COMMENTS] += 1
                return [published]
            case Publish(article_id, channels):
                self.oracle.live[article_id] = channels
                revision = self._revision(article_id)
                return [
                    ArticlePublished(
                        secrets.token_hex(4), article_id, now, revision, "标题", "http://x/", list(channels), now
                    )
                ]
            case Withdraw(article_id):
                self.oracle.live.pop(article_id, None)
                return [ArticleWithdrawn(secrets.token_hex(4), article_id, now, self._revision(article_id))]

    def _revision(self, article_id: str) -> int:
        self.revisions[article_id] = self.revisions.get(article_id, 0) + 1
        return self.revisions[article_id]

    def work(self, steps: int) -> None:
        for partition in range(self.partitions):
            for _ in range(steps):
                self.projection.step(partition)

    def finish(self) -> None:
        for partition in range(self.partitions):
            while self.projection.step(partition):
                pass

    def boards(self, boards: Boards) -> dict[tuple[str, str, str], dict[str, float]]:
        """Every board as Redis has it, the partitions merged, decaying scores as of now."""
        merged: dict[tuple[str, str, str], dict[str, float]] = {}
        for partition in range(self.partitions):
            landmarks = read_position(self.store, partition).landmarks
            for channel in ("all", *CHANNELS):
                for ranking in boards.rankings:
                    key = keys.board(partition, channel, ranking)
                    factor = 1.0
                    if ranking.metric is Metric.MIXED:
                        landmark = landmarks[ranking.board.name]
                        factor = growth(ranking.board, self.clock(), landmark)
                    name = (channel, ranking.board.name, ranking.metric)
                    for article_id, score in self.store.zrange(key, 0, -1, withscores=True):
                        merged.setdefault(name, {})[article_id.decode()] = score * factor
        return merged


@pytest.mark.timeout(300)
@pytest.mark.parametrize("partitions", [1, 4])
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=turns, order=st.lists(st.integers(0, 1_000), max_size=24), chunk=st.integers(1, 4))
def test_any_order_any_slice_any_hour_gives_the_oracles_boards(
    store: Store, boards: Boards, partitions: int, turns: list[object], order: list[int], chunk: int
) -> None:
    store.flushall()
    clock = FakeClock(NOON_MS)
    projection = make_projection(Stores(store, None, clock, partitions), boards, standings=chunk, most_events=5)
    world = World(store, clock, projection, partitions)
    world.work(1)
    world.happen([Publish(article_id, CHANNELS[:1]) for article_id in ARTICLES[:6]], [])

    for turn in turns:
        match turn:
            case Wait(hours):
                clock.forward(hours=hours)
            case Work(steps):
                world.work(steps)
            case list():
                world.happen(turn, order)
    world.finish()

    expected = world.oracle.all_boards(boards, CHANNELS, clock())
    found = world.boards(boards)
    assert found.keys() == expected.keys()
    for name, scores in expected.items():
        assert found[name] == pytest.approx(scores, rel=1e-9), name

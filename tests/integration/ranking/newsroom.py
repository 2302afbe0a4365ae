"""A newsroom for tests: it puts events into the log, lets the projection work and looks at the boards."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from ranking_service import keys
from ranking_service.boards import Board, Boards, Metric, Ranking
from ranking_service.decay import growth
from ranking_service.position import Position, read_position
from ranking_service.projection import Projection
from ranking_service.verify import Verification, verify
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
from tests.conftest import FakeClock


@dataclass
class Newsroom:
    """Events in, boards out. Times are given as hours before now."""

    store: Store
    clock: FakeClock
    projection: Projection
    boards: Boards
    partitions: int = 1
    revisions: Counter[str] = field(default_factory=Counter)
    numbers: "count[int]" = field(default_factory=count)

    def append(self, *events: Event) -> None:
        """Append events, each as an entry of its own, without the guards of a request."""
        for event in events:
            partition = partition_of(event.article_id, self.partitions)
            self.append_bytes(partition, f"[{encode_event(event)}]".encode())
            self.store.incrby(tagged("appended", partition), getattr(event, "count", 1))

    def append_bytes(self, partition: int, body: bytes) -> None:
        """Append one entry, whatever it holds."""
        self.store.xadd(tagged("log", partition), {"e": body}, id=f"{self.clock()}-*")

    def publish(self, article_id: str, *channels: str, hours_ago: float = 0, title: str = "标题") -> None:
        url = f"https://portal.example/{article_id}"
        at, revision = self._ago(hours_ago), self._revision(article_id)
        self.append(
            ArticlePublished(self._id(), article_id, self.clock(), revision, title, url, list(channels or ("zz",)), at)
        )

    def withdraw(self, article_id: str) -> None:
        self.append(ArticleWithdrawn(self._id(), article_id, self.clock(), self._revision(article_id)))

    def click(self, article_id: str, times: int = 1, *, hours_ago: float = 0) -> None:
        self.append(ArticleClicked(article_id, self._ago(hours_ago), times))

    def comment(self, article_id: str, *, hours_ago: float = 0) -> None:
        self.append(CommentPublished(self._id(), article_id, self._ago(hours_ago), "c"))

    def remove_comment(self, article_id: str, *, hours_ago: float = 0) -> None:
        self.append(CommentRemoved(self._id(), article_id, self.clock(), "c", self._ago(hours_ago)))

    def project(self) -> None:
        """Let the projection do all that is due."""
        for partition in range(self.partitions):
            self.projection.project(partition)

    def position(self, partition: int = 0) -> Position:
        return read_position(self.store, partition)

    def ranking(self, board_name: str, metric: Metric = Metric.CLICKS) -> Ranking:
        board = self.boards.find(board_name)
        assert board is not None
        return Ranking(board, metric if board.half_life_hours is None else Metric.MIXED)

    def scores(self, board_name: str, channel: str = "all", metric: Metric = Metric.CLICKS) -> dict[str, float]:
        """A board of all partitions as Redis has it; a decaying one as of now."""
        ranking = self.ranking(board_name, metric)
        return {
            article_id.decode(): score * self._scale(ranking.board, partition)
            for partition in range(self.partitions)
            for article_id, score in self.store.zrange(keys.board(partition, channel, ranking), 0, -1, withscores=True)
        }

    def everything(self) -> dict[str, dict[str, float]]:
        """Every board in Redis, the hidden channel's too, with its stored scores."""
        names = sorted(key.decode() for key in self.store.scan_iter(match="board:*", count=1_000))
        found = {name: self.store.zrange(name, 0, -1, withscores=True) for name in names if ":aside-" not in name}
        return {name: {member.decode(): score for member, score in scores} for name, scores in found.items()}

    def verification(self, partition: int = 0) -> Verification:
        """A verification of one partition that nobody works on."""
        found = verify(self.store, partition, self.boards, self.position(partition))
        assert found is not None
        return found

    def differences(self) -> list[str]:
        """What verify finds in all partitions."""
        return [str(each) for p in range(self.partitions) for each in self.verification(p).differences]

    def _scale(self, board: Board, partition: int) -> float:
        if board.half_life_hours is None:
            return 1.0
        return growth(board, self.clock(), self.position(partition).landmarks[board.name])

    def _ago(self, hours: float) -> int:
        return self.clock() - round(hours * HOUR_MS)

    def _revision(self, article_id: str) -> int:
        self.revisions[article_id] += 1
        return self.revisions[article_id]

    def _id(self) -> str:
        return f"event-{next(self.numbers)}"

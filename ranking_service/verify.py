"""Verify: the boards against a recount of the ledger, every difference named."""

from collections.abc import Mapping
from dataclasses import dataclass

from ranking_service import keys
from ranking_service.boards import Boards, Metric, Ranking
from ranking_service.decay import growth
from ranking_service.position import Position, read_position
from ranking_service.recount import recount
from shared.clock import slot_start_ms
from shared.store import Store

PAGE = 1_000
TOLERANCE = 1e-6
"""Decaying scores are sums of floats in another order; slots that left the ledger took their last heat along."""


@dataclass(frozen=True)
class Difference:
    """An article whose score on a board is not what the ledger says."""

    partition: int
    channel: str
    board: str
    metric: str
    article_id: str
    on_board: float
    in_ledger: float

    def __str__(self) -> str:
        """One line for the person who looks."""
        where = f"partition {self.partition}, {self.channel}/{self.board}/{self.metric}"
        return f"{where}: {self.article_id} has {self.on_board:g}, the ledger says {self.in_ledger:g}"


@dataclass(frozen=True)
class Verification:
    """What a verification compared."""

    boards: int
    scores: int
    differences: list[Difference]


def verify(store: Store, partition: int, boards: Boards, position: Position) -> Verification | None:
    """Compare a partition's boards with its ledger; None when a worker changed it meanwhile."""
    counted = recount(store, partition, boards, position)
    differences: list[Difference] = []
    scores = compared = 0
    members = counted.channels()
    names = {name.decode() for name in store.hkeys(keys.channels(partition))}
    for channel in sorted({*members, *names, keys.WITHDRAWN}):
        for ranking, of_board in counted.scores.items():
            expected = {name: of_board[name] for name in members.get(channel, []) if of_board.get(name)}
            found = _read(store, keys.board(partition, channel, ranking))
            tolerance = _tolerance(ranking, position, found)
            compared, scores = compared + 1, scores + len(found)
            differences += [
                Difference(
                    partition,
                    channel,
                    ranking.board.name,
                    ranking.metric,
                    name,
                    found.get(name, 0),
                    expected.get(name, 0),
                )
                for name in sorted(expected.keys() | found.keys())
                if abs(found.get(name, 0) - expected.get(name, 0)) > tolerance
            ]
    if read_position(store, partition).version != position.version:
        return None
    return Verification(compared, scores, differences)


def _tolerance(ranking: Ranking, position: Position, scores: Mapping[str, float]) -> float:
    """How far off a score may be: a count not at all, heat a millionth of the top or a thousandth of a click."""
    if ranking.metric is not Metric.MIXED:
        return 0
    a_click = growth(ranking.board, position.landmarks[ranking.board.name], slot_start_ms(position.hour))
    return TOLERANCE * max([1_000 * a_click, *map(abs, scores.values())])


def _read(store: Store, key: str) -> dict[str, float]:
    scores: dict[str, float] = {}
    start = 0
    while page := store.zrange(key, start, start + PAGE - 1, withscores=True):
        scores |= {name.decode(): score for name, score in page}
        start += PAGE
    return scores

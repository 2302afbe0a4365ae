"""The oracle: what the boards must be, counted from the bare facts by brute force."""

from collections import Counter
from dataclasses import dataclass, field

from ranking_service.boards import Board, Boards, Metric
from shared.clock import HOUR_MS

Facts = Counter[tuple[str, int, Metric]]
"""(article, time in milliseconds, metric) -> count; a removal takes away what its publication gave."""


@dataclass
class Oracle:
    """The facts, and which articles are live in which channels."""

    facts: Facts = field(default_factory=Counter)
    live: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def board(self, board: Board, metric: Metric, channel: str, now_ms: int) -> dict[str, float]:
        """Every article's score on one board."""
        scores: dict[str, float] = {}
        for (article_id, at, of_metric), count in self.facts.items():
            if channel not in ("all", *self.live.get(article_id, ())) or article_id not in self.live:
                continue
            if metric is Metric.MIXED:
                weight = board.weights.clicks if of_metric is Metric.CLICKS else board.weights.comments
                gain = count * weight * 2.0 ** (-(now_ms - at) / board.half_life_ms)
            else:
                in_window = board.slots is None or at // HOUR_MS > now_ms // HOUR_MS - board.slots
                gain = count if of_metric is metric and in_window else 0
            scores[article_id] = scores.get(article_id, 0) + gain
        return {article_id: score for article_id, score in scores.items() if score > 0}

    def all_boards(
        self, boards: Boards, channels: tuple[str, ...], now_ms: int
    ) -> dict[tuple[str, str, str], dict[str, float]]:
        """Every board of every channel that holds anything."""
        return {
            (channel, board.name, metric): scores
            for channel in ("all", *channels)
            for board in boards
            for metric in board.metrics
            if (scores := self.board(board, metric, channel, now_ms))
        }

"""Stats: everything that the boards know of one article."""

from dataclasses import dataclass
from typing import Any

from ranking_service import keys
from ranking_service.articles import Article, require_article
from ranking_service.boards import COUNTED, Boards, Metric, Ranking
from ranking_service.position import Position, read_position
from ranking_service.reader import scale_of
from ranking_service.scripts import Scripts
from shared.clock import Clock, slot_of, slot_start_ms, to_rfc3339
from shared.names import ALL_CHANNEL
from shared.partitions import partition_of
from shared.store import Store, outages_as

SERIES_SLOTS = 72
DOWN = "The boards cannot be reached."


@dataclass(frozen=True)
class Stats:
    """Reads an article's counts, ranks and hours."""

    store: Store
    boards: Boards
    scripts: Scripts
    clock: Clock
    partitions: int

    def of(self, article_id: str) -> dict[str, Any]:
        """The stats of a live article; raises `article_unknown` for any other."""
        with outages_as("boards", DOWN):
            home = partition_of(article_id, self.partitions)
            article = require_article(self.store, article_id, self.partitions)
            positions = [read_position(self.store, partition) for partition in range(self.partitions)]
            scores = self._scores(home, article_id)
            return {
                "article_id": article_id,
                "title": article.title,
                "url": article.url,
                "channels": list(article.channels),
                "as_of": to_rfc3339(positions[home].newest) if positions[home].newest else None,
                "counts": self._counts(scores, positions[home]),
                "ranks": self._ranks(article_id, article, scores, positions),
                "series": self._series(home, article_id),
            }

    def _scores(self, partition: int, article_id: str) -> dict[Ranking, float]:
        pipeline = self.store.pipeline(transaction=False)
        for ranking in self.boards.rankings:
            pipeline.zscore(keys.board(partition, ALL_CHANNEL, ranking), article_id)
        return dict(zip(self.boards.rankings, (score or 0.0 for score in pipeline.execute()), strict=True))

    def _counts(self, scores: dict[Ranking, float], position: Position) -> dict[str, dict[str, float]]:
        counts: dict[str, dict[str, float]] = {}
        for ranking, score in scores.items():
            shown = _shown(score * scale_of(ranking, position, self.clock()))
            counts.setdefault(ranking.board.name, {})[ranking.metric] = shown
        return counts

    def _ranks(
        self, article_id: str, article: Article, scores: dict[Ranking, float], positions: list[Position]
    ) -> list[dict[str, Any]]:
        """The article's rank on every board where it has a score: those before it, summed over the partitions."""
        now, home = self.clock(), partition_of(article_id, self.partitions)
        wanted = [
            (channel, ranking, score)
            for channel in (ALL_CHANNEL, *article.channels)
            for ranking, score in scores.items()
            if score > 0
        ]
        ranks = []
        for channel, ranking, score in wanted:
            of_now = score * scale_of(ranking, positions[home], now)
            before = sum(
                self.scripts.rank(
                    [keys.board(partition, channel, ranking)],
                    [_exact(score if partition == home else of_now / scale_of(ranking, position, now)), article_id],
                )
                for partition, position in enumerate(positions)
            )
            metric = None if ranking.metric is Metric.MIXED else ranking.metric.value
            place = {"channel": channel, "board": ranking.board.name, "metric": metric}
            ranks.append({**place, "rank": before + 1, "score": _shown(of_now)})
        return ranks

    def _series(self, partition: int, article_id: str) -> list[dict[str, Any]]:
        last = slot_of(self.clock())
        slots = range(last - SERIES_SLOTS + 1, last + 1)
        pipeline = self.store.pipeline(transaction=False)
        for slot in slots:
            for metric in COUNTED:
                pipeline.hget(keys.ledger(partition, slot, metric), article_id)
        found = iter(pipeline.execute())
        return [
            {"slot": to_rfc3339(slot_start_ms(slot))} | {metric.value: int(next(found) or 0) for metric in COUNTED}
            for slot in slots
        ]


def _shown(score: float) -> float:
    return int(score) if score == int(score) else float(f"{score:.6g}")


def _exact(score: float) -> str:
    return repr(float(score))

"""Channels: which there are, how many live articles each holds, and which boards."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ranking_service import keys
from ranking_service.boards import Boards, Metric
from shared.names import ALL_CHANNEL
from shared.store import Store, outages_as


@dataclass(frozen=True)
class Channels:
    """Reads the channels of all partitions."""

    store: Store
    boards: Boards
    partitions: int

    def read(self) -> dict[str, Any]:
        """`all` first, then every channel that an article was ever put into, by name."""
        with outages_as("boards", "The boards cannot be reached."):
            articles = self._count()
        boards = self._boards()
        names = [ALL_CHANNEL, *sorted(articles.keys() - {ALL_CHANNEL})]
        return {"channels": [{"channel": name, "articles": articles[name], "boards": boards} for name in names]}

    def _count(self) -> Counter[str]:
        articles: Counter[str] = Counter()
        for partition in range(self.partitions):
            for name, count in self.store.hgetall(keys.channels(partition)).items():
                articles[name.decode()] += int(count)
        return articles

    def _boards(self) -> list[dict[str, Any]]:
        return [
            {
                "board": board.name,
                "zh": board.zh,
                "en": board.en,
                "slots": board.slots,
                "half_life_hours": board.half_life_hours,
                "metrics": [metric.value for metric in board.metrics if metric is not Metric.MIXED],
            }
            for board in self.boards
        ]

"""The freezer: at an hour's end it keeps the top of every board, then lets the partition live in the next hour."""

import secrets
from dataclasses import dataclass

import msgspec

from ranking_service import keys
from ranking_service.boards import Boards, Ranking
from ranking_service.decay import score_at
from ranking_service.position import Position
from ranking_service.scripts import Scripts
from shared.clock import HOUR_MS, slot_start_ms
from shared.store import Store

FROZEN_ENTRIES = 100
KEPT_HOURS = 48
"""How long a partition's own freeze waits to be merged with those of the others."""


@dataclass(frozen=True)
class Freezer:
    """Freezes the boards of one partition at a time."""

    store: Store
    scripts: Scripts
    boards: Boards

    def roll(self, partition: int, position: Position, *, at_least: int = 0) -> bool:
        """Freeze the boards at the end of the position's hour and go on to the next, or to `at_least` if that is later.

        False when another worker was faster.
        """
        aside = keys.freeze(partition, f"aside-{secrets.token_hex(4)}")
        frozen = self._tops(partition, position)
        if frozen:
            pipeline = self.store.pipeline(transaction=False)
            pipeline.hset(aside, mapping=frozen)
            pipeline.pexpire(aside, KEPT_HOURS * HOUR_MS)
            pipeline.execute()
        return self.scripts.swap(
            [keys.position(partition), aside, keys.freeze(partition, position.hour)],
            position.version,
            {"renames": [[2, 3, False]], "drops": [], "fields": {"hour": max(position.hour + 1, at_least)}},
        )

    def _tops(self, partition: int, position: Position) -> dict[str, bytes]:
        channels = [name.decode() for name in self.store.hkeys(keys.channels(partition))]
        lists = [(channel, ranking) for channel in channels for ranking in self.boards.rankings]
        pipeline = self.store.pipeline(transaction=False)
        for channel, ranking in lists:
            key = keys.board(partition, channel, ranking)
            pipeline.zrevrange(key, 0, FROZEN_ENTRIES - 1, withscores=True)
        frozen = {}
        for (channel, ranking), found in zip(lists, pipeline.execute(), strict=True):
            entries = self._entries(ranking, position, found)
            if entries:
                frozen[keys.field(channel, ranking)] = msgspec.json.encode(entries)
        return frozen

    def _entries(
        self, ranking: Ranking, position: Position, found: list[tuple[bytes, float]]
    ) -> list[tuple[str, float]]:
        board, end_ms = ranking.board, slot_start_ms(position.hour + 1)
        landmark = position.landmarks.get(board.name)
        return [
            (name.decode(), score if landmark is None else score_at(board, score, landmark, end_ms))
            for name, score in found
            if score > 0
        ]

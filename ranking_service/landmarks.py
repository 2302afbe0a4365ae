"""Landmarks: moving the time at which an event weighs 1, before the stored sums outgrow a double.

The boards are copied aside with every score scaled by the same power of two, a page at a time, and swapped in whole,
so that no reader sees two scales. With a half-life of a day this happens once in 400 days.
"""

import secrets
from dataclasses import dataclass

from ranking_service import keys
from ranking_service.boards import Board, Boards, Metric, Ranking
from ranking_service.decay import growth, landmark_is_old
from ranking_service.position import Position
from ranking_service.scripts import Scripts
from shared.clock import HOUR_MS, Clock
from shared.store import Store

PAGE = 500


@dataclass(frozen=True)
class Landmarks:
    """Moves the landmarks of decaying boards."""

    store: Store
    scripts: Scripts
    boards: Boards
    clock: Clock

    def due(self, position: Position) -> Board | None:
        """A board whose landmark has to move."""
        now = self.clock()
        return next((b for b in self.boards.decaying if landmark_is_old(b, position.landmarks[b.name], now)), None)

    def move(self, partition: int, position: Position, board: Board) -> bool:
        """Move a board's landmark to now; False when another worker was faster."""
        now = self.clock()
        factor = growth(board, now, position.landmarks[board.name])
        names = [name.decode() for name in self.store.hkeys(keys.channels(partition))]
        ranking, token = Ranking(board, Metric.MIXED), secrets.token_hex(4)
        places = [keys.position(partition)]
        renames: list[list[object]] = []
        for channel in (keys.WITHDRAWN, *names):
            source = keys.board(partition, channel, ranking)
            aside = f"{source}:aside-{token}"
            self._copy(source, aside, factor)
            places += [aside, source]
            renames.append([len(places) - 1, len(places), True])
        fields = {f"landmark:{board.name}": now}
        request = {"renames": renames, "drops": [], "fields": fields}
        return self.scripts.swap(places, position.version, request)

    def _copy(self, source: str, aside: str, factor: float) -> None:
        start = 0
        while page := self.store.zrange(source, start, start + PAGE - 1, withscores=True):
            scaled = {name: score * factor for name, score in page if score * factor}
            if scaled:
                pipeline = self.store.pipeline(transaction=False)
                pipeline.zadd(aside, scaled)
                # Left behind when another worker was faster; the swap's winner is renamed and made lasting.
                pipeline.pexpire(aside, HOUR_MS)
                pipeline.execute()
            start += PAGE

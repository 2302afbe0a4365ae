"""The reader: raw boards of all partitions merged, with all that a read needs beside them, in one round trip."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ranking_service import keys
from ranking_service.boards import Metric, Ranking
from ranking_service.decay import growth
from ranking_service.freezes import Frozen, decode_frozen
from ranking_service.overlay import NO_OVERLAY, Overlay, decode_overlay
from ranking_service.position import VIEWED, Position, decode_view
from ranking_service.round_trips import Command, RoundTrips
from shared.clock import HOUR_MS, Clock, slot_of
from shared.names import ALL_CHANNEL

Scored = tuple[float, str]
"""(score, article id): Python's order of these, reversed, is the boards' order."""


class RawBoard(msgspec.Struct, frozen=True):
    """The top of one board before the overlay."""

    ranking: Ranking
    ranked: list[Scored]
    overlay: Overlay
    an_hour_ago: Frozen | None
    is_whole: bool
    """Whether `ranked` is the whole board and not only its top."""
    scales: Sequence[float] = ()
    """For each partition what turns a stored score into that of now; none in a freeze."""


class View(msgspec.Struct, frozen=True):
    """What one round trip found."""

    positions: list[Position]
    is_channel: bool
    boards: list[RawBoard]
    now_ms: int
    merged: str = ""
    """The last hour of which the best ranks were noted; empty before the first."""

    @property
    def newest_ms(self) -> int:
        """The time of the newest event on the boards, 0 before the first."""
        return max(position.newest for position in self.positions)

    @property
    def hour(self) -> int:
        """The slot in which the boards live."""
        return min((p.hour for p in self.positions if p.exists), default=slot_of(self.now_ms))


class Reader:
    """Reads boards of all partitions."""

    def __init__(self, trips: RoundTrips, clock: Clock, partitions: int) -> None:
        self.trips = trips
        self.partitions = partitions
        self._clock = clock

    def read(self, channel: str, rankings: Sequence[Ranking], depth: int) -> View:
        """The first `depth` articles of each board of a channel."""
        now = self._clock()
        frozen = keys.frozen(slot_an_hour_ago(now))
        fields = (*VIEWED, *(f"landmark:{r.board.name}" for r in rankings if r.metric is Metric.MIXED))
        commands: list[Command] = [("HMGET", keys.position(p), *fields) for p in range(self.partitions)]
        commands.append(("GET", keys.MERGED))
        for ranking in rankings:
            lists = [keys.board(partition, channel, ranking) for partition in range(self.partitions)]
            commands += [("ZREVRANGE", key, 0, depth - 1, "WITHSCORES") for key in lists]
            commands.append(("HGETALL", keys.overlay(channel, ranking.board.name)))
            commands.append(("HGET", frozen, keys.field(channel, ranking)))
        found = iter(self.trips.run(commands))
        positions = [decode_view(fields, tuple(next(found))) for _ in range(self.partitions)]
        merged: bytes = next(found) or b""
        boards = [self._raw_board(ranking, positions, found, depth, now) for ranking in rankings]
        is_channel = channel == ALL_CHANNEL or any(raw.ranked for raw in boards) or self._was_ever(channel)
        return View(positions, is_channel, boards, now, merged.decode())

    def _was_ever(self, channel: str) -> bool:
        """Whether an article was ever put into a channel on whose boards nothing stands."""
        return any(self.trips.run([("HEXISTS", keys.channels(p), channel) for p in range(self.partitions)]))

    def _raw_board(
        self, ranking: Ranking, positions: Sequence[Position], answers: Iterator[Any], depth: int, now: int
    ) -> RawBoard:
        tops: list[list[tuple[bytes, float]]] = [next(answers) for _ in positions]
        overlay: dict[bytes, bytes] = next(answers)
        frozen: bytes | None = next(answers)
        scales = [scale_of(ranking, position, now) for position in positions]
        ranked = [
            (stored * scale, name.decode())
            for top, scale in zip(tops, scales, strict=True)
            for name, stored in top
            if stored > 0
        ]
        return RawBoard(
            ranking=ranking,
            ranked=sorted(ranked, reverse=True)[:depth],
            overlay=decode_overlay(overlay) if overlay else NO_OVERLAY,
            an_hour_ago=decode_frozen(frozen) if frozen else None,
            is_whole=all(len(top) < depth for top in tops),
            scales=scales,
        )


def slot_an_hour_ago(now_ms: int) -> int:
    """The newest slot that had ended an hour ago: its freeze is what `change` compares with."""
    return slot_of(now_ms - HOUR_MS) - 1


def scale_of(ranking: Ranking, position: Position, now_ms: int) -> float:
    """What turns a stored score into that of now."""
    if ranking.metric is not Metric.MIXED or ranking.board.name not in position.landmarks:
        return 1.0
    return growth(ranking.board, now_ms, position.landmarks[ranking.board.name])

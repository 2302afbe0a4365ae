"""The reader: raw boards of all partitions merged, and the tokens of what is known beside them, in one round trip."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from ranking_service import keys
from ranking_service.boards import Metric, Ranking
from ranking_service.decay import growth
from ranking_service.position import VIEWED, Position, decode_view
from ranking_service.round_trips import Command, RoundTrips
from shared.clock import Clock, slot_of
from shared.names import ALL_CHANNEL

Scored = tuple[float, str]
"""(score, article id): Python's order of these, reversed, is the boards' order."""
UNCHANGED = "never"
"""The token of overlays where no editor ever changed one."""


class Wanted(NamedTuple):
    """The first `depth` articles of some boards of a channel."""

    channel: str
    rankings: Sequence[Ranking]
    depth: int


class Moment(msgspec.Struct, frozen=True, gc=False):
    """Where the boards stood when they were read."""

    positions: Sequence[Position]
    now_ms: int
    newest_ms: int
    """The time of the newest event on the boards, 0 before the first."""
    hour: int
    """The slot in which the boards live."""
    merged: str = ""
    """The last hour that was frozen as a whole, its best ranks noted; empty before the first."""
    overlaid: str = ""
    """The token of all overlays; empty while one is changed."""


class RawBoard(msgspec.Struct, frozen=True, gc=False):
    """The top of one board before the overlay."""

    channel: str
    ranking: Ranking
    ranked: list[Scored]
    is_whole: bool
    """Whether `ranked` is the whole board and not only its top."""
    scales: Sequence[float] = ()
    """For each partition what turns a stored score into that of now; none in a freeze."""


class View(msgspec.Struct, frozen=True, gc=False):
    """What was found of what was wanted."""

    is_channel: bool
    boards: Sequence[RawBoard]


class Reader:
    """Reads boards of all partitions."""

    def __init__(self, trips: RoundTrips, clock: Clock, partitions: int) -> None:
        self.partitions = partitions
        self._trips = trips
        self._clock = clock

    def read(self, wanted: Sequence[Wanted]) -> tuple[Moment, list[View]]:
        """Boards of several channels, as they are in one moment."""
        now, partitions = self._clock(), range(self.partitions)
        decaying = {r.board.name for each in wanted for r in each.rankings if r.metric is Metric.MIXED}
        fields = (*VIEWED, *(f"landmark:{name}" for name in sorted(decaying)))
        commands: list[Command] = [("HMGET", keys.position(p), *fields) for p in partitions]
        commands += [("GET", keys.MERGED), ("GET", keys.OVERLAID)]
        commands += [
            ("ZREVRANGE", keys.board(p, channel, ranking), 0, depth - 1, "WITHSCORES")
            for channel, rankings, depth in wanted
            for ranking in rankings
            for p in partitions
        ]
        found = iter(self._trips.run(commands))
        positions = [decode_view(fields, tuple(next(found))) for _ in partitions]
        moment = Moment(
            positions,
            now,
            newest_ms=max(position.newest for position in positions),
            hour=min((position.hour for position in positions if position.exists), default=slot_of(now)),
            merged=(next(found) or b"").decode(),
            overlaid=UNCHANGED if (overlaid := next(found)) is None else overlaid.decode(),
        )
        return moment, self._views(moment, wanted, found)

    def _views(self, moment: Moment, wanted: Sequence[Wanted], found: Iterator[Any]) -> list[View]:
        boards = [[_raw_board(moment, each, ranking, found) for ranking in each.rankings] for each in wanted]
        empty = {
            each.channel
            for each, read in zip(wanted, boards, strict=True)
            if each.channel != ALL_CHANNEL and not any(raw.ranked for raw in read)
        }
        unknown = empty - self._known(empty) if empty else empty
        return [View(each.channel not in unknown, read) for each, read in zip(wanted, boards, strict=True)]

    def _known(self, channels: set[str]) -> set[str]:
        """Those of the channels on whose boards nothing stands into which an article was ever put."""
        asked = [(channel, p) for channel in channels for p in range(self.partitions)]
        replies = self._trips.run([("HEXISTS", keys.channels(p), channel) for channel, p in asked])
        return {channel for (channel, _), is_known in zip(asked, replies, strict=True) if is_known}


def _raw_board(moment: Moment, wanted: Wanted, ranking: Ranking, found: Iterator[Any]) -> RawBoard:
    tops: list[list[tuple[bytes, float]]] = [next(found) for _ in moment.positions]
    scales = [scale_of(ranking, position, moment.now_ms) for position in moment.positions]
    ranked = [
        (stored * scale, name.decode())
        for top, scale in zip(tops, scales, strict=True)
        for name, stored in top
        if stored > 0
    ]
    ranked.sort(reverse=True)
    is_whole = max(map(len, tops)) < wanted.depth
    return RawBoard(wanted.channel, ranking, ranked[: wanted.depth], is_whole, scales)


def scale_of(ranking: Ranking, position: Position, now_ms: int) -> float:
    """What turns a stored score into that of now."""
    if ranking.metric is not Metric.MIXED or ranking.board.name not in position.landmarks:
        return 1.0
    return growth(ranking.board, now_ms, position.landmarks[ranking.board.name])

"""Rankings: the answers of the ranking API, from the boards of now or from a freeze."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ranking_service.boards import Board, Boards, Metric, Ranking
from ranking_service.freezes import Freezes, Frozen
from ranking_service.lookup import Lookup
from ranking_service.overlay import Overlay
from ranking_service.reader import RawBoard, Reader, View
from ranking_service.selection import Candidates, entry, lines_of
from shared.clock import slot_of, slot_start_ms, to_rfc3339
from shared.errors import RedianError
from shared.partitions import partition_of
from shared.store import outages_as

DOWN = "The boards cannot be reached."
SPARE = 20
"""How many more articles are read than asked for, so that some may be hidden."""
DEEPER = 8
DEEPEST = 20_000

Answer = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Which lines of a board."""

    limit: int = 10
    offset: int = 0

    @property
    def end(self) -> int:
        """The first line after the page."""
        return self.offset + self.limit


@dataclass(frozen=True)
class Rankings:
    """Answers reads of boards. Raises RedianError `boards_unavailable` in an outage and `channel_unknown`."""

    boards: Boards
    reader: Reader
    lookup: Lookup
    freezes: Freezes

    def board(self, channel: str, ranking: Ranking, page: Page) -> Answer:
        """One board of now."""
        with outages_as("boards", DOWN):
            view = self._view(channel, [ranking], page)
            return self._answer(channel, view, self._lines(channel, view, page)[0], page)

    def box(self, channel: str, rankings: Sequence[Ranking], page: Page) -> Answer:
        """Several boards of a channel in one answer."""
        with outages_as("boards", DOWN):
            view = self._view(channel, rankings, page)
            answers = [self._answer(channel, view, found, page) for found in self._lines(channel, view, page)]
        return {"channel": channel, "as_of": _time(view.newest_ms), "boards": answers}

    def board_at(self, channel: str, ranking: Ranking, page: Page, at_ms: int) -> Answer:
        """One board as it was frozen at the last hour's end before a time; raises `freeze_unknown` without one."""
        with outages_as("boards", DOWN):
            view = self.reader.read(channel, [ranking], 1)
            _require_channel(channel, view)
            slot = self.freezes.newest_slot(slot_of(at_ms) - 1)
            entries = self.freezes.read(slot, channel, ranking) if slot is not None else None
            if slot is None or entries is None:
                raise RedianError("freeze_unknown", "No hour's end was frozen before that time.")
            before = self.freezes.read(slot - 1, channel, ranking)
            hidden = Overlay(hidden=view.boards[0].overlay.hidden)
            raw = RawBoard(ranking, [(score, name) for name, score in entries], hidden, before, is_whole=True)
            candidates = self._candidates(channel, view, [raw], slot_start_ms(slot + 1))[0]
        answer = {
            "channel": channel,
            "board": ranking.board.name,
            "metric": _metric(ranking),
            "window": _window(ranking.board, slot),
            "as_of": _time(slot_start_ms(slot + 1)),
        }
        return {**answer, "entries": _entries(candidates, page)}

    def _view(self, channel: str, rankings: Sequence[Ranking], page: Page) -> View:
        view = self.reader.read(channel, rankings, page.end + SPARE)
        _require_channel(channel, view)
        return view

    def _lines(self, channel: str, view: View, page: Page) -> list[tuple[RawBoard, Candidates]]:
        found = self._candidates(channel, view, view.boards, view.now_ms)
        return [
            self._deepened(channel, raw, candidates, page) for raw, candidates in zip(view.boards, found, strict=True)
        ]

    def _deepened(self, channel: str, raw: RawBoard, candidates: Candidates, page: Page) -> tuple[RawBoard, Candidates]:
        """Read deeper while the overlay takes away more than was read in advance."""
        depth = page.end + SPARE
        while not raw.is_whole and depth < DEEPEST and len(lines_of(candidates)) < page.end:
            depth *= DEEPER
            view = self.reader.read(channel, [raw.ranking], depth)
            raw = view.boards[0]
            candidates = self._candidates(channel, view, [raw], view.now_ms)[0]
        return raw, candidates

    def _candidates(self, channel: str, view: View, boards: Sequence[RawBoard], now_ms: int) -> list[Candidates]:
        return [
            Candidates(
                ranked=raw.ranked,
                articles=found.articles,
                peaks=found.peaks,
                deep_scores={name: self._score_of_now(raw, name, score) for name, score in found.deep_scores.items()},
                before=_ranks(raw.an_hour_ago, raw.overlay),
                overlay=raw.overlay,
                now_ms=now_ms,
            )
            for raw, found in zip(boards, self.lookup.find(channel, view, boards), strict=True)
        ]

    def _score_of_now(self, raw: RawBoard, article_id: str, stored: float) -> float:
        return stored * raw.scales[partition_of(article_id, self.reader.partitions)] if raw.scales else stored

    def _answer(self, channel: str, view: View, found: tuple[RawBoard, Candidates], page: Page) -> Answer:
        raw, candidates = found
        return {
            "channel": channel,
            "board": raw.ranking.board.name,
            "metric": _metric(raw.ranking),
            "window": _window(raw.ranking.board, view.hour),
            "as_of": _time(view.newest_ms),
            "entries": _entries(candidates, page),
        }


def _require_channel(channel: str, view: View) -> None:
    if not view.is_channel:
        raise RedianError("channel_unknown", f"No article was ever put into the channel {channel}.")


def _ranks(frozen: Frozen | None, overlay: Overlay) -> Mapping[str, int] | None:
    if frozen is None:
        return None
    shown = [name for name, _ in frozen if name not in overlay.hidden]
    return {name: rank for rank, name in enumerate(shown, start=1)}


def _entries(candidates: Candidates, page: Page) -> list[dict[str, Any]]:
    lines = lines_of(candidates)[page.offset : page.end]
    return [entry(candidates, line, rank) for rank, line in enumerate(lines, start=page.offset + 1)]


def _metric(ranking: Ranking) -> str | None:
    return None if ranking.metric is Metric.MIXED else ranking.metric.value


def _window(board: Board, hour: int) -> dict[str, str | None]:
    """From the start of the oldest slot (null for all time) to the end of the current one."""
    start = to_rfc3339(slot_start_ms(hour - board.slots + 1)) if board.slots else None
    return {"from": start, "to": to_rfc3339(slot_start_ms(hour + 1))}


def _time(time_ms: int) -> str | None:
    return to_rfc3339(time_ms) if time_ms else None

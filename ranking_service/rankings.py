"""Rankings: the answers of the ranking API, from the boards of now or from a freeze."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ranking_service.boards import Board, Boards, Metric, Ranking
from ranking_service.freezes import Freezes, Frozen
from ranking_service.lookup import Found, Lookup
from ranking_service.overlay import Overlay
from ranking_service.reader import Moment, RawBoard, Reader, Wanted
from ranking_service.selection import Candidates, Line, entry, lines_of
from shared.clock import slot_of, slot_start_ms, to_rfc3339
from shared.errors import RedianError
from shared.groups import Groups
from shared.partitions import partition_of
from shared.store import outages_as

DOWN = "The boards cannot be reached."
SPARE = 20
"""How many more articles are read than asked for, so that some may be hidden."""
MOST_READS = 32
"""Answered together: a few milliseconds of Redis at most."""
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


class Question(NamedTuple):
    """What a read asks for: the same page of some boards of a channel."""

    channel: str
    rankings: Sequence[Ranking]
    page: Page


class Rankings:
    """Answers reads of boards. Raises RedianError `boards_unavailable` in an outage and `channel_unknown`.

    Reads that come together are answered together, by one of their threads: a trip to Redis costs a read more than what
    it asks for, and reads one after the other cost less than by turns.
    """

    def __init__(self, boards: Boards, reader: Reader, lookup: Lookup, freezes: Freezes) -> None:
        self.boards = boards
        self._reader = reader
        self._lookup = lookup
        self._freezes = freezes
        self._reads: Groups[Question, list[Answer]] = Groups(self._answer, MOST_READS)

    def board(self, channel: str, ranking: Ranking, page: Page) -> Answer:
        """One board of now."""
        with outages_as("boards", DOWN):
            return self._reads.run(Question(channel, [ranking], page))[0]

    def box(self, channel: str, rankings: Sequence[Ranking], page: Page) -> Answer:
        """Several boards of a channel in one answer."""
        with outages_as("boards", DOWN):
            answers = self._reads.run(Question(channel, rankings, page))
        return {"channel": channel, "as_of": answers[0]["as_of"], "boards": answers}

    def board_at(self, channel: str, ranking: Ranking, page: Page, at_ms: int) -> Answer:
        """One board as it was frozen at the last hour's end before a time; raises `freeze_unknown` without one."""
        with outages_as("boards", DOWN):
            moment, (view,) = self._reader.read([Wanted(channel, [ranking], 1)])
            if not view.is_channel:
                raise channel_unknown(channel)
            slot = self._freezes.newest_slot(slot_of(at_ms) - 1)
            entries = self._freezes.read(slot, channel, ranking) if slot is not None else None
            if slot is None or entries is None:
                raise RedianError("freeze_unknown", "No hour's end was frozen before that time.")
            before = self._freezes.read(slot - 1, channel, ranking)
            raw = RawBoard(channel, ranking, [(score, name) for name, score in entries], is_whole=True)
            (found,) = self._lookup.find(moment, [raw])
            found = found._replace(overlay=Overlay(hidden=found.overlay.hidden), an_hour_ago=before)
        candidates = self._candidates(raw, found, slot_start_ms(slot + 1))
        lines = lines_of(candidates, page.end)
        return _board_answer(raw, slot, slot_start_ms(slot + 1), _entries(candidates, lines, page))

    def _answer(self, questions: Sequence[Question]) -> list[list[Answer] | Exception]:
        """The boards that each question asks for."""
        moment, views = self._reader.read([Wanted(q.channel, q.rankings, q.page.end + SPARE) for q in questions])
        known = [raw for view in views if view.is_channel for raw in view.boards]
        found = iter(self._lookup.find(moment, known))
        return [
            [self._board(moment, raw, next(found), question.page) for raw in view.boards]
            if view.is_channel
            else channel_unknown(question.channel)
            for question, view in zip(questions, views, strict=True)
        ]

    def _board(self, moment: Moment, raw: RawBoard, found: Found, page: Page) -> Answer:
        candidates = self._candidates(raw, found, moment.now_ms)
        lines = lines_of(candidates, page.end)
        if len(lines) < page.end and not raw.is_whole:
            candidates, lines = self._deeper(raw, page)
        return _board_answer(raw, moment.hour, moment.newest_ms, _entries(candidates, lines, page))

    def _deeper(self, raw: RawBoard, page: Page) -> tuple[Candidates, list[Line]]:
        """Read deeper while the overlay takes away more than was read in advance."""
        depth = page.end + SPARE
        while True:
            depth *= DEEPER
            moment, (view,) = self._reader.read([Wanted(raw.channel, [raw.ranking], depth)])
            (found,) = self._lookup.find(moment, view.boards)
            candidates = self._candidates(view.boards[0], found, moment.now_ms)
            lines = lines_of(candidates, page.end)
            if len(lines) >= page.end or view.boards[0].is_whole or depth >= DEEPEST:
                return candidates, lines

    def _candidates(self, raw: RawBoard, found: Found, now_ms: int) -> Candidates:
        deep = {name: self._score_of_now(raw, name, score) for name, score in found.deep_scores.items()}
        before = _ranks(found.an_hour_ago, found.overlay)
        return Candidates(raw.ranked, found.articles, found.peaks, before, found.overlay, now_ms, deep)

    def _score_of_now(self, raw: RawBoard, article_id: str, stored: float) -> float:
        return stored * raw.scales[partition_of(article_id, len(raw.scales))] if raw.scales else stored


def channel_unknown(channel: str) -> RedianError:
    """The refusal of a channel that never was."""
    return RedianError("channel_unknown", f"No article was ever put into the channel {channel}.")


def _ranks(frozen: Frozen | None, overlay: Overlay) -> Mapping[str, int] | None:
    if frozen is None:
        return None
    shown = [name for name, _ in frozen if name not in overlay.hidden]
    return {name: rank for rank, name in enumerate(shown, start=1)}


def _entries(candidates: Candidates, lines: Sequence[Line], page: Page) -> list[dict[str, Any]]:
    return [entry(candidates, line, rank) for rank, line in enumerate(lines[page.offset :], start=page.offset + 1)]


def _board_answer(raw: RawBoard, hour: int, as_of_ms: int, entries: list[dict[str, Any]]) -> Answer:
    board, metric = raw.ranking.board, raw.ranking.metric
    return {
        "channel": raw.channel,
        "board": board.name,
        "metric": None if metric is Metric.MIXED else metric.value,
        "window": _window(board, hour),
        "as_of": _time(as_of_ms),
        "entries": entries,
    }


def _window(board: Board, hour: int) -> dict[str, str | None]:
    """From the start of the oldest slot (null for all time) to the end of the current one."""
    start = to_rfc3339(slot_start_ms(hour - board.slots + 1)) if board.slots else None
    return {"from": start, "to": to_rfc3339(slot_start_ms(hour + 1))}


def _time(time_ms: int) -> str | None:
    return to_rfc3339(time_ms) if time_ms else None

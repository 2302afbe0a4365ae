"""Boards: what is ranked, over which window and by which metric, as boards.toml says."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.clock import HOUR_MS
from shared.errors import RedianError

DEFAULT_FILE = Path(__file__).parent / "boards.toml"
BOARD_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class Metric(StrEnum):
    """What a board counts; MIXED is that of a decaying board, which weighs both."""

    CLICKS = "clicks"
    COMMENTS = "comments"
    MIXED = "mixed"


class CountedMetric(StrEnum):
    """A metric that a board can be asked for."""

    CLICKS = "clicks"
    COMMENTS = "comments"


HALF_LIVES_KEPT = 30
"""So many half-lives the ledger is kept for a decaying board; of the heat that then goes 2^-30 is left."""

COUNTED = (Metric.CLICKS, Metric.COMMENTS)


class Weights(BaseModel):
    """What one event adds to a decaying board at the moment it happens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clicks: float = Field(1, ge=0, le=1_000)
    comments: float = Field(10, ge=0, le=1_000)


class Board(BaseModel):
    """One board of boards.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    slots: int | None = Field(None, ge=1, le=24 * 366)
    half_life_hours: float | None = Field(None, ge=1, le=24 * 366)
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _has_one_window(self) -> Self:
        if self.slots is not None and self.half_life_hours is not None:
            raise ValueError("a board has slots or half_life_hours, not both")
        if not all(BOARD_NAME.fullmatch(name) for name in (self.name, *self.aliases)):
            raise ValueError("a board's name is made of a-z, 0-9 and -")
        if self.name in set(Metric):
            raise ValueError("a board cannot have the name of a metric: the ledger has a column of either")
        return self

    @property
    def half_life_ms(self) -> float:
        """The time in which the score of a decaying board halves."""
        assert self.half_life_hours is not None
        return self.half_life_hours * HOUR_MS

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics for which this board exists."""
        return (Metric.MIXED,) if self.half_life_hours is not None else COUNTED


@dataclass(frozen=True)
class Ranking:
    """One board for one metric: with a channel it names one ranked list."""

    board: Board
    metric: Metric


@dataclass(frozen=True)
class Boards:
    """All boards, in the order of boards.toml."""

    boards: tuple[Board, ...]

    def __iter__(self) -> Iterator[Board]:
        return iter(self.boards)

    def find(self, name: str) -> Board | None:
        """The board of a name or an alias."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Board]:
        return {name: board for board in self.boards for name in (board.name, *board.aliases)}

    @cached_property
    def rankings(self) -> tuple[Ranking, ...]:
        """Every board with each of its metrics."""
        return tuple(Ranking(board, metric) for board in self.boards for metric in board.metrics)

    @cached_property
    def windows(self) -> tuple[int, ...]:
        """The lengths of all windows in slots, shortest first; the ledger is kept for the longest.

        A decaying board is a window here, too: its heat is recounted from the ledger.
        """
        heats = {ceil(HALF_LIVES_KEPT * board.half_life_hours) for board in self.boards if board.half_life_hours}
        return tuple(sorted({board.slots for board in self.boards if board.slots} | heats))

    @cached_property
    def decaying(self) -> tuple[Board, ...]:
        """The boards that decay."""
        return tuple(board for board in self.boards if board.half_life_hours is not None)

    @cached_property
    def signature(self) -> str:
        """Changes when any board's meaning does, so that a worker sees which it has to fill anew."""
        return " ".join(
            f"{b.name}={b.slots or 0}/{b.half_life_hours or 0:g}/{b.weights.clicks:g}/{b.weights.comments:g}"
            for b in sorted(self.boards, key=lambda board: board.name)
        )


def find_board(boards: Boards, name: str) -> Board:
    """The board of a name; raises RedianError `board_unknown`."""
    board = boards.find(name)
    if board is None:
        known = ", ".join(board.name for board in boards)
        raise RedianError("board_unknown", f"There is no board {name}; there are {known}.")
    return board


def find_ranking(boards: Boards, name: str, metric: CountedMetric) -> Ranking:
    """A board for a metric; a decaying board weighs both, whatever is asked for."""
    board = find_board(boards, name)
    return Ranking(board, Metric.MIXED if board.half_life_hours is not None else Metric(metric))


def rankings_of(boards: Boards, metric: CountedMetric | None) -> list[Ranking]:
    """The boards of one metric with the decaying ones, or all of them."""
    return [ranking for ranking in boards.rankings if metric is None or ranking.metric in {metric, Metric.MIXED}]


def load_boards(file: Path = DEFAULT_FILE) -> Boards:
    """Read boards.toml; ends the process with a sentence when it is wrong."""
    try:
        tables = tomllib.loads(file.read_text("utf-8"))["boards"]
        boards = Boards(tuple(Board(name=name, **table) for name, table in tables.items()))
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        # ValueError is that of pydantic, of TOML and of UTF-8; the others tell of tables where there are none.
        raise SystemExit(f"{file} does not describe boards: {error}") from None
    names = Counter(name for board in boards for name in (board.name, *board.aliases))
    if twice := [name for name, times in names.items() if times > 1]:
        raise SystemExit(f"{file} has more than one board named {', '.join(twice)}.")
    if not boards.windows:
        raise SystemExit(f"{file} has no board with slots; the ledger is kept for the longest of them.")
    return boards

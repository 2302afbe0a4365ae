"""A chunk: the sums of some articles of a folded slice, laid out by ledger and by board for apply.lua."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ranking_service import keys
from ranking_service.articles import Article
from ranking_service.boards import COUNTED, Boards, Metric, Ranking
from ranking_service.decay import heat_to_score
from ranking_service.fold import Fold
from ranking_service.homes import Homes
from ranking_service.position import Position
from ranking_service.sums import Sums

Vector = dict[str, float]
"""Article id -> what is added."""
Place = tuple[str, int]
"""An article and one of its slots."""


@dataclass(frozen=True)
class Cell:
    """What a metric of an article got in one slot."""

    article_id: str
    slot: int
    count: int


@dataclass(frozen=True)
class Chunk:
    """The articles of one chunk and where they stand."""

    partition: int
    position: Position
    boards: Boards
    articles: Mapping[str, Article]
    places: Sequence[Place]
    """Its part of the fold."""

    def add_to(self, sums: Sums, folded: Fold) -> tuple[set[int], set[str]]:
        """Lay out the sums; answers the slots that now have a ledger and what has to be archived."""
        slots: set[int] = set()
        dirty: set[str] = set()
        vectors: dict[Ranking, Vector] = {}
        for metric in COUNTED:
            cells = self._cells(folded.counts(metric))
            self._add_counts(sums, metric, cells, slots, dirty)
            self._add_windows(vectors, metric, cells)
        for board in self.boards.decaying:
            self._add_heat(sums, folded, board.name, slots)
            vectors[Ranking(board, Metric.MIXED)] = self._scores(folded, board.name)
        Homes(self.partition, self.articles).add(sums, vectors)
        return slots, dirty | {str(slot) for slot in slots}

    def _cells(self, counts: Mapping[Place, int]) -> list[Cell]:
        return [Cell(*place, count) for place in self.places if (count := counts.get(place))]

    def _heats(self, folded: Fold, name: str) -> Iterable[tuple[str, int, float]]:
        heats = folded.heats[name]
        return ((*place, heat) for place in self.places if (heat := heats.get(place)))

    def _add_counts(self, sums: Sums, metric: Metric, cells: Sequence[Cell], slots: set[int], dirty: set[str]) -> None:
        ledgers: dict[str, Vector] = {}
        for cell in cells:
            if self.position.keeps(cell.slot, metric, cell.article_id):
                key = keys.ledger(self.partition, cell.slot, metric)
                slots.add(cell.slot)
            else:
                key = keys.older(self.partition, metric)
                dirty.add(f"older {cell.article_id}")
            vector = ledgers.setdefault(key, {})
            vector[cell.article_id] = vector.get(cell.article_id, 0) + cell.count
        for key, vector in ledgers.items():
            sums.add_counts(key, vector)

    def _add_windows(self, vectors: dict[Ranking, Vector], metric: Metric, cells: Sequence[Cell]) -> None:
        total: Vector = {}
        for cell in cells:
            total[cell.article_id] = total.get(cell.article_id, 0) + cell.count
        by_window = {window: self._held(window, metric, cells, total) for window in self.boards.windows}
        for board in self.boards:
            if metric in board.metrics:
                vectors[Ranking(board, metric)] = by_window[board.slots] if board.slots else total

    def _held(self, window: int, metric: Metric, cells: Sequence[Cell], total: Vector) -> Vector:
        """The sums of the cells that a window holds; `total` itself when it holds them all, as it mostly does."""
        floor = self.position.floors[window]
        if window not in self.position.afters and all(cell.slot >= floor for cell in cells):
            return total
        held: Vector = {}
        for cell in cells:
            if self.position.holds(window, cell.slot, metric, cell.article_id):
                held[cell.article_id] = held.get(cell.article_id, 0) + cell.count
        return held

    def _add_heat(self, sums: Sums, folded: Fold, name: str, slots: set[int]) -> None:
        ledgers: dict[int, Vector] = {}
        for article_id, slot, heat in self._heats(folded, name):
            if self.position.keeps_heat(slot):
                ledgers.setdefault(slot, {})[article_id] = heat
        slots.update(ledgers)
        for slot, vector in ledgers.items():
            sums.add_counts(keys.ledger(self.partition, slot, name), vector)

    def _scores(self, folded: Fold, name: str) -> Vector:
        board = next(board for board in self.boards.decaying if board.name == name)
        landmark = self.position.landmarks[name]
        scores: Vector = {}
        for article_id, slot, heat in self._heats(folded, name):
            score = heat_to_score(board, heat, slot, landmark)
            scores[article_id] = scores.get(article_id, 0.0) + score
        return scores

"""The recount: every board of a partition anew from the ledger, the older counts and the articles' records.

`verify` compares its outcome with the boards, `rebuild` puts it in their place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ranking_service import keys
from ranking_service.articles import Article, decode_article
from ranking_service.boards import COUNTED, Boards, Metric, Ranking
from ranking_service.decay import heat_to_score
from ranking_service.position import Position
from shared.store import Store

SCAN_STEP = 1_000


@dataclass(frozen=True)
class Recount:
    """The scores that the ledger gives, at one position of the partition."""

    boards: Boards
    position: Position
    articles: dict[str, Article]
    scores: dict[Ranking, dict[str, float]] = field(default_factory=dict)
    """For each board and metric every article's score, whatever its channels."""

    def channels(self) -> dict[str, list[str]]:
        """For each channel, the hidden one included, the articles on its boards."""
        members: dict[str, list[str]] = {}
        for article_id in {name for scores in self.scores.values() for name in scores}:
            for channel in self.articles[article_id].homes:
                members.setdefault(channel, []).append(article_id)
        return members

    def live_articles(self) -> dict[str, int]:
        """For each channel, also one without a score, how many live articles it holds."""
        counts: dict[str, int] = {}
        for article in self.articles.values():
            for channel in article.homes if article.live else ():
                counts[channel] = counts.get(channel, 0) + 1
        return counts


def recount(store: Store, partition: int, boards: Boards, position: Position) -> Recount:
    """Recount a partition. What it reads holds together only while the position's version stays."""
    scores: dict[Ranking, dict[str, float]] = {ranking: {} for ranking in boards.rankings}
    for metric in COUNTED:
        for article_id, count in _scan(store, keys.older(partition, metric)):
            for board in boards:
                if metric in board.metrics and board.slots is None:
                    _add(scores[Ranking(board, metric)], article_id, count)
    for slot in map(int, store.zrange(keys.slots(partition), 0, -1)):
        _recount_slot(store, partition, slot, position, scores)
    articles = {
        name.decode(): decode_article(record)
        for name, record in store.hscan_iter(keys.articles(partition), count=SCAN_STEP)
    }
    for article_id in {name for of_board in scores.values() for name in of_board} - articles.keys():
        articles[article_id] = decode_article(None)
    return Recount(boards, position, articles, scores)


def _recount_slot(
    store: Store, partition: int, slot: int, position: Position, scores: dict[Ranking, dict[str, float]]
) -> None:
    ledgers = {metric: dict(_scan(store, keys.ledger(partition, slot, metric))) for metric in COUNTED}
    for ranking, of_board in scores.items():
        board, metric = ranking.board, ranking.metric
        if metric is Metric.MIXED:
            landmark = position.landmarks[board.name]
            for article_id, heat in _scan(store, keys.ledger(partition, slot, board.name)):
                _add(of_board, article_id, heat_to_score(board, heat, slot, landmark))
            continue
        for article_id, count in ledgers[metric].items():
            if board.slots is None or position.holds(board.slots, slot, metric, article_id):
                _add(of_board, article_id, count)


def _scan(store: Store, key: str) -> Iterator[tuple[str, float]]:
    # HSCAN may return a field twice; a dict takes it once.
    values = dict(store.hscan_iter(key, count=SCAN_STEP))
    return ((name.decode(), float(value)) for name, value in values.items())


def _add(scores: dict[str, float], article_id: str, value: float) -> None:
    scores[article_id] = scores.get(article_id, 0.0) + value

"""The fold: the events of a slice as sums per article and slot, so that the boards are touched once for many events.

Counts and changes of articles do not depend on each other's order: an article that is not live keeps its scores in a
hidden channel. So a slice folds into one sum a slot and one newest change an article.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ranking_service.boards import Board, Boards, Metric
from shared.clock import HOUR_MS
from shared.events import (
    ArticleClicked,
    ArticlePublished,
    ArticleWithdrawn,
    CommentPublished,
    CommentRemoved,
    Event,
)

Key = TypeVar("Key")
ArticleChange = ArticlePublished | ArticleWithdrawn
Cells = dict[tuple[str, int], float]
"""(article id, slot) -> a sum."""


@dataclass
class Fold:
    """The sums of a slice."""

    clicks: dict[tuple[str, int], int] = field(default_factory=dict)
    comments: dict[tuple[str, int], int] = field(default_factory=dict)
    heats: dict[str, Cells] = field(default_factory=dict)
    """For each decaying board the heat at the slot's start."""
    changes: dict[str, ArticleChange] = field(default_factory=dict)
    """The newest change of each article."""
    events: int = 0
    newest: int = 0
    """The time of the newest click or comment, 0 without any."""

    def counts(self, metric: Metric) -> dict[tuple[str, int], int]:
        """The sums of a counted metric."""
        return self.clicks if metric is Metric.CLICKS else self.comments

    def slots(self) -> dict[str, list[int]]:
        """The slots of every article with a sum, the articles in byte order."""
        found: dict[str, list[int]] = {}
        for article_id, slot in sorted({*self.clicks, *self.comments}):
            found.setdefault(article_id, []).append(slot)
        return found


def fold(events: Iterable[Event], boards: Boards) -> Fold:
    """Fold events in any order; the same events always fold into the same sums."""
    folded = Fold(heats={board.name: {} for board in boards.decaying})
    moments: dict[tuple[str, int], int] = {}
    get_moment = moments.get
    for event in events:
        if type(event) is ArticleClicked:
            # The hot loop: clicks at the same moment are one sum, everything else is done once a moment.
            moment = (event.article_id, event.occurred_at)
            moments[moment] = get_moment(moment, 0) + event.count
        else:
            _fold_recorded(folded, event, boards.decaying)
    _fold_clicks(folded, moments, boards.decaying)
    return folded


def _fold_clicks(folded: Fold, moments: dict[tuple[str, int], int], decaying: tuple[Board, ...]) -> None:
    clicks = folded.clicks
    for (article_id, at), count in moments.items():
        cell = (article_id, at // HOUR_MS)
        clicks[cell] = clicks.get(cell, 0) + count
    for board in decaying:
        heats, weight, half_life_ms = folded.heats[board.name], board.weights.clicks, board.half_life_ms
        for (article_id, at), count in moments.items():
            cell = (article_id, at // HOUR_MS)
            heats[cell] = heats.get(cell, 0.0) + count * weight * 2.0 ** (at % HOUR_MS / half_life_ms)
    folded.events += sum(moments.values())
    folded.newest = max(folded.newest, max((at for _, at in moments), default=0))


def _fold_recorded(folded: Fold, event: Event, decaying: tuple[Board, ...]) -> None:
    folded.events += 1
    match event:
        case ArticlePublished() | ArticleWithdrawn():
            known = folded.changes.get(event.article_id)
            if known is None or event.revision > known.revision:
                folded.changes[event.article_id] = event
        case CommentPublished():
            _fold_comment(folded, event.article_id, event.occurred_at, 1, decaying)
            folded.newest = max(folded.newest, event.occurred_at)
        case CommentRemoved():
            # A removed comment is uncounted where it was counted: in the slot of its publication.
            _fold_comment(folded, event.article_id, event.published_at, -1, decaying)


def _fold_comment(folded: Fold, article_id: str, at: int, sign: int, decaying: tuple[Board, ...]) -> None:
    cell = (article_id, at // HOUR_MS)
    folded.comments[cell] = folded.comments.get(cell, 0) + sign
    for board in decaying:
        heats = folded.heats[board.name]
        heat = sign * board.weights.comments * 2.0 ** (at % HOUR_MS / board.half_life_ms)
        heats[cell] = heats.get(cell, 0.0) + heat

"""Moves: what move.lua has to do when articles are published, withdrawn or put into other channels."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from ranking_service import keys
from ranking_service.articles import Article, changed
from ranking_service.boards import Boards
from ranking_service.fold import ArticleChange
from ranking_service.sums import Places


def moves_of(
    partition: int,
    boards: Boards,
    articles: Mapping[str, Article],
    changes: Mapping[str, ArticleChange],
) -> tuple[list[str], dict[str, Any]]:
    """KEYS and request of move.lua for the changes that are newer than the articles' records."""
    places = Places(keys.position(partition), keys.articles(partition), keys.channels(partition), keys.dirty(partition))
    live: Counter[str] = Counter()
    packed = []
    for article_id, change in changes.items():
        old = articles[article_id]
        if change.revision <= old.revision:
            continue
        new = changed(old, change)
        live.update(new.homes if new.live else ())
        live.subtract(old.homes if old.live else ())
        record = msgspec.json.encode(new).decode()
        packed.append([article_id, record, _board_moves(places, partition, boards, old, new)])
    return places.keys, {"changes": packed, "channels": [[name, count] for name, count in live.items()]}


def _board_moves(places: Places, partition: int, boards: Boards, old: Article, new: Article) -> list[list[object]]:
    entered = [channel for channel in new.homes if channel not in old.homes]
    left = [channel for channel in old.homes if channel not in new.homes]
    if not entered and not left:
        return []
    return [
        [
            places(keys.board(partition, old.homes[0], ranking)),
            [places(keys.board(partition, channel, ranking)) for channel in entered],
            [places(keys.board(partition, channel, ranking)) for channel in left],
        ]
        for ranking in boards.rankings
    ]

"""Homes: on which boards the articles of a chunk stand, channel by channel.

An article's score on a board is the same in all its channels. So the articles are grouped by the first of their
channels, where all of a group stand (`all`, or the hidden channel), and each group is laid out once for every board.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranking_service import keys
from ranking_service.articles import Article
from ranking_service.boards import Ranking
from ranking_service.sums import Sums, Vector


@dataclass(frozen=True)
class Group:
    """Sums of articles that all stand in one channel, and which of them stand in others, by their place from 1."""

    channel: str
    deltas: Vector
    others: Mapping[str, Sequence[int] | None]


class Homes:
    """The channels of some articles of a partition."""

    def __init__(self, partition: int, articles: Mapping[str, Article]) -> None:
        self._partition = partition
        self._members: dict[str, dict[str, list[str]]] = {}
        for article_id, article in articles.items():
            first, *others = article.homes
            channels = self._members.setdefault(first, {})
            for channel in (first, *others):
                channels.setdefault(channel, []).append(article_id)

    def add(self, sums: Sums, vectors: Mapping[Ranking, Vector]) -> None:
        """Add each board's vector to it in every channel; boards may share a vector, which is laid out once."""
        groups: dict[int, list[Group]] = {}
        for ranking, vector in vectors.items():
            if id(vector) not in groups:
                groups[id(vector)] = self._lay_out(vector)
            for group in groups[id(vector)]:
                others = {keys.board(self._partition, name, ranking): picks for name, picks in group.others.items()}
                sums.add_boards(keys.board(self._partition, group.channel, ranking), group.deltas, others)

    def _lay_out(self, vector: Vector) -> list[Group]:
        groups = []
        for first, channels in self._members.items():
            deltas = {article_id: vector[article_id] for article_id in channels[first] if vector.get(article_id)}
            if deltas:
                groups.append(Group(first, deltas, _picks(deltas, channels, first)))
        return groups


def _picks(deltas: Vector, channels: Mapping[str, Sequence[str]], first: str) -> dict[str, Sequence[int] | None]:
    places = {article_id: place for place, article_id in enumerate(deltas, start=1)}
    picks: dict[str, Sequence[int] | None] = {}
    for channel, members in channels.items():
        picked = [places[article_id] for article_id in members if article_id in places]
        if picked and channel != first:
            picks[channel] = picked if len(picked) < len(deltas) else None
    return picks

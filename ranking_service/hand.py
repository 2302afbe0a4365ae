"""A hand: the slice that a worker puts on the boards, and how far it has come with it.

The items of a slice stand in an order that depends on nothing but the slice: what could not be parsed, the changes of
articles, then the articles with sums, each kind in byte order. So the position says by their number what is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ranking_service.articles import Article
from ranking_service.fold import Fold
from ranking_service.position import Position
from shared.slices import Poison, Slice

Item = TypeVar("Item")
Request = dict[str, object]


@dataclass(frozen=True)
class Known:
    """Records of articles, read ahead: they hold where the position still tells their token."""

    token: str
    articles: Mapping[str, Article]


@dataclass(frozen=True)
class Folded:
    """A slice and its sums."""

    taken: Slice
    sums: Fold
    slots: dict[str, list[int]]
    """The slots of every article with a sum, the articles in byte order."""
    known: Known | None = None


@dataclass
class Hand:
    """The slice in hand, and where the partition stands after the scripts that were sent so far."""

    partition: int
    position: Position
    folded: Folded

    @property
    def items(self) -> int:
        """How many items the slice has."""
        return len(self.folded.taken.poison) + len(self.folded.sums.changes) + len(self.folded.slots)

    def rest(self, items: Sequence[Item], before: int) -> Sequence[Item]:
        """What is still to be done of a kind of items, before which so many others stand."""
        return items[max(0, self.position.done - before) :]

    def advance(self, items: int) -> tuple[int, Request]:
        """Go on by one script; answers the version it has to meet, and the fields it sets."""
        version, done = self.position.version, self.position.done + items
        self.position = replace(self.position, version=version + 1, done=done)
        return version, self._reached(done) if done < self.items else self._end()

    def _reached(self, done: int) -> Request:
        buried = buried_in(self.folded.taken.poison).items()
        told = " ".join(f"{entry}:{','.join(map(str, sorted(places)))}" for entry, places in buried)
        return {"until": self.folded.taken.until, "done": done, "buried": told}

    def _end(self) -> Request:
        taken, sums = self.folded.taken, self.folded.sums
        return {
            "cursor": taken.until,
            "until": "",
            "done": "",
            "buried": "",
            "projected": self.position.projected + sums.events + len(taken.poison),
            "newest": max(self.position.newest, sums.newest),
        }


def buried_in(poison: Iterable[Poison]) -> dict[str, frozenset[int]]:
    """The places of poison by entry."""
    places: dict[str, set[int]] = {}
    for each in poison:
        places.setdefault(each.entry_id, set()).add(each.place)
    return {entry: frozenset(found) for entry, found in places.items()}

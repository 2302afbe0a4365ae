"""The lookup: the articles that stand on raw boards, and how high each ever stood, in one round trip or in none.

What was found is remembered for as long as the boards tell, by a token that comes with them, that it has not changed:
records change when articles are put or withdrawn, best ranks at an hour's end.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from ranking_service import keys
from ranking_service.articles import Article, decode_article
from ranking_service.reader import RawBoard, View
from ranking_service.round_trips import Command, RoundTrips
from shared.partitions import partition_of

MOST_ARTICLES = 20_000
"""Remembered of each partition: some 10 MiB."""
MOST_LISTS = 5_000
"""Ranked lists of which best ranks are remembered, those of some thirty articles each."""

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """What was found under a token; with another token it is forgotten, and when there is too much of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: tuple[str, dict[str, Value]] = ("", {})

    def under(self, token: str) -> dict[str, Value]:
        """What was found under a token, to be read and added to; without a token nothing is remembered."""
        kept_under, found = self._kept
        if not token or token != kept_under or len(found) >= self._most:
            # Never emptied but replaced: a thread that reads under the token before goes on with what it has.
            found = {}
            self._kept = (token, found)
        return found


class Found(NamedTuple):
    """What is known of the articles of one board."""

    articles: Mapping[str, Article]
    peaks: Mapping[str, int]
    """Article id -> the best rank it ever had at an hour's end, 0 for none."""
    deep_scores: Mapping[str, float]
    """The stored scores of pinned articles that stand below what was read."""


class _Question(NamedTuple):
    command: Command
    names: Sequence[str]
    decode: Callable[[Any], Any]
    into: dict[str, Any]


class Lookup:
    """Looks up what boards do not tell of their articles."""

    def __init__(self, trips: RoundTrips, partitions: int) -> None:
        self._trips = trips
        self._partitions = partitions
        self._articles: list[Remembered[Article]] = [Remembered(MOST_ARTICLES) for _ in range(partitions)]
        self._peaks: Remembered[dict[str, int]] = Remembered(MOST_LISTS)

    def find(self, channel: str, view: View, boards: Sequence[RawBoard]) -> list[Found]:
        """What is known of the articles of each board, in one round trip for all that is not remembered."""
        questions: list[_Question] = []
        peaks_of_lists = self._peaks.under(view.merged)
        found = []
        names_of_boards = [names_of(raw) for raw in boards]
        articles = self._ask_articles(view, names_of_boards, questions)
        for raw, names in zip(boards, names_of_boards, strict=True):
            field = keys.field(channel, raw.ranking)
            peaks = peaks_of_lists.setdefault(field, {})
            # Before the first merge there are none.
            if view.merged and (unknown := [name for name in names if name not in peaks]):
                questions.append(_Question(("HMGET", keys.peaks_of(field), *unknown), unknown, _rank, peaks))
            deep: dict[str, float] = {}
            for name in deep_pins(raw):
                board = keys.board(partition_of(name, self._partitions), channel, raw.ranking)
                questions.append(_Question(("ZMSCORE", board, name), [name], _score, deep))
            found.append(Found(articles, peaks, deep))
        self._answer(questions)
        return found

    def _ask_articles(
        self, view: View, names_of_boards: Sequence[Sequence[str]], questions: list[_Question]
    ) -> Mapping[str, Article]:
        """The records of articles, of which some may come with the answers to the questions."""
        known = [kept.under(position.records) for kept, position in zip(self._articles, view.positions, strict=True)]
        unknown: dict[int, dict[str, None]] = {}
        for name in chain.from_iterable(names_of_boards):
            partition = partition_of(name, self._partitions)
            if name not in known[partition]:
                unknown.setdefault(partition, {})[name] = None
        for partition, missing in unknown.items():
            names = [*missing]
            questions.append(
                _Question(("HMGET", keys.articles(partition), *names), names, decode_article, known[partition])
            )
        return known[0] if len(known) == 1 else ChainMap(*known)

    def _answer(self, questions: Sequence[_Question]) -> None:
        replies = self._trips.run([question.command for question in questions])
        for question, reply in zip(questions, replies, strict=True):
            question.into.update(zip(question.names, map(question.decode, reply), strict=True))


def names_of(raw: RawBoard) -> list[str]:
    """The articles of a raw board, pinned ones among them."""
    return list(dict.fromkeys([*(name for _, name in raw.ranked), *raw.overlay.pins]))


def deep_pins(raw: RawBoard) -> list[str]:
    """The pinned articles that stand below what was read, or have no score."""
    if not raw.overlay.pins:
        return []
    read = {name for _, name in raw.ranked}
    return [name for name in raw.overlay.pins if name not in read]


def _rank(reply: bytes | None) -> int:
    return int(reply or 0)


def _score(reply: float | None) -> float:
    return reply or 0.0
